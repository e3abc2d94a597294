/*
 * The kick drum as other players hear it: a bass that is played with it, and parts that duck under it. It is read from
 * rhythm_spec, so it is the same whatever the drummer does with his time.
 */
#ifndef BAND_KICKS_H
#define BAND_KICKS_H

#include "band/players.h"

enum { KICKS_MAX = 32 };

struct kick {
    int32_t tick;   /* from the start of the bar */
    int level;      /* 1–9 */
};

/* The kicks of the bar, whichever drummer plays them and the fills' among them, in order; ghosts are left out. 0 when
 * no drums play (yet). */
size_t kicks_read(const struct bar *bar, struct kick out[KICKS_MAX]);

/* The part's expression (controller 11) dips under each kick and comes back within a beat. `depth` 0–1. Returns false
 * when there is no kick in the bar; expression is at rest then. */
bool kicks_duck(struct performer *p, const struct bar *bar, double depth);

#endif
