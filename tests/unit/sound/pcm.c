#include "sound/pcm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"

enum { LEN = 1 << 16 };

static float left[LEN], right[LEN];
static int32_t pcm[2 * LEN];

START_TEST(dither_is_triangular_and_repeatable)
{
    static int32_t again[2 * LEN];
    struct dither a = { 1234567 }, b = { 1234567 };
    double sum = 0, square = 0;

    for (int i = 0; i < LEN; i++) {
        left[i] = 0.25f / 8388608; /* a quarter of a step */
        right[i] = -left[i];
    }
    pcm_from_float(left, right, pcm, LEN, &a);
    pcm_from_float(left, right, again, LEN, &b);
    ck_assert_mem_eq(pcm, again, sizeof(pcm));
    for (int i = 0; i < LEN; i++) {
        double steps = pcm[2 * i] / 256.0;

        ck_assert_int_eq(pcm[2 * i] & 0xff, 0);
        ck_assert(fabs(steps) <= 2);
        sum += steps;
        square += (steps - 0.25) * (steps - 0.25);
    }
    /* the mean survives; the variance is 1/6 of the dither plus 1/12 of the rounding, whatever the signal */
    ck_assert_double_eq_tol(sum / LEN, 0.25, 0.01);
    ck_assert_double_eq_tol(square / LEN, 0.25, 0.01);
}
END_TEST

START_TEST(full_scale_clips_and_bad_numbers_are_silent)
{
    static const float values[8] = { 2, -2, 1, -1, INFINITY, -INFINITY, NAN, 0.5f };
    static const int expected[8] = { 8388607, -8388607, 8388607, -8388607, 8388607, -8388607, 0, 4194304 };
    struct dither d = { 1 };

    memcpy(left, values, sizeof(values));
    memcpy(right, values, sizeof(values));
    ck_assert(pcm_from_stem(left, right, 1, pcm, 8, 0) >= 2);
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(pcm[2 * i] / 256, expected[i]);
    pcm_from_float(left, right, pcm, 8, &d);
    for (int i = 0; i < 8; i++)
        ck_assert_int_le(abs(pcm[2 * i + 1] / 256 - expected[i]), 2);
}
END_TEST

START_TEST(stems_are_rounded_and_their_peak_told)
{
    for (int i = 0; i < 1000; i++) {
        left[i] = (float)sin(i * 0.1) * 0.7f;
        right[i] = (float)cos(i * 0.3) * 0.2f;
    }
    left[777] = -0.9f;
    ck_assert_float_eq_tol(pcm_from_stem(left, right, 0.5f, pcm, 1000, 0.1f), 0.45f, 1e-7f);
    ck_assert_float_eq_tol(pcm_from_stem(left, right, 0.5f, pcm, 1000, 0.6f), 0.6f, 1e-7f);
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(pcm[2 * i] / 256, (int)lround((double)left[i] * 0.5 * 8388608));
        ck_assert_int_eq(pcm[2 * i + 1] / 256, (int)lround((double)right[i] * 0.5 * 8388608));
    }
}
END_TEST

Suite *pcm_suite(void)
{
    Suite *s = suite_create("pcm");
    TCase *t = tcase_create("24 bit");

    tcase_add_test(t, dither_is_triangular_and_repeatable);
    tcase_add_test(t, full_scale_clips_and_bad_numbers_are_silent);
    tcase_add_test(t, stems_are_rounded_and_their_peak_told);
    suite_add_tcase(s, t);
    return s;
}
