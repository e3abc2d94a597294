/* Float samples to 24-bit ones, interleaved and in the upper bits of 32 as the encoders and the meter take
 * them. */
#ifndef SOUND_PCM_H
#define SOUND_PCM_H

#include <stddef.h>
#include <stdint.h>

/* The state of the dither's random numbers; any start value but 0. The same start gives the same samples. */
struct dither {
    uint64_t state;
};
#define PCM_DITHER_START UINT64_C(0x9e3779b97f4a7c15)

/* With triangular dither of ±1 step (TPDF; Lipshitz, Wannamaker and Vanderkooy, JAES 40, 1992). Clips at full
 * scale; what is no number becomes 0. */
void pcm_from_float(const float *left, const float *right, int32_t *pcm, int frames, struct dither *dither);

/* The same times `gain`. Returns the greatest magnitude before clipping, or `peak` when that is greater. */
float pcm_from_stem(const float *left, const float *right, float gain, int32_t *pcm, int frames, float peak,
                    struct dither *dither);

/* The upper 16 or 24 bits of `count` samples, little-endian as in a WAV file. Returns how many bytes they are; `out` has room
 * for PCM_PACKED_BYTES(count). */
size_t pcm_pack(const int32_t *pcm, int count, int bits, unsigned char *out);
#define PCM_PACKED_BYTES(count) (3 * (size_t)(count) + 1)

/* From 24 bits to 16 in the upper bits of 32, with triangular dither of ±1 step of 16 bits; `count` samples. */
void pcm_to_16_bits(const int32_t *in, int32_t *out, int count, struct dither *dither);

#endif
