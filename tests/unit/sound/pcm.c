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
    ck_assert(pcm_from_stem(left, right, 1, pcm, 8, 0, &d) >= 2);
    for (int i = 0; i < 8; i++)
        ck_assert_int_le(abs(pcm[2 * i] / 256 - expected[i]), 2);
    pcm_from_float(left, right, pcm, 8, &d);
    for (int i = 0; i < 8; i++)
        ck_assert_int_le(abs(pcm[2 * i + 1] / 256 - expected[i]), 2);
}
END_TEST

/* The error has no mean and the variance of dither and rounding (1/6 + 1/12 of a step's square), and none is greater than
 * one step of dither and half a step of rounding. */
START_TEST(stems_are_dithered_and_their_peak_told)
{
    struct dither d = { 99 };
    double sum = 0, square = 0;

    for (int i = 0; i < LEN; i++) {
        left[i] = (float)sin(i * 0.1) * 0.07f;
        right[i] = (float)cos(i * 0.3) * 0.02f;
    }
    left[777] = -0.9f;
    ck_assert_float_eq_tol(pcm_from_stem(left, right, 0.5f, pcm, LEN, 0.1f, &d), 0.45f, 1e-7f);
    for (int i = 0; i < LEN; i++) {
        double error = pcm[2 * i] / 256 - (double)left[i] * 0.5 * 8388608;

        ck_assert(fabs(error) <= 1.5);
        sum += error;
        square += error * error;
    }
    ck_assert_double_eq_tol(sum / LEN, 0, 0.01);
    ck_assert_double_eq_tol(square / LEN, 0.25, 0.01);
    ck_assert_float_eq_tol(pcm_from_stem(left, right, 0.5f, pcm, 1000, 0.6f, &d), 0.6f, 1e-7f);
}
END_TEST

/* The same for 16 bits, where the third moment vanishes too and the error's variance does not follow the signal: what
 * triangular dither is for (Lipshitz, Wannamaker and Vanderkooy 1992). */
START_TEST(sixteen_bits_are_dithered)
{
    static int32_t in[2 * LEN], again[2 * LEN];
    static const int levels[] = { 0, 64, 128, 200, -77 }; /* of the 256 steps of 24 bits in one of 16 */
    struct dither a = { PCM_DITHER_START }, b = { PCM_DITHER_START };
    double sum = 0, square = 0, level = levels[_i] / 256.0, lag = 0, before = 0;

    for (int i = 0; i < 2 * LEN; i++)
        in[i] = levels[_i] * 256;
    pcm_to_16_bits(in, pcm, 2 * LEN, &a);
    pcm_to_16_bits(in, again, 2 * LEN, &b);
    ck_assert_mem_eq(pcm, again, sizeof(pcm));
    for (int i = 0; i < 2 * LEN; i++) {
        double error = pcm[i] / 65536.0 - level;

        ck_assert_int_eq(pcm[i] & 0xffff, 0);
        ck_assert(fabs(error) <= 1.5);
        sum += error;
        square += error * error;
        lag += error * before;
        before = error;
    }
    ck_assert_double_eq_tol(sum / (2 * LEN), 0, 0.01);
    ck_assert_double_eq_tol(square / (2 * LEN), 0.25, 0.01);
    ck_assert_double_eq_tol(lag / (2 * LEN), 0, 0.01); /* white */
}
END_TEST

START_TEST(sixteen_bits_clip)
{
    const int32_t in[4] = { INT32_MAX, INT32_MIN, 32767 * 65536, 0 };
    int32_t out[4];
    struct dither d = { 5 };

    for (int i = 0; i < 1000; i++) {
        pcm_to_16_bits(in, out, 4, &d);
        ck_assert_int_ge(out[0] / 65536, 32766);
        ck_assert_int_le(out[1] / 65536, -32767);
    }
}
END_TEST

START_TEST(packed_samples_are_little_endian)
{
    const int32_t in[3] = { 0x01020300, -256, INT32_MIN };
    const unsigned char deep[9] = { 3, 2, 1, 0xff, 0xff, 0xff, 0, 0, 0x80 }, usual[6] = { 2, 1, 0xff, 0xff, 0, 0x80 };
    unsigned char out[PCM_PACKED_BYTES(3)];

    ck_assert_uint_eq(pcm_pack(in, 3, 24, out), sizeof(deep));
    ck_assert_mem_eq(out, deep, sizeof(deep));
    ck_assert_uint_eq(pcm_pack(in, 3, 16, out), sizeof(usual));
    ck_assert_mem_eq(out, usual, sizeof(usual));
}
END_TEST

Suite *pcm_suite(void)
{
    Suite *s = suite_create("pcm");
    TCase *t = tcase_create("24 bit");

    tcase_add_test(t, dither_is_triangular_and_repeatable);
    tcase_add_test(t, full_scale_clips_and_bad_numbers_are_silent);
    tcase_add_test(t, stems_are_dithered_and_their_peak_told);
    tcase_add_loop_test(t, sixteen_bits_are_dithered, 0, 5);
    tcase_add_test(t, sixteen_bits_clip);
    tcase_add_test(t, packed_samples_are_little_endian);
    suite_add_tcase(s, t);
    return s;
}
