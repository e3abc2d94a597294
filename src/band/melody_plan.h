/* The form of a tune: what each bar of a section does with the section's motif. Bars go in units of two. */
#ifndef BAND_MELODY_PLAN_H
#define BAND_MELODY_PLAN_H

#include <stdbool.h>

#include "core/random.h"
#include "genre/profile.h"

/* How tunes of a section type differ from the chorus's. */
struct tune_character {
    const char *type;
    double density;      /* factor of the genre's notes a bar */
    int peak;            /* where its climax lies, in semitones from the genre's highest usual note */
    bool is_hook;        /* returns to its first two bars word for word */
    bool is_solo;        /* an improvisation: never recalled */
    double vary;         /* chance that two bars are not as they were, when it comes again */
};

/* The row of a type; the first row when there is none. Never NULL. */
const struct tune_character *tune_character(const char *type);

enum unit_kind {
    UNIT_MOTIF,          /* the motif, on the chords that are there */
    UNIT_SEQUENCE,       /* the motif's steps from another note */
    UNIT_VARIED,         /* its first bar, then something else in its rhythm */
    UNIT_CONTRAST,       /* another rhythm, an answer */
    UNIT_FRAGMENTS,      /* the motif's first bar twice, in sequence */
    UNIT_CLOSE,          /* the motif's first bar, then a long note */
    UNIT_PARALLEL,       /* what was heard four bars before, but closing */
    UNIT_REST,           /* the line's last note rings, then it is silent: somebody answers */
    UNIT_SILENT,
    UNIT_KIND_COUNT
};

enum { UNIT_BARS = 2 };

struct plan_bar {
    enum unit_kind unit;
    int within;          /* 0 or 1: bar of the unit */
    int unit_index;      /* in the section */
    bool ends_phrase;    /* with a rest after it */
    bool ends_section;
    bool is_answer;      /* the phrase's end closes on the tonic (a consequent, the B of A A B) */
};

/* Fills `out` for `bars` bars of a tune in the genre's form. Hooks come back whatever the form. */
void melody_plan(int bars, enum tune_form form, bool is_hook, struct random *random, struct plan_bar *out);

#endif
