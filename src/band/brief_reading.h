/* A brief's prose turned into wishes: which words were understood, and as what. No randomness. */
#ifndef BAND_BRIEF_READING_H
#define BAND_BRIEF_READING_H

#include "core/arena.h"
#include "core/fields.h"
#include "genre/profile.h"
#include "theory/key.h"
#include "theory/metre.h"

enum { READING_MOODS_MAX = 6, READING_NAMES_MAX = 16 };

struct brief_reading {
    const char *moods[READING_MOODS_MAX];   /* names, the first is the strongest */
    size_t mood_count;
    double tempo_percent;                   /* sums over the words */
    double energy, brightness, density;
    double length_percent;
    const char *tempo_words, *energy_words, *mood_words; /* the words that did it, ", " between them; "" for none */
    const char *era;                        /* NULL: none */
    int shape;                              /* enum energy_shape; -1: none */
    int vocals;                             /* -1: not said */
    double bpm, seconds;                    /* NAN: not said */
    struct key key;                         /* unset: not said */
    struct metre metre;                     /* unset: not said */
    const char *instruments[READING_NAMES_MAX];
    size_t instrument_count;
    const char *excluded[READING_NAMES_MAX];
    size_t excluded_count;
    const char *requests[READING_NAMES_MAX]; /* "no drums", "at 118 bpm": for the record */
    size_t request_count;
};

/* Reads `text` as a player of `genre` would: its parts' own words count as instruments. */
void brief_read(const char *text, const struct genre *genre, struct arena *a, struct brief_reading *out);

/* Adds what a mood implies, as if the brief had named it first. False when the mood is not known. */
bool brief_reading_add_mood(struct brief_reading *r, const char *mood, struct arena *a);

#endif
