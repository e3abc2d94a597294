/* What can be measured of a tune against its chords. The composer chooses among candidates by it, the reviewer judges by
 * it. Shares are 0–1; NAN where there is nothing to measure. */
#ifndef BAND_MEASURES_H
#define BAND_MEASURES_H

#include "song/timeline.h"

struct tune_measures {
    double chord_tones_strong;  /* of notes that begin on strong beats: bar lines and half bars */
    double chord_tones_time;    /* of sounding time */
    double in_scale_time;       /* in the key's scale or the chord's */
    double resolved;            /* of foreign notes: left by step */
    double steps, leaps;        /* of moves: 1–2 semitones; 5 and more */
    double recovered;           /* of leaps: turned back or followed by a step */
    double repeats;             /* of moves */
    double sharp_time;          /* of sounding time, notes of a beat or more a semitone above a chord tone */
    int range;                  /* semitones */
    int longest_run;            /* notes of one pitch in a row */
    double phrase_ends;         /* of the last notes of phrases: chord tones */
    size_t notes;
};

struct tune_measures tune_measure(const struct timeline *t, const struct timeline_note *notes, size_t count);

/* Of the whole score; the arena is for working memory. Share of sounding time in which notes of two parts, drums aside,
 * stand a minor second or ninth apart. */
double score_clash_share(const struct score *s, struct arena *a);

/* The longest time in which no note sounds, in ticks. */
int32_t score_longest_silence(const struct score *s, struct arena *a);

/* How much sections differ: mean relative change of (notes × velocity) a bar from one section to the next, 0–1. */
double score_section_difference(const struct score *s, const struct timeline *t, struct arena *a);

#endif
