#include "sound/multiband.h"

#include <math.h>
#include <string.h>

/* Second-order Butterworth by the bilinear transform, both with the same warp, so that low and high stay a pair. */
static void butterworth(struct biquad *low, struct biquad *high, double hz, double rate_hz)
{
    double k = tan(M_PI * fmin(fmax(hz, 10), 0.45 * rate_hz) / rate_hz), norm = 1 / (1 + M_SQRT2 * k + k * k);
    double a1 = 2 * (k * k - 1) * norm, a2 = (1 - M_SQRT2 * k + k * k) * norm;

    *low = (struct biquad){ .b0 = k * k * norm, .b1 = 2 * k * k * norm, .b2 = k * k * norm, .a1 = a1, .a2 = a2 };
    *high = (struct biquad){ .b0 = norm, .b1 = -2 * norm, .b2 = norm, .a1 = a1, .a2 = a2 };
}

/* Low² + high² of a Butterworth pair is (s² - √2 s + 1) / (s² + √2 s + 1): the poles mirrored. */
static struct biquad allpass(const struct biquad *butterworth_low)
{
    double a1 = butterworth_low->a1, a2 = butterworth_low->a2;

    return (struct biquad){ .b0 = a2, .b1 = a1, .b2 = 1, .a1 = a1, .a2 = a2 };
}

void multiband_init(struct multiband *m, double low_hz, double high_hz,
                    const struct mix_compressor compressors[MULTIBAND_BANDS], double rate_hz)
{
    memset(m, 0, sizeof(*m));
    butterworth(&m->low_split[0], &m->high_split[0], low_hz, rate_hz);
    butterworth(&m->mid_split[0], &m->top_split[0], high_hz, rate_hz);
    m->low_split[1] = m->low_split[0];
    m->high_split[1] = m->high_split[0];
    m->mid_split[1] = m->mid_split[0];
    m->top_split[1] = m->top_split[0];
    m->low_allpass = allpass(&m->mid_split[0]);
    for (int i = 0; i < MULTIBAND_BANDS; i++) {
        compressor_init(&m->compressors[i], &compressors[i]);
        m->is_on |= m->compressors[i].is_on;
    }
}

static void split(struct biquad filters[2], float to[2][MULTIBAND_SLICE], float from[2][MULTIBAND_SLICE], int frames)
{
    for (int c = 0; c < 2; c++)
        if (to != from)
            memcpy(to[c], from[c], (size_t)frames * sizeof(float));
    biquads_process(filters, 2, to[0], to[1], frames);
}

static void slice_process(struct multiband *m, float *left, float *right, int frames)
{
    float (*low)[MULTIBAND_SLICE] = m->bands[0], (*mid)[MULTIBAND_SLICE] = m->bands[1], (*top)[MULTIBAND_SLICE] = m->bands[2];

    memcpy(low[0], left, (size_t)frames * sizeof(float));
    memcpy(low[1], right, (size_t)frames * sizeof(float));
    split(m->high_split, mid, low, frames);
    split(m->low_split, low, low, frames);
    split(m->top_split, top, mid, frames);
    split(m->mid_split, mid, mid, frames);
    biquad_process(&m->low_allpass, low[0], low[1], frames);
    for (int b = 0; b < MULTIBAND_BANDS; b++)
        compressor_process(&m->compressors[b], m->bands[b][0], m->bands[b][1], frames);
    for (int i = 0; i < frames; i++) {
        left[i] = low[0][i] + mid[0][i] + top[0][i];
        right[i] = low[1][i] + mid[1][i] + top[1][i];
    }
}

void multiband_process(struct multiband *m, float *left, float *right, int frames)
{
    for (int start = 0; start < frames && m->is_on; start += MULTIBAND_SLICE)
        slice_process(m, left + start, right + start,
                      frames - start < MULTIBAND_SLICE ? frames - start : MULTIBAND_SLICE);
}
