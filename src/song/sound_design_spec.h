/* The instruments: the sound designer's document. */
#ifndef SONG_SOUND_DESIGN_SPEC_H
#define SONG_SOUND_DESIGN_SPEC_H

#include "core/fields.h"

struct part_sound {
    const char *part;         /* id of a part of the score */
    const char *instrument;   /* its General MIDI name; decides when `program` is not given */
    int bank;                 /* 0, or 128 for a drum kit */
    int program;              /* 0–127; FIELD_INT_UNSET: by name */
    int register_low, register_high; /* MIDI notes that the part keeps to */
    double gate;              /* sounding share of a written note, 0.05–1 */
    double expression;        /* depth of swells on long notes, 0–1 */
    double chorus;            /* CC 93, 0–1 */
    double vibrato;           /* depth of modulation late in long notes, 0–1 */
    double scoop;             /* how often a phrase begins with a bend from below, 0–1 */
    double lead_in_ms;        /* starts this much early, for slow attacks */
    const char *reason;       /* why this instrument; for people */
};

struct sound_design_spec {
    const char *created_at, *updated_at, *id, *song_id;
    const char *soundfont;    /* by its name here (song/soundfonts.h); NULL: the first */
    LIST_OF(struct part_sound) parts;
};

extern const struct fields sound_design_spec_fields;

const struct part_sound *part_sound_find(const struct sound_design_spec *spec, const char *part);

/* The program: as given, else by name, else `fallback`. */
int part_sound_program(const struct part_sound *sound, int fallback);

#endif
