#include "core/json_scan.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct key {
    uint64_t hash; /* of the text between the quotes */
    size_t start, len;
};

struct scan {
    const char *text;
    size_t at, len;
    int depth;
    const char *fault; /* NULL while all is well */
    struct key *keys;  /* of the objects that are open, innermost last */
    size_t key_count, key_room;
};

static bool value(struct scan *s);

static bool fault(struct scan *s, const char *what)
{
    if (s->fault == NULL)
        s->fault = what;
    return false;
}

static int peek(const struct scan *s)
{
    return s->at < s->len ? (unsigned char)s->text[s->at] : -1;
}

static void space(struct scan *s)
{
    while (s->at < s->len && strchr(" \t\r\n", s->text[s->at]) != NULL && s->text[s->at] != '\0')
        s->at++;
}

static bool hex4(struct scan *s, unsigned *out)
{
    unsigned v = 0;

    for (int i = 0; i < 4; i++, s->at++) {
        int c = peek(s);

        if (c >= '0' && c <= '9')
            v = v * 16 + (unsigned)(c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            v = v * 16 + (unsigned)((c | 32) - 'a') + 10;
        else
            return fault(s, "four hexadecimal digits were expected after \\u");
    }
    *out = v;
    return true;
}

static bool escape(struct scan *s)
{
    unsigned v = 0;

    s->at++;
    if (peek(s) != 'u') {
        if (peek(s) < 1 || strchr("\"\\/bfnrt", peek(s)) == NULL)
            return fault(s, "unknown escape in a string");
        s->at++;
        return true;
    }
    s->at++;
    if (!hex4(s, &v))
        return false;
    if (v == 0)
        return fault(s, "a string must not hold U+0000");
    if (v >= 0xdc00 && v <= 0xdfff)
        return fault(s, "a low surrogate without its high one");
    if (v < 0xd800 || v > 0xdbff)
        return true;
    if (s->len - s->at < 6 || s->text[s->at] != '\\' || s->text[s->at + 1] != 'u')
        return fault(s, "a high surrogate without its low one");
    s->at += 2;
    if (!hex4(s, &v))
        return false;
    return (v >= 0xdc00 && v <= 0xdfff) || fault(s, "a high surrogate without its low one");
}

/* One multi-byte character, by the table of RFC 3629 section 4. */
static bool utf8(struct scan *s)
{
    const unsigned char *t = (const unsigned char *)s->text + s->at;
    size_t left = s->len - s->at, more = t[0] >= 0xf0 ? 3 : t[0] >= 0xe0 ? 2 : 1;
    unsigned low = 0x80, high = 0xbf;

    if (t[0] < 0xc2 || t[0] > 0xf4 || left <= more)
        return fault(s, "not UTF-8");
    if (t[0] == 0xe0)
        low = 0xa0;
    else if (t[0] == 0xed)
        high = 0x9f;
    else if (t[0] == 0xf0)
        low = 0x90;
    else if (t[0] == 0xf4)
        high = 0x8f;
    if (t[1] < low || t[1] > high)
        return fault(s, "not UTF-8");
    for (size_t i = 2; i <= more; i++)
        if (t[i] < 0x80 || t[i] > 0xbf)
            return fault(s, "not UTF-8");
    s->at += more + 1;
    return true;
}

static bool string(struct scan *s)
{
    s->at++;
    for (;;) {
        int c = peek(s);

        if (c < 0)
            return fault(s, "a string has no closing quote");
        if (c == '"') {
            s->at++;
            return true;
        }
        if (c < 0x20)
            return fault(s, "a control character in a string must be escaped");
        if (c == '\\') {
            if (!escape(s))
                return false;
        } else if (c >= 0x80) {
            if (!utf8(s))
                return false;
        } else {
            s->at++;
        }
    }
}

static bool digits(struct scan *s)
{
    size_t start = s->at;

    while (peek(s) >= '0' && peek(s) <= '9')
        s->at++;
    return s->at > start || fault(s, "a digit was expected");
}

static bool number(struct scan *s)
{
    if (peek(s) == '-')
        s->at++;
    if (peek(s) == '0')
        s->at++;
    else if (!digits(s))
        return false;
    if (peek(s) == '.') {
        s->at++;
        if (!digits(s))
            return false;
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        s->at++;
        if (peek(s) == '+' || peek(s) == '-')
            s->at++;
        return digits(s);
    }
    return true;
}

static bool word(struct scan *s, const char *text)
{
    size_t len = strlen(text);

    if (s->len - s->at < len || memcmp(s->text + s->at, text, len) != 0)
        return fault(s, "a JSON value was expected");
    s->at += len;
    return true;
}

static bool key_add(struct scan *s, size_t first, size_t start, size_t len)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)s->text[start + i]) * 0x100000001b3u;
    for (size_t i = first; i < s->key_count; i++)
        if (s->keys[i].hash == hash && s->keys[i].len == len &&
            memcmp(s->text + s->keys[i].start, s->text + start, len) == 0)
            return fault(s, "a name stands twice in one object");
    if (s->key_count - first >= 1000)
        return fault(s, "an object has over 1000 members");
    if (s->key_count == s->key_room) {
        size_t room = s->key_room * 2 + 64;
        struct key *more = realloc(s->keys, room * sizeof(*more));

        if (more == NULL)
            return fault(s, "out of memory");
        s->keys = more;
        s->key_room = room;
    }
    s->keys[s->key_count++] = (struct key){ hash, start, len };
    return true;
}

static bool member(struct scan *s, size_t first)
{
    size_t start;

    space(s);
    start = s->at + 1;
    if (peek(s) != '"')
        return fault(s, "a name in double quotes was expected");
    if (!string(s))
        return false;
    /* Escaped spellings of one name are caught too: a name needs no escape, so an escaped one is refused. */
    if (memchr(s->text + start, '\\', s->at - 1 - start) != NULL)
        return fault(s, "a member's name must not hold escapes");
    if (!key_add(s, first, start, s->at - 1 - start))
        return false;
    space(s);
    if (peek(s) != ':')
        return fault(s, "':' was expected after a name");
    s->at++;
    return value(s);
}

static bool items(struct scan *s, char close, bool (*item)(struct scan *, size_t))
{
    size_t first = s->key_count;

    s->at++;
    space(s);
    if (peek(s) == close) {
        s->at++;
        return true;
    }
    for (;;) {
        if (!item(s, first))
            return false;
        space(s);
        if (peek(s) == close) {
            s->at++;
            s->key_count = first;
            return true;
        }
        if (peek(s) != ',')
            return fault(s, close == '}' ? "',' or '}' was expected" : "',' or ']' was expected");
        s->at++;
    }
}

static bool element(struct scan *s, size_t first)
{
    (void)first;
    return value(s);
}

static bool nested(struct scan *s)
{
    bool ok;

    if (s->depth == 0)
        return fault(s, "nested too deeply");
    s->depth--;
    ok = peek(s) == '{' ? items(s, '}', member) : items(s, ']', element);
    s->depth++;
    return ok;
}

static bool value(struct scan *s)
{
    space(s);
    switch (peek(s)) {
    case '{':
    case '[':
        return nested(s);
    case '"':
        return string(s);
    case 't':
        return word(s, "true");
    case 'f':
        return word(s, "false");
    case 'n':
        return word(s, "null");
    default:
        if (peek(s) == '-' || (peek(s) >= '0' && peek(s) <= '9'))
            return number(s);
        return fault(s, peek(s) < 0 ? "the text ends too early" : "a JSON value was expected");
    }
}

bool json_scan(const char *text, size_t len, int depth, struct error *e)
{
    struct scan s = { .text = text, .len = len, .depth = depth };
    size_t line = 1, column = 1;
    bool ok = value(&s);

    if (ok) {
        space(&s);
        ok = s.at == s.len || fault(&s, "something follows the JSON value");
    }
    free(s.keys);
    if (ok)
        return true;
    for (size_t i = 0; i < s.at && i < len; i++) {
        column = text[i] == '\n' ? 1 : column + 1;
        line += text[i] == '\n';
    }
    return error_set(e, ERROR_INPUT, "line %zu, column %zu: %s", line, column, s.fault);
}
