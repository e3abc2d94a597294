/* Small changes that keep a drum groove alive from bar to bar: a soft kick or ghost note more or less, an open hat at
 * the end of four bars, a moved stroke of drums that only colour. What stands on the beats stays. */
#ifndef BAND_GROOVE_VARY_H
#define BAND_GROOVE_VARY_H

#include "core/arena.h"
#include "core/random.h"
#include "genre/parts.h"

struct variety {
    double amount;  /* 0–1: how much bars change */
    bool layers;    /* machines: one of several timekeeping or percussion voices rests for a quarter or a half of the
                       bars, so that something comes and goes every 4, 8 or 16 bars */
};

/* The pattern's lines written out over `bars` bars; bar 1's strokes stay as they are. `out` holds as many lines as the
 * pattern, perhaps one more. */
void groove_vary(const char *const *lines, size_t count, int bars, const struct variety *variety,
                 struct random *random, struct arena *a, const char ***out, size_t *out_count);

/* A line of any notation, with its drum voice if it has one, over exactly `bars` bars: the last ones when it is longer,
 * each repeated in proportion when it is shorter. */
const char *groove_fit(const char *line, int bars, struct arena *a);

/* A drum line with the backbeat half as often (each bar of kick and snare stretched over two) or twice as often; what
 * keeps time stays. */
const char *groove_feel(const char *line, bool half, struct arena *a);

/* One line of any other notation over `bars` bars: `main`, with `other` (NULL: none) in place of the last bar of each
 * four. */
const char *groove_alternate(const char *main, const char *other, int bars, struct arena *a);

#endif
