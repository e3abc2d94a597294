#include "server/query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "server/text.h"

static const char *decode(struct arena *a, const char *at, size_t len)
{
    char *out = arena_strndup(a, at, len), *to = out;

    for (const char *p = out; *p != '\0'; p++) {
        if (p[0] == '%' && hex_value(p[1]) >= 0 && hex_value(p[2]) >= 0) {
            *to++ = (char)(hex_value(p[1]) * 16 + hex_value(p[2]));
            p += 2;
        } else {
            *to++ = *p == '+' ? ' ' : *p;
        }
    }
    *to = '\0';
    return out;
}

const char *query_get(const struct request *req, const char *name)
{
    size_t name_len = strlen(name);

    for (const char *p = req->query; p != NULL && *p != '\0';) {
        size_t len = strcspn(p, "&");

        if (len > name_len && strncmp(p, name, name_len) == 0 && p[name_len] == '=')
            return decode(req->arena, p + name_len + 1, len - name_len - 1);
        p += len;
        p += *p == '&';
    }
    return NULL;
}

bool query_get_int(const struct request *req, const char *name, int low, int high, int fallback, int *out,
                   struct error *e)
{
    const char *text = query_get(req, name);
    struct problems problems = { .arena = req->arena };
    char *end;
    long value;

    *out = fallback;
    if (text == NULL)
        return true;
    errno = 0;
    value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || value < low || value > high)
        problem_add(&problems, json_pointer_add(req->arena, "", name), "expected an integer from %d to %d",
                    low, high);
    *out = (int)value;
    return problems_none(&problems, "the query", e);
}

int64_t query_get_time(const struct request *req, const char *name, struct problems *problems)
{
    const char *text = query_get(req, name);
    int64_t out = 0;

    if (text != NULL && !clock_parse_ago(text, clock_wall_ms(), &out))
        problem_add(problems, json_pointer_add(req->arena, "", name),
                    "expected a time such as 2026-11-01, 2026-11-01T09:30:00Z, 12h or 7d");
    return out;
}
