#include "sound/meter.h"

#include <math.h>
#include <string.h>

#include "core/random.h"
#include "sound/render.h"
#include "suites.h"

enum { SECONDS = 5, LEN = SECONDS * RENDER_RATE_HZ };

static int32_t pcm[2 * LEN];

static void sine(double hz, double amplitude_db, double phase)
{
    for (int i = 0; i < LEN; i++)
        pcm[2 * i] = pcm[2 * i + 1] = (int32_t)lrint(2147483647 * pow(10, amplitude_db / 20) *
                                                     sin(2 * M_PI * hz * i / RENDER_RATE_HZ + phase));
}

/* EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dBFS (peak) reads -23 LUFS. */
START_TEST(ebu_case_1)
{
    struct meter *m = meter_new(METER_MASTER, NULL);

    sine(1000, -23, 0);
    meter_add_pcm(m, pcm, LEN);
    meter_add_peaks(m, pcm, LEN);
    ck_assert_double_eq_tol(meter_loudness_lufs(m), -23, 0.1);
    ck_assert_double_eq_tol(meter_true_peak_dbtp(m), -23, 0.1);
    ck_assert_double_eq_tol(meter_range_lu(m), 0, 0.1);
    meter_free(m);
}
END_TEST

/* EBU Tech 3341, case 16: fs/4 at 45°, amplitude 0.5, reads -6 dBTP +0.2/-0.4. */
START_TEST(ebu_case_16)
{
    struct meter *m = meter_new(METER_MASTER, NULL);

    sine(RENDER_RATE_HZ / 4.0, -6.0206, M_PI / 4);
    meter_add_pcm(m, pcm, LEN);
    meter_add_peaks(m, pcm, LEN);
    ck_assert_double_le(meter_true_peak_dbtp(m), -5.8);
    ck_assert_double_ge(meter_true_peak_dbtp(m), -6.4);
    meter_free(m);
}
END_TEST

/* One peak between samples in a quiet song, at any place, in pieces of any size, is found. */
START_TEST(lonely_peak_is_found)
{
    static const int places[] = { 5, 255, 256, 257, 1000, 44100, LEN - 40 };

    for (size_t k = 0; k < sizeof(places) / sizeof(*places); k++) {
        struct meter *m = meter_new(METER_MASTER, NULL);
        struct random r = random_stream(k, "pieces", 0);

        sine(300, -30, 0);
        for (int i = 0; i < 2; i++) /* two equal samples: their middle is higher by 1.25 at least */
            pcm[2 * (places[k] + i)] = 0x40000000;
        for (int at = 0; at < LEN;) {
            int count = random_between(&r, 1, 3000);

            count = count < LEN - at ? count : LEN - at;
            meter_add_pcm(m, pcm + 2 * at, count);
            meter_add_peaks(m, pcm + 2 * at, count);
            at += count;
        }
        ck_assert_double_ge(meter_true_peak_dbtp(m), 20 * log10(0.5 * 1.2));
        ck_assert_double_le(meter_true_peak_dbtp(m), 20 * log10(0.5 * 1.3));
        meter_free(m);
    }
}
END_TEST

START_TEST(silence_has_no_loudness)
{
    struct meter *m = meter_new(METER_MASTER, NULL);

    sine(1000, -400, 0);
    meter_add_pcm(m, pcm, LEN);
    meter_add_peaks(m, pcm, LEN);
    ck_assert(meter_loudness_lufs(m) == -HUGE_VAL);
    ck_assert(meter_true_peak_dbtp(m) == -HUGE_VAL);
    ck_assert(meter_range_lu(m) == 0);
    meter_free(m);
    meter_free(NULL);
}
END_TEST

/* EBU Tech 3341, 2.2: windows of 400 ms and 3 s. A tone of 500 ms at -20 dBFS fills the one, and a sixth of the other; what is
 * shorter than a window has no value. */
START_TEST(windows_have_their_lengths)
{
    struct meter *m = meter_new(METER_MASTER, NULL);

    sine(1000, -20, 0);
    memset(pcm, 0, (size_t)4 * RENDER_RATE_HZ * sizeof(*pcm)); /* two seconds */
    memset(pcm + 5 * RENDER_RATE_HZ, 0, sizeof(pcm) - (size_t)5 * RENDER_RATE_HZ * sizeof(*pcm));
    meter_add_pcm(m, pcm + 4 * RENDER_RATE_HZ, RENDER_RATE_HZ / 10 * 3);
    ck_assert(meter_momentary_lufs(m) == -HUGE_VAL && meter_short_term_lufs(m) == -HUGE_VAL);
    meter_add_pcm(m, pcm + 4 * RENDER_RATE_HZ, RENDER_RATE_HZ / 10);
    ck_assert_double_eq_tol(meter_momentary_lufs(m), -20, 0.3); /* the filters' beginning */
    ck_assert(meter_short_term_lufs(m) == -HUGE_VAL);
    meter_free(m);
    m = meter_new(METER_MASTER, NULL);
    meter_add_pcm(m, pcm, LEN);
    ck_assert_double_eq_tol(meter_momentary_lufs(m), -20, 0.1);
    ck_assert_double_eq_tol(meter_short_term_lufs(m), -20 + 10 * log10(0.5 / 3), 0.1);
    meter_free(m);
}
END_TEST

START_TEST(window_has_no_gates)
{
    static float tone[2 * RENDER_RATE_HZ];
    struct meter *m = meter_new(METER_WINDOW, NULL);

    for (int i = 0; i < RENDER_RATE_HZ; i++) /* one second of two: 3 dB less; far below the absolute gate */
        tone[i] = (float)(pow(10, -80 / 20.0) * sin(2 * M_PI * 1000 * i / RENDER_RATE_HZ));
    meter_add(m, tone, tone, 2 * RENDER_RATE_HZ);
    ck_assert_double_eq_tol(meter_loudness_lufs(m), -83, 0.1);
    meter_free(m);
}
END_TEST

Suite *meter_suite(void)
{
    Suite *s = suite_create("meter");
    TCase *t = tcase_create("loudness and peak");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, ebu_case_1);
    tcase_add_test(t, ebu_case_16);
    tcase_add_test(t, lonely_peak_is_found);
    tcase_add_test(t, silence_has_no_loudness);
    tcase_add_test(t, windows_have_their_lengths);
    tcase_add_test(t, window_has_no_gates);
    suite_add_tcase(s, t);
    return s;
}
