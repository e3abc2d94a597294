#include "sound/resampler.h"

#include <math.h>
#include <stdlib.h>

#include "sound/render.h"
#include "suites.h"

enum { SECONDS = 2, LEN = SECONDS * RENDER_RATE_HZ, OUT_LEN = SECONDS * RESAMPLER_RATE_HZ };

static float in[2 * LEN], out[2 * (OUT_LEN + 8)];

/* Resamples `in` in uneven pieces; returns how many frames came out. */
static int run(int piece)
{
    static struct resampler r;
    static float some[2 * RESAMPLER_OUT_MAX];
    int count = 0;

    resampler_init(&r);
    for (int at = 0; at <= LEN; at += piece) {
        int take = LEN - at < piece ? LEN - at : piece;
        int got = resampler_process(&r, in + 2 * at, take, some);

        for (int i = 0; i < 2 * got; i++)
            out[2 * count + i] = some[i];
        count += got;
    }
    int got = resampler_finish(&r, some);
    for (int i = 0; i < 2 * got; i++)
        out[2 * count + i] = some[i];
    return count + got;
}

static void tones(double left_hz, double right_hz)
{
    for (int i = 0; i < LEN; i++) {
        in[2 * i] = (float)(0.5 * sin(2 * M_PI * left_hz * i / RENDER_RATE_HZ));
        in[2 * i + 1] = (float)(0.5 * cos(2 * M_PI * right_hz * i / RENDER_RATE_HZ));
    }
}

static const double frequencies[][2] = { { 50, 440 }, { 997, 5000 }, { 12000, 16000 }, { 18000, 19000 } };

/* A sine is the same sine at the other rate, in time and level, to the 95 dB of the window. */
START_TEST(sines_stay_what_they_are)
{
    double error = 0;

    tones(frequencies[_i][0], frequencies[_i][1]);
    ck_assert_int_eq(run(RESAMPLER_BLOCK), OUT_LEN);
    for (int i = RESAMPLER_TAPS; i < OUT_LEN - RESAMPLER_TAPS; i++) {
        double t = (double)i / RESAMPLER_RATE_HZ;

        error = fmax(error, fabs(out[2 * i] - 0.5 * sin(2 * M_PI * frequencies[_i][0] * t)));
        error = fmax(error, fabs(out[2 * i + 1] - 0.5 * cos(2 * M_PI * frequencies[_i][1] * t)));
    }
    ck_assert_msg(20 * log10(error / 0.5) <= -80, "the greatest error is %.1f dB", 20 * log10(error / 0.5));
}
END_TEST

START_TEST(the_pieces_do_not_matter)
{
    static float first[2 * (OUT_LEN + 8)];
    int count;

    srand(7);
    for (int i = 0; i < 2 * LEN; i++)
        in[i] = (float)rand() / (float)RAND_MAX - 0.5f;
    count = run(RESAMPLER_BLOCK);
    for (int i = 0; i < 2 * count; i++)
        first[i] = out[i];
    ck_assert_int_eq(run(97), count);
    ck_assert_mem_eq(first, out, sizeof(float) * 2 * (size_t)count);
    ck_assert_int_eq(run(1), count);
    ck_assert_mem_eq(first, out, sizeof(float) * 2 * (size_t)count);
}
END_TEST

Suite *resampler_suite(void)
{
    Suite *s = suite_create("resampler");
    TCase *t = tcase_create("44.1 to 48 kHz");

    tcase_add_loop_test(t, sines_stay_what_they_are, 0, 4);
    tcase_add_test(t, the_pieces_do_not_matter);
    suite_add_tcase(s, t);
    return s;
}
