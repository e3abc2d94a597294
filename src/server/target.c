#include "server/target.h"

#include <string.h>

#include "server/text.h"

/* One character of a segment, decoded; *p moves past it. -1 when it is not allowed. */
static int take(const char **p, const char *end)
{
    int c = (unsigned char)**p;

    if (c == '%') {
        if (end - *p < 3 || hex_value((*p)[1]) < 0 || hex_value((*p)[2]) < 0)
            return -1;
        c = hex_value((*p)[1]) * 16 + hex_value((*p)[2]);
        *p += 2;
    }
    (*p)++;
    return c < 0x20 || c == 0x7f || c == '/' ? -1 : c;
}

static bool is_segment(const char *at, size_t len, const char *name)
{
    return len == strlen(name) && memcmp(at, name, len) == 0;
}

bool target_parse(const char *raw, struct arena *a, struct target *out, struct error *e)
{
    size_t len = strcspn(raw, "?"), used = 0;
    const char *p = raw, *end = raw + len;
    char *path;

    if (len > TARGET_PATH_MAX)
        return error_set(e, ERROR_INPUT, "the path is longer than %d bytes", TARGET_PATH_MAX);
    if (raw[0] != '/' || memchr(raw, '#', len) != NULL)
        return error_set(e, ERROR_INPUT, "the request target is not a path");
    path = arena_alloc(a, len + 1);
    while (p < end) {
        size_t slash = used;

        path[used++] = '/';
        for (p++; p < end && *p != '/';) {
            int c = take(&p, end);

            if (c < 0)
                return error_set(e, ERROR_INPUT, "the path has an escape or a character that is not allowed");
            path[used++] = (char)c;
        }
        if (is_segment(path + slash + 1, used - slash - 1, "") ||
            is_segment(path + slash + 1, used - slash - 1, ".")) {
            used = slash;
        } else if (is_segment(path + slash + 1, used - slash - 1, "..")) {
            if (slash == 0)
                return error_set(e, ERROR_INPUT, "the path leads above its root");
            used = slash;
            while (path[--used] != '/')
                ;
        }
    }
    if (!utf8_is_valid(path, used))
        return error_set(e, ERROR_INPUT, "the path is not UTF-8");
    out->path = used > 0 ? arena_strndup(a, path, used) : "/";
    out->query = arena_strdup(a, *end == '?' ? end + 1 : "");
    return true;
}
