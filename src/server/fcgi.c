#include "server/fcgi.h"

#include <fcgiapp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BODY_FIRST_BYTES = 8 * 1024,
    DRAIN_MAX_BYTES = 16 * 1024 * 1024, /* of a body that nobody wants; then the peer may get a reset */
};

struct joined {
    struct joined *next;
    char text[];
};

/* Of a variable "NAME=value". */
struct entry {
    char *at;
    size_t name_len;
};

struct fcgi {
    FCGX_Request request;
    struct entry *entries; /* of request.envp */
    size_t entry_count;
    bool at_end;           /* of the body, or of what can be read of it */
    struct joined *joined; /* values of headers that came more than once */
};

void fcgi_init(void)
{
    FCGX_Init();
}

/* A dozen variables are looked up in each request. */
static bool index_entries(struct fcgi *f)
{
    size_t count = 0;

    while (f->request.envp[count] != NULL)
        count++;
    f->entries = calloc(count + 1, sizeof(*f->entries));
    for (size_t i = 0; f->entries != NULL && i < count; i++) {
        char *entry = f->request.envp[i], *end = strchr(entry, '=');

        if (end != NULL)
            f->entries[f->entry_count++] = (struct entry){ entry, (size_t)(end - entry) };
    }
    return f->entries != NULL;
}

/* FCGX_Accept_r reads from a connection that it finds in ipcFd instead of accepting one. `keepConnection`
 * keeps it from closing that one first; `detached` makes it close without waiting for the peer, and without
 * select(), which overruns its set for descriptors over 1023. tests/unit/server pins these fields. */
struct fcgi *fcgi_open(int fd)
{
    struct fcgi *f = calloc(1, sizeof(*f));

    if (f == NULL || FCGX_InitRequest(&f->request, -1, 0) != 0) {
        free(f);
        close(fd);
        return NULL;
    }
    f->request.keepConnection = 1;
    f->request.detached = 1;
    f->request.ipcFd = fd;
    if (FCGX_Accept_r(&f->request) != 0) {
        FCGX_Free(&f->request, 0);
        free(f);
        return NULL;
    }
    if (index_entries(f))
        return f;
    fcgi_close(f);
    return NULL;
}

int fcgi_fd(const struct fcgi *f)
{
    return f->request.ipcFd;
}

/* The value of an entry of this name, or NULL. */
static char *value_of(const struct entry *entry, const char *name, size_t len)
{
    return entry->name_len == len && memcmp(entry->at, name, len) == 0 ? entry->at + len + 1 : NULL;
}

/* NULL only when out of memory: then there is no such header. */
static const char *join(struct fcgi *f, const char *name, size_t len)
{
    struct joined *out;
    size_t size = 1;

    for (size_t i = 0; i < f->entry_count; i++)
        if (value_of(&f->entries[i], name, len) != NULL)
            size += strlen(f->entries[i].at) - len + 1; /* with ", " in place of "=" and the zero */
    out = calloc(1, sizeof(*out) + size);
    if (out == NULL)
        return NULL;
    for (size_t i = 0; i < f->entry_count; i++) {
        const char *value = value_of(&f->entries[i], name, len);
        size_t used = strlen(out->text);

        if (value != NULL)
            snprintf(out->text + used, size - used, "%s%s", used > 0 ? ", " : "", value);
    }
    out->next = f->joined;
    f->joined = out;
    return out->text;
}

/* Some web servers pass a header that came twice as two variables. Their values are joined, as HTTP has it (RFC 9110,
 * section 5.3): who sends two keys sends none that is right. */
static const char *param(void *arg, const char *name)
{
    struct fcgi *f = arg;
    size_t len = strlen(name);
    const char *out = NULL;

    for (size_t i = 0; i < f->entry_count; i++) {
        const char *value = value_of(&f->entries[i], name, len);

        if (value == NULL)
            continue;
        if (out != NULL && strncmp(name, "HTTP_", 5) == 0)
            return join(f, name, len);
        if (out == NULL)
            out = value;
    }
    return out;
}

static void forget(void *arg, const char *name)
{
    struct fcgi *f = arg;

    for (size_t i = 0; i < f->entry_count; i++) {
        char *value = value_of(&f->entries[i], name, strlen(name));

        if (value != NULL)
            explicit_bzero(value, strlen(value));
    }
}

static void joined_free(struct fcgi *f)
{
    while (f->joined != NULL) {
        struct joined *next = f->joined->next;

        explicit_bzero(f->joined->text, strlen(f->joined->text));
        free(f->joined);
        f->joined = next;
    }
}

/* A body that was cut off ends like a whole one: only the announced length tells. */
static bool check_length(struct fcgi *f, size_t len, struct error *e)
{
    const char *announced = FCGX_GetParam("CONTENT_LENGTH", f->request.envp);

    if (FCGX_GetError(f->request.in) != 0)
        return error_set(e, ERROR_INPUT, "the body ended early, after %zu bytes", len);
    if (announced != NULL && announced[0] != '\0' && strtoull(announced, NULL, 10) != len)
        return error_set(e, ERROR_INPUT, "the body has %zu bytes where %s were announced", len, announced);
    return true;
}

static bool body(void *arg, struct arena *a, size_t max, const char **text, size_t *len, struct error *e)
{
    struct fcgi *f = arg;
    size_t size = BODY_FIRST_BYTES < max ? BODY_FIRST_BYTES : max, used = 0;
    char *buffer = arena_alloc(a, size + 2);

    for (;;) {
        size_t want = size + 1 - used; /* one more than fits, to see the end */
        int got = FCGX_GetStr(buffer + used, (int)want, f->request.in);
        char *larger;

        used += (size_t)got;
        if ((size_t)got < want)
            break;
        if (size == max)
            return error_set(e, ERROR_TOO_LARGE,
                             "the body is larger than the %zu bytes that this route takes", max);
        size = 2 * size < max ? 2 * size : max;
        larger = arena_alloc(a, size + 2);
        memcpy(larger, buffer, used);
        buffer = larger;
    }
    f->at_end = true;
    buffer[used] = '\0';
    *text = buffer;
    *len = used;
    return check_length(f, used, e);
}

static const char *const *params(void *arg)
{
    struct fcgi *f = arg;

    return (const char *const *)f->request.envp;
}

struct wire fcgi_wire(struct fcgi *f)
{
    return (struct wire){ .param = param, .body = body, .forget = forget, .arg = f, .params = params };
}

/* What is unread at close resets the connection, and the web server may then lose the answer. */
static void drain(struct fcgi *f)
{
    char waste[8192];
    size_t total = 0;

    while (!f->at_end && total < DRAIN_MAX_BYTES) {
        int got = FCGX_GetStr(waste, sizeof(waste), f->request.in);

        total += (size_t)got;
        f->at_end = (size_t)got < sizeof(waste);
    }
}

bool fcgi_answer(struct fcgi *f, const char *head, size_t head_len, const char *text, size_t text_len)
{
    drain(f);
    /* Not flushed: closing sends the rest together with the end of the request, in one write. */
    return FCGX_PutStr(head, (int)head_len, f->request.out) == (int)head_len &&
           (text_len == 0 || FCGX_PutStr(text, (int)text_len, f->request.out) == (int)text_len);
}

bool fcgi_write(struct fcgi *f, const char *data, size_t len)
{
    return FCGX_PutStr(data, (int)len, f->request.out) == (int)len && FCGX_FFlush(f->request.out) == 0;
}

uint16_t fcgi_begin_stream(struct fcgi *f)
{
    drain(f);
    return (uint16_t)f->request.requestId;
}

/* So that no key outlives its request in the heap. */
static void wipe_credentials(struct fcgi *f)
{
    forget(f, "HTTP_AUTHORIZATION");
    forget(f, "HTTP_X_API_KEY");
}

void fcgi_close(struct fcgi *f)
{
    int fd = f->request.ipcFd;

    wipe_credentials(f);
    FCGX_FClose(f->request.err);
    FCGX_FClose(f->request.out);
    FCGX_Free(&f->request, 0);
    close(fd);
    joined_free(f);
    free(f->entries);
    free(f);
}
