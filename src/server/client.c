#include "server/client.h"

#include <string.h>

#include "core/address.h"
#include "server/service.h"

/* As CGI variables. */
static const char *const once[] = {
    "HTTP_AUTHORIZATION", "HTTP_X_API_KEY",    "HTTP_IDEMPOTENCY_KEY", "HTTP_ORIGIN",
    "HTTP_HOST",          "HTTP_X_REQUEST_ID", "CONTENT_TYPE",         "CONTENT_LENGTH",
};

static const char *const *all_params(const struct request *req)
{
    static const char *const none[] = { NULL };

    return req->wire.params != NULL ? req->wire.params(req->wire.arg) : none;
}

/* The next address before text[*end], with *end moved before it. False when it is none. Proxies write "192.0.2.1",
 * "192.0.2.1:4711", "2001:db8::1" and "[2001:db8::1]:4711". */
static bool address_before(const char *text, size_t *end, struct arena *a, struct address *out)
{
    size_t begin, stop = *end;
    char *item, *bracket;

    while (stop > 0 && (text[stop - 1] == ' ' || text[stop - 1] == '\t'))
        stop--;
    for (begin = stop; begin > 0 && text[begin - 1] != ','; begin--)
        ;
    *end = begin > 0 ? begin - 1 : 0;
    begin += strspn(text + begin, " \t");
    if (begin >= stop || stop - begin > ADDRESS_TEXT_SIZE + 8)
        return false;
    item = arena_strndup(a, text + begin, stop - begin);
    bracket = item[0] == '[' ? strchr(item, ']') : NULL;
    if (bracket != NULL) {
        *bracket = '\0';
        item++;
    } else if (strchr(item, ':') != NULL && strchr(item, ':') == strrchr(item, ':')) {
        *strchr(item, ':') = '\0';
    }
    return address_parse(item, out);
}

const char *client_address(const struct request *req)
{
    const char *peer = req->wire.param(req->wire.arg, "REMOTE_ADDR"), *list;
    const struct network_list *trusted = &req->service->trusted_proxies;
    char text[ADDRESS_TEXT_SIZE];
    struct address now, next, shown;

    if (peer == NULL || !address_parse(peer, &now))
        return peer != NULL ? peer : "unknown";
    list = request_header(req, "X-Forwarded-For");
    shown = now;
    for (size_t end = list != NULL ? strlen(list) : 0; end > 0 && network_list_has(trusted, &now); now = next) {
        if (!address_before(list, &end, req->arena, &next))
            break;
        if (!address_is_loopback(&next))
            shown = next;
    }
    return arena_strdup(req->arena, address_text(&shown, text));
}

static bool is_header(const char *param)
{
    return strncmp(param, "HTTP_", 5) == 0 || strncmp(param, "CONTENT_", 8) == 0;
}

static bool check_value(const char *param, size_t name_len, struct error *e)
{
    const char *value = param + name_len + 1;
    size_t len = strlen(value);
    int shown = name_len < 60 ? (int)name_len : 60;

    if (len > HEADER_VALUE_MAX)
        return error_set(e, ERROR_HEADERS, "the header %.*s has %zu bytes where %d are allowed", shown, param, len,
                         HEADER_VALUE_MAX);
    for (size_t i = 0; i < len; i++)
        if (((unsigned char)value[i] < 0x20 && value[i] != '\t') || value[i] == 0x7f)
            return error_set(e, ERROR_INPUT, "the header %.*s holds control characters", shown, param);
    return true;
}

bool client_check_headers(const struct request *req, struct error *e)
{
    unsigned seen = 0;

    for (const char *const *p = all_params(req); *p != NULL; p++) {
        const char *end = is_header(*p) ? strchr(*p, '=') : NULL;
        size_t name_len;

        if (end == NULL)
            continue;
        name_len = (size_t)(end - *p);
        if (!check_value(*p, name_len, e))
            return false;
        for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++) {
            if (strlen(once[i]) != name_len || memcmp(once[i], *p, name_len) != 0)
                continue;
            if (seen & (1U << i))
                return error_set(e, ERROR_INPUT, "the header %s came twice", once[i]);
            seen |= 1U << i;
        }
    }
    return true;
}
