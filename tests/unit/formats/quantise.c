#include "formats/quantise.h"

#include "core/random.h"
#include "suites.h"

enum { NOTES_MAX = 256 };

static const struct metre common = { 4, 4 };

/* Notes of 40 ticks at these places, each moved by up to `scatter` ticks. */
static size_t play(const int32_t *ticks, size_t count, int bars, int32_t bar_ticks, int scatter, struct score_note *out)
{
    struct random random = random_stream(11, "quantise", 0);
    size_t n = 0;

    for (int bar = 0; bar < bars; bar++)
        for (size_t i = 0; i < count; i++) {
            int32_t tick = bar * bar_ticks + ticks[i] + (scatter > 0 ? random_between(&random, -scatter, scatter) : 0);

            out[n++] = (struct score_note){ tick > 0 ? tick : 0, 40, 60, 80 };
        }
    return n;
}

/* What is played at `ticks` in each of 8 bars stands at `places` of each bar. */
static void check_places(const struct performed_in *how, const int32_t *ticks, const int32_t *places, size_t count,
                         int scatter)
{
    struct arena *a = arena_new(1 << 20);
    struct score_note notes[NOTES_MAX];
    int32_t bar_ticks = metre_bar_ticks(how->metre);
    size_t n = play(ticks, count, 8, bar_ticks, scatter, notes);
    const struct paper_note *paper = quantise(notes, n, 8 * bar_ticks, how, a);

    for (size_t i = 0; i < n; i++) {
        int32_t want = (int32_t)(i / count) * bar_ticks / DIVISION_TICKS + places[i % count];

        ck_assert_msg(paper[i].start == want, "note %zu stands at %d, not %d", i, paper[i].start, want);
        ck_assert_int_gt(paper[i].end, paper[i].start);
    }
    arena_free(a);
}
#define CHECK_PLACES(how, ticks, places, scatter)                                                                      \
    check_places(&(how), (ticks), (places), sizeof(ticks) / sizeof((ticks)[0]), (scatter))

START_TEST(straight_notes)
{
    static const int32_t ticks[] = { 0, 240, 480, 600, 960, 1320, 1440, 1800 };
    static const int32_t places[] = { 0, 12, 24, 30, 48, 66, 72, 90 };
    struct performed_in how = { .metre = common, .bpm = 120 };

    CHECK_PLACES(how, ticks, places, 0);
    CHECK_PLACES(how, ticks, places, 15);
    how.bpm = 180;
    CHECK_PLACES(how, ticks, places, 15);
}
END_TEST

START_TEST(swung_eighths_are_written_straight)
{
    static const int32_t ticks[] = { 0, 320, 480, 800, 960, 1280, 1440, 1760 };
    static const int32_t places[] = { 0, 12, 24, 36, 48, 60, 72, 84 };
    struct performed_in how = { .metre = common, .bpm = 160, .swing_ticks = 240, .swing_percent = 66.67 };

    CHECK_PLACES(how, ticks, places, 0);
    CHECK_PLACES(how, ticks, places, 15);
}
END_TEST

START_TEST(swung_sixteenths_are_written_straight)
{
    static const int32_t ticks[] = { 0, 144, 240, 384, 480, 720, 960, 1104, 1200, 1680 };
    static const int32_t places[] = { 0, 6, 12, 18, 24, 36, 48, 54, 60, 84 };
    struct performed_in how = { .metre = common, .bpm = 90, .swing_ticks = 120, .swing_percent = 60 };

    CHECK_PLACES(how, ticks, places, 0);
    CHECK_PLACES(how, ticks, places, 10);
}
END_TEST

START_TEST(triplets_are_triplets)
{
    static const int32_t ticks[] = { 0, 160, 320, 480, 960, 1120, 1280, 1440 };
    static const int32_t places[] = { 0, 8, 16, 24, 48, 56, 64, 72 };
    struct performed_in how = { .metre = common, .bpm = 100 };

    CHECK_PLACES(how, ticks, places, 0);
    CHECK_PLACES(how, ticks, places, 10);
    how.swing_ticks = 240; /* in swing too, when all three are there */
    how.swing_percent = 66.67;
    CHECK_PLACES(how, ticks, places, 10);
}
END_TEST

START_TEST(rolls_keep_their_notes)
{
    static const int32_t fast[] = { 0, 60, 120, 180, 240, 300, 360, 420, 960 };
    static const int32_t fast_places[] = { 0, 3, 6, 9, 12, 15, 18, 21, 48 };
    static const int32_t six[] = { 480, 560, 640, 720, 800, 880, 960 };
    static const int32_t six_places[] = { 24, 28, 32, 36, 40, 44, 48 };
    struct performed_in how = { .metre = common, .bpm = 140 };

    CHECK_PLACES(how, fast, fast_places, 0);
    CHECK_PLACES(how, six, six_places, 0);
}
END_TEST

START_TEST(compound_and_uneven_metres)
{
    static const int32_t six[] = { 0, 240, 480, 720, 840, 960, 1200 };
    static const int32_t six_places[] = { 0, 12, 24, 36, 42, 48, 60 };
    static const int32_t seven[] = { 0, 240, 480, 600, 960, 1200, 1440, 1560 };
    static const int32_t seven_places[] = { 0, 12, 24, 30, 48, 60, 72, 78 };
    struct performed_in how = { .metre = { 6, 8 }, .bpm = 90 };

    CHECK_PLACES(how, six, six_places, 12);
    how.metre = (struct metre){ 7, 8 };
    CHECK_PLACES(how, seven, seven_places, 12);
}
END_TEST

START_TEST(a_player_who_is_always_late_or_early)
{
    static const int32_t late[] = { 35, 275, 515, 755, 995, 1475 };
    static const int32_t early[] = { 0, 340, 820, 1300 }; /* 140 ticks before the beats, where there is room */
    static const int32_t late_places[] = { 0, 12, 24, 36, 48, 72 };
    static const int32_t early_places[] = { 0, 24, 48, 72 };
    struct performed_in how = { .metre = common, .bpm = 120 };

    CHECK_PLACES(how, late, late_places, 5);
    how.lead_in_ms = 146;
    CHECK_PLACES(how, early, early_places, 5);
}
END_TEST

START_TEST(a_strum_is_one_chord)
{
    struct arena *a = arena_new(1 << 20);
    struct performed_in how = { .metre = common, .bpm = 120, .is_strummed = true };
    struct score_note notes[24];
    const struct paper_note *paper;

    for (size_t i = 0; i < 24; i++) /* six strings, 16 ms from one to the next */
        notes[i] = (struct score_note){ (int32_t)(i / 6 * 480 + i % 6 * 15), 300, (uint8_t)(40 + 5 * (i % 6)), 80 };
    paper = quantise(notes, 24, 1920, &how, a);
    for (size_t i = 0; i < 24; i++)
        ck_assert_int_eq(paper[i].start, (int32_t)(i / 6) * 24);
    arena_free(a);
}
END_TEST

START_TEST(nothing_leaves_the_song)
{
    struct arena *a = arena_new(1 << 20);
    struct performed_in how = { .metre = common, .bpm = 120 };
    struct score_note notes[] = { { 0, 1920, 60, 80 }, { 1915, 5, 61, 80 }, { 1919, 1, 62, 80 } };
    const struct paper_note *paper = quantise(notes, 3, 1920, &how, a);

    for (size_t i = 0; i < 3; i++)
        ck_assert(paper[i].start >= 0 && paper[i].start < paper[i].end && paper[i].end <= 96);
    ck_assert(quantise(notes, 0, 1920, &how, a) != NULL);
    arena_free(a);
}
END_TEST

Suite *quantise_suite(void)
{
    Suite *s = suite_create("quantise");
    TCase *t = tcase_create("all");

    tcase_add_test(t, straight_notes);
    tcase_add_test(t, swung_eighths_are_written_straight);
    tcase_add_test(t, swung_sixteenths_are_written_straight);
    tcase_add_test(t, triplets_are_triplets);
    tcase_add_test(t, rolls_keep_their_notes);
    tcase_add_test(t, compound_and_uneven_metres);
    tcase_add_test(t, a_player_who_is_always_late_or_early);
    tcase_add_test(t, a_strum_is_one_chord);
    tcase_add_test(t, nothing_leaves_the_song);
    suite_add_tcase(s, t);
    return s;
}
