/*
 * Pitches for a rhythm: the best path through all notes of a passage at once (Viterbi over pitch and the kind of the last
 * move), never note by note. What a listener expects of a tune is a cost: chord tones where it is strong and long, foreign
 * notes left by step, leaps turned back, the contour, the likeness to a motif. Intervals are
 * distributed as in popular songs (POP909).
 */
#ifndef BAND_MELODY_PATH_H
#define BAND_MELODY_PATH_H

#include "band/agent.h"

enum { CELL_NO_STEP = 100, CELL_NO_LIKE = -1 };

/* Kinds of moves; a tune's next move depends on its last. */
enum melody_move {
    MOVE_REPEAT, MOVE_STEP_UP, MOVE_STEP_DOWN, MOVE_SKIP_UP, MOVE_SKIP_DOWN, MOVE_LEAP_UP, MOVE_LEAP_DOWN, MOVE_COUNT
};
enum { TASTE_SIZES = 6 };

/* What one song's tunes like better than another's: costs to add, about 0. */
struct melody_taste {
    float size[2][TASTE_SIZES];             /* up, down: repeat, step, third, fourth, fifth, sixth to octave */
    float turn[MOVE_COUNT][MOVE_COUNT];     /* the column's move after the row's */
};
struct melody_taste melody_taste_draw(struct random *random);

/* A note to be: when, and what is wished of its pitch. */
struct melody_cell {
    int32_t tick, len_ticks;   /* tick from the start of the song */
    bool ends_phrase;          /* a chord tone then, from `goal` if possible */
    bool after_rest;
    unsigned goal;             /* pitch classes that it prefers, a chord tone in any case; 0: none */
    double goal_weight;        /* what it costs to miss the goal */
    double contour;            /* MIDI pitch it should be near, */
    double contour_weight;     /* and how much */
    int want;                  /* MIDI pitch of the model, 0: none */
    double want_weight;
    int like;                  /* index of an earlier cell of the section that it recalls, CELL_NO_LIKE: none */
    int ceiling;               /* MIDI pitch that only the climax goes above; 0: none */
    int want_step;             /* scale steps from the note before, as in the motif; CELL_NO_STEP: none */
    double step_weight;
    uint8_t pitch;             /* the result */
};

struct melody_rules {
    int low, high;             /* MIDI */
    double leap, repeat, colour, chromatic; /* as in genre_melody */
    double pentatonic, blue;
    const struct melody_taste *taste; /* NULL: none */
    double noise;              /* how much chance weighs, in the costs' unit: 1 is a third against a step */
};

/* The pitch classes of degrees of the key ("257"), by the letters of its scale: a gapped scale (pentatonic, blues) has
 * only those it has, and every class of a degree that it has twice. Its tonic when it has none of them. */
unsigned melody_degrees(struct key key, const char *list);

/* Fills `pitch` of all cells. `before` is the pitch that sounded last, 0 for none. Returns the cost a note. */
double melody_path(const struct session *s, struct melody_cell *cells, size_t count, int before,
                   const struct melody_rules *rules, struct random *random);

#endif
