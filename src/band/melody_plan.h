/* The form of a tune: what each bar of a section does with the section's motif. Bars go in units of two. */
#ifndef BAND_MELODY_PLAN_H
#define BAND_MELODY_PLAN_H

#include <stdbool.h>

#include "core/random.h"

/* How tunes of a section type differ from the verse's. */
struct tune_character {
    const char *type;
    double density;      /* factor */
    int low, high;       /* semitones added to the genre's register */
    bool is_hook;        /* returns to its first two bars word for word */
    double vary;         /* chance that two bars are not as they were, when it comes again */
};

/* The row of a type; the first row when there is none. Never NULL. */
const struct tune_character *tune_character(const char *type);

enum unit_kind {
    UNIT_MOTIF,          /* the motif, on the chords that are there */
    UNIT_VARIED,         /* its first bar, then something else in its rhythm */
    UNIT_CONTRAST,       /* another rhythm, an answer */
    UNIT_FRAGMENTS,      /* the motif's first bar twice, in sequence */
    UNIT_CLOSE,          /* the motif's first bar, then a long note */
    UNIT_SILENT
};

struct plan_bar {
    enum unit_kind unit;
    int within;          /* 0 or 1: bar of the unit */
    int unit_index;      /* in the section */
    bool ends_phrase;    /* with a rest after it */
    bool ends_section;
};

/* Fills `out` for `bars` bars. */
void melody_plan(int bars, bool is_hook, struct random *random, struct plan_bar *out);

#endif
