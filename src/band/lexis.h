/* The words that songs are made of: how they divide into syllables, which of them are stressed, and what rhymes. */
#ifndef BAND_LEXIS_H
#define BAND_LEXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

struct lexis_row {
    const char *rhyme;  /* "ay-t"; NULL: these words rhyme with nothing here */
    const char *words;  /* "NIGHT to-NIGHT ~you the" */
};
extern const struct lexis_row lexis_rows[];
extern const size_t lexis_row_count;
extern const char *const lexis_homophones[]; /* "see sea" */
extern const size_t lexis_homophone_count;

enum lexis_stress { STRESS_NONE, STRESS_EITHER, STRESS_FULL };

struct lexis_word {
    const char *marked;  /* in the table: "to-NIGHT" and what follows it */
    uint8_t marked_len, syllables;
    uint8_t strong, either; /* masks: bit n is the nth syllable */
    uint16_t hash;       /* part of it, to tell words apart fast */
    int16_t rhyme;       /* index of its row; -1: rhymes with nothing */
    uint16_t marks;      /* whatever the reader of the lexis marks words with; 0 at first */
};

struct lexis;

/* Reads the table into `a`. Never NULL. */
struct lexis *lexis_new(struct arena *a);

/* The word of `len` characters at `text`, in any case; NULL when it is not known. */
const struct lexis_word *lexis_find(const struct lexis *l, const char *text, size_t len);

/* Sets bits of the marks of each of the words that the lexis knows. */
void lexis_mark(struct lexis *l, const char *const *words, size_t count, unsigned bits);

/* The syllables of a word, in `lengths` (letters each) and `stress` (enum lexis_stress), at most `most`; how many. */
int lexis_syllables(const struct lexis_word *w, int *lengths, int *stress, int most);

/* True rhyme: the same sound from the stressed vowel on, another sound before it ("way" and "away" do not rhyme). */
bool lexis_rhymes(const struct lexis_word *a, const struct lexis_word *b);

#endif
