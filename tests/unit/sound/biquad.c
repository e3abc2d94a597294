#include "sound/biquad.h"

#include <math.h>

#include "sound/render.h"
#include "suites.h"

/* Gain in dB of a settled sine through the filter, by its RMS. */
static double measured_db(double cutoff_hz, double hz)
{
    enum { SETTLE = 88200, LEN = 44100 };
    static float left[SETTLE + LEN], right[SETTLE + LEN];
    struct biquad b;
    double in = 0, out = 0;

    biquad_highpass(&b, cutoff_hz, BIQUAD_BUTTERWORTH_Q, RENDER_RATE_HZ);
    for (int i = 0; i < SETTLE + LEN; i++) {
        left[i] = (float)(0.5 * sin(2 * M_PI * hz * i / RENDER_RATE_HZ));
        right[i] = -left[i];
        if (i >= SETTLE)
            in += (double)left[i] * (double)left[i];
    }
    biquad_process(&b, left, right, SETTLE + LEN);
    for (int i = SETTLE; i < SETTLE + LEN; i++) {
        ck_assert_float_eq(left[i], -right[i]);
        out += (double)left[i] * (double)left[i];
    }
    return 10 * log10(out / in);
}

/* |H| of the analogue Butterworth high-pass at the frequency that the bilinear transform maps to `hz`:
 * 1 / sqrt(1 + (Ωc / Ω)^4) with Ω = tan(π f / fs). */
static double expected_db(double cutoff_hz, double hz)
{
    double ratio = tan(M_PI * cutoff_hz / RENDER_RATE_HZ) / tan(M_PI * hz / RENDER_RATE_HZ);

    return -10 * log10(1 + pow(ratio, 4));
}

START_TEST(highpass_follows_butterworth)
{
    static const double cutoffs_hz[] = { 25, 80, 120, 400 },
                        tones_hz[] = { 20, 40, 80, 120, 300, 1000, 10000 };

    for (size_t c = 0; c < sizeof(cutoffs_hz) / sizeof(*cutoffs_hz); c++)
        for (size_t t = 0; t < sizeof(tones_hz) / sizeof(*tones_hz); t++)
            ck_assert_double_eq_tol(measured_db(cutoffs_hz[c], tones_hz[t]),
                                    expected_db(cutoffs_hz[c], tones_hz[t]), 0.1);
}
END_TEST

START_TEST(highpass_is_3_db_down_at_cutoff)
{
    struct biquad b;

    biquad_highpass(&b, 100, BIQUAD_BUTTERWORTH_Q, RENDER_RATE_HZ);
    ck_assert_double_eq_tol(20 * log10(biquad_gain(&b, 100, RENDER_RATE_HZ)), -3.0103, 0.001);
    ck_assert_double_eq_tol(20 * log10(biquad_gain(&b, 10, RENDER_RATE_HZ)), -40, 0.1);
    biquad_highpass(&b, 1e9, BIQUAD_BUTTERWORTH_Q, RENDER_RATE_HZ); /* clamped, stable */
    ck_assert(fabs(b.a2) < 1);
}
END_TEST

Suite *biquad_suite(void)
{
    Suite *s = suite_create("biquad");
    TCase *t = tcase_create("high-pass");

    tcase_add_test(t, highpass_follows_butterworth);
    tcase_add_test(t, highpass_is_3_db_down_at_cutoff);
    suite_add_tcase(s, t);
    return s;
}
