#include "sound/pcm.h"

#include <math.h>
#include <string.h>

#include "sound/quad.h"

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

/* Scaling by a power of two is exact, and so is the rounding of a float that large. */
static inline quad_bits quantise_quad(quad x)
{
    const float limit = (float)full_scale - 1;
    const quad limits = { limit, limit, limit, limit }, half = { 0.5f, 0.5f, 0.5f, 0.5f }, zero = { 0 };

    x *= (float)full_scale;
    x = quad_select(x == x, x, zero); /* NaN */
    x = quad_select(x > limits, limits, x);
    x = quad_select(x < -limits, -limits, x);
    x += quad_select(x < zero, -half, half);
    return __builtin_convertvector(x, quad_bits) * 256;
}

float pcm_from_stem(const float *left, const float *right, float gain, int32_t *pcm, int frames, float peak)
{
    quad greatest = { peak, peak, peak, peak };

    for (int i = 0; i < frames; i += 4) {
        quad l = quad_load(left + i) * gain, r = quad_load(right + i) * gain;
        quad_bits pcm_l = quantise_quad(l), pcm_r = quantise_quad(r);
        quad_bits first = __builtin_shufflevector(pcm_l, pcm_r, 0, 4, 1, 5);
        quad_bits second = __builtin_shufflevector(pcm_l, pcm_r, 2, 6, 3, 7);

        memcpy(pcm + 2 * i, &first, sizeof(first));
        memcpy(pcm + 2 * i + 4, &second, sizeof(second));
        greatest = quad_greater(quad_magnitude(l), greatest);
        greatest = quad_greater(quad_magnitude(r), greatest);
    }
    for (int i = 0; i < 4; i++)
        peak = greatest[i] > peak ? greatest[i] : peak;
    return peak;
}
