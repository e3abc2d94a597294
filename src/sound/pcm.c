#include "sound/pcm.h"

#include <endian.h>
#include <math.h>
#include <string.h>

static const double full_scale = 8388608;

/* xorshift64 (Marsaglia 2003). */
static inline uint64_t draw(struct dither *d)
{
    d->state ^= d->state << 13;
    d->state ^= d->state >> 7;
    d->state ^= d->state << 17;
    return d->state;
}

/* Rounds by adding 1.5 · 2^52: then the unit of the sum is 1 and its lower bits are the whole number. lrint
 * is a call. */
static inline int32_t quantise(double steps)
{
    const double magic = 6755399441055744.0;
    double sum;
    uint64_t bits;

    if (!(fabs(steps) < full_scale - 1))
        steps = isnan(steps) ? 0 : copysign(full_scale - 1, steps);
    sum = steps + magic;
    memcpy(&bits, &sum, sizeof(bits));
    return (int32_t)((uint32_t)bits << 8);
}

/* The sum of two of four 16-bit uniform numbers, around 0: within ±1 step. */
static inline double triangle(uint64_t bits)
{
    return (double)((int)(bits & 0xffff) + (int)(bits >> 16 & 0xffff) - 0xffff) / 65536;
}

void pcm_from_float(const float *left, const float *right, int32_t *pcm, int frames, struct dither *dither)
{
    for (int i = 0; i < frames; i++) {
        uint64_t bits = draw(dither);

        pcm[2 * i] = quantise((double)left[i] * full_scale + triangle(bits));
        pcm[2 * i + 1] = quantise((double)right[i] * full_scale + triangle(bits >> 32));
    }
}

float pcm_from_stem(const float *left, const float *right, float gain, int32_t *pcm, int frames, float peak,
                    struct dither *dither)
{
    for (int i = 0; i < frames; i++) {
        uint64_t bits = draw(dither);
        float l = left[i] * gain, r = right[i] * gain;

        peak = fabsf(l) > peak ? fabsf(l) : peak;
        peak = fabsf(r) > peak ? fabsf(r) : peak;
        pcm[2 * i] = quantise((double)l * full_scale + triangle(bits));
        pcm[2 * i + 1] = quantise((double)r * full_scale + triangle(bits >> 32));
    }
    return peak;
}

void pcm_to_16_bits(const int32_t *in, int32_t *out, int count, struct dither *dither)
{
    uint64_t bits = 0;

    for (int i = 0; i < count; i++) {
        double steps;

        bits = i % 2 == 0 ? draw(dither) : bits >> 32;
        steps = rint((double)in[i] / 65536 + triangle(bits));
        out[i] = (int32_t)(fmin(fmax(steps, -32768), 32767)) * 65536;
    }
}

/* Four bytes at a time, of which the next sample overwrites what is too many. */
size_t pcm_pack(const int32_t *pcm, int count, int bits, unsigned char *out)
{
    const int bytes = bits / 8;

    for (int i = 0; i < count; i++) {
        uint32_t sample = htole32((uint32_t)pcm[i] >> (32 - bits));

        memcpy(out + (size_t)i * (size_t)bytes, &sample, sizeof(sample));
    }
    return (size_t)count * (size_t)bytes;
}
