/* Beginnings of tunes that everybody knows, so that a song does not come out as one of them by chance. */
#ifndef BAND_INCIPITS_H
#define BAND_INCIPITS_H

#include <stddef.h>

#include "song/timeline.h"

enum { INCIPIT_NOTES_MAX = 15 };

struct incipit {
    const char *name;
    int count;                                  /* of notes, 7 at least */
    signed char pitches[INCIPIT_NOTES_MAX];     /* semitones from some note of the tune */
    unsigned char lengths[INCIPIT_NOTES_MAX];   /* from onset to onset, in any unit; the last is not compared; all 0: any rhythm */
};
extern const struct incipit incipits[];         /* incipits_known.c */
extern const size_t incipit_count;

/* The longest run of notes in a tune that goes like the beginning of a known one: the same intervals and the same
 * proportions of time from onset to onset; of a tune known by its intervals all of them, within one line. Returns its length
 * in notes and, in *name unless NULL, the tune's name; 0 and NULL when not even four notes agree. */
size_t incipit_longest(const struct timeline_note *notes, size_t count, const char **name);

#endif
