/* Processors at the edges: what is no number, denormals, other rates, neutral settings, and the limiter as a meter of sixteen
 * points a sample sees it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "sound/biquad.h"
#include "sound/compressor.h"
#include "sound/delay.h"
#include "sound/ducker.h"
#include "sound/limiter.h"
#include "sound/multiband.h"
#include "sound/render.h"
#include "sound/reverb.h"
#include "sound/saturator.h"
#include "sound/stereo.h"
#include "suites.h"

enum { LEN = 16384 };
static float left[LEN], right[LEN];

/* One processor of each kind, as a mix has them. */
static struct {
    struct biquad bell, highpass;
    struct compressor compressor;
    struct multiband multiband;
    struct saturator saturator;
    struct stereo stereo;
    struct reverb reverb;
    struct delay delay;
    struct ducker ducker;
    struct limiter limiter;
} all;

static const struct mix_compressor squeeze = { .threshold_db = -30, .ratio = 4, .attack_ms = 5, .release_ms = 50 };
static const struct mix_compressor bands[MULTIBAND_BANDS] = { { -30, 3, 5, 50, 0 }, { -30, 2, 5, 50, 0 }, { -30, 2, 5, 50, 0 } };

static void init(void)
{
    biquad_band(&all.bell, BAND_BELL, 800, 6, 2, RENDER_RATE_HZ);
    biquad_highpass(&all.highpass, 80, BIQUAD_BUTTERWORTH_Q, RENDER_RATE_HZ);
    compressor_init(&all.compressor, &squeeze);
    multiband_init(&all.multiband, 150, 4000, bands, RENDER_RATE_HZ);
    saturator_init(&all.saturator, 6);
    stereo_init(&all.stereo, 1.5, 120, RENDER_RATE_HZ);
    reverb_init(&all.reverb, 0.5, 0.5);
    delay_init(&all.delay, &(struct delay_setting){ { 0.1, 0.15 }, 0.5, 6000, 200 }, RENDER_RATE_HZ);
    ducker_init(&all.ducker, 100, RENDER_RATE_HZ);
    limiter_init(&all.limiter, -1, 2, 80);
}

static void run_bell(void) { biquad_process(&all.bell, left, right, LEN); }
static void run_highpass(void) { biquad_process(&all.highpass, left, right, LEN); }
static void run_compressor(void) { compressor_process(&all.compressor, left, right, LEN); }
static void run_multiband(void) { multiband_process(&all.multiband, left, right, LEN); }
static void run_saturator(void) { saturator_process(&all.saturator, left, right, LEN); }
static void run_stereo(void) { stereo_process(&all.stereo, left, right, LEN); }
static void run_reverb(void) { reverb_process(&all.reverb, left, right, LEN); }
static void run_delay(void) { delay_process(&all.delay, left, right, LEN); }
static void run_limiter(void) { limiter_process(&all.limiter, left, right, LEN); }

static void run_ducker(void)
{
    static float open[LEN / DUCKER_STEP];

    ducker_process(&all.ducker, left, right, LEN, open);
    for (int i = 0; i < LEN; i++)
        left[i] = right[i] = open[i / DUCKER_STEP];
}

static const struct {
    const char *name;
    void (*run)(void);
} processors[] = {
    { "bell", run_bell },           { "high-pass", run_highpass }, { "compressor", run_compressor },
    { "multiband", run_multiband }, { "saturator", run_saturator }, { "stereo", run_stereo },
    { "reverb", run_reverb },       { "delay", run_delay },        { "ducker", run_ducker },
    { "limiter", run_limiter },
};
enum { PROCESSORS = sizeof(processors) / sizeof(processors[0]) };

static void noise(double amplitude)
{
    struct random r = random_stream(3, "noise", 0);

    for (int i = 0; i < LEN; i++) {
        left[i] = (float)(amplitude * random_normal(&r));
        right[i] = (float)(amplitude * random_normal(&r));
    }
}

static double power(void)
{
    double sum = 0;

    for (int i = 0; i < LEN; i++)
        sum += (double)left[i] * (double)left[i] + (double)right[i] * (double)right[i];
    return sum / LEN;
}

/* A processor that has met no-numbers goes on as one that has not, as soon as its memory allows: after a second at most 1 dB
 * apart, and finite from the next call on. */
START_TEST(no_numbers_are_forgotten)
{
    static const float bad[] = { NAN, INFINITY, -INFINITY, 3e38f, -1e30f, 1e-40f, -0.0f };
    double clean;

    init();
    for (int call = 0; call < 5; call++) {
        noise(0.2);
        processors[_i].run();
    }
    clean = power();
    ck_assert(isfinite(clean) && clean > 1e-6);
    for (size_t b = 0; b < sizeof(bad) / sizeof(bad[0]); b++) {
        init();
        noise(0.2);
        left[5000] = right[9000] = bad[b];
        left[LEN - 1] = right[LEN - 1] = bad[b];
        processors[_i].run();
        for (int call = 1; call < 5; call++) {
            noise(0.2);
            processors[_i].run();
            for (int i = 0; i < LEN; i++)
                ck_assert_msg(isfinite(left[i]) && isfinite(right[i]), "%s: %g at %d of call %d after %g", processors[_i].name,
                              (double)left[i], i, call, (double)bad[b]);
        }
        if (fabsf(bad[b]) < 1)
            ck_assert_double_eq_tol(10 * log10(power() / clean), 0, 1);
    }
}
END_TEST

/* Silence comes of silence, and what is below the normal numbers grows into nothing. */
START_TEST(denormals_stay_harmless)
{
    init();
    for (int call = 0; call < 4; call++) {
        for (int i = 0; i < LEN; i++)
            left[i] = right[i] = call == 0 ? 1e-39f * (float)(i % 7) : 0;
        processors[_i].run();
        for (int i = 0; i < LEN; i++)
            ck_assert_msg(fabsf(left[i]) < 1e-30f && fabsf(right[i]) < 1e-30f, "%s", processors[_i].name);
    }
}
END_TEST

START_TEST(neutral_settings_change_nothing)
{
    static float before[2][LEN];
    const struct mix_compressor open = { .ratio = 1 }, opens[MULTIBAND_BANDS] = { open, open, open };

    noise(0.2);
    memcpy(before[0], left, sizeof(left));
    memcpy(before[1], right, sizeof(right));
    compressor_init(&all.compressor, &open);
    multiband_init(&all.multiband, 150, 4000, opens, RENDER_RATE_HZ);
    saturator_init(&all.saturator, 0);
    stereo_init(&all.stereo, 1, 0, RENDER_RATE_HZ);
    run_compressor();
    run_multiband();
    run_saturator();
    run_stereo();
    ck_assert_mem_eq(left, before[0], sizeof(left));
    ck_assert_mem_eq(right, before[1], sizeof(right));
    for (int kind = BAND_BELL; kind <= BAND_HIGH_SHELF; kind++) {
        biquad_band(&all.bell, (enum biquad_band)kind, 1000, 0, 0.7, RENDER_RATE_HZ);
        run_bell();
        for (int i = 0; i < LEN; i++)
            ck_assert_float_eq_tol(left[i], before[0][i], 1e-5f);
        memcpy(left, before[0], sizeof(left));
        memcpy(right, before[1], sizeof(right));
    }
}
END_TEST

static const double rates_hz[] = { 44100, 48000, 96000 };

static double decibels(double gain)
{
    return 20 * log10(gain);
}

/* ITU-R BS.1770-4, tables 1 and 2: the coefficients for 48 kHz. At other rates the same curve, within 0.1 dB up to 12 kHz. */
START_TEST(k_weighting_is_that_of_the_standard)
{
    static const struct biquad shelf = { .b0 = 1.53512485958697, .b1 = -2.69169618940638, .b2 = 1.19839281085285,
                                         .a1 = -1.69065929318241, .a2 = 0.73248077421585 },
                               highpass = { .b0 = 1, .b1 = -2, .b2 = 1, .a1 = -1.99004745483398, .a2 = 0.99007225036621 };
    struct biquad own;

    biquad_k_shelf(&own, 48000);
    ck_assert_double_eq_tol(own.b0, shelf.b0, 1e-9);
    ck_assert_double_eq_tol(own.b1, shelf.b1, 1e-9);
    ck_assert_double_eq_tol(own.b2, shelf.b2, 1e-9);
    ck_assert_double_eq_tol(own.a1, shelf.a1, 1e-9);
    ck_assert_double_eq_tol(own.a2, shelf.a2, 1e-9);
    biquad_k_highpass(&own, 48000);
    ck_assert_double_eq_tol(own.a1, highpass.a1, 1e-9);
    ck_assert_double_eq_tol(own.a2, highpass.a2, 1e-9);
    for (double hz = 20; hz < 12000; hz *= 1.3) {
        biquad_k_shelf(&own, rates_hz[_i]);
        ck_assert_double_eq_tol(decibels(biquad_gain(&own, hz, rates_hz[_i])), decibels(biquad_gain(&shelf, hz, 48000)), 0.1);
        biquad_k_highpass(&own, rates_hz[_i]);
        ck_assert_double_eq_tol(decibels(biquad_gain(&own, hz, rates_hz[_i])), decibels(biquad_gain(&highpass, hz, 48000)), 0.1);
    }
}
END_TEST

/* Over the second half. */
static double hann(int i)
{
    return 0.5 - 0.5 * cos(4 * M_PI * (i - LEN / 2) / LEN);
}

/* Gain in dB of a tone through `run`, settled, at one of the rates. */
static double tone_db(void (*run)(void), double hz, double rate_hz, bool is_side)
{
    double in = 0, out = 0;

    for (int i = 0; i < LEN; i++) {
        left[i] = (float)(0.25 * sin(2 * M_PI * hz * i / rate_hz));
        right[i] = is_side ? -left[i] : left[i];
    }
    for (int i = LEN / 2; i < LEN; i++)
        in += pow(hann(i) * (double)left[i], 2);
    run();
    for (int i = LEN / 2; i < LEN; i++)
        out += pow(hann(i) * (double)left[i], 2);
    return 10 * log10(out / in);
}

/* The same sound at any rate: crossovers that sum flat, a Butterworth high-pass at 120 Hz on the sides, echoes and releases
 * as long as they are said to be. */
START_TEST(rates_do_not_change_the_sound)
{
    const struct mix_compressor open = { .ratio = 1, .makeup_db = 0.001 }, opens[MULTIBAND_BANDS] = { open, open, open };
    static const double tones_hz[] = { 60, 150, 500, 4000, 9000 };
    static float open_at[LEN / DUCKER_STEP];
    double rate_hz = rates_hz[_i];
    int at = 0;

    for (size_t t = 0; t < sizeof(tones_hz) / sizeof(tones_hz[0]); t++) {
        double ratio = tones_hz[t] / 120;

        multiband_init(&all.multiband, 150, 4000, opens, rate_hz);
        ck_assert_double_eq_tol(tone_db(run_multiband, tones_hz[t], rate_hz, false), 0, 0.1);
        stereo_init(&all.stereo, 1, 120, rate_hz);
        ck_assert_double_eq_tol(tone_db(run_stereo, tones_hz[t], rate_hz, true), decibels(ratio * ratio / sqrt(1 + pow(ratio, 4))),
                                0.1);
    }
    delay_init(&all.delay, &(struct delay_setting){ { 0.1, 0.15 }, 0.5, 18000, 20 }, rate_hz);
    memset(left, 0, sizeof(left));
    memset(right, 0, sizeof(right));
    left[0] = 1;
    run_delay();
    for (at = 0; at < LEN && fabsf(left[at]) < 0.2f; at++)
        ;
    ck_assert_int_eq(at, (int)(0.1 * rate_hz));
    ducker_init(&all.ducker, 50, rate_hz);
    for (int i = 0; i < LEN; i++)
        left[i] = right[i] = i < LEN / 4 ? (float)(0.5 * sin(2 * M_PI * 60 * i / rate_hz)) : 0;
    ducker_process(&all.ducker, left, right, LEN, open_at);
    for (at = LEN / 4 / DUCKER_STEP; open_at[at] > 0.99f; at++)
        ;
    ck_assert_float_eq_tol(open_at[at + (int)(0.05 * rate_hz / DUCKER_STEP)], 0.1f, 0.04f);
}
END_TEST

enum { POINTS = 16, REACH = 48 };

/* The greatest magnitude of the waveform between the samples, at sixteen points of each: a sinc of 96 taps under a Blackman
 * window, none of the limiter's. */
static double peak_db(const float *x)
{
    static double taps[POINTS][2 * REACH];
    double greatest = 0;

    for (int p = 0; p < POINTS; p++)
        for (int k = 0; k < 2 * REACH; k++) {
            double t = k - REACH + 1 - (double)p / POINTS, w = M_PI * (t / REACH);

            taps[p][k] = fabs(t) > REACH ? 0 : (fabs(t) < 1e-9 ? 1 : sin(M_PI * t) / (M_PI * t)) *
                                                   (0.42 + 0.5 * cos(w) + 0.08 * cos(2 * w));
        }
    for (int i = REACH; i + REACH < LEN; i++)
        for (int p = 0; p < POINTS; p++) {
            double sum = 0;

            for (int k = 0; k < 2 * REACH; k++)
                sum += taps[p][k] * (double)x[i + k - REACH + 1];
            greatest = fmax(greatest, fabs(sum));
        }
    return decibels(greatest);
}

/* Squares of the harmonics below 18 kHz: beyond 19 kHz the height of a wave is a matter of the meter's filter, and that of
 * the standard's is what limiter.c tests. */
static float square_of(int i, double hz)
{
    double sum = 0;

    for (int k = 1; k * hz < 18000; k += 2)
        sum += 4 / (M_PI * k) * sin(2 * M_PI * k * hz * i / RENDER_RATE_HZ);
    return (float)(2 * sum);
}

static float square(int i) { return square_of(i, 441); }
static float fast_square(int i) { return square_of(i, 5900); }
static float impulses(int i) { return i % 500 == 0 ? 4.0f : 0; }
static float constant(int i) { return i < 200 ? 0 : 1.5f; }
static float quarter(int i) { return (float)(2 * sin(M_PI / 2 * i + M_PI / 4)); }

/* Tones that come and go within a millisecond. */
static float bursts(int i)
{
    double edge = 0.5 - 0.5 * cos(M_PI * fmin(i % 1800, 44) / 44);

    return (float)((i / 1800 % 2 ? edge : 1 - edge) * 5 * sin(2.1 * i));
}

/* White up to 17 kHz, full scale and twice that. */
static float full_scale_noise(int i)
{
    enum { TAPS = 63 };
    static float before[TAPS];
    static struct random r;
    double sum = 0;

    if (i == 0)
        r = random_stream(9, "white", 0);
    memmove(before, before + 1, sizeof(before) - sizeof(*before));
    before[TAPS - 1] = (float)(4 * random_unit(&r) - 2);
    for (int k = 0; k < TAPS; k++) {
        double t = k - TAPS / 2, c = 17000.0 / RENDER_RATE_HZ;

        sum += (double)before[k] * (k == TAPS / 2 ? 2 * c : sin(2 * M_PI * c * t) / (M_PI * t)) * (0.54 + 0.46 * cos(2 * M_PI * t / TAPS));
    }
    return (float)sum;
}

static const struct {
    const char *name;
    float (*at)(int i);
} signals[] = { { "square", square },       { "fast square", fast_square }, { "impulses", impulses },
                { "constant", constant },   { "quarter", quarter },         { "bursts", bursts },
                { "noise", full_scale_noise } };

START_TEST(nothing_is_above_the_ceiling_between_the_samples)
{
    static const double ceilings_db[] = { -1, -0.3 };

    for (size_t c = 0; c < 2; c++) {
        double peak;

        for (int i = 0; i < LEN; i++)
            left[i] = right[i] = signals[_i].at(i);
        limiter_init(&all.limiter, ceilings_db[c], 5, 80);
        run_limiter();
        peak = peak_db(left);
        ck_assert_msg(peak <= ceilings_db[c], "%s: %.3f dB above %.1f dBTP", signals[_i].name, peak - ceilings_db[c],
                      ceilings_db[c]);
    }
}
END_TEST

Suite *robust_suite(void)
{
    Suite *s = suite_create("robust");
    TCase *t = tcase_create("edges");

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, no_numbers_are_forgotten, 0, PROCESSORS);
    tcase_add_loop_test(t, denormals_stay_harmless, 0, PROCESSORS);
    tcase_add_test(t, neutral_settings_change_nothing);
    tcase_add_loop_test(t, k_weighting_is_that_of_the_standard, 0, 3);
    tcase_add_loop_test(t, rates_do_not_change_the_sound, 0, 3);
    tcase_add_loop_test(t, nothing_is_above_the_ceiling_between_the_samples, 0, (int)(sizeof(signals) / sizeof(signals[0])));
    suite_add_tcase(s, t);
    return s;
}
