/* Sets of instruments: who plays each role when a band is made of strings, of brass, of sound chips. */
#ifndef BAND_PALETTE_H
#define BAND_PALETTE_H

#include <stdbool.h>

#include "song/score.h"

enum { PALETTE_KEEP = -1, PALETTE_REST = -2 };

struct palette {
    const char *name;
    const char *words;                 /* what an instrument list calls it, "|" between them */
    bool is_whole;                     /* nobody else plays; otherwise what the palette keeps stays the genre's */
    int programs[ROLE_COUNT];          /* General MIDI; a kit's number for drums; PALETTE_KEEP or PALETTE_REST */
    int second;                        /* of a second voice below the tune */
};

const struct palette *palette_find(const char *name); /* NULL for none */
bool palette_is_whole(const char *name);

/* The name of the palette that these words stand for as a whole ("strings"); NULL for none. */
const char *palette_named(const char *words);

#endif
