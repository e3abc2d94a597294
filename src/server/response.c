#include "server/response.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/json.h"
#include "core/log.h"

/* clang-format off */
static const struct {
    int status;
    const char *text;
} statuses[] = {
    { 200, "OK" },
    { 201, "Created" },
    { 202, "Accepted" },
    { 204, "No Content" },
    { 206, "Partial Content" },
    { 304, "Not Modified" },
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 409, "Conflict" },
    { 413, "Content Too Large" },
    { 415, "Unsupported Media Type" },
    { 416, "Range Not Satisfiable" },
    { 422, "Unprocessable Content" },
    { 429, "Too Many Requests" },
    { 431, "Request Header Fields Too Large" },
    { 500, "Internal Server Error" },
    { 503, "Service Unavailable" },
    { 507, "Insufficient Storage" },
};
/* clang-format on */

const char *status_text(int status)
{
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
        if (statuses[i].status == status)
            return statuses[i].text;
    return "";
}

void response_init(struct response *r, struct arena *a)
{
    *r = (struct response){ .arena = a };
}

static struct header *find(struct response *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++)
        if (strcasecmp(r->headers[i].name, name) == 0)
            return &r->headers[i];
    return NULL;
}

static void set(struct response *r, const char *name, const char *value)
{
    struct header *h = find(r, name);

    if (h == NULL) {
        ASSERT(r->header_count < RESPONSE_HEADERS_MAX);
        h = &r->headers[r->header_count++];
    }
    h->name = name;
    h->value = value;
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

static void clean(char *value)
{
    for (char *p = value; *p != '\0'; p++)
        if (is_control(*p))
            *p = ' ';
}

void response_header(struct response *r, const char *name, const char *format, ...)
{
    va_list args;
    char *value, small[256];
    int len;

    va_start(args, format);
    len = vsnprintf(small, sizeof(small), format, args);
    va_end(args);
    ASSERT(len >= 0);
    value = arena_alloc(r->arena, (size_t)len + 1);
    if ((size_t)len < sizeof(small)) {
        memcpy(value, small, (size_t)len + 1);
    } else {
        va_start(args, format);
        vsnprintf(value, (size_t)len + 1, format, args);
        va_end(args);
    }
    clean(value);
    set(r, name, value);
}

void response_header_text(struct response *r, const char *name, const char *value)
{
    const char *p = value;

    while (*p != '\0' && !is_control(*p))
        p++;
    if (*p != '\0') {
        char *copy = arena_strdup(r->arena, value);

        clean(copy);
        value = copy;
    }
    set(r, name, value);
}

void response_headers_add(struct response *r, const struct header *headers, size_t count)
{
    ASSERT(r->header_count + count <= RESPONSE_HEADERS_MAX);
    memcpy(r->headers + r->header_count, headers, count * sizeof(*headers));
    r->header_count += count;
}

const char *response_header_get(const struct response *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++)
        if (strcasecmp(r->headers[i].name, name) == 0)
            return r->headers[i].value;
    return NULL;
}

void response_text(struct response *r, int status, const char *media_type, const char *text)
{
    r->status = status;
    r->body = text;
    r->body_len = strlen(text);
    response_header_text(r, "Content-Type", media_type);
}

void response_json(struct response *r, int status, json_object *tree)
{
    response_text(r, status, "application/json", json_text(r->arena, tree, false));
}

static void close_file(void *file)
{
    close(((struct response_file *)file)->fd);
}

void response_file(struct response *r, int status, const char *media_type, int fd, int64_t at, int64_t bytes)
{
    struct response_file *file = ARENA_NEW(r->arena, struct response_file);

    *file = (struct response_file){ fd, at, bytes };
    arena_defer(r->arena, close_file, file);
    response_empty(r, status);
    r->file = file;
    response_header(r, "Content-Type", "%s", media_type);
    response_header(r, "Content-Length", "%lld", (long long)bytes);
}

void response_empty(struct response *r, int status)
{
    r->status = status;
    r->body = NULL;
    r->body_len = 0;
}

static size_t head_len(const struct response *r)
{
    size_t len = strlen("Status: 000 \r\n\r\n") + strlen(status_text(r->status));

    for (size_t i = 0; i < r->header_count; i++)
        len += strlen(r->headers[i].name) + strlen(r->headers[i].value) + strlen(": \r\n");
    return len;
}

static void drop_longest(struct response *r)
{
    size_t longest = 0;

    for (size_t i = 1; i < r->header_count; i++)
        if (strlen(r->headers[i].value) > strlen(r->headers[longest].value))
            longest = i;
    log_error("response header %s of %zu bytes left out", r->headers[longest].name,
              strlen(r->headers[longest].value));
    r->headers[longest] = r->headers[--r->header_count];
}

void response_head(struct response *r)
{
    char *out, *at;
    size_t size;

    while (head_len(r) > RESPONSE_HEAD_MAX)
        drop_longest(r);
    size = head_len(r) + 1;
    out = arena_alloc(r->arena, size);
    at = stpcpy(out, "Status: ");
    for (int unit = 100; unit > 0; unit /= 10)
        *at++ = (char)('0' + r->status / unit % 10);
    at = stpcpy(stpcpy(stpcpy(at, " "), status_text(r->status)), "\r\n");
    for (size_t i = 0; i < r->header_count; i++)
        at = stpcpy(stpcpy(stpcpy(stpcpy(at, r->headers[i].name), ": "), r->headers[i].value), "\r\n");
    at = stpcpy(at, "\r\n");
    ASSERT((size_t)(at - out) < size);
    r->head = out;
    r->head_len = (size_t)(at - out);
}
