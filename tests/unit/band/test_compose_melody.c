#include <stdlib.h>
#include <string.h>

#include "band/incipits.h"
#include "band/measures.h"
#include "band/melody_path.h"
#include "band/melody_plan.h"
#include "band/melody_rhythm.h"
#include "compose_fixture.h"
#include "test_compose.h"

START_TEST(rhythms_are_read)
{
    struct rhythm_bar bar;

    ck_assert(rhythm_bar_read("1 .5 (1) 1.5", 1920, &bar));
    ck_assert_int_eq(bar.count, 3);
    ck_assert_int_eq(bar.tick[2], 1200);
    ck_assert_int_eq(bar.len[2], 720);
    ck_assert(!rhythm_bar_read("1 1 1", 1920, &bar));
    ck_assert(!rhythm_bar_read("(4)", 1920, &bar));
    ck_assert(!rhythm_bar_read("1 x 2", 1920, &bar));
    ck_assert(!rhythm_bar_read("(1 3", 1920, &bar));
    ck_assert(!rhythm_bar_read("", 1920, &bar));
}
END_TEST

START_TEST(the_genres_rhythms_are_bars)
{
    for (size_t g = 0; g < genres_count(compose_genres); g++) {
        const struct genre_melody *m = &genres_at(compose_genres, g)->melody;
        int32_t own = metre_bar_ticks(genres_at(compose_genres, g)->time_signature);
        struct rhythm_bar bar;

        for (size_t i = 0; i < m->rhythms.count; i++)
            ck_assert_msg(rhythm_bar_read(m->rhythms.items[i], 1920, &bar) ||
                              rhythm_bar_read(m->rhythms.items[i], own, &bar),
                          "%s: '%s'", genres_at(compose_genres, g)->id, m->rhythms.items[i]);
    }
}
END_TEST

static void check_bar(const struct rhythm_bar *bar, int32_t bar_ticks)
{
    ck_assert_int_ge(bar->count, 1);
    for (int i = 0; i < bar->count; i++) {
        ck_assert_int_ge(bar->len[i], METRE_PPQ / 4);
        ck_assert_int_le(bar->tick[i] + bar->len[i], i + 1 < bar->count ? bar->tick[i + 1] : bar_ticks);
    }
}

START_TEST(drawn_bars_fit_their_metre)
{
    struct metre metre = metre_infos[_i].metre;
    int32_t bar_ticks = metre_bar_ticks(metre);

    for (size_t g = 0; g < genres_count(compose_genres); g++) {
        struct rhythm_book book;

        rhythm_book_read(&genres_at(compose_genres, g)->melody, metre, compose_arena, &book);
        ck_assert((book.bars.count > 0) ==
                  (bar_ticks == 1920 || bar_ticks == metre_bar_ticks(genres_at(compose_genres, g)->time_signature)));
        for (unsigned i = 0; i < 60; i++) {
            struct random random = random_stream(i, "test", (unsigned)g);
            struct rhythm_bar bar = rhythm_bar_draw(&book, 1 + i % 10, &random);
            struct rhythm_bar closed = rhythm_bar_close(&bar, bar_ticks, bar_ticks / 2, METRE_PPQ / 2);
            struct rhythm_bar varied = rhythm_bar_vary(&bar, metre, &random);

            check_bar(&bar, bar_ticks);
            check_bar(&closed, bar_ticks);
            check_bar(&varied, bar_ticks);
        }
    }
}
END_TEST

START_TEST(plans_close)
{
    for (int bars = 1; bars <= 40; bars++)
        for (unsigned i = 0; i < 8; i++) {
            struct random random = random_stream(i, "plan", 0);
            struct plan_bar plan[40];
            int ends = 0;

            melody_plan(bars, (enum tune_form)(i % TUNE_FORM_COUNT), i % 2 == 0, &random, plan);
            for (int b = 0; b < bars; b++)
                ends += plan[b].ends_section;
            ck_assert_int_eq(ends, 1);
            ck_assert(bars < 4 || plan[0].unit == UNIT_MOTIF);
        }
}
END_TEST

/* A time line with one chord a bar. */
static struct session session_on(const char *const *chords, size_t count)
{
    struct timeline *t = ARENA_NEW(compose_arena, struct timeline);

    *t = (struct timeline){ .key = { { 'C', 0 }, MODE_MAJOR }, .metre = { 4, 4 }, .bpm = 100, .bar_ticks = 1920 };
    t->keys.items = ARENA_NEW(compose_arena, struct timeline_key);
    t->keys.items[0] = (struct timeline_key){ 0, t->key };
    t->keys.count = 1;
    t->chords.items = ARENA_ARRAY(compose_arena, struct timeline_chord, count);
    t->chords.count = count;
    for (size_t i = 0; i < count; i++) {
        t->chords.items[i].start_tick = (int32_t)i * 1920;
        t->chords.items[i].end_tick = (int32_t)(i + 1) * 1920;
        ck_assert(chord_parse(chords[i], &t->chords.items[i].chord));
    }
    t->end_tick = (int32_t)count * 1920;
    return (struct session){ .arena = compose_arena, .timeline = t };
}

static const char *const changes[] = { "C", "Am", "Dm7", "G7", "Cmaj9", "E7", "Fm6", "Db" };
enum { CHANGES = 8, NOTES_A_BAR = 6, NOTES = CHANGES * NOTES_A_BAR };
static const struct melody_rules rules = { .low = 60, .high = 80, .leap = 0.4, .repeat = 0.3, .colour = 0.2, .noise = 0.7 };

static void lay(struct melody_cell *cells)
{
    static const int32_t ticks[NOTES_A_BAR] = { 0, 240, 480, 720, 960, 1200 };

    memset(cells, 0, NOTES * sizeof(*cells));
    for (int i = 0; i < NOTES; i++) {
        cells[i].tick = i / NOTES_A_BAR * 1920 + ticks[i % NOTES_A_BAR];
        cells[i].len_ticks = i % NOTES_A_BAR == 5 ? 720 : 240;
        cells[i].want_step = CELL_NO_STEP;
        cells[i].ends_phrase = i % (2 * NOTES_A_BAR) == 2 * NOTES_A_BAR - 1;
    }
}

static struct tune_measures measured(const struct session *s, const struct melody_cell *cells)
{
    struct timeline_note notes[NOTES];

    for (int i = 0; i < NOTES; i++)
        notes[i] = (struct timeline_note){ cells[i].tick, cells[i].tick + cells[i].len_ticks, cells[i].pitch, 0,
                                           i % (2 * NOTES_A_BAR) == 0 };
    return tune_measure(s->timeline, notes, NOTES);
}

START_TEST(paths_are_good_tunes)
{
    struct session s = session_on(changes, CHANGES);
    struct random random = random_stream((uint64_t)_i, "path", 0);
    struct melody_cell cells[NOTES];
    struct tune_measures m;

    lay(cells);
    melody_path(&s, cells, NOTES, 0, &rules, &random);
    m = measured(&s, cells);
    ck_assert_double_ge(m.chord_tones_strong, 0.8);
    ck_assert_double_ge(m.in_scale_time, 0.99);
    ck_assert_double_ge(m.phrase_ends, 0.99);
    ck_assert_double_lt(m.sharp_time, 0.02);
    ck_assert(!(m.resolved < 0.8) && !(m.recovered < 0.7));
    ck_assert_int_le(m.longest_run, 4);
    for (int i = 0; i < NOTES; i++)
        ck_assert(cells[i].pitch >= rules.low && cells[i].pitch <= rules.high);
}
END_TEST

START_TEST(a_model_is_followed)
{
    struct session s = session_on(changes, CHANGES);
    struct random random = random_stream(1, "path", 0), other = random_stream(2, "path", 0);
    struct melody_cell cells[NOTES], again[NOTES];
    int same = 0;

    lay(cells);
    melody_path(&s, cells, NOTES, 0, &rules, &random);
    lay(again);
    for (int i = 0; i < NOTES; i++) {
        again[i].want = cells[i].pitch;
        again[i].want_weight = 3;
    }
    melody_path(&s, again, NOTES, 0, &rules, &other);
    for (int i = 0; i < NOTES; i++)
        same += again[i].pitch == cells[i].pitch;
    ck_assert_int_ge(same, NOTES - 2);
}
END_TEST

/* How many of a motif's steps are kept when it is wished for by so much. */
static int steps_kept(double weight)
{
    static const char *const two[] = { "C", "F" };
    static const int steps[NOTES_A_BAR] = { CELL_NO_STEP, 1, 1, -1, 2, -1 };
    struct session s = session_on(two, 2);
    struct random random = random_stream(3, "path", 0);
    struct melody_cell cells[NOTES];
    int kept = 0;

    lay(cells);
    for (int i = 0; i < 2 * NOTES_A_BAR; i++) {
        cells[i].want_step = steps[i % NOTES_A_BAR];
        cells[i].step_weight = weight;
    }
    melody_path(&s, cells, 2 * NOTES_A_BAR, 0, &rules, &random);
    for (int i = 1; i < 2 * NOTES_A_BAR; i++)
        kept += i % NOTES_A_BAR != 0 &&
                scale_distance(key_scale(s.timeline->key), cells[i - 1].pitch, cells[i].pitch) == steps[i % NOTES_A_BAR];
    return kept;
}

START_TEST(a_motif_is_recognised_on_other_chords)
{
    ck_assert_int_gt(steps_kept(3), steps_kept(0));
    ck_assert_int_eq(steps_kept(20), 10);
}
END_TEST

/* Quarters: C E G C over a C chord, then D A Bb A over F: D is foreign and left by a leap, Bb by a step. */
START_TEST(measures_are_right)
{
    static const char *const two[] = { "C", "F" };
    static const struct timeline_note notes[] = {
        { 0, 480, 60, 0, true },      { 480, 960, 64, 0, false },    { 960, 1440, 67, 0, false }, { 1440, 1920, 72, 0, false },
        { 1920, 2400, 62, 0, true },  { 2400, 2880, 69, 0, false },  { 2880, 3360, 70, 0, false }, { 3360, 3840, 69, 0, false },
    };
    struct session s = session_on(two, 2);
    struct tune_measures m = tune_measure(s.timeline, notes, 8);

    ck_assert_double_eq_tol(m.chord_tones_strong, 2.0 / 4, 1e-9); /* C G, D Bb */
    ck_assert_double_eq_tol(m.chord_tones_time, 6.0 / 8, 1e-9);
    ck_assert_double_eq_tol(m.resolved, 0.5, 1e-9);
    ck_assert_double_eq_tol(m.steps, 2.0 / 7, 1e-9);
    ck_assert_double_eq_tol(m.leaps, 3.0 / 7, 1e-9);
    ck_assert_double_eq_tol(m.phrase_ends, 1, 1e-9);
    ck_assert_int_eq(m.range, 12);
    ck_assert_double_eq_tol(m.sharp_time, 1.0 / 8, 1e-9);
}
END_TEST

/* "Twinkle, Twinkle" from the songbook, in any key and at any speed. */
START_TEST(known_tunes_are_recognised)
{
    static const int pitches[] = { 60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60 };
    static const int lengths[] = { 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2 };
    struct timeline_note notes[16] = { { 0, 100, 50, 0, true }, { 100, 200, 53, 0, false } };
    const int32_t unit = _i == 0 ? 480 : 240;
    const char *name;
    int32_t at = 960;

    for (int i = 0; i < 14; i++) {
        notes[i + 2] = (struct timeline_note){ at, at + unit, (uint8_t)(pitches[i] + 3 * _i), 0, i == 0 };
        at += lengths[i] * unit;
    }
    ck_assert_uint_eq(incipit_longest(notes, 16, &name), 14);
    ck_assert_str_eq(name, "Twinkle, Twinkle");
    notes[8].pitch++; /* another seventh note */
    ck_assert_uint_eq(incipit_longest(notes, 16, &name), 6);
    ck_assert_uint_eq(incipit_longest(notes, 3, &name), 0);
    ck_assert_ptr_null(name);
}
END_TEST

Suite *compose_melody_suite(void)
{
    Suite *suite = suite_create("band/melody");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, compose_set_up, compose_tear_down);
    tcase_add_test(tests, rhythms_are_read);
    tcase_add_test(tests, the_genres_rhythms_are_bars);
    tcase_add_loop_test(tests, drawn_bars_fit_their_metre, 0, METRE_COUNT);
    tcase_add_test(tests, plans_close);
    tcase_add_loop_test(tests, paths_are_good_tunes, 0, 8);
    tcase_add_test(tests, a_model_is_followed);
    tcase_add_test(tests, a_motif_is_recognised_on_other_chords);
    tcase_add_test(tests, measures_are_right);
    tcase_add_loop_test(tests, known_tunes_are_recognised, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
