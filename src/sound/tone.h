/*
 * The tone of the master: five wide bands that bring the octaves of the mix nearer to those that are wished, by least
 * squares over the octaves, within limits. What is wished is relative, so loudness does not matter.
 */
#ifndef SOUND_TONE_H
#define SOUND_TONE_H

#include <stdbool.h>
#include <stdint.h>

#include "sound/session.h"

enum { TONE_BANDS = 5 };

struct tone {
    double gains_db[TONE_BANDS]; /* low shelf, three bells, high shelf */
    bool is_on;
};

/* The bands for octaves of power `octaves` (SPECTRUM_OCTAVES of them) and the levels `wished_db` against the whole; `amount`
 * 0–1 of the way, no gain beyond ±`limit_db`. */
struct tone tone_design(const double *octaves, const double *wished_db, double amount, double limit_db);

/* The filters; returns how many, at most TONE_BANDS. */
int tone_filters(const struct tone *t, struct biquad filters[TONE_BANDS], double rate_hz);

/* The octaves of the mix in `mix_fd`, as production_run leaves it, from at most a minute spread over the song. */
bool tone_measure(struct session *s, int mix_fd, int64_t frames, double octaves[SPECTRUM_OCTAVES], struct error *e);

#endif
