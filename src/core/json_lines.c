#include "core/json_lines.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct cursor {
    const char *at, *end;
};

static void space(struct cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r' || *c->at == ',' ||
                              *c->at == ':'))
        c->at++;
}

static void skip_string(struct cursor *c)
{
    for (c->at++; c->at < c->end && *c->at != '"'; c->at++)
        c->at += *c->at == '\\';
    c->at++;
}

/* The text is well-formed: a value ends where the brackets that it opens are closed. */
static void skip_value(struct cursor *c)
{
    int depth = 0;

    space(c);
    do {
        if (*c->at == '"') {
            skip_string(c);
        } else if (*c->at == '{' || *c->at == '[') {
            depth++;
            c->at++;
        } else if (*c->at == '}' || *c->at == ']') {
            depth--;
            c->at++;
        } else {
            while (c->at < c->end && strchr(",:]} \t\r\n", *c->at) == NULL)
                c->at++;
        }
        if (depth > 0)
            space(c);
    } while (depth > 0 && c->at < c->end);
}

/* Does the name in quotes at the cursor equal the pointer's step, in which ~1 stands for / and ~0 for ~? */
static bool is_name(const struct cursor *c, const char *step, size_t len)
{
    const char *at = c->at + 1;

    for (size_t i = 0; i < len; i++, at++) {
        char want = step[i];

        if (want == '~' && i + 1 < len)
            want = step[++i] == '1' ? '/' : '~';
        if (at >= c->end || *at != want)
            return false;
    }
    return at < c->end && *at == '"';
}

static bool enter_object(struct cursor *c, const char *step, size_t len)
{
    for (c->at++, space(c); c->at < c->end && *c->at == '"'; space(c)) {
        bool found = is_name(c, step, len);

        skip_string(c);
        space(c);
        if (found)
            return true;
        skip_value(c);
    }
    return false;
}

static bool enter_array(struct cursor *c, const char *step)
{
    long index = strtol(step, NULL, 10);

    for (c->at++, space(c); c->at < c->end && *c->at != ']'; space(c)) {
        if (index-- == 0)
            return true;
        skip_value(c);
    }
    return false;
}

size_t json_line_of(const char *text, size_t len, const char *pointer)
{
    struct cursor c = { text, text + len }, best;
    size_t line = 1;

    space(&c);
    best = c;
    while (*pointer == '/') {
        const char *step = ++pointer;
        size_t step_len = strcspn(step, "/");

        pointer += step_len;
        if (c.at >= c.end || !(*c.at == '{' ? enter_object(&c, step, step_len) : *c.at == '[' && enter_array(&c, step)))
            break;
        best = c;
    }
    for (const char *at = text; at < best.at; at++)
        line += *at == '\n';
    return line;
}
