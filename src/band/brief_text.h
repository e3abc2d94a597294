/* A brief cut into words: lower case, without accents, typographic quotes and dashes made plain, emoji and control
 * characters taken for spaces. Any bytes will do. */
#ifndef BAND_BRIEF_TEXT_H
#define BAND_BRIEF_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"

enum { BRIEF_WORDS_MAX = 2048, BRIEF_PHRASE_WORDS_MAX = 7, BRIEF_PHRASE_SIZE = 96 };

enum word_after { AFTER_SPACE, AFTER_HYPHEN, AFTER_COMMA, AFTER_STOP }; /* what follows: a stop ends a clause */

struct brief_word {
    const char *text;   /* lower case */
    char first;         /* as it was written */
    bool is_capitals;   /* "AABA" */
    enum word_after after;
};

struct brief_text {
    struct brief_word *words;
    size_t count;       /* at most BRIEF_WORDS_MAX; what comes later is not read */
};

void brief_text_read(const char *text, struct arena *a, struct brief_text *out);

/* The `count` words from `at` joined by spaces into `out`. False when there are fewer in the clause: a comma or a stop
 * lies between. */
bool brief_text_phrase(const struct brief_text *t, size_t at, size_t count, char out[BRIEF_PHRASE_SIZE]);

#endif
