#include "sound/energy.h"

#include <math.h>

#include "suites.h"

enum { COUNT = 100 };

static struct score_tempo tempo = { 0, 120 }; /* 960 ticks a second */
static const struct score score = { .tempos = &tempo, .tempo_count = 1, .end_tick = 9600 };

START_TEST(sustained_note_counts_by_velocity_and_controllers)
{
    struct score_note notes[] = { { 960, 960, 60, 127 }, { 4800, 960, 60, 64 } };
    struct score_control controls[] = { { 4800, SCORE_CC, 11, 64 } };
    struct score_part part = {
        .program = 48, .notes = notes, .note_count = 2, .controls = controls, .control_count = 1
    };
    double power[COUNT];

    energy_map(&score, &part, 4, power, COUNT);
    ck_assert_double_eq(power[5], 0);
    ck_assert_double_eq_tol(power[15], 1, 1e-9);
    ck_assert_double_eq(power[30], 0);
    ck_assert_double_eq_tol(power[55], pow(64 / 127.0, 8), 1e-9); /* twice 40·log10(v/127) dB */
}
END_TEST

/* A program that loses 6.02 dB with half the velocity, as one with a linear curve does. */
START_TEST(velocity_counts_as_the_program_was_measured)
{
    struct score_note notes[] = { { 960, 960, 60, 127 }, { 4800, 960, 60, 64 } };
    struct score_part part = { .program = 48, .notes = notes, .note_count = 2 };
    double power[COUNT];

    energy_map(&score, &part, 2, power, COUNT);
    ck_assert_double_eq_tol(power[15], 1, 1e-9);
    ck_assert_double_eq_tol(power[55], pow(64 / 127.0, 2), 1e-9);
}
END_TEST

START_TEST(plucked_note_decays)
{
    struct score_note note = { 0, 9600, 60, 100 };
    struct score_part part = { .program = 0, .notes = &note, .note_count = 1 };
    double power[COUNT];

    energy_map(&score, &part, 4, power, COUNT);
    for (int i = 1; i < COUNT; i++)
        ck_assert(power[i] < power[i - 1]);
}
END_TEST

/* EBU Tech 3341, case 3, in spirit: what is 10 dB below the rest does not count; nor does silence. */
START_TEST(gates_leave_out_the_quiet)
{
    double power[COUNT] = { 0 };

    ck_assert_double_eq(energy_gated(power, COUNT), 0);
    for (int i = 0; i < COUNT; i++)
        power[i] = i < 40 ? 0 : i < 70 ? 1 : 0.01;
    ck_assert_double_eq_tol(energy_gated(power, COUNT), 1, 0.1);
    for (int i = 0; i < COUNT; i++)
        power[i] = i % 2 ? 1 : 0.5;
    ck_assert_double_eq_tol(energy_gated(power, COUNT), 0.75, 1e-9);
}
END_TEST

Suite *energy_suite(void)
{
    Suite *s = suite_create("energy");
    TCase *t = tcase_create("map");

    tcase_add_test(t, sustained_note_counts_by_velocity_and_controllers);
    tcase_add_test(t, velocity_counts_as_the_program_was_measured);
    tcase_add_test(t, plucked_note_decays);
    tcase_add_test(t, gates_leave_out_the_quiet);
    suite_add_tcase(s, t);
    return s;
}
