/*
 * A compressor for each of three bands of a stereo pair. The bands are parted by Linkwitz-Riley crossovers of the fourth
 * order (two Butterworth filters in a row; S. Linkwitz, JAES 24, 1976); the lowest band passes the upper crossover's
 * all-pass, so that the sum of the bands is flat: with all ratios 1 the magnitude is that of the input.
 */
#ifndef SOUND_MULTIBAND_H
#define SOUND_MULTIBAND_H

#include "sound/biquad.h"
#include "sound/compressor.h"

enum { MULTIBAND_BANDS = 3, MULTIBAND_SLICE = 512 };

struct multiband {
    bool is_on;
    struct biquad low_split[2], high_split[2];     /* of the lower crossover */
    struct biquad mid_split[2], top_split[2];      /* of the upper one */
    struct biquad low_allpass;                     /* the upper crossover's low plus high, for the low band */
    struct compressor compressors[MULTIBAND_BANDS]; /* low, middle, high */
    float bands[MULTIBAND_BANDS][2][MULTIBAND_SLICE];
};

/* `low_hz` < `high_hz`; compressors low, middle, high. Off when all have ratio 1 and no make-up. */
void multiband_init(struct multiband *m, double low_hz, double high_hz,
                    const struct mix_compressor compressors[MULTIBAND_BANDS], double rate_hz);

/* In place; `frames` is a multiple of COMPRESSOR_STEP. What is no number spoils the call it comes in only. */
void multiband_process(struct multiband *m, float *left, float *right, int frames);

#endif
