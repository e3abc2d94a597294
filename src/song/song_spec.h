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
    LIST_OF(const char *) prefer_instruments;   /* fit the setting: heard when somebody is free to play them */
    int only_instruments;            /* 1: nobody plays but `instruments` */
    const char *lead_instrument;     /* has the tune; NULL: the genre's */
    const char *palette;             /* a set of instruments for the whole band (band/palette.h); NULL: the genre's */
    const char *feel;                /* another genre whose groove and colours are borrowed; NULL: none */
    const char *form;                /* a form by name, or its sections ("AABA"); NULL: the genre's */
    LIST_OF(const char *) exclude_sections;     /* section types the form does without */
    int intro_bars;                  /* 0: none; FIELD_INT_UNSET: the genre's */
    int ending;                      /* enum song_ending */
    int key_lift;                    /* 1: a change to a higher key near the end; 0: none; -1: the genre's chance */
    double energy_turn;              /* -1 … 1: how much stronger or weaker the song's end is than its beginning */
    double energy_most;              /* 0–1: no section is stronger; NAN: no limit */
    double swing_percent;            /* 50 straight … 75; NAN: the genre's */
    int time_feel;                   /* enum time_feel */
    double drum_touch;               /* -1 soft … 1 heavy */
    double articulation;             /* -1 short notes … 1 joined ones */
    int register_semitones;          /* the tune lower (< 0) or higher than usual */
    LIST_OF(struct cue) cues;        /* who comes and goes when */
    int target;                      /* enum master_target; -1: the usual one */
    double loudness_lufs;            /* NAN: the target's */
    double ceiling_dbtp;             /* NAN: the target's */
};

/* "The drums come in after 30 seconds." One of the three places says when; the nearest bar line of a phrase counts. */
struct cue {
    const char *instrument;          /* as in `instruments`; "band": everybody, "rhythm": drums and bass */
    int action;                      /* enum cue_action */
    double at_seconds;               /* NAN: not said */
    double at_percent;               /* of the song; NAN: not said */
    const char *at_section;          /* section type; NULL: not said */
    int occurrence;                  /* of that section: 1 the first, -1 the last, 0 every */
};

enum cue_action {
    CUE_OPEN,     /* plays from the beginning, and those without a cue only later */
    CUE_ENTER,    /* rests until then */
    CUE_LEAVE,    /* rests in that section; to the end when it is the last */
    CUE_SOLO,     /* has the tune there */
    CUE_CLOSE,    /* plays the last section, and those without a cue do not */
    CUE_ACTION_COUNT
};

enum song_ending {
    SONG_ENDING_USUAL,  /* as the genre ends */
    SONG_ENDING_ABRUPT, /* a short last chord, in tempo */
    SONG_ENDING_FADE,   /* fades out while the band plays on */
    SONG_ENDING_QUIET,  /* slows down and ends softly */
    SONG_ENDING_BIG,    /* everybody, fullest at the end, the last chord held */
    SONG_ENDING_HOLD,   /* the last chord held */
    SONG_ENDING_LOOP,   /* ends on the bar line, in tempo, ready to begin again */
    SONG_ENDING_COUNT
};
extern const struct choices song_ending_choices;

enum time_feel {
    TIME_FEEL_USUAL,
    TIME_FEEL_HALF,     /* the backbeat comes half as often */
    TIME_FEEL_DOUBLE,   /* … twice as often */
    TIME_FEEL_COUNT
};
extern const struct choices time_feel_choices;
extern const struct choices cue_action_choices;

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
