/*
 * The specs resolved to one time line, in ticks and in the key that song_spec asks for: what the players, the lyricist
 * and the reviewer read instead of working it out again. A harmony or melody that was written in another key is
 * transposed here; sections take the progression and melody with their own label, else those with their section type.
 */
#ifndef SONG_TIMELINE_H
#define SONG_TIMELINE_H

#include "core/arena.h"
#include "core/error.h"
#include "song/song.h"
#include "song/song_spec.h"
#include "theory/chord.h"
#include "theory/key.h"
#include "theory/metre.h"

enum { TIMELINE_BARS_MAX = 20000 };

struct timeline_section {
    const char *type;    /* "verse" */
    const char *label;   /* "Verse 2", unique */
    int occurrence;      /* 0 for the first of its type */
    int start_bar;       /* 0-based */
    int bars;
    int32_t start_tick, end_tick;
    double energy;       /* 0–1 */
    int32_t tune_end_tick; /* until where the tune is written; from there on its phrases come again */
    int dynamics_shift;  /* steps louder (> 0) or softer than that, as arranged_dynamics_shift */
};

struct timeline_key {
    int32_t start_tick;
    struct key key;
};

struct timeline_chord {
    int32_t start_tick, end_tick;
    struct chord chord;
    size_t section;
};

struct timeline_note { /* of the lead melody, unperformed */
    int32_t start_tick, end_tick;
    uint8_t pitch;
    size_t section;
    bool starts_phrase;
};

struct timeline {
    struct key key;                       /* of the song; its first */
    LIST_OF(struct timeline_key) keys;    /* in force from their ticks; the first from 0, so at least one */
    struct metre metre;
    double bpm;
    int32_t bar_ticks, end_tick;
    int bars;
    LIST_OF(struct score_tempo) tempos;   /* with the ending's ritardando: the score's tempo map */
    int32_t hold_tick;                    /* where the final chord that is held begins; end_tick when there is none */
    LIST_OF(struct timeline_section) sections;
    LIST_OF(struct timeline_chord) chords; /* without gaps from 0 to end_tick */
    LIST_OF(struct timeline_note) melody;
    int melody_shift;                     /* by how many semitones the tune was transposed */
};

/* Needs song_spec, arrangement_spec and harmony_spec; the melody when it is there. What the documents' own checks promise
 * is taken for granted; what is too long is a problem with its pointer. */
bool timeline_make(const struct song *s, struct timeline *out, struct arena *a, struct problems *problems);

/* Semitones from the key that something was written in to the key that is heard: the shortest way, between major and minor
 * by way of the relative key; 0 when `written` is unset. */
int timeline_transposition(const struct timeline *t, const struct key_name *written);

/* The chord that sounds at `tick` (0 ≤ tick < end_tick). Never NULL. */
const struct timeline_chord *timeline_chord_at(const struct timeline *t, int32_t tick);
const struct timeline_section *timeline_section_at(const struct timeline *t, int32_t tick);

/* The key in force at `tick`. */
struct key timeline_key_at(const struct timeline *t, int32_t tick);

/* Seconds from the start to `tick`, as score_seconds. */
double timeline_seconds(const struct timeline *t, int32_t tick);

#endif
