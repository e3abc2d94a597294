#include "theory/metre.h"

#include <string.h>

#include "suites.h"

static struct metre metre_of(const char *text)
{
    struct metre m = { 0 };

    ck_assert_msg(metre_parse(text, &m), "'%s'", text);
    return m;
}

START_TEST(table_holds)
{
    for (size_t i = 0; i < METRE_COUNT; i++) {
        const struct metre_info *info = &metre_infos[i];
        char text[METRE_TEXT_SIZE];
        int beats = 0, groups = 0;

        ck_assert_ptr_eq(metre_find(metre_of(info->text)), info);
        metre_print(info->metre, text, sizeof(text));
        ck_assert_str_eq(text, info->text);
        for (size_t b = 0; b < METRE_BEATS_MAX; b++) {
            beats += info->beats[b];
            groups += info->groups[b];
        }
        ck_assert_int_eq(beats, info->metre.numerator);
        ck_assert_int_eq(groups, info->metre.numerator);
        ck_assert_ptr_nonnull(strstr(metre_codec.expected, info->text));
        ck_assert_ptr_nonnull(strstr(metre_codec.pattern, info->text));
        ck_assert_int_eq(metre_beat_tick(info->metre, metre_beats(info->metre)),
                         metre_bar_ticks(info->metre));
    }
}
END_TEST

START_TEST(others_are_refused)
{
    static const char *const bad[] = {
        "", "4", "4/", "/4", "4/4 ", "04/4", "13/16", "0/4", "4/0", "4-4", "C"
    };
    struct metre m;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_msg(!metre_parse(bad[i], &m), "'%s'", bad[i]);
}
END_TEST

START_TEST(lengths_are_ticks)
{
    static const struct {
        const char *text;
        int bar, pulse, beats;
    } rows[] = {
        {"4/4",   1920, 480, 4},
        { "3/4",  1440, 480, 3},
        { "2/4",  960,  480, 2},
        { "6/8",  1440, 720, 2},
        { "12/8", 2880, 720, 4},
        { "9/8",  2160, 720, 3},
        { "5/4",  2400, 480, 5},
        { "7/8",  1680, 240, 3},
        { "2/2",  1920, 960, 2},
    };

    ck_assert_uint_eq(sizeof(rows) / sizeof(rows[0]), METRE_COUNT);
    for (size_t i = 0; i < METRE_COUNT; i++) {
        struct metre m = metre_of(rows[i].text);

        ck_assert_int_eq(metre_bar_ticks(m), rows[i].bar);
        ck_assert_int_eq(metre_pulse_ticks(m), rows[i].pulse);
        ck_assert_int_eq(metre_beats(m), rows[i].beats);
    }
    ck_assert_int_eq(metre_beat_tick(metre_of("7/8"), 2), 960);
    ck_assert_int_eq(metre_beat_tick(metre_of("6/8"), 1), 720);
}
END_TEST

START_TEST(weights_fall_by_level)
{
    struct metre common = metre_of("4/4"), five = metre_of("5/4"), six = metre_of("6/8");

    ck_assert(metre_weight(common, 0) == 1 && metre_weight(common, 1920) == 1);
    ck_assert(metre_weight(common, 960) > metre_weight(common, 480));
    ck_assert(metre_weight(common, 480) == metre_weight(common, 1440));
    ck_assert(metre_weight(common, 480) > metre_weight(common, 240));
    ck_assert(metre_weight(common, 240) > metre_weight(common, 120));
    ck_assert(metre_weight(common, 120) > metre_weight(common, 60));
    ck_assert(metre_weight(common, -480) == metre_weight(common, 1440));
    ck_assert(metre_weight(five, 1440) > metre_weight(five, 960));
    ck_assert(metre_weight(six, 720) > metre_weight(six, 480));
    ck_assert(metre_weight(six, 480) > metre_weight(six, 120));
    for (size_t i = 0; i < METRE_COUNT; i++)
        for (int tick = 0; tick < metre_bar_ticks(metre_infos[i].metre); tick++) {
            double weight = metre_weight(metre_infos[i].metre, tick);

            ck_assert(weight > 0 && weight <= 1 && (weight < 1 || tick == 0));
        }
}
END_TEST

START_TEST(swing_is_monotonic_and_keeps_beats)
{
    for (int grid = 120; grid <= 240; grid += 120)
        for (double percent = 50; percent <= 75; percent += 0.5) {
            for (int tick = -1920; tick < 3840; tick++)
                ck_assert_int_le(metre_swing(tick, grid, percent), metre_swing(tick + 1, grid, percent));
            for (int tick = 0; tick < 3840; tick += 2 * grid)
                ck_assert_int_eq(metre_swing(tick, grid, percent), tick);
        }
}
END_TEST

START_TEST(swing_moves_the_offbeat)
{
    ck_assert_int_eq(metre_swing(240, 240, 50), 240);
    ck_assert_int_eq(metre_swing(240, 240, 200.0 / 3), 320);
    ck_assert_int_eq(metre_swing(240, 240, 75), 360);
    ck_assert_int_eq(metre_swing(240, 240, 90), 360);
    ck_assert_int_eq(metre_swing(240, 240, 10), 240);
    ck_assert_int_eq(metre_swing(120, 240, 200.0 / 3), 160);
    ck_assert_int_eq(metre_swing(600, 120, 60), 624);
    for (int tick = 0; tick < 1920; tick++)
        ck_assert_int_eq(metre_swing(tick, 120, 50), tick);
}
END_TEST

Suite *metre_suite(void)
{
    Suite *s = suite_create("metre");
    TCase *t = tcase_create("all");

    tcase_add_test(t, table_holds);
    tcase_add_test(t, others_are_refused);
    tcase_add_test(t, lengths_are_ticks);
    tcase_add_test(t, weights_fall_by_level);
    tcase_add_test(t, swing_is_monotonic_and_keeps_beats);
    tcase_add_test(t, swing_moves_the_offbeat);
    suite_add_tcase(s, t);
    return s;
}
