/* Small changes that keep a drum groove alive from bar to bar: a soft kick or ghost note more or less, an open hat at
 * the end of four bars. What stands on the beats stays. */
#ifndef BAND_GROOVE_VARY_H
#define BAND_GROOVE_VARY_H

#include "core/arena.h"
#include "core/random.h"
#include "genre/parts.h"

/* The pattern's lines written out over `bars` bars. Bar 1 stays as it is; `amount` (0–1) says how much the others
 * change. `out` holds as many lines as the pattern, perhaps one more. */
void groove_vary(const char *const *lines, size_t count, int bars, double amount, struct random *random,
                 struct arena *a, const char ***out, size_t *out_count);

/* One line of any other notation over `bars` bars: `main`, with `other` (NULL: none) in place of the last bar of each
 * four. */
const char *groove_alternate(const char *main, const char *other, int bars, struct arena *a);

#endif
