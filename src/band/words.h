/* Small change of songs: fragments of lines with their syllables, and words that rhyme. */
#ifndef BAND_WORDS_H
#define BAND_WORDS_H

#include <stddef.h>

enum word_place { WORDS_OPENING, WORDS_MIDDLE, WORDS_ENDING, WORDS_PLACE_COUNT };

/* Syllables of a word are separated by "-", words by a space: "driv-ing through the". */
struct word_fragment {
    int place;          /* enum word_place */
    const char *text;
    int rhyme;          /* endings: those of one number rhyme */
};

extern const struct word_fragment word_fragments[];
extern const size_t word_fragment_count;
enum { RHYME_COUNT = 8 };

/* How many syllables a fragment has. */
int word_syllables(const char *text);

#endif
