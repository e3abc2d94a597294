#include "band/lexis.h"

#include <string.h>

#include "core/error.h"

enum { SLOTS = 2048, WORDS_MAX = SLOTS * 3 / 4, SYLLABLE_MAX = 16 }; /* SLOTS: a power of two */
#define FNV_BASIS 2166136261u

struct lexis {
    struct lexis_word words[SLOTS]; /* open addressing */
    size_t count;
};

static bool is_mark(char c)
{
    return c == '-' || c == '~';
}

/* Of letters and apostrophes, which is all that words are made of here. */
static char small(char c)
{
    return (char)(c | 0x20);
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static uint32_t hash_step(uint32_t hash, char c)
{
    return (hash ^ (uint8_t)small(c)) * 16777619u; /* FNV-1a */
}

static uint16_t hash_part(uint32_t hash)
{
    return (uint16_t)(hash >> 16);
}

static bool is_word(const struct lexis_word *w, const char *text, size_t len)
{
    size_t at = 0;

    for (size_t i = 0; i < w->marked_len; i++) {
        if (is_mark(w->marked[i]))
            continue;
        if (at == len || small(w->marked[i]) != small(text[at]))
            return false;
        at++;
    }
    return at == len;
}

static void add(struct lexis *l, const char *marked, size_t len, int rhyme)
{
    struct lexis_word w = { .marked = marked, .marked_len = (uint8_t)len, .syllables = 1, .rhyme = (int16_t)rhyme };
    uint32_t hash = FNV_BASIS, slot, bit = 1;

    for (size_t i = 0; i < len; i++) {
        if (marked[i] == '-') {
            w.syllables++;
            bit <<= 1;
        } else if (marked[i] == '~') {
            w.either = (uint8_t)(w.either | bit);
        } else {
            hash = hash_step(hash, marked[i]);
            if (is_capital(marked[i]))
                w.strong = (uint8_t)(w.strong | bit);
        }
    }
    w.hash = hash_part(hash);
    ASSERT(++l->count <= WORDS_MAX && w.syllables <= 8);
    for (slot = hash % SLOTS; l->words[slot].marked != NULL; slot = (slot + 1) % SLOTS)
        ;
    l->words[slot] = w;
}

struct lexis *lexis_new(struct arena *a)
{
    struct lexis *l = ARENA_NEW(a, struct lexis);

    for (size_t i = 0; i < lexis_row_count; i++) {
        const char *at = lexis_rows[i].words;

        while (*at != '\0') {
            size_t len = strcspn(at, " ");

            add(l, at, len, lexis_rows[i].rhyme != NULL ? (int)i : -1);
            at += len + (at[len] == ' ');
        }
    }
    return l;
}

static uint32_t slot_of(const struct lexis *l, const char *text, size_t len)
{
    uint32_t hash = FNV_BASIS, slot;

    for (size_t i = 0; i < len; i++)
        hash = hash_step(hash, text[i]);
    for (slot = hash % SLOTS; l->words[slot].marked != NULL; slot = (slot + 1) % SLOTS)
        if (l->words[slot].hash == hash_part(hash) && is_word(&l->words[slot], text, len))
            break;
    return slot;
}

const struct lexis_word *lexis_find(const struct lexis *l, const char *text, size_t len)
{
    const struct lexis_word *w = &l->words[slot_of(l, text, len)];

    return w->marked != NULL ? w : NULL;
}

void lexis_mark(struct lexis *l, const char *const *words, size_t count, unsigned bits)
{
    for (size_t i = 0; i < count; i++) {
        struct lexis_word *w = &l->words[slot_of(l, words[i], strlen(words[i]))];

        if (w->marked != NULL)
            w->marks = (uint16_t)(w->marks | bits);
    }
}

int lexis_syllables(const struct lexis_word *w, int *lengths, int *stress, int most)
{
    int count = 0, letters = 0;
    int strength = STRESS_NONE;

    for (size_t i = 0; i <= w->marked_len; i++) {
        char c = i < w->marked_len ? w->marked[i] : '-';

        if (c == '-' && count < most) {
            lengths[count] = letters;
            stress[count++] = strength;
            letters = 0;
            strength = STRESS_NONE;
        } else if (c == '~') {
            strength = STRESS_EITHER;
        } else if (c != '-') {
            if (is_capital(c))
                strength = STRESS_FULL;
            letters++;
        }
    }
    return count;
}

/* The syllable that rhymes begin in, in small letters: the last stressed one, or the last. */
static void stressed_syllable(const struct lexis_word *w, char out[SYLLABLE_MAX])
{
    size_t begin = 0, len = 0;

    for (size_t i = 0; i < w->marked_len; i++)
        if ((i == 0 || w->marked[i - 1] == '-') && (is_capital(w->marked[i]) || w->syllables == 1))
            begin = i;
    for (size_t i = begin; i < w->marked_len && w->marked[i] != '-' && len + 1 < SYLLABLE_MAX; i++)
        if (w->marked[i] != '~')
            out[len++] = small(w->marked[i]);
    out[len] = '\0';
}

static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);

    for (const char *at = list; *at != '\0';) {
        size_t part = strcspn(at, " ");

        if (part == len && strncmp(at, word, len) == 0)
            return true;
        at += part + (at[part] == ' ');
    }
    return false;
}

bool lexis_rhymes(const struct lexis_word *a, const struct lexis_word *b)
{
    char x[SYLLABLE_MAX], y[SYLLABLE_MAX];

    if (a == NULL || b == NULL || a->rhyme < 0 || a->rhyme != b->rhyme)
        return false;
    stressed_syllable(a, x);
    stressed_syllable(b, y);
    if (strcmp(x, y) == 0)
        return false;
    for (size_t i = 0; i < lexis_homophone_count; i++)
        if (has_word(lexis_homophones[i], x) && has_word(lexis_homophones[i], y))
            return false;
    return true;
}
