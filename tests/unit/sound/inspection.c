/* The inspection of finished samples, on signals of which everything is known. */
#include "sound/inspection.h"

#include <math.h>
#include <stdlib.h>

#include "core/random.h"
#include "sound/render.h"
#include "suites.h"

enum { SECONDS = 8, LEN = SECONDS * RENDER_RATE_HZ };
static double left[LEN], right[LEN];

static struct inspection inspect(void)
{
    int32_t *pcm = malloc(2 * LEN * sizeof(*pcm));
    struct inspector *in = inspector_new(NULL);
    struct inspection out;

    for (int i = 0; i < LEN; i++) {
        pcm[2 * i] = (int32_t)lrint(fmin(fmax(left[i], -1), 1 - 1e-7) * 8388607) * 256;
        pcm[2 * i + 1] = (int32_t)lrint(fmin(fmax(right[i], -1), 1 - 1e-7) * 8388607) * 256;
    }
    for (int i = 0; i < LEN; i += 30000) /* in pieces of no special length */
        inspector_add(in, pcm + 2 * i, LEN - i < 30000 ? LEN - i : 30000);
    inspector_finish(in, -14, -1, 6, &out);
    inspector_free(in);
    free(pcm);
    return out;
}

static void tone(double hz, double l, double r)
{
    for (int i = 0; i < LEN; i++) {
        double x = sin(2 * M_PI * hz * i / RENDER_RATE_HZ);

        left[i] = l * x;
        right[i] = r * x;
    }
}

START_TEST(mono_is_mono)
{
    struct inspection found;

    tone(100, 0.5, 0.5);
    found = inspect();
    ck_assert_double_eq_tol(found.values[INSPECT_CORRELATION], 1, 1e-6);
    ck_assert_double_eq_tol(found.values[INSPECT_LOW_CORRELATION], 1, 1e-6);
    ck_assert_double_eq_tol(found.values[INSPECT_MONO_LOSS], 0, 0.01);
    ck_assert_double_eq_tol(found.values[INSPECT_BALANCE], 0, 0.001);
    ck_assert_double_eq_tol(found.values[INSPECT_BASS], 0, 0.05); /* all of it in the octave of 125 Hz */
    ck_assert_double_eq(found.values[INSPECT_PLR], 13);
    ck_assert_double_le(found.values[INSPECT_SIDE], -60);
}
END_TEST

START_TEST(antiphase_is_found_and_narrowed)
{
    struct master_spec spec = { .width = 0.5 };
    struct inspection found;

    tone(1000, 0.5, -0.5);
    found = inspect();
    ck_assert_double_eq_tol(found.values[INSPECT_CORRELATION], -1, 1e-6);
    ck_assert_double_ge(found.values[INSPECT_MONO_LOSS], 40);
    ck_assert_int_eq(inspection_verdict(&inspection_bands[INSPECT_CORRELATION], found.values[INSPECT_CORRELATION]), 2);
    ck_assert(inspection_remedy(&found, &spec));
    ck_assert_double_lt(spec.width, 0.5);
}
END_TEST

/* A part that stands on one side, with a trace of it turned round on the other, is no phase fault. */
START_TEST(one_side_is_no_phase_fault)
{
    struct inspection found;

    tone(1000, 0.5, -0.02);
    found = inspect();
    ck_assert_int_eq(inspection_verdict(&inspection_bands[INSPECT_CORRELATION], found.values[INSPECT_CORRELATION]), 0);
    ck_assert_int_eq(inspection_verdict(&inspection_bands[INSPECT_BALANCE], found.values[INSPECT_BALANCE]), 2);
}
END_TEST

/* Noise that is different on both sides: no correlation, as much side as middle, and a mono sum 3 dB down. */
START_TEST(independent_sides)
{
    struct random a = random_stream(1, "left", 0), b = random_stream(1, "right", 0);
    struct inspection found;

    for (int i = 0; i < LEN; i++) {
        left[i] = 0.1 * random_normal(&a);
        right[i] = 0.1 * random_normal(&b);
    }
    found = inspect();
    ck_assert_double_eq_tol(found.values[INSPECT_CORRELATION], 0, 0.02);
    ck_assert_double_eq_tol(found.values[INSPECT_SIDE], 0, 0.2);
    ck_assert_double_eq_tol(found.values[INSPECT_MONO_LOSS], 3.01, 0.3);
    ck_assert_double_eq_tol(found.values[INSPECT_NOISE_FLOOR], -20, 0.5); /* 0.1 RMS */
}
END_TEST

START_TEST(faults_of_the_samples)
{
    struct inspection found;

    tone(440, 0.4, 0.2);
    for (int i = 0; i < LEN; i++) {
        bool is_silent = i < RENDER_RATE_HZ / 2 || (i >= 3 * RENDER_RATE_HZ && i < 5 * RENDER_RATE_HZ) ||
                         i >= 7 * RENDER_RATE_HZ;

        left[i] = is_silent ? 0 : left[i];
        right[i] = is_silent ? 0 : right[i];
    }
    for (int run = 0; run < 4; run++)
        for (int i = 0; i < 5; i++)
            left[RENDER_RATE_HZ + 1000 * run + i] = 1;
    found = inspect();
    ck_assert_double_eq(found.values[INSPECT_CLIPS], 4);
    ck_assert_double_eq_tol(found.values[INSPECT_HEAD_SILENCE], 0.5, 0.01);
    ck_assert_double_eq_tol(found.values[INSPECT_TAIL_SILENCE], 1, 0.01);
    ck_assert_double_eq_tol(found.values[INSPECT_GAP], 2, 0.01);
    ck_assert_double_eq_tol(found.values[INSPECT_BALANCE], 6.02, 0.1);
    ck_assert_double_eq(found.values[INSPECT_TAIL_CUT], 0);
    tone(440, 0.4, 0.4);
    for (int i = 0; i < LEN; i++)
        left[i] += 0.02;
    found = inspect();
    ck_assert_double_eq_tol(found.values[INSPECT_DC], 0.02, 1e-4);
    ck_assert_double_eq_tol(found.values[INSPECT_TAIL_CUT], 60 + 10 * log10(0.4 * 0.4 / 2), 0.2);
    ck_assert_int_eq(inspection_verdict(&inspection_bands[INSPECT_TAIL_CUT], found.values[INSPECT_TAIL_CUT]), 2);
}
END_TEST

/* What no check has anything against: five tones with the balance of a record, the upper ones wider than the lower, that fade. */
static void clean(void)
{
    static const struct {
        double hz, db, turn;
    } tones[] = { { 31, -14, 0 }, { 80, -4, 0 }, { 350, -4.5, 0.5 }, { 1400, -9, 0.5 }, { 6000, -16, 0.5 } };

    for (int i = 0; i < LEN; i++) {
        double fade = fmin(1, 2.0 * (LEN - 1 - i) / RENDER_RATE_HZ);

        left[i] = right[i] = 0;
        for (int t = 0; t < 5; t++) {
            double level = 0.05 * pow(10, tones[t].db / 20) * pow(fade, 3), angle = 2 * M_PI * tones[t].hz * i / RENDER_RATE_HZ;

            left[i] += level * sin(angle + tones[t].turn);
            right[i] += level * sin(angle - tones[t].turn);
        }
    }
}

static void silence(double from_s, double to_s)
{
    clean();
    for (int i = (int)(from_s * RENDER_RATE_HZ); i < (int)(to_s * RENDER_RATE_HZ); i++)
        left[i] = right[i] = 0;
}

static void clipping(void) { tone(300, 3, 3); }
static void offset(void) { clean(); for (int i = 0; i < LEN; i++) left[i] += 0.02; }
static void late(void) { silence(0, 6); }
static void long_end(void) { silence(5, SECONDS); }
static void gap(void) { silence(1, 7); }
static void cut_off(void) { tone(440, 0.1, 0.1); }
static void no_quiet_place(void) { tone(440, 0.9, 0.9); }
static void turned(void) { tone(1000, 0.1, -0.1); }
static void turned_bass(void) { tone(60, 0.1, -0.1); }
static void mono(void) { tone(1000, 0.1, 0.1); }
static void one_sided(void) { tone(1000, 0.2, 0.1); }
static void only_sub(void) { tone(31, 0.1, 0.1); }
static void only_bass(void) { tone(90, 0.1, 0.1); }
static void only_low_mid(void) { tone(350, 0.1, 0.1); }
static void only_high(void) { tone(6000, 0.1, 0.1); }

/* Each check finds its fault, at either end where it has two; warnings where that is all it can say. */
static const struct {
    void (*make)(void);
    enum inspection_measure measure;
    int verdict;
} faults[] = {
    { clipping, INSPECT_CLIPS, 2 },         { offset, INSPECT_DC, 2 },
    { late, INSPECT_HEAD_SILENCE, 2 },      { long_end, INSPECT_TAIL_SILENCE, 1 },
    { gap, INSPECT_GAP, 2 },                { cut_off, INSPECT_TAIL_CUT, 2 },
    { no_quiet_place, INSPECT_NOISE_FLOOR, 2 }, { turned, INSPECT_CORRELATION, 2 },
    { turned_bass, INSPECT_LOW_CORRELATION, 2 }, { turned, INSPECT_SIDE, 2 },
    { mono, INSPECT_SIDE, 1 },              { turned, INSPECT_MONO_LOSS, 2 },
    { one_sided, INSPECT_BALANCE, 2 },      { only_sub, INSPECT_SUB, 2 },
    { only_bass, INSPECT_BASS, 2 },         { only_high, INSPECT_BASS, 2 },
    { only_low_mid, INSPECT_LOW_MID, 2 },   { only_high, INSPECT_LOW_MID, 2 },
    { mono, INSPECT_MID, 2 },               { only_sub, INSPECT_MID, 2 },
    { only_high, INSPECT_HIGH, 2 },         { only_sub, INSPECT_HIGH, 2 },
};

START_TEST(every_check_finds_its_fault)
{
    struct inspection found;

    faults[_i].make();
    found = inspect();
    ck_assert_msg(inspection_verdict(&inspection_bands[faults[_i].measure], found.values[faults[_i].measure]) == faults[_i].verdict,
                  "%s: %g", inspection_bands[faults[_i].measure].name, found.values[faults[_i].measure]);
}
END_TEST

START_TEST(no_check_finds_fault_with_what_is_right)
{
    struct inspection found;
    bool is_tested[INSPECT_COUNT] = { [INSPECT_PLR] = true, [INSPECT_RANGE] = true }; /* of the meter; below */

    clean();
    found = inspect();
    for (int m = 0; m < INSPECT_COUNT; m++)
        ck_assert_msg(inspection_verdict(&inspection_bands[m], found.values[m]) == 0, "%s: %g", inspection_bands[m].name,
                      found.values[m]);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        is_tested[faults[i].measure] = true;
    for (int m = 0; m < INSPECT_COUNT; m++)
        ck_assert_msg(is_tested[m], "%s finds no fault", inspection_bands[m].name);
    ck_assert_int_eq(inspection_verdict(&inspection_bands[INSPECT_RANGE], 1), 1);
    ck_assert_int_eq(inspection_verdict(&inspection_bands[INSPECT_RANGE], 26), 2);
    ck_assert_int_eq(inspection_verdict(&inspection_bands[INSPECT_RANGE], NAN), 0);
}
END_TEST

/* A master for a dance floor has 7.7 dB between its loudness and its ceiling: no fault of its own; one for streaming has 13. */
START_TEST(peaks_are_judged_by_what_was_asked_for)
{
    const struct master_spec club = { .loudness_lufs = -8, .ceiling_dbtp = -0.3 },
                             streaming = { .loudness_lufs = -14, .ceiling_dbtp = -1 };
    struct inspection_band loud = inspection_band_of(INSPECT_PLR, &club), plain = inspection_band_of(INSPECT_PLR, &streaming);

    ck_assert_int_eq(inspection_verdict(&loud, 7.5), 0);
    ck_assert_int_eq(inspection_verdict(&loud, 4), 2);
    ck_assert_int_eq(inspection_verdict(&plain, 7.5), 1);
    ck_assert_int_eq(inspection_verdict(&plain, 4), 2);
}
END_TEST

START_TEST(remedies_come_to_an_end)
{
    struct inspection bad;
    struct master_spec spec = { .width = 0, .tone_amount = 0.5, .drive_db = 3, .glue = { .ratio = 2 } };
    int rounds = 0;

    for (int m = 0; m < INSPECT_COUNT; m++)
        bad.values[m] = isnan(inspection_bands[m].fail_high) ? -1e6 : 1e6;
    while (inspection_remedy(&bad, &spec) && rounds < 100)
        rounds++;
    ck_assert_int_gt(rounds, 0);
    ck_assert_int_lt(rounds, 100);
    ck_assert_double_eq(spec.drive_db, 0);
}
END_TEST

Suite *inspection_suite(void)
{
    Suite *s = suite_create("inspection");
    TCase *t = tcase_create("finished samples");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, mono_is_mono);
    tcase_add_test(t, antiphase_is_found_and_narrowed);
    tcase_add_test(t, one_side_is_no_phase_fault);
    tcase_add_test(t, independent_sides);
    tcase_add_test(t, faults_of_the_samples);
    tcase_add_loop_test(t, every_check_finds_its_fault, 0, (int)(sizeof(faults) / sizeof(faults[0])));
    tcase_add_test(t, no_check_finds_fault_with_what_is_right);
    tcase_add_test(t, peaks_are_judged_by_what_was_asked_for);
    tcase_add_test(t, remedies_come_to_an_end);
    suite_add_tcase(s, t);
    return s;
}
