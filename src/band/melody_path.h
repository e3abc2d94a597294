/*
 * Pitches for a rhythm: the best path through all notes of a passage at once (Viterbi over pitch and the kind of the last
 * move), never note by note. What a listener expects of a tune is a cost: chord tones where it is strong and long, foreign
 * notes left by step, leaps turned back, the contour, the likeness to a motif. Intervals are
 * distributed as in popular songs (POP909).
 */
#ifndef BAND_MELODY_PATH_H
#define BAND_MELODY_PATH_H

#include "band/agent.h"

enum { CELL_NO_STEP = 100 };

/* A note to be: when, and what is wished of its pitch. */
struct melody_cell {
    int32_t tick, len_ticks;   /* tick from the start of the song */
    bool ends_phrase;          /* a chord tone then, from `goal` if possible */
    bool after_rest;
    unsigned goal;             /* pitch classes that the phrase's end prefers; 0: any chord tone */
    double contour;            /* MIDI pitch it should be near, */
    double contour_weight;     /* and how much */
    int want;                  /* MIDI pitch of the model, 0: none */
    double want_weight;
    int want_step;             /* scale steps from the note before, as in the motif; CELL_NO_STEP: none */
    double step_weight;
    uint8_t pitch;             /* the result */
};

struct melody_rules {
    int low, high;             /* MIDI */
    double leap, repeat, colour, chromatic; /* as in genre_melody */
    double noise;              /* how much chance weighs, in the costs' unit: 1 is a third against a step */
};

/* Fills `pitch` of all cells. `before` is the pitch that sounded last, 0 for none. Returns the cost a note. */
double melody_path(const struct session *s, struct melody_cell *cells, size_t count, int before,
                   const struct melody_rules *rules, struct random *random);

#endif
