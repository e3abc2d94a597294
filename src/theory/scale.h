/*
 * Scales: a mode on a root. The table MODE_TABLE is the one list of modes; those a song may be in come first, then those
 * that only serve to improvise over chords (chord_scale). Notes are MIDI numbers; functions take any integer, so sums
 * need no range check. Pure functions; any thread.
 */
#ifndef THEORY_SCALE_H
#define THEORY_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fields.h"

/* enum              name in JSON          aliases                     signature  semitone, degree of each tone
 * "signature" is where the parent major scale's tonic lies from the root on the line of fifths: minor -3 (A minor: C). */
/* clang-format off */
#define MODE_TABLE(X) \
    X(MAJOR,             "major",             "ionian,maj",                   0, {0,1}, {2,2}, {4,3}, {5,4}, {7,5}, {9,6}, {11,7}) \
    X(MINOR,             "minor",             "aeolian,natural-minor,min",   -3, {0,1}, {2,2}, {3,3}, {5,4}, {7,5}, {8,6}, {10,7}) \
    X(DORIAN,            "dorian",            "",                            -2, {0,1}, {2,2}, {3,3}, {5,4}, {7,5}, {9,6}, {10,7}) \
    X(PHRYGIAN,          "phrygian",          "",                            -4, {0,1}, {1,2}, {3,3}, {5,4}, {7,5}, {8,6}, {10,7}) \
    X(LYDIAN,            "lydian",            "",                             1, {0,1}, {2,2}, {4,3}, {6,4}, {7,5}, {9,6}, {11,7}) \
    X(MIXOLYDIAN,        "mixolydian",        "dominant",                    -1, {0,1}, {2,2}, {4,3}, {5,4}, {7,5}, {9,6}, {10,7}) \
    X(LOCRIAN,           "locrian",           "",                            -5, {0,1}, {1,2}, {3,3}, {5,4}, {6,5}, {8,6}, {10,7}) \
    X(HARMONIC_MINOR,    "harmonic-minor",    "",                            -3, {0,1}, {2,2}, {3,3}, {5,4}, {7,5}, {8,6}, {11,7}) \
    X(MELODIC_MINOR,     "melodic-minor",     "jazz-minor",                  -3, {0,1}, {2,2}, {3,3}, {5,4}, {7,5}, {9,6}, {11,7}) \
    X(MAJOR_PENTATONIC,  "major-pentatonic",  "pentatonic",                   0, {0,1}, {2,2}, {4,3}, {7,5}, {9,6}) \
    X(MINOR_PENTATONIC,  "minor-pentatonic",  "",                            -3, {0,1}, {3,3}, {5,4}, {7,5}, {10,7}) \
    X(BLUES,             "blues",             "minor-blues",                 -3, {0,1}, {3,3}, {5,4}, {6,5}, {7,5}, {10,7}) \
    X(MAJOR_BLUES,       "major-blues",       "",                             0, {0,1}, {2,2}, {3,3}, {4,3}, {7,5}, {9,6}) \
    X(PHRYGIAN_DOMINANT, "phrygian-dominant", "spanish,freygish",            -4, {0,1}, {1,2}, {4,3}, {5,4}, {7,5}, {8,6}, {10,7}) \
    X(LYDIAN_DOMINANT,   "lydian-dominant",   "acoustic",                    -1, {0,1}, {2,2}, {4,3}, {6,4}, {7,5}, {9,6}, {10,7}) \
    X(LYDIAN_AUGMENTED,  "lydian-augmented",  "",                             1, {0,1}, {2,2}, {4,3}, {6,4}, {8,5}, {9,6}, {11,7}) \
    X(LOCRIAN_2,         "locrian-natural-2", "half-diminished",             -3, {0,1}, {2,2}, {3,3}, {5,4}, {6,5}, {8,6}, {10,7}) \
    X(ALTERED,           "altered",           "super-locrian",               -7, {0,1}, {1,2}, {3,3}, {4,4}, {6,5}, {8,6}, {10,7}) \
    X(WHOLE_TONE,        "whole-tone",        "",                             0, {0,1}, {2,2}, {4,3}, {6,4}, {8,5}, {10,7}) \
    X(HALF_WHOLE,        "half-whole",        "dominant-diminished",         -1, {0,1}, {1,2}, {3,2}, {4,3}, {6,4}, {7,5}, {9,6}, {10,7}) \
    X(WHOLE_HALF,        "whole-half",        "diminished",                  -3, {0,1}, {2,2}, {3,3}, {5,4}, {6,5}, {8,6}, {9,6}, {11,7})
/* clang-format on */

enum mode {
#define MODE_ENUM(id, ...) MODE_##id,
    MODE_TABLE(MODE_ENUM)
#undef MODE_ENUM
    MODE_COUNT
};

struct scale_tone {
    int8_t semitones; /* above the root, ascending from 0 */
    int8_t degree;    /* 1 … 7: the letter it is written with */
};

struct mode_info {
    const char *name;
    const char *aliases; /* comma-separated */
    int8_t signature;
    struct scale_tone tones[9];
    size_t count; /* 5 … 8 */
};
extern const struct mode_info mode_infos[MODE_COUNT];

extern const char *const mode_names[MODE_COUNT];
extern const struct choices mode_choices; /* with mode_find */

/* The mode called `text`: a name or alias, in any case, with "_" or " " for "-". -1 when there is none. */
int mode_find(const char *text);

/* Whether the third above the root is minor. */
bool mode_is_minor(enum mode mode);

struct scale {
    int8_t root; /* pitch class 0 … 11 */
    enum mode mode;
};

/* Bit n set: pitch class n is in the scale. */
unsigned scale_mask(struct scale s);
bool scale_has(struct scale s, int note);

/* 0-based place of the note's class in the scale (0 = root), -1 when it is not in it. */
int scale_degree(struct scale s, int note);

/* The scale as a ladder: rung 0 is the root in MIDI octave 0 (note number = root), negative rungs below it. scale_rung
 * gives the rung at or below any note, so scale_at(scale_rung(n)) == n exactly when the scale has n. */
int scale_at(struct scale s, int rung);
int scale_rung(struct scale s, int note);

/* The scale tone nearest to `note`; the lower one when two are as near. */
int scale_nearest(struct scale s, int note);

/* `steps` scale steps up (> 0) or down (< 0) from `note`; from a note outside the scale the first step goes to the next
 * scale tone in that direction. 0 gives scale_nearest. */
int scale_step(struct scale s, int note, int steps);

/* How many scale steps lie between two notes (signed); notes outside the scale count as the tone below. */
int scale_distance(struct scale s, int from, int to);

#endif
