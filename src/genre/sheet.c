#include "genre/sheet.h"

#include <string.h>

#include "theory/roman.h"

static bool read_bar(const char *text, size_t len, struct key key, const struct sheet_bar *before,
                     struct sheet_bar *out, struct error *e)
{
    out->count = 0;
    for (size_t at = 0; at < len;) {
        size_t word = strspn(text + at, " ");
        char numeral[ROMAN_TEXT_SIZE];

        at += word;
        word = strcspn(text + at, " |");
        if (at >= len || word == 0)
            break;
        if (word == 1 && text[at] == '%' && before != NULL && out->count == 0) {
            *out = *before;
            return true;
        }
        if (word >= sizeof(numeral) || out->count == SHEET_BAR_CHORDS_MAX)
            return error_set(e, ERROR_INPUT, "'%.60s' is no bar of at most %d numerals", text, SHEET_BAR_CHORDS_MAX);
        memcpy(numeral, text + at, word);
        numeral[word] = '\0';
        if (!roman_parse(numeral, key, &out->chords[out->count], e))
            return false;
        out->count++;
        at += word;
    }
    return out->count > 0 ? true : error_set(e, ERROR_INPUT, "'%.60s' is an empty bar", text);
}

bool sheet_read(const char *text, struct key key, struct sheet *out, struct arena *a, struct error *e)
{
    size_t bars = 1;

    for (const char *c = text; *c != '\0'; c++)
        bars += *c == '|';
    out->bars = ARENA_ARRAY(a, struct sheet_bar, bars);
    out->count = bars;
    for (size_t i = 0; i < bars; i++) {
        size_t len = strcspn(text, "|");

        if (!read_bar(text, len, key, i > 0 ? &out->bars[i - 1] : NULL, &out->bars[i], e))
            return false;
        text += len + (text[len] == '|');
    }
    return true;
}
