#include "band/brief_text.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/* U+00C0 … U+017F without their accents; "." for what is no letter. */
static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOO.OUUUUYTsaaaaaaaceeeeiiiidnooooo.ouuuuyty"
                            "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
                            "lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/* One code point; a byte that begins none is itself. */
static uint32_t code_point(const char *text, size_t *len)
{
    unsigned char c = (unsigned char)*text;
    size_t more = c >= 0xf0 && c < 0xf8 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
    uint32_t value = more == 0 ? c : c & (0x3fu >> more);

    *len = 1;
    for (size_t i = 1; i <= more; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return ' ';
        value = value << 6 | ((unsigned char)text[i] & 0x3f);
    }
    *len = more + 1;
    return value;
}

/* What stands for a code point: letters and digits, marks of clauses, ' for quotes, space for the rest; 1 for letters
 * of other scripts, whose bytes are kept. */
static char plain(uint32_t c)
{
    if (c < 0x80)
        return c < ' ' && c != '\n' ? ' ' : (char)c;
    if (c >= 0xc0 && c - 0xc0 < sizeof(latin) - 1)
        return latin[c - 0xc0] == '.' ? ' ' : latin[c - 0xc0];
    if (c == 0x2018 || c == 0x2019 || c == 0x02bc || c == 0xb4)
        return '\'';
    if (c == 0x2013 || c == 0x2014 || c == 0x2192 || c == 0x3001 || c == 0xff0c)
        return ',';
    if (c == 0x2010 || c == 0x2011)
        return '-';
    if (c == 0x2026 || c == 0x3002)
        return '.';
    if (c == 0x266d)
        return 'b';
    if (c == 0x266f)
        return '#';
    if (c < 0xc0 || (c >= 0x2000 && c < 0x2c00) || (c >= 0x3000 && c < 0x3040) || (c >= 0xfe00 && c < 0xfe10) ||
        (c >= 0xff00 && c < 0xff10) || c >= 0x1f000)
        return ' ';
    return 1;
}

static char *plain_text(const char *text, struct arena *a)
{
    char *out = arena_alloc(a, strlen(text) + 1);
    size_t n = 0;

    while (*text != '\0') {
        size_t len;
        char c = plain(code_point(text, &len));

        if (c == 1) {
            memcpy(out + n, text, len);
            n += len;
        } else {
            out[n++] = c;
        }
        text += len;
    }
    out[n] = '\0';
    return out;
}

/* Points, colons and strokes belong to a number ("6/8"), an apostrophe to a word. */
static bool is_in_word(const char *text, size_t at)
{
    char c = text[at];
    bool after_digit = at > 0 && isdigit((unsigned char)text[at - 1]);

    if (isalnum((unsigned char)c) || (c & 0x80) != 0 || c == '#')
        return true;
    if (c == '\'')
        return at > 0 && isalnum((unsigned char)text[at - 1]) && isalnum((unsigned char)text[at + 1]);
    return (c == '.' || c == ':' || c == '/') && after_digit && isdigit((unsigned char)text[at + 1]);
}

static enum word_after mark_of(char c, char next)
{
    if (c != '\0' && strchr(".;!?:\n", c) != NULL)
        return AFTER_STOP;
    if (c == ',' || c == '(' || c == ')' || c == '/' || c == '>' || c == '|' || c == '+' || (c == '-' && next == ' '))
        return AFTER_COMMA;
    return c == '-' || c == '_' ? AFTER_HYPHEN : AFTER_SPACE;
}

static void add_word(struct brief_text *t, char *text, size_t len, struct arena *a)
{
    char *word = arena_strndup(a, text, len);
    struct brief_word *out = &t->words[t->count++];

    *out = (struct brief_word){ .text = word, .first = word[0], .is_capitals = len > 1 };
    for (char *c = word; *c != '\0'; c++) {
        out->is_capitals &= *c >= 'A' && *c <= 'Z';
        *c = (char)tolower((unsigned char)*c);
    }
}

void brief_text_read(const char *text, struct arena *a, struct brief_text *out)
{
    char *at = plain_text(text, a);
    size_t room = strlen(at) / 2 + 1;

    out->words = ARENA_ARRAY(a, struct brief_word, room < BRIEF_WORDS_MAX ? room : BRIEF_WORDS_MAX);
    out->count = 0;
    while (*at != '\0') {
        size_t len = 0;

        while (at[len] != '\0' && is_in_word(at, len))
            len++;
        if (len > 0 && out->count == BRIEF_WORDS_MAX)
            return;
        if (len > 0) {
            add_word(out, at, len, a);
        } else {
            enum word_after mark = mark_of(*at, at[1]);

            if (out->count > 0 && mark > out->words[out->count - 1].after)
                out->words[out->count - 1].after = mark;
            len = 1;
        }
        at += len;
    }
}

bool brief_text_phrase(const struct brief_text *t, size_t at, size_t count, char out[BRIEF_PHRASE_SIZE])
{
    size_t n = 0;

    if (count == 0 || at + count > t->count)
        return false;
    for (size_t i = at; i < at + count; i++) {
        size_t len = strlen(t->words[i].text);

        if (n + len + 2 > BRIEF_PHRASE_SIZE || (i + 1 < at + count && t->words[i].after >= AFTER_COMMA))
            return false;
        memcpy(out + n, t->words[i].text, len);
        n += len;
        out[n++] = i + 1 < at + count ? ' ' : '\0';
    }
    return true;
}
