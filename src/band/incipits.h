/* Beginnings of tunes that everybody knows, so that a song does not come out as one of them by chance. */
#ifndef BAND_INCIPITS_H
#define BAND_INCIPITS_H

#include <stddef.h>

#include "song/timeline.h"

/* The longest run of notes in a tune that goes like the beginning of a known one: the same intervals and the same
 * proportions of time from onset to onset. Returns its length in notes and, in *name unless NULL, the tune's name; 0 and
 * NULL when not even four notes agree. */
size_t incipit_longest(const struct timeline_note *notes, size_t count, const char **name);

#endif
