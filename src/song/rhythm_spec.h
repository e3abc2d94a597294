/* The groove: the composer's third document, explicit and editable, played exactly as it is given. Lines are in the
 * notation of song/steps.h. */
#ifndef SONG_RHYTHM_SPEC_H
#define SONG_RHYTHM_SPEC_H

#include "core/fields.h"
#include "song/steps.h"
#include "theory/metre.h"

/* What one part plays in a section; its lines are repeated to the section's end. */
struct rhythm_part {
    const char *part;              /* id of a part of the score */
    int notation;                  /* enum notation */
    const char *pattern;           /* name of the genre's pattern it comes from, for people; NULL: none */
    LIST_OF(const char *) lines;   /* drums: one for each instrument; others: one */
};

/* A drummer leaves his lines and plays this at the end of a bar. Without lines every drummer rests there. */
struct rhythm_fill {
    const char *part;              /* id of the part that plays it; NULL: the kit (the first part with drum lines) */
    int bar;                       /* 1-based, within the section */
    double beats;                  /* quarter notes before the end of that bar */
    LIST_OF(const char *) lines;   /* NOTATION_DRUMS, as long as the fill */
};

struct rhythm_section {
    const char *label;             /* a section's label in arrangement_spec, or a section type: all of that type */
    int crash;                     /* a crash on the first downbeat */
    LIST_OF(struct rhythm_part) parts;
    LIST_OF(struct rhythm_fill) fills;
};

struct rhythm_spec {
    const char *created_at, *updated_at, *id, *song_id;
    struct metre metre;            /* member "time_signature": what the lines are written in */
    double swing_percent;          /* where the second of a pair of notes falls: 50 straight, 66.7 triplets */
    int swing_unit;                /* 8 or 16: the notes that pair up */
    double humanise;               /* 0 machine, 1 as played */
    LIST_OF(struct rhythm_section) sections;
};

extern const struct fields rhythm_spec_fields;

/* The section called `label`, else the one that names the type, else NULL. */
const struct rhythm_section *rhythm_section_find(const struct rhythm_spec *r, const char *label, const char *type);
const struct rhythm_part *rhythm_part_find(const struct rhythm_section *s, const char *part);

/* The fill that `part`, one with drum lines, plays at the end of the section's bar (1-based), or NULL. Rests for
 * everybody go first. */
const struct rhythm_fill *rhythm_fill_find(const struct rhythm_section *s, const char *part, int bar);

#endif
