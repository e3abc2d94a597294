/*
 * A stereo delay for a send: the left input echoes on the left after one time, on the right after another, and what comes
 * back crosses over, each time duller and thinner (a low-pass and a high-pass in the loop). Times are beats, so they are
 * those of the song. Fixed size; `process` allocates nothing.
 */
#ifndef SOUND_DELAY_H
#define SOUND_DELAY_H

#include "sound/biquad.h"

enum { DELAY_SIZE = 1 << 17 }; /* frames, a power of two: 2.97 s at 44.1 kHz */

struct delay {
    float lines[2][DELAY_SIZE];
    unsigned at;
    unsigned frames[2];
    float feedback;
    float low[2], damping;       /* one-pole low-pass in the loop */
    float high[2], thinning;     /* one-pole high-pass in the loop */
};

struct delay_setting {
    double time_s[2];    /* left, right; clamped to 1 ms … DELAY_SIZE */
    double feedback;     /* 0–0.9 */
    double lowpass_hz;   /* of the loop */
    double highpass_hz;
};

void delay_init(struct delay *d, const struct delay_setting *setting, double rate_hz);

/* Replaces the input by its echoes. Samples that are no number count as 0. */
void delay_process(struct delay *d, float *left, float *right, int frames);

#endif
