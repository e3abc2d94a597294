#include "band/lexicon.h"

#include <string.h>
#include <strings.h>


enum { SLOTS = 4096, PHRASE_MAX = 80 };

struct lexicon_index {
    const struct lexeme *slots[SLOTS];
};

static const struct lexicon_table *const tables[LEXICON_TABLES] = { &lexicon_moods, &lexicon_scenes, &lexicon_words,
                                                                    &lexicon_structure, &lexicon_endings, &lexicon_delivery };

const struct lexicon_table *lexicon_table(size_t index)
{
    return tables[index];
}

/* FNV-1a, 32 bits. */
static size_t slot_of(const char *text)
{
    unsigned hash = 2166136261u;

    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return (hash ^ hash >> 16) % SLOTS;
}

struct lexicon_index *lexicon_index_make(struct arena *a)
{
    struct lexicon_index *index = ARENA_NEW(a, struct lexicon_index);

    for (size_t t = 0; t < LEXICON_TABLES; t++)
        for (size_t i = 0; i < tables[t]->count; i++) {
            size_t slot = slot_of(tables[t]->rows[i].phrase);

            while (index->slots[slot] != NULL)
                slot = (slot + 1) % SLOTS;
            index->slots[slot] = &tables[t]->rows[i];
        }
    return index;
}

static const struct lexeme *find_exact(const struct lexicon_index *index, const char *phrase)
{
    for (size_t slot = slot_of(phrase); index->slots[slot] != NULL; slot = (slot + 1) % SLOTS)
        if (strcmp(index->slots[slot]->phrase, phrase) == 0)
            return index->slots[slot];
    return NULL;
}

/* Endings of words, and what the word is without them. */
static const struct {
    const char *ending, *instead;
    int comparative;  /* only for words that can be compared */
} endings[] = {
    { "s", "", 0 },      { "es", "", 0 },   { "ly", "", 0 },   { "ily", "y", 0 }, { "ness", "", 0 }, { "iness", "y", 0 },
    { "er", "", 1 },     { "er", "e", 1 },  { "ier", "y", 1 }, { "est", "", 1 },  { "est", "e", 1 }, { "iest", "y", 1 },
    { "gger", "g", 1 },  { "dder", "d", 1 }, { "tter", "t", 1 }, { "y", "e", 0 }, { "ally", "", 0 },
};

static int is_comparable(const struct lexeme *l)
{
    return l->kind == LEXEME_MOOD || l->kind == LEXEME_CHARACTER || l->kind == LEXEME_REGISTER;
}

const struct lexeme *lexicon_find(const struct lexicon_index *index, const char *phrase)
{
    const struct lexeme *found = find_exact(index, phrase);
    size_t len = strlen(phrase);
    char word[PHRASE_MAX + 4];

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]) && found == NULL && len < PHRASE_MAX; i++) {
        size_t end = strlen(endings[i].ending);

        if (len < end + 3 || strcmp(phrase + len - end, endings[i].ending) != 0)
            continue;
        memcpy(word, phrase, len - end);
        memcpy(word + len - end, endings[i].instead, strlen(endings[i].instead) + 1);
        found = find_exact(index, word);
        if (found != NULL && (endings[i].comparative ? !is_comparable(found) : found->kind > LEXEME_SHAPE && end > 1))
            found = NULL;
    }
    return found;
}

const struct lexeme *lexicon_mood(const char *name)
{
    for (size_t i = 0; i < lexicon_moods.count; i++)
        if (lexicon_moods.rows[i].kind == LEXEME_MOOD && strcasecmp(lexicon_moods.rows[i].phrase, name) == 0)
            return &lexicon_moods.rows[i];
    for (size_t i = 0; i < lexicon_moods.count; i++)
        if (lexicon_moods.rows[i].kind == LEXEME_MOOD && strcasecmp(lexicon_moods.rows[i].value, name) == 0)
            return &lexicon_moods.rows[i];
    return NULL;
}
