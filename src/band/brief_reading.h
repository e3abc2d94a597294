/* A brief's prose turned into wishes: which words were understood, and as what. No randomness. */
#ifndef BAND_BRIEF_READING_H
#define BAND_BRIEF_READING_H

#include "core/arena.h"
#include "core/fields.h"
#include "genre/genres.h"
#include "song/song_spec.h"
#include "theory/key.h"
#include "theory/metre.h"

enum { READING_MOODS_MAX = 6, READING_NAMES_MAX = 16, READING_HEARD_MAX = 64, READING_UNKNOWN_MAX = 24 };

/* A phrase of the brief and what it does, or why it does nothing. */
struct reading_phrase {
    const char *words, *effect;
    bool is_followed;
};

/* A cue of song_spec, whose time may still be a bar, which depends on the tempo. */
struct reading_cue {
    struct cue cue;
    double at_bar;                          /* bars before it; NAN: not said in bars */
};

struct brief_reading {
    const char *moods[READING_MOODS_MAX];   /* names, the first is the strongest */
    size_t mood_count;
    const char *scene_mood;                 /* of the setting, for when no mood is named; NULL: none */
    double tempo_percent;                   /* sums over the words */
    double tempo_strongest;                 /* the most that one word asks for, faster or slower */
    double energy, brightness, density;
    double length_percent;
    double turn;                            /* what the mood turns into, less what it was: as energy_turn */
    const char *tempo_words, *energy_words, *mood_words; /* the words that did it, ", " between them; "" for none */
    const char *era;                        /* NULL: none */
    int shape;                              /* enum energy_shape; -1: none */
    int vocals;                             /* -1: not said */
    double bpm, seconds, bars;              /* NAN: not said */
    double tempo_low, tempo_high;           /* a range that was named, beats a minute; NAN: not said */
    struct key key;                         /* unset: not said */
    int mode;                               /* enum mode, when only that is said; -1: not said */
    struct metre metre;                     /* unset: not said */
    const char *instruments[READING_NAMES_MAX];
    size_t instrument_count;
    const char *preferred[READING_NAMES_MAX]; /* that fit the setting */
    size_t preferred_count;
    const char *excluded[READING_NAMES_MAX];
    size_t excluded_count;
    const char *requests[READING_NAMES_MAX]; /* "no drums", "at 118 bpm": for the record */
    size_t request_count;
    bool only_instruments;
    const char *lead, *palette, *feel, *form; /* as in song_spec; NULL: not said */
    const char *no_sections[READING_NAMES_MAX];
    size_t no_section_count;
    int intro_bars;                         /* FIELD_INT_UNSET: not said */
    int ending;                             /* enum song_ending */
    int key_lift, half_time;                /* -1: not said */
    double energy_most, swing_percent;      /* NAN: not said */
    double drum_touch, articulation;
    int register_semitones;
    int target;                             /* enum master_target; -1: not said */
    double loudness_lufs, ceiling_dbtp;     /* NAN: not said */
    struct reading_cue cues[READING_NAMES_MAX];
    size_t cue_count;
    struct reading_phrase heard[READING_HEARD_MAX];
    size_t heard_count;
    const char *unknown[READING_UNKNOWN_MAX]; /* words that say something, but not to us */
    size_t unknown_count;
};

/* Reads `text` as a player of `genre` would: its parts' own words count as instruments, and the names of the other
 * `genres` (NULL: none) for what may be borrowed from them. Any bytes will do. */
void brief_read(const char *text, const struct genre *genre, const struct genres *genres, struct arena *a,
                struct brief_reading *out);

/* Adds what a mood implies, as if the brief had named it first. False when the mood is not known. */
bool brief_reading_add_mood(struct brief_reading *r, const char *mood, struct arena *a);

#endif
