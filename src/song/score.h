/*
 * The score: every note of the song, performed (timing and velocity as they will sound). Written by the players,
 * read by the formats (MIDI) and the sound. Plain data in the song's arena.
 */
#ifndef SONG_SCORE_H
#define SONG_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SCORE_PPQ = 480,       /* ticks per quarter note */
    SCORE_PARTS_MAX = 20   /* fifteen melodic channels, and drums */
};

struct score_note {
    int32_t start_tick; /* ≥ 0 */
    int32_t len_ticks;  /* ≥ 1 */
    uint8_t pitch;      /* MIDI note, 60 = C4; a drum part's General MIDI percussion key */
    uint8_t velocity;   /* 1–127 */
};

enum score_control_kind { SCORE_CC, SCORE_PITCH_BEND };

struct score_control {
    int32_t tick;
    uint8_t kind;   /* enum score_control_kind */
    uint8_t number; /* controller, for SCORE_CC */
    int16_t value;  /* 0–127, or bend -8192 … 8191 of ±2 semitones */
};

/* What a part is for; levels, buses and tests go by it. */
enum score_role {
    ROLE_DRUMS, ROLE_PERCUSSION, ROLE_BASS, ROLE_CHORDS, ROLE_PAD, ROLE_ARP, ROLE_GUITAR, ROLE_LEAD, ROLE_COUNTER,
    ROLE_VOICE, ROLE_EFFECTS, ROLE_COUNT
};
extern const char *const score_role_names[ROLE_COUNT]; /* "drums", … as in the JSON */

struct score_part {
    const char *id;    /* "drums", "bass", "pad": [a-z0-9-]+, unique; names the stem's file */
    const char *name;  /* "Drums", "Bass", "Chords", "Lead": the MIDI track's name */
    enum score_role role;
    uint8_t channel;   /* 0–15; 9 exactly for drum kits, which share it (General MIDI has one); else unique */
    uint8_t bank;      /* 0, or 128 for a drum kit */
    uint8_t program;   /* 0–127, 0-based */
    struct score_note *notes; /* sorted by start_tick, then pitch; no two of one pitch overlap */
    size_t note_count;
    struct score_control *controls; /* sorted by tick */
    size_t control_count;
};

struct score_tempo {
    int32_t tick;
    double bpm; /* quarter notes a minute */
};

struct score_metre {
    int32_t tick;
    uint8_t numerator, denominator; /* denominator a power of two */
};

struct score_marker {
    int32_t tick;
    const char *text; /* "Verse 1" */
};

struct score_key {
    int32_t tick;
    int fifths; /* sharps > 0, flats < 0; -7 … 7 */
    bool is_minor;
};

struct score_lyric {
    int32_t tick;
    const char *syllable; /* UTF-8; a trailing "-" joins it to the next */
};

struct score {
    const char *title;
    struct score_key *keys;       /* at least one, the first at tick 0; sorted */
    size_t key_count;
    struct score_tempo *tempos;   /* at least one, the first at tick 0; sorted */
    size_t tempo_count;
    struct score_metre *metres;   /* the same */
    size_t metre_count;
    struct score_marker *markers;
    size_t marker_count;
    struct score_lyric *lyrics;   /* belong to the part with ROLE_VOICE */
    size_t lyric_count;
    struct score_part *parts;
    size_t part_count;
    int32_t end_tick; /* the last bar line; notes ring until here at the latest, releases and reverb after it */
};

/* Seconds from the start to `tick`, through the tempo map; exact at tempo changes. */
double score_seconds(const struct score *s, int32_t tick);

/* The part called `id`, or NULL. */
const struct score_part *score_part_find(const struct score *s, const char *id);

/* Checks everything the comments above promise: NULL when it holds, else what is wrong (static text). */
const char *score_fault(const struct score *s);

#endif
