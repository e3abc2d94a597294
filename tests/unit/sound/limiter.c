#include "sound/limiter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define error ebur128_error /* its header takes the tag that ours has */
#include <ebur128.h>
#undef error

#include "core/random.h"
#include "sound/render.h"
#include "suites.h"

enum { LEN = 2 * 44096 };

static float left[LEN], right[LEN];

/* dBTP of what is in left and right, by libebur128. */
static double peak_db(void)
{
    ebur128_state *st = ebur128_init(2, RENDER_RATE_HZ, EBUR128_MODE_TRUE_PEAK);
    double peaks[2];

    for (int i = 0; i < LEN; i++) {
        float frame[2] = { left[i], right[i] };

        ebur128_add_frames_float(st, frame, 1);
    }
    ebur128_true_peak(st, 0, &peaks[0]);
    ebur128_true_peak(st, 1, &peaks[1]);
    ebur128_destroy(&st);
    return 20 * log10(fmax(peaks[0], peaks[1]));
}

static void sine_between_samples(void) /* fs/4 at 45°: 3 dB between the samples */
{
    for (int i = 0; i < LEN; i++)
        left[i] = right[i] = (float)(3 * sin(M_PI / 2 * i + M_PI / 4));
}

static void sine_bursts(void)
{
    for (int i = 0; i < LEN; i++)
        left[i] = right[i] = i / 3000 % 2 ? (float)(4 * sin(M_PI / 2 * i + M_PI / 4)) : 0;
}

static void square(void)
{
    for (int i = 0; i < LEN; i++)
        left[i] = i / 37 % 2 ? 2 : -2, right[i] = i / 11 % 2 ? 1.5f : -1.5f;
}

static void impulses(void)
{
    for (int i = 0; i < LEN; i++) {
        left[i] = i % 1000 == 0 ? 8 : 0;
        right[i] = i % 733 == 0 ? -5 : 0;
    }
}

static void alternating(void) /* the worst for an interpolator */
{
    for (int i = 0; i < LEN; i++)
        left[i] = right[i] = i % 2000 < 1000 ? (i % 2 ? 1.9f : -1.9f) : (i % 2 ? -1.9f : 1.9f);
}

static void noise(void)
{
    struct random r = random_stream(1, "noise", 0);

    for (int i = 0; i < LEN; i++) {
        left[i] = (float)(2 * random_normal(&r));
        right[i] = (float)(2 * random_normal(&r));
    }
}

static void swept(void)
{
    for (int i = 0; i < LEN; i++) {
        double t = (double)i / LEN;

        left[i] = (float)(2.5 * sin(M_PI * 0.49 * LEN * t * t));
        right[i] = (float)(2.5 * t * cos(M_PI * 0.49 * LEN * t * t));
    }
}

static void steps(void) /* a quiet tone that jumps up by 30 dB */
{
    for (int i = 0; i < LEN; i++)
        left[i] = right[i] = (float)((i / 5000 % 2 ? 6 : 0.2) * sin(0.9 * i));
}

static const struct {
    const char *name;
    void (*make)(void);
} signals[] = {
    { "sine between samples", sine_between_samples },
    { "sine bursts", sine_bursts },
    { "square", square },
    { "impulses", impulses },
    { "alternating", alternating },
    { "noise", noise },
    { "swept", swept },
    { "steps", steps },
};

START_TEST(never_exceeds_the_ceiling)
{
    static const struct {
        double ceiling_db, lookahead_ms, release_ms;
    } settings[] = { { -1, 2, 80 }, { -1, 0.5, 10 }, { -0.1, 5, 200 }, { -6, 10, 50 } };

    for (size_t s = 0; s < sizeof(settings) / sizeof(*settings); s++) {
        struct limiter l;
        double peak;

        signals[_i].make();
        limiter_init(&l, settings[s].ceiling_db, settings[s].lookahead_ms, settings[s].release_ms);
        limiter_process(&l, left, right, LEN);
        peak = peak_db();
        ck_assert_msg(peak <= settings[s].ceiling_db, "%s: %.4f dBTP above %.1f, look-ahead %.1f ms",
                      signals[_i].name, peak, settings[s].ceiling_db, settings[s].lookahead_ms);
        ck_assert_msg(peak > settings[s].ceiling_db - 3, "%s: %.4f dBTP is much too low", signals[_i].name,
                      peak);
    }
}
END_TEST

START_TEST(quiet_sound_passes_unchanged_and_late)
{
    static float before[LEN];
    struct limiter l;
    int delay;

    noise();
    for (int i = 0; i < LEN; i++)
        before[i] = left[i] *= 0.05f;
    memset(right, 0, sizeof(right));
    limiter_init(&l, -1, 2, 80);
    delay = limiter_delay(&l);
    limiter_process(&l, left, right, LEN);
    for (int i = 0; i < delay; i++)
        ck_assert_float_eq(left[i], 0);
    for (int i = delay; i < LEN; i++)
        ck_assert_float_eq(left[i], before[i - delay]);
}
END_TEST

START_TEST(channels_keep_their_balance)
{
    struct limiter l;

    steps();
    for (int i = 0; i < LEN; i++)
        right[i] = 0.25f * left[i];
    limiter_init(&l, -1, 2, 80);
    limiter_process(&l, left, right, LEN);
    for (int i = 0; i < LEN; i++)
        ck_assert_float_eq_tol(right[i], 0.25f * left[i], 1e-6f);
}
END_TEST

START_TEST(bad_numbers_become_silence)
{
    struct limiter l;

    noise();
    left[1000] = NAN;
    right[1500] = INFINITY;
    left[2000] = -INFINITY;
    limiter_init(&l, NAN, NAN, NAN);
    limiter_process(&l, left, right, LEN);
    for (int i = 0; i < LEN; i++)
        ck_assert(isfinite(left[i]) && isfinite(right[i]));
    ck_assert_double_le(peak_db(), -1);
}
END_TEST

enum { HISTORY = TRUE_PEAK_TAPS_MAX, SCAN = 4096 };

START_TEST(referee_interpolator_is_that_of_libebur128)
{
    static float samples[HISTORY + SCAN], peaks[SCAN];
    struct true_peak t;
    double greatest = 0;

    noise();
    memset(right, 0, sizeof(right));
    memset(left + SCAN - 64, 0, sizeof(left) - (SCAN - 64) * sizeof(float)); /* all of its peaks come out */
    memcpy(samples + HISTORY, left, SCAN * sizeof(float));
    true_peak_init_referee(&t);
    true_peak_scan(&t, samples + HISTORY, peaks, SCAN);
    for (int i = 0; i < SCAN; i++)
        greatest = fmax(greatest, fmax((double)peaks[i], fabs((double)left[i])));
    ck_assert_double_eq_tol(20 * log10(greatest), peak_db(), 1e-4);
}
END_TEST

/* A tone's amplitude is found between its samples, up to 15 kHz by the one and 19 kHz by the other. */
START_TEST(interpolators_find_the_tone_between_samples)
{
    static float samples[HISTORY + SCAN], peaks[SCAN];

    for (double hz = 500; hz < 19000; hz += 370)
        for (int fine = 0; fine < 2; fine++) {
            struct true_peak t;
            float greatest = 0;

            (fine ? true_peak_init_fine : true_peak_init_referee)(&t);
            for (int i = 0; i < HISTORY + SCAN; i++)
                samples[i] = (float)sin(2 * M_PI * hz / RENDER_RATE_HZ * i + 0.3);
            true_peak_scan(&t, samples + HISTORY, peaks, SCAN);
            for (int i = 0; i < SCAN; i++)
                greatest = fmaxf(greatest, peaks[i]);
            ck_assert_float_le(greatest, t.bound);
            ck_assert_double_le(20 * log10((double)greatest), 0.12);
            if (fine || hz < 15000)
                ck_assert_double_ge(20 * log10((double)greatest), -0.35);
        }
}
END_TEST

/* Where four points a sample miss most: in the middle between two of them, at simple parts of the rate. Each peak is an error of
 * 1 - cos(pi · f / 4) without the parabola: 0.3 dB at a third. Nothing is above the tone's amplitude by more than the filter's. */
START_TEST(parabolas_find_the_summit_between_the_points)
{
    static const double parts[] = { 1 / 3.0, 0.25, 0.2, 1 / 6.0, 0.375, 0.4 };
    static float samples[2 * HISTORY + SCAN], peaks[SCAN];
    double cycles = parts[_i], phase = cycles * M_PI / 4, points = 0, summits = 0;
    struct true_peak t;

    true_peak_init_fine(&t);
    for (int i = 0; i < 2 * HISTORY + SCAN; i++) /* a crest halfway between two points */
        samples[i] = (float)cos(2 * M_PI * cycles * (i - 2 * HISTORY) + phase);
    true_peak_scan(&t, samples + 2 * HISTORY, peaks, SCAN);
    for (int i = 0; i < SCAN; i++)
        points = fmax(points, (double)peaks[i]);
    true_peak_scan_finely(&t, samples + 2 * HISTORY, peaks, SCAN, 0.9f);
    for (int i = 0; i < SCAN; i++)
        summits = fmax(summits, (double)peaks[i]);
    ck_assert_double_eq_tol(20 * log10(summits), 0, 0.1);
    ck_assert_double_ge(summits, points);
    if (_i == 0)
        ck_assert_double_le(20 * log10(points), -0.2);
    ck_assert_double_le(summits, (double)t.bound);
}
END_TEST

/* The steady amplitude of a limited tone, by correlation: what a converter would make of it. */
START_TEST(high_tones_stay_below_the_ceiling)
{
    for (double hz = 11025; hz <= 19100; hz += 807.5) {
        double w = 2 * M_PI * hz / RENDER_RATE_HZ, cosine = 0, sine = 0;
        struct limiter l;

        for (int i = 0; i < LEN; i++)
            left[i] = right[i] = (float)(2 * sin(w * i + 0.5) * (i < 20000 ? i / 20000.0 : 1));
        limiter_init(&l, -1, 2, 80);
        limiter_process(&l, left, right, LEN);
        for (int i = LEN / 2; i < LEN; i++) {
            cosine += (double)left[i] * cos(w * i) * 4 / LEN;
            sine += (double)left[i] * sin(w * i) * 4 / LEN;
        }
        ck_assert_double_le(20 * log10(hypot(cosine, sine)), -0.9);
        ck_assert_double_ge(20 * log10(hypot(cosine, sine)), -1.5);
    }
}
END_TEST

Suite *limiter_suite(void)
{
    Suite *s = suite_create("limiter");
    TCase *t = tcase_create("limiter");

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, never_exceeds_the_ceiling, 0, (int)(sizeof(signals) / sizeof(*signals)));
    tcase_add_test(t, quiet_sound_passes_unchanged_and_late);
    tcase_add_test(t, channels_keep_their_balance);
    tcase_add_test(t, bad_numbers_become_silence);
    tcase_add_test(t, referee_interpolator_is_that_of_libebur128);
    tcase_add_test(t, interpolators_find_the_tone_between_samples);
    tcase_add_loop_test(t, parabolas_find_the_summit_between_the_points, 0, 6);
    tcase_add_test(t, high_tones_stay_below_the_ceiling);
    suite_add_tcase(s, t);
    return s;
}
