#include "sound/true_peak.h"

#include <math.h>
#include <stdint.h>

#include "sound/kaiser.h"
#include "sound/quad.h"

static double hann(double position) /* -1 … 1 */
{
    return 0.5 + 0.5 * cos(M_PI * position);
}

static double kaiser_4(double position)
{
    return kaiser(4, position);
}

/* Column k of phase p weighs the k-th sample back: tap j = 4k + p of a sinc whose middle is at j = 2 · taps.
 */
static void init(struct true_peak *t, int taps, double (*window)(double position))
{
    *t = (struct true_peak){ .taps = taps };
    for (int p = 0; p < TRUE_PEAK_PHASES; p++) {
        double sum = 0;

        for (int k = 0; k < taps; k++) {
            double m = 4 * k + p + 1 - 2 * taps; /* never 0 */
            double x = M_PI * m / 4;

            t->phases[p][k] = (float)(sin(x) / x * window(m / (2 * taps)));
            sum += fabs((double)t->phases[p][k]);
        }
        t->bound = fmaxf(t->bound, (float)sum * 1.0001f);
    }
}

void true_peak_init_referee(struct true_peak *t)
{
    init(t, 12, hann);
}

void true_peak_init_fine(struct true_peak *t)
{
    init(t, TRUE_PEAK_TAPS_MAX, kaiser_4);
    t->bound *= TRUE_PEAK_RISE;
}

/* The interpolated samples of four frames: phases[p][i] is a quarter, a half and three quarters behind sample i - taps / 2. */
static inline void interpolate(const struct true_peak *t, const float *at, quad phases[TRUE_PEAK_PHASES])
{
    quad sum1 = { 0 }, sum2 = { 0 }, sum3 = { 0 };

    for (int k = 0; k < t->taps; k++) {
        quad x = quad_load(at - k);

        sum1 += x * t->phases[0][k];
        sum2 += x * t->phases[1][k];
        sum3 += x * t->phases[2][k];
    }
    phases[0] = sum1;
    phases[1] = sum2;
    phases[2] = sum3;
}

static inline quad greatest(const quad phases[TRUE_PEAK_PHASES])
{
    return quad_greater(quad_greater(quad_magnitude(phases[0]), quad_magnitude(phases[1])), quad_magnitude(phases[2]));
}

void true_peak_scan(const struct true_peak *t, const float *samples, float *peaks, int frames)
{
    for (int i = 0; i < frames; i += TRUE_PEAK_STEP) {
        quad phases[TRUE_PEAK_PHASES];

        interpolate(t, samples + i, phases);
        quad_store(peaks + i, greatest(phases));
    }
}

/* How high the parabola through three points goes, of which the middle one is the greatest; otherwise the middle one. */
static inline quad summit(quad before, quad at, quad after)
{
    const quad least = { 1e-30f, 1e-30f, 1e-30f, 1e-30f };
    quad_bits sign = (quad_bits)at & (quad_bits){ INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN };
    quad height = quad_magnitude(at);
    quad up = height - (quad)((quad_bits)before ^ sign), down = height - (quad)((quad_bits)after ^ sign);
    quad rise = (up - down) * (up - down) / (8 * (up + down) + least), most = height * (TRUE_PEAK_RISE - 1);

    rise = quad_select(rise < most, rise, most);
    return quad_select((up >= 0) & (down >= 0), height + rise, height);
}

void true_peak_scan_finely(const struct true_peak *t, const float *samples, float *peaks, int frames, float worth)
{
    quad p[TRUE_PEAK_PHASES];
    float last; /* the point in front of the first sample */

    interpolate(t, samples - TRUE_PEAK_STEP, p);
    last = p[2][3];
    for (int i = 0; i < frames; i += TRUE_PEAK_STEP) {
        const float *at = samples + i - t->taps / 2;
        quad here = quad_load(at), peak;

        interpolate(t, samples + i, p);
        peak = quad_greater(greatest(p), quad_magnitude(here));
        if (quad_most(peak) * TRUE_PEAK_RISE > worth) {
            quad before = { last, p[2][0], p[2][1], p[2][2] };

            peak = quad_greater(summit(before, here, p[0]), summit(here, p[0], p[1]));
            peak = quad_greater(peak, quad_greater(summit(p[0], p[1], p[2]), summit(p[1], p[2], quad_load(at + 1))));
        }
        last = p[2][3];
        quad_store(peaks + i, peak);
    }
}
