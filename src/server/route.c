#include "server/route.h"

#include <string.h>

struct part {
    const char *at;
    size_t len;
};

/* The segment that begins after the slash at *p, and moves *p to the next slash or the end. */
static struct part next(const char **p)
{
    struct part out = { *p + 1, strcspn(*p + 1, "/") };

    *p = out.at + out.len;
    return out;
}

static bool is_param(struct part s)
{
    return s.len > 2 && s.at[0] == '{' && s.at[s.len - 1] == '}';
}

static bool matches(const char *pattern, const char *path, struct part params[REQUEST_PARAMS_MAX])
{
    size_t count = 0;

    while (*pattern != '\0' && *path != '\0') {
        struct part want = next(&pattern), got = next(&path);

        if (is_param(want)) {
            ASSERT(count < REQUEST_PARAMS_MAX);
            params[count++] = got;
        } else if (want.len != got.len || memcmp(want.at, got.at, got.len) != 0) {
            return false;
        }
    }
    return *pattern == *path;
}

static bool answers(const struct route *r, enum method method)
{
    return r->method == method || (r->method == METHOD_GET && method == METHOD_HEAD);
}

const struct route *route_find(const struct route *routes, size_t count, enum method method, const char *path,
                               struct arena *a, const char *params[REQUEST_PARAMS_MAX], const char **allow)
{
    struct part found[REQUEST_PARAMS_MAX];

    memset(found, 0, sizeof(found));
    *allow = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct route *r = &routes[i];

        if (!matches(r->pattern, path, found))
            continue;
        if (answers(r, method)) {
            for (size_t k = 0; k < REQUEST_PARAMS_MAX; k++)
                params[k] = found[k].at != NULL ? arena_strndup(a, found[k].at, found[k].len) : NULL;
            return r;
        }
        *allow = arena_printf(a, "%s%s%s%s", *allow != NULL ? *allow : "", *allow != NULL ? ", " : "",
                              method_names[r->method], r->method == METHOD_GET ? ", HEAD" : "");
    }
    if (*allow != NULL)
        *allow = arena_printf(a, "%s, OPTIONS", *allow);
    return NULL;
}

int route_param_index(const struct route *r, const char *name)
{
    const char *p = r->pattern;

    for (int index = 0; *p != '\0';) {
        struct part s = next(&p);

        if (!is_param(s))
            continue;
        if (s.len == strlen(name) + 2 && memcmp(s.at + 1, name, s.len - 2) == 0)
            return index;
        index++;
    }
    return -1;
}
