/*
 * From paper to performance. Starts are swung (one groove clock for the whole band), then moved: a slow drift that
 * all players share and one of their own (AR(1) by beat), jitter by stroke, and the player's feel. Loudness drifts
 * and scatters likewise. A chord's notes move together. The result keeps every rule of song/score.h.
 */
#ifndef BAND_HUMANISE_H
#define BAND_HUMANISE_H

#include "band/players.h"

struct groove_clock {
    const struct timeline *timeline;
    double swing_percent;
    int swing_ticks;         /* of the notes that pair up; 0: straight */
    double amount;           /* 0 machine … 1 as the genre says */
    double ticks_per_ms;
    const float *drift_ms;   /* of the band, by beat */
    size_t beats;
};

struct groove_clock groove_clock_make(const struct performance *all);

/* Where an unswung tick of the song sounds. */
int32_t groove_clock_swing(const struct groove_clock *clock, int32_t tick);

/* Fills notes and controls of `out` from what the player wrote. */
void humanise_part(struct performer *p, const struct groove_clock *clock, struct score_part *out);

#endif
