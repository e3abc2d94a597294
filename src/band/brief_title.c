#include "band/brief_title.h"

#include <ctype.h>
#include <string.h>

enum { TITLE_MAX_BYTES = 60, LONGEST_WORD = 56, TITLE_MAX_WORDS = 6, TITLE_GOOD_WORDS = 3 };

/* Words before the matter: what a person says to the one who takes the order. */
static const char preamble[] = "|please|can|could|would|you|i|i'd|we|we'd|need|want|like|looking|for|give|me|us|make|create|compose|"
                               "write|generate|produce|a|an|the|some|to|have|song|track|piece|music|tune|bed|theme|of|about|that|"
                               "is|which|with|something|kind|sort|in|and|just|only|starts|begins|builds|use|second|seconds|"
                               "minute|minutes|bar|bars|bpm|key|";

/* Words that no title ends with, and that it writes small. */
static const char small[] = "|a|an|the|of|for|in|on|at|to|and|or|but|with|by|from|about|under|into|that|is|as|no|not|very|my|"
                            "our|your|its|then|so|over|";

/* Words that begin what is no longer the matter: directions to the players. */
static const char stops[] = "|at|with|without|no|not|led|featuring|in|around|starts|builds|ends|bpm|using|that|please|don't|loop|"
                            "loopable|fades|drums|";

struct word {
    const char *text;
    size_t len;
    char after;            /* the mark behind it: ' ', ',' or '.' for the end of a sentence */
};

static bool is_listed(const struct word *w, const char *list)
{
    char key[TITLE_MAX_BYTES];

    if (w->len + 3 > sizeof(key))
        return false;
    key[0] = '|';
    for (size_t i = 0; i < w->len; i++)
        key[i + 1] = (char)tolower((unsigned char)w->text[i]);
    key[w->len + 1] = '|';
    key[w->len + 2] = '\0';
    return strstr(list, key) != NULL;
}

static bool is_in_word(unsigned char c)
{
    return isalnum(c) || c >= 0x80 || c == '\'' || c == '-' || c == '#' || c == '&';
}

/* The next word of `*text`, which moves behind it. */
static bool next_word(const char **text, struct word *out)
{
    const char *at = *text;

    while (*at != '\0' && !is_in_word((unsigned char)*at))
        at++;
    out->text = at;
    while (is_in_word((unsigned char)*at))
        at++;
    out->len = (size_t)(at - out->text);
    out->after = *at == '\0' || strchr(".;!?:\n", *at) != NULL ? '.' : strchr(",()/", *at) != NULL ? ',' : ' ';
    *text = at;
    return out->len > 0;
}

static void add_word(char *out, size_t *len, const struct word *w, bool first)
{
    bool is_small = !first && is_listed(w, small);

    memcpy(out + *len, w->text, w->len);
    for (size_t i = 0; i < w->len && !is_small; i++)
        if ((i == 0 || w->text[i - 1] == '-') && (unsigned char)w->text[i] < 0x80)
            out[*len + i] = (char)toupper((unsigned char)w->text[i]);
    *len += w->len;
}

/* A clause that has been enough: a full stop, or a comma after three words; adjectives before a comma go on. */
static bool ends_title(const struct word *w, int count)
{
    return w->after == '.' || (w->after == ',' && count >= TITLE_GOOD_WORDS);
}

static size_t write_title(const struct word *words, int count, char *out)
{
    size_t len = 0;

    while (count > 1 && is_listed(&words[count - 1], small))
        count--;
    for (int i = 0; i < count; i++) {
        if (len > 0 && words[i - 1].after == ',')
            out[len++] = ',';
        if (len > 0)
            out[len++] = ' ';
        add_word(out, &len, &words[i], len == 0);
    }
    return len;
}

const char *brief_title(const char *brief, struct arena *a)
{
    struct word words[TITLE_MAX_WORDS], w;
    char *out = arena_alloc(a, TITLE_MAX_BYTES * 2);
    size_t bytes = 0;
    int count = 0;

    while (count < TITLE_MAX_WORDS && next_word(&brief, &w)) {
        bool has_digit = isdigit((unsigned char)w.text[0]) != 0;

        if (count == 0 && (is_listed(&w, preamble) || (has_digit && w.len < 4)))
            continue;
        if (count == 0 && w.len > LONGEST_WORD) /* a script without spaces: whole characters of it */
            w.len = LONGEST_WORD;
        while (w.len > 0 && ((unsigned char)w.text[w.len] & 0xc0) == 0x80)
            w.len--;
        if (w.len + bytes + 2 > TITLE_MAX_BYTES || (count > 0 && (is_listed(&w, stops) || has_digit)))
            break;
        words[count++] = w;
        bytes += w.len + 2;
        if (ends_title(&w, count))
            break;
    }
    out[write_title(words, count, out)] = '\0';
    return count > 0 ? out : "Untitled";
}
