#include "formats/xml.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_BYTES = 1 << 16, NUMBER_SIZE = 32 };

static void put(struct xml *x, const char *data, size_t len)
{
    if (x->cap - x->len <= len) {
        size_t cap = x->cap * 2 > x->len + len + 1 ? x->cap * 2 : x->len + len + 1;
        char *grown;

        cap = cap > FIRST_BYTES ? cap : FIRST_BYTES;
        grown = ARENA_ARRAY(x->arena, char, cap);
        if (x->len > 0)
            memcpy(grown, x->text, x->len);
        x->text = grown;
        x->cap = cap;
    }
    memcpy(x->text + x->len, data, len);
    x->len += len;
    x->text[x->len] = '\0';
}

static void put_text(struct xml *x, const char *text)
{
    put(x, text, strlen(text));
}

/* Bytes of the UTF-8 sequence at `s` and its code point; 0 when it is none. */
static size_t utf8_read(const unsigned char *s, uint32_t *code)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xf0 && s[0] < 0xf8 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc0 ? 2 : 0;

    if (len == 0 || s[0] >= 0xf8)
        return 0;
    *code = len == 1 ? s[0] : s[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        *code = *code << 6 | (s[i] & 0x3fu);
    }
    if ((len > 1 && *code < least[len]) || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
        return 0;
    return len;
}

/* What stands for a character that may not stand for itself; NULL when it may. */
static const char *entity_of(uint32_t code, bool in_attribute)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return in_attribute ? "&quot;" : NULL;
    case '\t':
        return in_attribute ? "&#9;" : NULL;
    case '\n':
        return in_attribute ? "&#10;" : NULL;
    case '\r':
        return "&#13;";
    default:
        return code < 0x20 || code == 0xfffe || code == 0xffff ? "" : NULL;
    }
}

/* How many characters of ASCII stand for themselves anywhere. */
static size_t plain_len(const unsigned char *s)
{
    size_t len = 0;

    while (s[len] >= ' ' && s[len] < 0x80 && s[len] != '&' && s[len] != '<' && s[len] != '>' && s[len] != '"')
        len++;
    return len;
}

static void put_escaped(struct xml *x, const char *text, bool in_attribute)
{
    const unsigned char *s = (const unsigned char *)text;

    while (*s != '\0') {
        size_t plain = plain_len(s);
        uint32_t code = 0;
        const char *entity;
        size_t len;

        put(x, (const char *)s, plain);
        s += plain;
        if (*s == '\0')
            return;
        len = utf8_read(s, &code);
        entity = len == 0 ? "\xef\xbf\xbd" : entity_of(code, in_attribute);
        if (entity != NULL)
            put_text(x, entity);
        else
            put(x, (const char *)s, len);
        s += len > 0 ? len : 1;
    }
}

static void tag_close(struct xml *x)
{
    if (x->is_tag_open)
        put(x, ">", 1);
    x->is_tag_open = false;
}

void xml_init(struct xml *x, struct arena *a, int line_depth, const char *doctype)
{
    *x = (struct xml){ .arena = a, .line_depth = line_depth };
    put_text(x, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    if (doctype != NULL) {
        put_text(x, "\n<!DOCTYPE ");
        put_text(x, doctype);
        put(x, ">", 1);
    }
}

void xml_begin(struct xml *x, const char *name)
{
    ASSERT(x->depth < XML_DEPTH_MAX);
    tag_close(x);
    x->names[x->depth++] = name;
    if (x->depth <= x->line_depth)
        put(x, "\n", 1);
    put(x, "<", 1);
    put_text(x, name);
    x->is_tag_open = true;
    x->has_ended = false;
}

void xml_attribute(struct xml *x, const char *name, const char *value)
{
    ASSERT(x->is_tag_open);
    put(x, " ", 1);
    put_text(x, name);
    put(x, "=\"", 2);
    put_escaped(x, value, true);
    put(x, "\"", 1);
}

/* Decimal; most of a document is numbers, and printf takes its time. Returns where it begins in `out`. */
static const char *number_text(int value, char out[NUMBER_SIZE])
{
    unsigned rest = value < 0 ? 0u - (unsigned)value : (unsigned)value;
    char *at = out + NUMBER_SIZE - 1;

    *at = '\0';
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        *--at = '-';
    return at;
}

void xml_attribute_int(struct xml *x, const char *name, int value)
{
    char text[NUMBER_SIZE];

    xml_attribute(x, name, number_text(value, text));
}

void xml_text(struct xml *x, const char *text)
{
    tag_close(x);
    put_escaped(x, text, false);
    x->has_ended = false;
}

void xml_end(struct xml *x)
{
    ASSERT(x->depth > 0);
    x->depth--;
    if (x->is_tag_open) {
        put(x, "/>", 2);
    } else {
        if (x->has_ended && x->depth + 1 < x->line_depth)
            put(x, "\n", 1);
        put(x, "</", 2);
        put_text(x, x->names[x->depth]);
        put(x, ">", 1);
    }
    x->is_tag_open = false;
    x->has_ended = true;
}

void xml_empty(struct xml *x, const char *name)
{
    xml_begin(x, name);
    xml_end(x);
}

void xml_leaf(struct xml *x, const char *name, const char *text)
{
    xml_begin(x, name);
    xml_text(x, text);
    xml_end(x);
}

void xml_leaf_int(struct xml *x, const char *name, int value)
{
    char text[NUMBER_SIZE];

    xml_leaf(x, name, number_text(value, text));
}

void xml_leaf_real(struct xml *x, const char *name, double value)
{
    char text[NUMBER_SIZE];
    size_t len;

    snprintf(text, sizeof(text), "%.2f", value);
    len = strlen(text);
    while (len > 0 && text[len - 1] == '0')
        text[--len] = '\0';
    if (len > 0 && text[len - 1] == '.')
        text[--len] = '\0';
    xml_leaf(x, name, text);
}

const char *xml_finish(struct xml *x, size_t *len)
{
    ASSERT(x->depth == 0);
    put(x, "\n", 1);
    if (len != NULL)
        *len = x->len;
    return x->text;
}
