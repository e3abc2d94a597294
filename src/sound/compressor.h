/*
 * A feed-forward compressor for a stereo pair, both channels with one gain, after Giannoulis, Massberg and
 * Reiss, "Digital dynamic range compressor design", JAES 60 (2012): level → soft-knee curve → smooth attack
 * and release on the gain in dB. The level is the RMS of both channels over about 5 ms, where a full-scale
 * square wave is 0 dBFS and a sine -3. The gain is computed every COMPRESSOR_STEP frames and moves in
 * straight lines between.
 */
#ifndef SOUND_COMPRESSOR_H
#define SOUND_COMPRESSOR_H

#include <stdbool.h>

#include "song/mix_spec.h"

enum { COMPRESSOR_STEP = 32 };
#define COMPRESSOR_KNEE_DB 6.0

struct compressor {
    bool is_on;
    double threshold_db, slope;     /* slope = 1 / ratio - 1 */
    double attack, release, window; /* one-pole coefficients per step */
    double makeup_db;
    double power, gain_db; /* gain_db without make-up, ≤ 0 */
    float gain;            /* at the end of the last step, with make-up */
};

/* Unset or impossible values count as: ratio 1, make-up 0 dB, attack 10 ms, release 100 ms. */
void compressor_init(struct compressor *c, const struct mix_compressor *spec);

/* The static curve: gain in dB, ≤ 0, for a steady level, without make-up. */
double compressor_curve_db(const struct compressor *c, double level_db);

/* In place; `frames` is a multiple of COMPRESSOR_STEP. What is no number spoils the call it comes in and none after it. */
void compressor_process(struct compressor *c, float *left, float *right, int frames);

#endif
