#include "sound/true_peak.h"

#include "sound/quad.h"

enum { TAPS = 12 };

/* sin(πm/4) / (πm/4) · (1 - cos(2πj/48)) / 2 with m = j - 24 and j = 4k + phase: column k weighs the k-th
 * sample back. The third phase is the first one backwards. */
static const float phase1[TAPS] = { -0.000167442f, 0.004895983f,  -0.018526006f, 0.046265053f,
                                    -0.103456726f, 0.288683356f,  0.896465151f,  -0.161458527f,
                                    0.069158470f,  -0.030107748f, 0.010359955f,  -0.001631726f };
static const float phase2[TAPS] = { -0.000986013f, 0.010358979f,  -0.033703604f, 0.080138909f,
                                    -0.181129655f, 0.625773626f,  0.625773626f,  -0.181129655f,
                                    0.080138909f,  -0.033703604f, 0.010358979f,  -0.000986013f };

void true_peak_scan(const float *samples, float *peaks, int frames)
{
    for (int i = 0; i < frames; i += TRUE_PEAK_STEP) {
        quad sum1 = { 0 }, sum2 = { 0 }, sum3 = { 0 }, peak;

        for (int k = 0; k < TAPS; k++) {
            quad x = quad_load(samples + i - k);

            sum1 += x * phase1[k];
            sum2 += x * phase2[k];
            sum3 += x * phase1[TAPS - 1 - k];
        }
        peak = quad_greater(quad_magnitude(sum1), quad_magnitude(sum2));
        quad_store(peaks + i, quad_greater(peak, quad_magnitude(sum3)));
    }
}
