/* Saturation, delay, width, side chain and moving settings against theory. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sound/automation.h"
#include "sound/delay.h"
#include "sound/ducker.h"
#include "sound/mixer.h"
#include "sound/render.h"
#include "sound/saturator.h"
#include "sound/stereo.h"
#include "sound/strip.h"
#include "suites.h"

enum { LEN = 44100 };
static float left[LEN], right[LEN];
static struct audio io, other, mix;

static void sine(double hz, double amplitude)
{
    for (int i = 0; i < LEN; i++)
        left[i] = right[i] = (float)(amplitude * sin(2 * M_PI * hz * i / RENDER_RATE_HZ));
}

/* Amplitude of one frequency, over a whole number of its periods. */
static double amplitude(const float *x, double hz)
{
    double re = 0, im = 0;

    for (int i = 0; i < LEN; i++) {
        re += (double)x[i] * cos(2 * M_PI * hz * i / RENDER_RATE_HZ);
        im += (double)x[i] * sin(2 * M_PI * hz * i / RENDER_RATE_HZ);
    }
    return 2 * hypot(re, im) / LEN;
}

/* sin³ = (3 sin - sin 3)/4: the cube of 4/27 gives the third harmonic a³/27 and takes three times that from the first. */
START_TEST(saturation_makes_odd_harmonics)
{
    static const double drives_db[] = { 3, 6, 9 };

    for (size_t i = 0; i < 3; i++) {
        double d = pow(10, drives_db[i] / 20), a = 0.4;
        struct saturator s;

        saturator_init(&s, drives_db[i]);
        sine(100, a);
        saturator_process(&s, left, right, LEN);
        ck_assert_double_eq_tol(amplitude(left, 300), a * (d * a) * (d * a) / 27, 1e-4);
        ck_assert_double_eq_tol(amplitude(left, 100), a - 3 * a * (d * a) * (d * a) / 27, 1e-3);
        ck_assert_double_le(amplitude(left, 200), 1e-5);
        ck_assert_mem_eq(left, right, sizeof(left));
    }
}
END_TEST

START_TEST(saturation_leaves_quiet_and_holds_loud)
{
    struct saturator s;

    saturator_init(&s, 6);
    sine(1000, 0.001);
    saturator_process(&s, left, right, LEN);
    ck_assert_double_eq_tol(amplitude(left, 1000), 0.001, 0.001 * 0.003); /* -0.02 dB: the mean of two samples */
    saturator_init(&s, 6);
    sine(1000, 100);
    saturator_process(&s, left, right, LEN);
    for (int i = 0; i < LEN; i++)
        ck_assert_float_le(fabsf(left[i]), 0.5012f);
    saturator_init(&s, 0);
    ck_assert(!s.is_on);
    saturator_init(&s, NAN);
    ck_assert(!s.is_on);
}
END_TEST

/* 7 kHz driven hard has harmonics at 21 kHz and, folded back, 35 kHz at 9.1 kHz: at least 10 dB lower than without care. */
START_TEST(saturation_hardly_folds)
{
    double plain;
    struct saturator s;

    sine(7000, 0.6);
    for (int i = 0; i < LEN; i++) {
        double x = fmin(fmax(4 * (double)left[i], -1.5), 1.5);

        right[i] = (float)((x - 4.0 / 27 * x * x * x) / 4);
    }
    plain = amplitude(right, 44100 - 35000);
    saturator_init(&s, 20 * log10(4));
    saturator_process(&s, left, right, LEN);
    ck_assert_double_ge(plain, 1e-3);
    ck_assert_double_le(amplitude(left, 44100 - 35000), plain / 3.16);
}
END_TEST

START_TEST(echoes_come_in_time_and_cross_over)
{
    static struct delay d;
    const struct delay_setting setting = { { 0.2, 0.3 }, 0.5, 18000, 5 };
    double energy[3] = { 0 };

    memset(left, 0, sizeof(left));
    memset(right, 0, sizeof(right));
    left[0] = 1;
    delay_init(&d, &setting, RENDER_RATE_HZ);
    delay_process(&d, left, right, LEN);
    for (int i = 0; i < 8819; i++)
        ck_assert(left[i] == 0 && right[i] == 0);
    ck_assert_float_ge(left[8820], 0.8f); /* 0.2 s on the left */
    for (int i = 8820 + 13230 - 2; i < 8820 + 13230 + 40; i++)
        energy[0] += (double)(right[i] * right[i]); /* crossed over, 0.3 s later, on the right */
    for (int i = 22050 + 8820 - 2; i < 22050 + 8820 + 80; i++)
        energy[1] += (double)(left[i] * left[i]); /* and 0.2 s later back on the left */
    ck_assert_double_ge(energy[0], 0.1);
    ck_assert_double_le(energy[0], 0.25); /* 0.5² at most */
    ck_assert_double_le(energy[1], energy[0] / 3);
    ck_assert_double_ge(energy[1], energy[0] / 16);
    for (int i = 0; i < 8000; i++)
        ck_assert(right[8820 + i] == 0);
}
END_TEST

START_TEST(delay_dies_even_with_wild_settings)
{
    static struct delay d;
    const struct delay_setting setting = { { NAN, 1e9 }, 55, NAN, -3 };
    float peak = 0;

    delay_init(&d, &setting, RENDER_RATE_HZ);
    for (int second = 0; second < 60; second++) {
        sine(440, second == 0 ? 1 : 0);
        delay_process(&d, left, right, LEN);
    }
    for (int i = 0; i < LEN; i++)
        peak = fmaxf(peak, fmaxf(fabsf(left[i]), fabsf(right[i])));
    ck_assert_float_le(peak, 0.5f);
}
END_TEST

START_TEST(width_changes_the_sides_only)
{
    struct stereo s;

    for (int i = 0; i < LEN; i++) {
        left[i] = (float)(0.5 * sin(i * 0.1) + 0.2 * sin(i * 0.37));
        right[i] = (float)(0.5 * sin(i * 0.1) - 0.2 * sin(i * 0.37));
    }
    stereo_init(&s, 2, 0, RENDER_RATE_HZ);
    stereo_process(&s, left, right, LEN);
    for (int i = 0; i < LEN; i++) {
        ck_assert_float_eq_tol(left[i] + right[i], (float)sin(i * 0.1), 1e-5f);
        ck_assert_float_eq_tol(left[i] - right[i], (float)(0.8 * sin(i * 0.37)), 1e-5f);
    }
    stereo_init(&s, 0, 0, RENDER_RATE_HZ);
    stereo_process(&s, left, right, LEN);
    ck_assert_mem_eq(left, right, sizeof(left));
    stereo_init(&s, NAN, NAN, RENDER_RATE_HZ);
    ck_assert(!s.is_on);
}
END_TEST

START_TEST(bass_stands_in_the_middle)
{
    static const double tones_hz[] = { 40, 120, 1000 };

    for (size_t t = 0; t < 3; t++) {
        double ratio = tones_hz[t] / 120, expected = ratio * ratio / sqrt(1 + pow(ratio, 4)); /* Butterworth */
        struct stereo s;

        sine(tones_hz[t], 0.5);
        for (int i = 0; i < LEN; i++)
            right[i] = -right[i]; /* nothing but side */
        stereo_init(&s, 1, 120, RENDER_RATE_HZ);
        stereo_process(&s, left, right, LEN);
        ck_assert_double_eq_tol(amplitude(left, tones_hz[t]), 0.5 * expected, 0.004);
    }
}
END_TEST

/* A stroke opens the gate, which closes by 90 % in the release. */
START_TEST(the_side_chain_follows_the_kick)
{
    static float open[LEN / DUCKER_STEP];
    struct ducker d;
    int stroke = 0, later;

    memset(left, 0, sizeof(left));
    for (int i = 0; i < 2205; i++)
        left[i] = (float)(0.5 * sin(2 * M_PI * 60 * i / RENDER_RATE_HZ));
    memcpy(right, left, sizeof(right));
    ducker_init(&d, 200, RENDER_RATE_HZ);
    ducker_process(&d, left, right, LEN / DUCKER_STEP * DUCKER_STEP, open);
    for (int i = 0; i < 2205 / DUCKER_STEP; i++)
        stroke = open[i] > open[stroke] ? i : stroke;
    ck_assert_float_eq_tol(open[stroke], 1, 0.01f);
    for (stroke = 2205 / DUCKER_STEP; open[stroke] > 0.99f; stroke++)
        ;
    later = stroke + (int)(0.2 * RENDER_RATE_HZ / DUCKER_STEP);
    ck_assert_float_le(open[later], 0.2f);
    ck_assert_float_ge(open[later], 0.05f);
    sine(3000, 0.5); /* cymbals do not duck anything */
    ducker_init(&d, 200, RENDER_RATE_HZ);
    memset(left, 0, sizeof(left));
    memset(right, 0, sizeof(right));
    ducker_process(&d, left, right, LEN / DUCKER_STEP * DUCKER_STEP, open);
    for (int i = 0; i < LEN / DUCKER_STEP; i++)
        ck_assert(open[i] == 0);
}
END_TEST

/* 60 Hz on the drums, 1 kHz on a strip that ducks by 6 dB and one that does not. */
START_TEST(strips_duck_by_their_depth)
{
    const struct mix_strip strips[2] = { { .bus = BUS_DRUMS, .reverb_send_db = -60, .delay_send_db = -60 },
                                         { .bus = BUS_BASS, .reverb_send_db = -60, .delay_send_db = -60, .duck_db = 6 } };
    const struct mixer_input rows[2] = { { &strips[0], NULL }, { &strips[1], NULL } };
    const struct mix_spec spec = { .reverb_return_db = -60, .delay = { .return_db = -60 }, .duck_release_ms = 100 };
    const struct audio *inputs[2] = { &io, &other };
    struct mixer *m = mixer_new(&spec, rows, 2, 0.5, NULL);

    for (int i = 0; i < AUDIO_CHUNK; i++) {
        io.left[i] = io.right[i] = (float)(0.5 * sin(2 * M_PI * 60 * i / RENDER_RATE_HZ));
        other.left[i] = other.right[i] = 0.25f;
    }
    mixer_process(m, inputs, &mix, AUDIO_CHUNK);
    for (int i = AUDIO_CHUNK / 2; i < AUDIO_CHUNK; i++) /* the kick sounds all the time: within 0.5 dB for the ripple */
        ck_assert_float_eq_tol(mix.left[i] - io.left[i], 0.25f * 0.5012f, 0.01f);
    inputs[0] = NULL;
    for (int chunk = 0; chunk < 2; chunk++)
        mixer_process(m, inputs, &mix, AUDIO_CHUNK);
    ck_assert_float_eq_tol(mix.left[AUDIO_CHUNK - 1], 0.25f, 1e-4f);
    mixer_free(m);
}
END_TEST

START_TEST(curves_are_straight)
{
    struct curve_point points[] = { { 1000, -6 }, { 2000, 0 }, { 4000, -12 } }, hz[] = { { 0, 500 }, { 1000, 8000 } };
    const struct curve level = { points, 3, false }, filter = { hz, 2, true }, none = { .count = 0 };

    ck_assert_double_eq(curve_at(&level, 0, 99), -6);
    ck_assert_double_eq(curve_at(&level, 1500, 99), -3);
    ck_assert_double_eq(curve_at(&level, 3000, 99), -6);
    ck_assert_double_eq(curve_at(&level, 9000, 99), -12);
    ck_assert_double_eq(curve_at(&none, 9000, 99), 99);
    ck_assert_double_eq_tol(curve_at(&filter, 500, 99), 2000, 1e-6); /* half-way in octaves */
}
END_TEST

/* Bars of 3/4 at 90 bpm are 2 s long. */
START_TEST(bars_become_frames)
{
    struct arena *a = arena_new(1 << 20);
    struct score_tempo tempo = { 0, 90 };
    struct score_metre metre = { 0, 3, 4 };
    const struct score score = { .tempos = &tempo, .tempo_count = 1, .metres = &metre, .metre_count = 1 };
    struct mix_point own[] = { { 1, 0 }, { 2.5, -3 } }, all[] = { { 1, -1 } };
    struct mix_automation rows[2] = { { .part = "lead", .moves = MIX_LEVEL_DB }, { .moves = MIX_LEVEL_DB } };
    struct mix_spec spec = { .reverb_room = 0 };
    struct strip_moves lead, bass;

    rows[0].points.items = own;
    rows[0].points.count = 2;
    rows[1].points.items = all;
    rows[1].points.count = 1;
    spec.automation.items = rows;
    spec.automation.count = 2;
    lead = automation_make(&spec, &score, "lead", a);
    bass = automation_make(&spec, &score, "bass", a);
    ck_assert_int_eq(lead.level_db[0].points[1].frame, 3 * RENDER_RATE_HZ);
    ck_assert_double_eq(moves_level_db(&lead, 3 * RENDER_RATE_HZ), -4);
    ck_assert_double_eq(moves_level_db(&bass, 3 * RENDER_RATE_HZ), -1);
    arena_free(a);
}
END_TEST

/* A strip's level goes from 0 to -20 dB in a straight line in dB, without a step. */
START_TEST(levels_move_smoothly)
{
    struct curve_point points[] = { { 0, 0 }, { AUDIO_CHUNK, -20 } };
    const struct strip_moves moves = { .level_db = { { points, 2, false } } };
    struct strip s;

    for (int i = 0; i < AUDIO_CHUNK; i++)
        io.left[i] = io.right[i] = 1;
    strip_init(&s, &(struct mix_strip){ .pan = 0 }, &moves);
    strip_process(&s, &io, AUDIO_CHUNK, true);
    for (int i = 0; i < AUDIO_CHUNK; i++) {
        double expected = M_SQRT1_2 * pow(10, -20.0 * (i + 1) / AUDIO_CHUNK / 20);

        ck_assert_double_eq_tol((double)io.left[i] / expected, 1, 1e-3);
    }
}
END_TEST

/* A compressor above its threshold takes 1 - 1/ratio of what is over, whatever the level in front of the strip, because the
 * trim brings it there. */
START_TEST(strips_compress_behind_their_trim)
{
    struct mix_strip spec = { .compressor = { -26, 2, 1, 50, 0 } };
    struct strip s;
    double before = 0;

    for (int i = 0; i < AUDIO_CHUNK; i++)
        io.left[i] = io.right[i] = 0.001f;
    strip_init(&s, &spec, NULL);
    s.trim = 100; /* -60 dBFS becomes -20 */
    strip_process(&s, &io, AUDIO_CHUNK, true);
    before = 20 * log10((double)io.left[AUDIO_CHUNK - 1] * M_SQRT2);
    ck_assert_double_eq_tol(before, -23, 0.1); /* 6 dB over, half of it gone */
}
END_TEST

Suite *effects_suite(void)
{
    Suite *s = suite_create("effects");
    TCase *t = tcase_create("saturation, delay, width, side chain, automation");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, saturation_makes_odd_harmonics);
    tcase_add_test(t, saturation_leaves_quiet_and_holds_loud);
    tcase_add_test(t, saturation_hardly_folds);
    tcase_add_test(t, echoes_come_in_time_and_cross_over);
    tcase_add_test(t, delay_dies_even_with_wild_settings);
    tcase_add_test(t, width_changes_the_sides_only);
    tcase_add_test(t, bass_stands_in_the_middle);
    tcase_add_test(t, the_side_chain_follows_the_kick);
    tcase_add_test(t, strips_duck_by_their_depth);
    tcase_add_test(t, curves_are_straight);
    tcase_add_test(t, bars_become_frames);
    tcase_add_test(t, levels_move_smoothly);
    tcase_add_test(t, strips_compress_behind_their_trim);
    suite_add_tcase(s, t);
    return s;
}
