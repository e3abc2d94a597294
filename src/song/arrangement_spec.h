/* Sections, and who plays where: the arranger's document. Only here do sections exist; the composer follows. */
#ifndef SONG_ARRANGEMENT_SPEC_H
#define SONG_ARRANGEMENT_SPEC_H

#include "core/fields.h"

/* One player on the stage. In documents of other programs only `name` and `category` need to mean something. */
struct arranged_instrument {
    const char *name;            /* id of the score's part: "bass", "pad-2" */
    const char *category;        /* enum score_role's name, or a free word ("synth", "keys", "fx") */
    const char *role;            /* what it does: "rhythm", "harmony", "lead", "texture" */
    const char *player;          /* id of a player of the genre's profile; NULL: found by name, then by category */
    int midi_program;            /* 0–127, decides over sound_design_spec; FIELD_INT_UNSET: the sound designer chooses */
    bool has_wish;               /* from the arranger to the sound designer, in no document: the brief asked for ... */
    int wished_program;          /* ... this program */
    int is_essential;
};

/* An instrument that does not begin with its section. */
struct arranged_entry {
    const char *instrument;
    int bar;                     /* of the section, 1-based, in which it comes in */
};

struct arranged_section {
    const char *section_type;    /* "verse" */
    const char *label;           /* "Verse 2", unique */
    int start_bar;               /* 1-based; sections follow each other without gaps or overlaps */
    int length_bars;
    const char *energy_level;    /* "very_low", "low", "medium", "high", "very_high" */
    double energy;               /* 0–1; NAN: from energy_level. How much is played, and how loud */
    LIST_OF(const char *) instruments; /* names of instruments that play here */
    LIST_OF(struct arranged_entry) entries; /* who of them comes in later; the others begin with the section */
    const char *dynamics;        /* "pp" … "ff": how loud, where `energy` is given too; else energy decides */
    const char *changes;         /* lead sheet of roman numerals that is repeated; NULL: the composer chooses */
};

struct energy_point {
    double position_percent;
    const char *energy_level;
    const char *section_label;
};

struct arranged_transition {
    const char *from_section, *to_section; /* labels */
    const char *technique;       /* "none"; "fill"; "riser"; "drop" and "break": the drums rest; "pickup": a short lead-in of
                                    drums and bass; "crash"; "roll"; "stop": nobody plays */
    double duration_beats;       /* quarter notes before the boundary */
    int has_fill;
};

/* How the song stops. */
struct arranged_ending {
    const char *technique;       /* "hold": the tonic is held; "button": one short last chord; "fade": the band plays
                                    on and fades out; "loop": it plays on to the last bar line */
    int hold_bars;               /* bars of the last section that the final chord takes; ≥ 1 */
    double ritardando_percent;   /* how much slower the last bars before the hold become; 0 = none */
    int ritardando_bars;         /* how many bars before the hold it takes */
    double hold_percent;         /* length of the held bars: more than 100 is a fermata */
};

/* What happens once, to catch the ear. */
struct ear_candy {
    const char *section_label;
    int bar;                     /* of the song, 1-based */
    const char *instrument;      /* name of one, or what makes the sound */
    const char *description;     /* "fill of 4 beats", "Reverse Cymbal" */
};

struct arrangement_spec {
    const char *created_at, *updated_at, *id, *song_id;
    LIST_OF(struct arranged_instrument) instruments;
    LIST_OF(struct arranged_section) sections;
    int total_bars;
    double total_duration_seconds;
    LIST_OF(struct energy_point) energy_curve;
    const char *energy_curve_type;
    LIST_OF(struct arranged_transition) transitions;
    struct arranged_ending *ending; /* NULL: played as written */
    LIST_OF(struct ear_candy) ear_candy; /* found in what was played; for people */
    const char *structure_archetype;
    double genre_structure_match;   /* 0–1: section types like those of the genre's nearest form; NAN: not measured */
};

extern const struct fields arrangement_spec_fields;

/* 0–1 of a section: its `energy`, else that of its level's name, else 0.5. */
double arranged_energy(const struct arranged_section *section);
const char *energy_level_name(double energy); /* "low", … */
const char *dynamics_name(double energy);     /* "mp", … */

/* By how many steps (pp p mp mf f ff) a section is to be louder than its energy has it: 0 unless both `energy` and
 * `dynamics` are given. */
int arranged_dynamics_shift(const struct arranged_section *section);

const struct arranged_instrument *arranged_instrument_find(const struct arrangement_spec *spec, const char *name);

/* How the section called `label` leads on, or into it; NULL when the document does not say. */
const struct arranged_transition *arranged_transition_after(const struct arrangement_spec *spec, const char *label);
const struct arranged_transition *arranged_transition_into(const struct arrangement_spec *spec, const char *label);

/* The id of each instrument's part in the score: its name in [a-z0-9-], numbered where two would be alike; one more for the
 * voice that sings when no instrument is one. In the arena. */
const char *const *arranged_part_ids(const struct arrangement_spec *spec, struct arena *a);
bool arranged_section_has(const struct arranged_section *section, const char *instrument);

/* The bar of the section, 1-based, in which an instrument that plays there comes in. */
int arranged_section_entry(const struct arranged_section *section, const char *instrument);

#endif
