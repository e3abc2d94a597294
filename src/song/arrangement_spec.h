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
    int midi_program;            /* 0–127; FIELD_INT_UNSET: the sound designer chooses */
    int is_essential;
};

struct arranged_section {
    const char *section_type;    /* "verse" */
    const char *label;           /* "Verse 2", unique */
    int start_bar;               /* 1-based; sections follow each other without gaps or overlaps */
    int length_bars;
    const char *energy_level;    /* "very_low", "low", "medium", "high", "very_high" */
    double energy;               /* 0–1; NAN: from energy_level */
    LIST_OF(const char *) instruments; /* names of instruments that play here */
    const char *dynamics;        /* "pp" … "ff" */
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
    const char *technique;       /* "hold": the tonic is held; "button": one short last chord; "fade" */
    int hold_bars;               /* bars of the last section that the final chord takes; ≥ 1 */
    double ritardando_percent;   /* how much slower the last bars before the hold become; 0 = none */
    int ritardando_bars;         /* how many bars before the hold it takes */
    double hold_percent;         /* length of the held bars: more than 100 is a fermata */
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
    const char *structure_archetype;
};

extern const struct fields arrangement_spec_fields;

/* 0–1 of a section: its `energy`, else that of its level's name, else 0.5. */
double arranged_energy(const struct arranged_section *section);
const char *energy_level_name(double energy); /* "low", … */
const char *dynamics_name(double energy);     /* "mp", … */

const struct arranged_instrument *arranged_instrument_find(const struct arrangement_spec *spec, const char *name);

/* How the section called `label` leads on, or into it; NULL when the document does not say. */
const struct arranged_transition *arranged_transition_after(const struct arrangement_spec *spec, const char *label);
const struct arranged_transition *arranged_transition_into(const struct arrangement_spec *spec, const char *label);

bool arranged_section_has(const struct arranged_section *section, const char *instrument);

#endif
