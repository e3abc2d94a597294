/* What the words of a brief mean to a musician: the built-in director's vocabulary, one table. */
#ifndef BAND_LEXICON_H
#define BAND_LEXICON_H

#include <stddef.h>

enum lexeme_kind {
    LEXEME_MOOD,      /* value: the mood's name */
    LEXEME_CHARACTER, /* only its numbers matter */
    LEXEME_ERA,       /* value: "1980s" */
    LEXEME_SHAPE,     /* shape: enum energy_shape */
    LEXEME_VOCALS,    /* vocals: 1 wanted, 0 not */
    LEXEME_METRE,     /* value: "3/4" */
    LEXEME_LENGTH,    /* tempo: factor on the genre's usual length */
    LEXEME_KIND_COUNT
};

struct lexeme {
    const char *phrase;   /* lower case, words separated by a space; a plural s is understood */
    int kind;             /* enum lexeme_kind */
    const char *value;
    double tempo;         /* percent faster (> 0) or slower */
    double energy;        /* added to 0–1 */
    double brightness;
    double density;
    int number;           /* shape or vocals */
};

extern const struct lexeme lexicon[];
extern const size_t lexicon_count;

/* The mood called `name` (a row of LEXEME_MOOD, by phrase or value), or NULL. */
const struct lexeme *lexicon_mood(const char *name);

#endif
