#include "sound/true_peak.h"

#include <math.h>

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
}

void true_peak_scan(const struct true_peak *t, const float *samples, float *peaks, int frames)
{
    for (int i = 0; i < frames; i += TRUE_PEAK_STEP) {
        quad sum1 = { 0 }, sum2 = { 0 }, sum3 = { 0 }, peak;

        for (int k = 0; k < t->taps; k++) {
            quad x = quad_load(samples + i - k);

            sum1 += x * t->phases[0][k];
            sum2 += x * t->phases[1][k];
            sum3 += x * t->phases[2][k];
        }
        peak = quad_greater(quad_magnitude(sum1), quad_magnitude(sum2));
        quad_store(peaks + i, quad_greater(peak, quad_magnitude(sum3)));
    }
}
