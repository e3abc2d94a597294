#include "server/range.h"

#include <string.h>
#include <strings.h>

/* Weak comparison: for If-None-Match the W/ does not count. */
static bool tags_have(const char *tags, const char *etag)
{
    size_t len = strlen(etag);

    for (const char *at = tags; at != NULL && *at != '\0';) {
        at += strspn(at, " \t,");
        if (at[0] == '*')
            return true;
        if (strncmp(at, "W/", 2) == 0)
            at += 2;
        if (strncmp(at, etag, len) == 0 && (at[len] == '\0' || strchr(" \t,", at[len]) != NULL))
            return true;
        if (*at == '"')
            at += 1 + strcspn(at + 1, "\"");
        at += strcspn(at, ",");
    }
    return false;
}

/* Digits up to a number that no file has; -1 when there are none. */
static int64_t take_number(const char **at)
{
    int64_t value = 0;
    bool any = false;

    for (; **at >= '0' && **at <= '9'; (*at)++, any = true)
        value = value > INT64_MAX / 20 ? value : value * 10 + (**at - '0');
    return any ? value : -1;
}

/* False: malformed, or more than one. *last is -1 for the end of the file; *first -1 for the last `last` bytes. */
static bool parse(const char *text, int64_t *first, int64_t *last)
{
    static const char unit[] = "bytes=";

    if (strncasecmp(text, unit, sizeof(unit) - 1) != 0)
        return false;
    text += sizeof(unit) - 1;
    text += strspn(text, " \t");
    *first = take_number(&text);
    if (*text++ != '-')
        return false;
    *last = take_number(&text);
    text += strspn(text, " \t");
    return *text == '\0' && (*first >= 0 || *last >= 0) && (*first < 0 || *last < 0 || *first <= *last);
}

struct range range_of(const struct request *req, const char *etag, int64_t size)
{
    struct range out = { .verdict = RANGE_WHOLE, .bytes = size };
    const char *none = request_header(req, "If-None-Match"), *range = request_header(req, "Range");
    const char *only_if = request_header(req, "If-Range");
    int64_t first, last;

    if (none != NULL && tags_have(none, etag)) {
        out.verdict = RANGE_NOT_MODIFIED;
        return out;
    }
    if (range == NULL || req->method != METHOD_GET || (only_if != NULL && strcmp(only_if, etag) != 0) ||
        !parse(range, &first, &last))
        return out;
    if (first < 0) { /* the last so many */
        first = last < size ? size - last : 0;
        if (last == 0)
            first = size;
        last = size - 1;
    }
    if (last < 0 || last >= size)
        last = size - 1;
    if (first >= size) {
        out.verdict = RANGE_UNSATISFIABLE;
        return out;
    }
    return (struct range){ .verdict = RANGE_PART, .first = first, .bytes = last - first + 1 };
}
