/* What the song is to be: the creative director's document, which every other agent reads. */
#ifndef SONG_SONG_SPEC_H
#define SONG_SONG_SPEC_H

#include "core/fields.h"
#include "theory/key.h"
#include "theory/metre.h"

/* A key as documents write it: {"root": "A", "mode": "minor"}. */
struct key_name {
    struct pitch_name root;
    int mode;                        /* enum mode; -1 when unset */
};
extern const struct fields key_name_fields;

bool key_name_get(const struct key_name *in, struct key *out); /* false, and *out untouched, when it is not whole */
struct key_name key_name_make(struct key key);

/* The brief as the director understood it. */
struct creative_brief {
    const char *created_at, *updated_at, *id;
    const char *theme;               /* the brief's own words */
    const char *mood;
    const char *energy_description;  /* how the energy runs, in words */
    const char *lyrical_direction;
    const char *reference_era;       /* "1980s"; NULL when none is heard in the brief */
    LIST_OF(const char *) special_requests;
};

struct song_spec {
    const char *created_at, *updated_at, *id;
    const char *title;
    const char *artist_name;
    const char *genre_id;            /* id or alias of a genre */
    const char *subgenre;
    double bpm;                      /* quarter notes a minute */
    struct key_name key;             /* what is heard: harmony and melody are transposed to it */
    struct metre time_signature;
    double target_duration_seconds;  /* NAN: the genre's usual length */
    struct creative_brief *creative_brief;
    const char *primary_mood;
    LIST_OF(const char *) secondary_moods;
    int has_vocals;
    int is_instrumental;
    int64_t random_seed;             /* 0 … 2^53-1; FIELD_LONG_UNSET: drawn when the song is made */
    const char *album_id;
    int track_number;

    /* The director's wishes to the agents after him. */
    double energy;                   /* 0–1, mean of the song; NAN: the genre's */
    double density;                  /* 0–1, how busy the parts are; default 0.5 */
    double brightness;               /* 0–1, dark to bright; default 0.5 */
    int energy_shape;                /* enum energy_shape */
    LIST_OF(const char *) instruments;          /* must be heard: ids, categories or names of players */
    LIST_OF(const char *) exclude_instruments;  /* must not be heard */
};

enum energy_shape {
    ENERGY_SONG,    /* the form's own curve */
    ENERGY_BUILD,   /* begins low and grows to the end */
    ENERGY_FLAT,    /* even throughout */
    ENERGY_FADE,    /* dies away after the middle */
    ENERGY_SHAPE_COUNT
};

extern const struct choices energy_shape_choices;
extern const struct fields song_spec_fields;

#endif
