/* A fragment of the tables as the tune sees it: syllables, stresses, word boundaries, rhyme. */
#ifndef BAND_LYRIC_PHRASE_H
#define BAND_LYRIC_PHRASE_H

#include <stdint.h>

#include "band/lexis.h"
#include "band/lyric_table.h"

enum { LYRIC_PHRASE_SYLLABLES_MAX = 16 };

/* Bit n of a mask is syllable n. */
struct lyric_phrase {
    const struct fragment *of;
    int syllables;
    uint32_t strong;                /* stressed; what is neither strong nor weak may be either */
    uint32_t weak;
    uint32_t falls;                 /* stressed, and the next of the word is not */
    uint32_t rises;                 /* stressed, and the one before in the word is not */
    uint32_t starts;                /* begin a word */
    uint32_t soft;                  /* begin a word that one may breathe before */
    const struct lexis_word *last;  /* its last word, NULL when the lexis does not know it; first: its first */
    const struct lexis_word *first;
    uint64_t words;                 /* a bit for each word that carries meaning, by hash */
    bool begins_with_preposition, ends_with_preposition;
    bool says_i, says_you;
    bool begins_with_person;        /* "I", "we'll": an adverbial may come before it */
    bool is_statement;              /* neither a question nor a command: "I know" may come before it */
    bool is_image;                  /* one of the genre's, sung before a comma */
    int distance;                   /* cost of choosing it: farther from the song's theme */
    int used;                       /* lines of this song that have it */
    int stanza;                     /* the last section that has it, from 1 */
    int offered;                    /* the last section it may stand in; -n: in section n if need be */
};

/* Marks the lexis for the two readers below: call it once, before them. */
void lyric_phrase_prepare(struct lexis *l);

/* False when the lexis lacks a word of it, or it is too long. */
bool lyric_phrase_read(const struct lexis *l, const struct fragment *f, struct lyric_phrase *out);

/* An image of a genre ("through the ne-on light"): it says its own syllables; a word that the lexis lacks is stressed on
 * the first of them. */
bool lyric_phrase_read_image(const struct lexis *l, const struct fragment *f, struct lyric_phrase *out);

/* Calls `each` for every syllable: its letters in the text, and whether the word goes on after it. */
void lyric_phrase_spell(const struct lexis *l, const struct lyric_phrase *p,
                        void (*each)(void *arg, const char *letters, size_t len, bool goes_on), void *arg);

#endif
