/*
 * Time signatures: bar and beat lengths, grouping, metrical weight, swing. Ticks are METRE_PPQ to a quarter note, as in
 * song/score.h. Pure functions; any thread.
 */
#ifndef THEORY_METRE_H
#define THEORY_METRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fields.h"

enum { METRE_PPQ = 480, METRE_TEXT_SIZE = 8, METRE_BEATS_MAX = 5 };

struct metre {
    uint8_t numerator, denominator; /* 0/0: unset */
};

struct metre_info {
    struct metre metre;
    const char *text;                  /* "6/8" */
    uint8_t beats[METRE_BEATS_MAX];    /* felt beats, each in units of the denominator: 7/8 is 2+2+3; 0 ends */
    uint8_t groups[METRE_BEATS_MAX];   /* where the accents lie, in the same units: 4/4 is 2+2, 5/4 is 3+2 */
    bool is_compound;                  /* beats divide by three */
};

enum { METRE_COUNT = 9 };
extern const struct metre_info metre_infos[METRE_COUNT]; /* every supported time signature; the first is 4/4 */

bool metre_is_set(struct metre m);
bool metre_is_equal(struct metre a, struct metre b);

/* The row of a metre, or NULL when it is not supported. All functions below need a supported one. */
const struct metre_info *metre_find(struct metre m);

/* One of the table's texts, and back ("" when unset). */
bool metre_parse(const char *text, struct metre *out);
void metre_print(struct metre m, char *out, size_t out_size);
extern const struct codec metre_codec; /* of struct metre */

int metre_bar_ticks(struct metre m); /* 4/4: 1920 */

/* The ticks of one denominator unit (7/8: 240), and of the beat that a metronome clicks: the quarter in simple metres,
 * the dotted quarter in compound ones, the eighth in 7/8. */
int metre_unit_ticks(struct metre m);
int metre_pulse_ticks(struct metre m);

/* Felt beats: how many in a bar, and where beat `index` (0-based) starts. 4/4 has 4, 6/8 has 2, 5/4 has 5, 7/8 has 3:
 * those of 7/8 are uneven (0, 480, 960). index == metre_beats gives the bar's length. */
int metre_beats(struct metre m);
int metre_beat_tick(struct metre m, int index);

/* How strong a place in the bar is: 1 on the bar line, 0.75 where a group of beats begins (beat 3 of 4/4), 0.5 on beats,
 * 0.25 on their halves (thirds in compound metres), 0.125 on quarters of a simple beat and halves of a third, 0.05 on
 * anything finer. `tick` counts from a bar line and may be in any later bar, or before it. Levels as in Lerdahl and
 * Jackendoff 1983, "A Generative Theory of Tonal Music", chapter 4. */
double metre_weight(struct metre m, int tick);

/* Where a straight tick sounds with swing. `grid_ticks` is the swung value: METRE_PPQ / 2 for eighths, METRE_PPQ / 4 for
 * sixteenths; `percent` (50 straight … 66.7 triplet … 75; brought into that range) is the share of each pair that its
 * first half takes. Every second grid point moves, others stay; what lies between is stretched in proportion, so order is
 * kept (never decreasing in tick). Not for compound metres. */
int metre_swing(int tick, int grid_ticks, double percent);

#endif
