/*
 * The performing half of a genre: who is in the band, what each of them plays, how they sound and how they are
 * balanced. Member "players" of conf/genres/<id>.json. A new genre is a new file: nothing here knows a genre's name.
 *
 * A part's patterns are written as in rhythm_spec (song/steps.h); the composer picks by section, energy and weight.
 */
#ifndef GENRE_PARTS_H
#define GENRE_PARTS_H

#include "core/fields.h"
#include "song/master_spec.h"
#include "song/mix_spec.h"
#include "song/score.h"
#include "song/steps.h"

/* Who can play a part: band/players.c has one row, and band/player_<name>.c the code, for each. */
enum player_kind {
    PLAYER_DRUMMER,
    PLAYER_BASSIST,     /* degrees at slots, or walking lines */
    PLAYER_COMPER,      /* chords in a rhythm, two-handed voicings led by least movement */
    PLAYER_PAD,         /* chords held, wide voicings, expression swells */
    PLAYER_ARPEGGIATOR, /* the chord one note at a time */
    PLAYER_STRUMMER,    /* guitar chords, string after string */
    PLAYER_POWER,       /* root and fifth */
    PLAYER_LEAD,        /* the melody */
    PLAYER_COUNTER,     /* answers in the gaps of the melody */
    PLAYER_EFFECTS,     /* swells into new sections */
    PLAYER_PICKER,      /* bass and chord with one pair of hands: fingerpicking, boom-chick, a pianist's left hand */
    PLAYER_MONTUNO,     /* the chord in octaves, pushed over the bar line */
    PLAYER_RIFFER,      /* riffs in unison, power chords on their accents */
    PLAYER_SECOND,      /* a second voice below the melody */
    PLAYER_COUNT
};
extern const struct choices player_choices; /* "drummer", "bassist", … */
extern const struct choices score_role_choices;
extern const enum notation player_notations[PLAYER_COUNT]; /* how each player's patterns are written */

/* An instrument that may play the part. The seed chooses by weight; the song's mood multiplies by 3 where it is
 * named, and what the brief asks for by name decides. */
struct part_program {
    int program;                       /* General MIDI, 0–127; a kit's number for the drummer */
    int bank;                          /* 0; 128 for kits */
    double weight;
    LIST_OF(const char *) moods;
};

/* One groove of a part. */
struct part_pattern {
    const char *name;
    LIST_OF(const char *) sections;    /* section types it is for; empty: any */
    double energy_low, energy_high;    /* section energy it is for, 0–1 */
    double weight;
    struct metre metre;                /* member "time_signature"; patterns in the song's own metre go first, those in
                                          4/4 are adapted (steps_adapt), others are passed over */
    LIST_OF(const char *) lines;       /* see song/steps.h; bars separated by "|" */
};

/* A drum fill that replaces the end of a bar. The lines are as long as the fill. */
struct part_fill {
    double energy_low, energy_high;
    double weight;
    double beats;                      /* quarter notes: 1, 2, 4 */
    LIST_OF(const char *) lines;
};

/* What a part's strip has besides; where a genre says nothing, the mix engineer has a habit for the role. */
struct part_strip {
    double lowpass_hz, width, drive_db, delay_send_db;
    LIST_OF(struct mix_eq_band) eq;
    struct mix_compressor compressor;
    double duck_db;                    /* how far it gives way to the kick drum */
};

struct genre_part {
    const char *id;                    /* "drums", "bass", "chords", "lead": what arrangement_spec names */
    const char *name;                  /* the MIDI track: "Drums" */
    int role;                          /* enum score_role */
    int player;                        /* enum player_kind */
    LIST_OF(struct part_program) programs;
    int register_low, register_high;   /* MIDI notes */
    double joins_at;                   /* section energy from which it usually plays, 0–1; 2: only when asked for */
    double leaves_at;                  /* section energy from which it rests, and leaves the place to others; 2: never */
    double chance;                     /* of being in the band of a song at all when nobody asks */
    double level_lu;                   /* against the lead */
    double pan;                        /* -1 … 1 */
    double highpass_hz;
    double reverb_send_db;
    struct part_strip *strip;          /* NULL: the habit of its role */
    double feel_ms;                    /* later (> 0) or earlier than the beat */
    double backbeat_ms;                /* the same for the drummer's snare, besides */
    double timing_ms;                  /* standard deviation around that */
    double velocity_spread;            /* standard deviation, in MIDI velocity */
    int velocity;                      /* of a plain note at middle energy */
    double gate;                       /* sounding share of a written note, 0–1 */
    double chorus;                     /* CC 93, 0–1 */
    double scoop;                      /* how often a lead begins a phrase with a bend from below, and a bass glides
                                          from a phrase's last note to the next, 0–1 */
    double wobble;                     /* how deep a bass's long notes pulse, 0–1 */
    double duck;                       /* how deep pads and basses dip under the kick drum, 0–1 */
    LIST_OF(const char *) voicings;    /* kinds of theory/voicing.h: "close", "drop-2"; empty: the player's own */
    int voices;                        /* how many notes a chord has, 2–6 */
    LIST_OF(const char *) words;       /* how briefs name it, besides its instruments' own words: "drums", "beat" */
    LIST_OF(struct part_pattern) patterns;
    LIST_OF(struct part_fill) fills;
};

/* Swing at a tempo; between two rows it is interpolated, outside the nearest row holds. */
struct swing_point {
    double bpm;
    double percent;                    /* where the second of a pair falls, 50 straight … 75 */
};

struct genre_groove {
    LIST_OF(struct swing_point) swing; /* none: straight */
    int swing_unit;                    /* 8 or 16: the notes that pair up */
    double humanise;                   /* scales every part's timing and velocity spread; 0 machine, 1 as written */
    double variation;                  /* 0–1: how much the drummer changes a bar from one time to the next */
    double fill_chance;                /* at the end of each four bars inside a section */
    double boundary_fill_chance;       /* before the next section */
    double stop_chance;                /* that everybody stops for a moment before a drop or a big chorus */
    int crashes;                       /* crash and kick on the downbeat of a stronger section */
};

struct genre_mix {
    LIST_OF(struct mix_bus_settings) buses;
    double reverb_room, reverb_damping, reverb_return_db;
    struct mix_delay delay;
    double duck_db;                    /* how far the bass gives way to the kick drum */
    double duck_release_ms;
};

struct genre_master {
    struct mix_compressor glue;
    struct master_multiband multiband;
    LIST_OF(double) octaves_db;        /* of released music of the kind, from 31 Hz to 16 kHz against the whole */
    double tone_amount;                /* how much of the way there, 0–1 */
    double drive_db, width;
};

struct genre_players {
    struct genre_groove groove;
    LIST_OF(struct genre_part) parts;  /* in the order of the score's tracks */
    struct genre_mix mix;
    struct genre_master master;
};

extern const struct fields genre_players_fields;

/* The part called `id`, or NULL. */
const struct genre_part *genre_part_find(const struct genre_players *g, const char *id);

/* Swing in percent at a tempo. */
double genre_swing_percent(const struct genre_groove *g, double bpm);

#endif
