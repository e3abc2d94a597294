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
    double singability;         /* of moves that a voice makes easily; see below */
    size_t notes;
};

/* A move is easy to sing when it is no tritone, no seventh and no more than an octave (the intervals that singers learn
 * last and miss most), when the note it leaves lasts an eighth of a second, and when the last breath was not more than ten
 * seconds before its end; breath is taken in rests and after the long note at a phrase's end. */
struct tune_measures tune_measure(const struct timeline *t, const struct timeline_note *notes, size_t count);

/* How a tune repeats itself. Motifs: of all groups of four notes in a line, the share whose intervals and rhythm come again
 * at least four notes away, on any pitch. Bars: of the bars in which a note begins, the share that has the notes of an
 * earlier one, at the same places on the same pitches. NAN where there is no group, no bar. */
struct tune_memory {
    double motifs, bars;
};
struct tune_memory tune_memory_measure(const struct timeline *t, const struct timeline_note *notes, size_t count,
                                       struct arena *a);

/* Chords: different successions of three among all successions of three (0–1; Wu and Yang 2020, "The Jazz Transformer on
 * the Front Line"), and the number of different chords by sound; a chord that goes on counts once. Of the time, the share in
 * which the chord's triad is in the scale of the key in force, or in minor keys has the raised seventh. The timeline gives
 * the keys. */
struct harmony_measures {
    double irregularity, vocabulary, in_key;
};
struct harmony_measures harmony_measure(const struct timeline *t, const struct timeline_chord *chords, size_t count,
                                        struct arena *a);

/* Of the whole score; the arena is for working memory. Share of sounding time in which notes of two parts, drums aside,
 * stand a minor second or ninth apart. A pair that is in the chord at that time (the ninth and third of a minor ninth chord)
 * is its colour and no clash; with t NULL every pair counts. */
double score_clash_share(const struct score *s, const struct timeline *t, struct arena *a);

/* The longest time in which no note sounds, in ticks. */
int32_t score_longest_silence(const struct score *s, struct arena *a);

/* How much sections differ: mean relative change of (notes × velocity) a bar from one section to the next, 0–1. */
double score_section_difference(const struct score *s, const struct timeline *t, struct arena *a);

/* How far a voice moves between successive chords of one part (chords, pad, guitar, arpeggio aside), in semitones: the notes
 * of both, three at least, are paired so that the sum is least. NAN without two such chords. */
double score_voice_leading(const struct score *s, struct arena *a);

/* Groove consistency: on sixteen places a bar, the share at which a bar has an onset or none as the bar before it, over all
 * pairs of bars in a section (the grooving pattern similarity of Wu and Yang 2020). Drums, percussion and bass; chords and
 * guitars where there are none. */
double score_groove(const struct score *s, const struct timeline *t, struct arena *a);

/* The share of bars, empty ones aside, that repeat an earlier bar in every part: nine tenths of their notes, at the same
 * sixteenths on the same pitches. */
double score_loops(const struct score *s, const struct timeline *t, struct arena *a);

#endif
