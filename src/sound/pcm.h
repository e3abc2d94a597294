/* Float samples to 24-bit ones, interleaved and in the upper bits of 32 as the encoders and the meter take
 * them. */
#ifndef SOUND_PCM_H
#define SOUND_PCM_H

#include <stdint.h>

/* The state of the dither's random numbers; any start value but 0. The same start gives the same samples. */
struct dither {
    uint64_t state;
};

/* With triangular dither of ±1 step (TPDF; Lipshitz, Wannamaker and Vanderkooy, JAES 40, 1992). Clips at full
 * scale; what is no number becomes 0. */
void pcm_from_float(const float *left, const float *right, int32_t *pcm, int frames, struct dither *dither);

/* Without dither, times `gain`, fast; `frames` is a multiple of 4. Returns the greatest magnitude before
 * clipping, or `peak` when that is greater. */
float pcm_from_stem(const float *left, const float *right, float gain, int32_t *pcm, int frames, float peak);

#endif
