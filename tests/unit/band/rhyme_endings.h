/* English spellings that sound the same from the last stressed vowel on, typed from the language, not from the program. */
#ifndef TESTS_BAND_RHYME_ENDINGS_H
#define TESTS_BAND_RHYME_ENDINGS_H

#include <stdbool.h>

/* Whether two words, in small letters, are a true rhyme. */
bool words_rhyme(const char *a, const char *b);

/* Whether the list has an ending for the word at all. */
bool has_rhyme_ending(const char *word);

#endif
