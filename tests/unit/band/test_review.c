/* Candidates, rounds and seeds: what the reviewer's verdicts lead to. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "band/likeness.h"
#include "genre/bands.h"
#include "review_fixture.h"
#include "song/qa_report.h"
#include "song/rhythm_spec.h"
#include "test_compose.h"

static struct song *make(struct band_order *order, const char *genre, int64_t seed, struct error *e)
{
    struct song *song = ARENA_NEW(compose_arena, struct song);
    struct brief *brief = ARENA_NEW(compose_arena, struct brief);

    fields_init(&brief_fields, brief, compose_arena);
    brief->title = "T";
    brief->brief = "a song";
    brief->genre = genre;
    brief->duration_seconds = 90;
    brief->seed = seed;
    song->brief = brief;
    return band_make(order, song, compose_arena, e) ? song : NULL;
}

static struct song *made(struct band_order *order, const char *genre, int64_t seed)
{
    struct error e = { 0 };
    struct song *song = make(order, genre, seed, &e);

    ck_assert_msg(song != NULL, "%s", e.detail);
    return song;
}

static const char *text_of(const struct fields *fields, const void *document)
{
    json_object *tree = json_hold(compose_arena, fields_write(fields, document));

    json_object_object_del(tree, "created_at");
    json_object_object_del(tree, "updated_at");
    return json_text(compose_arena, tree, false);
}

static const char *music_of(const struct song *song)
{
    struct song plain = *song;

    plain.qa_report = NULL;
    plain.release_spec = NULL;
    plain.decisions.count = 0;
    return compose_text(&plain);
}

static const struct qa_check *check_of(const struct song *song, enum measure measure)
{
    const struct qa_check *check = &song->qa_report->checks.items[measure];

    ck_assert_str_eq(check->measure, measure_names[measure]);
    return check;
}

static void check_rounds(const struct song *song)
{
    const struct qa_report *report = song->qa_report;
    int kept = 0;

    ck_assert_int_eq(report->attempts, (int)report->rounds.count);
    for (size_t i = 0; i < report->rounds.count; i++) {
        const struct qa_round *round = &report->rounds.items[i];

        ck_assert_int_eq(round->round, (int)i + 1);
        kept += round->kept;
        if (i + 1 < report->rounds.count) {
            ck_assert_uint_ge(round->reasons.count, 1);
            ck_assert_uint_ge(round->redone.count, 1);
        }
        if (round->kept) {
            ck_assert_int_eq(report->passed, round->reasons.count == 0);
            ck_assert_double_eq_tol(report->score, round->score, 1e-9);
            ck_assert_int_eq(round->seed, song->song_spec->random_seed);
        }
    }
    ck_assert_int_eq(kept, 1);
}

/* Every measure has its value, its band and a verdict that follows from them. */
START_TEST(reports_are_complete)
{
    struct band_order order = { .genres = compose_genres };
    const struct qa_report *report = made(&order, compose_genre_ids[_i], 3)->qa_report;

    ck_assert_uint_eq(report->checks.count, MEASURE_COUNT);
    for (size_t i = 0; i < report->checks.count; i++) {
        const struct qa_check *c = &report->checks.items[i];
        bool inside = !(c->value < c->low) && !(c->value > c->high);

        ck_assert_str_eq(c->measure, measure_names[i]);
        ck_assert(c->help[0] != '\0' && c->unit[0] != '\0');
        ck_assert(!isnan(c->low) || !isnan(c->high));
        ck_assert_int_eq(c->verdict == QA_PASS, isnan(c->value) || inside);
        if (c->verdict == QA_FAIL)
            ck_assert(c->value < c->fail_below || c->value > c->fail_above);
    }
}
END_TEST

START_TEST(the_best_of_several_is_chosen)
{
    struct band_order order = { .genres = compose_genres };
    const struct qa_report *report = made(&order, compose_genre_ids[_i], 3)->qa_report;
    bool harmony = false, tune = false, differ = false;

    for (size_t i = 0; i < report->searches.count; i++) {
        const struct qa_search *s = &report->searches.items[i];

        ck_assert_int_ge(s->candidates, 2);
        ck_assert(s->best >= s->worst && s->worst >= 0 && s->best <= 1);
        harmony |= strcmp(s->what, "harmony") == 0;
        tune |= strncmp(s->what, "tune of the ", 12) == 0;
        differ |= s->best > s->worst;
    }
    ck_assert(harmony && tune && differ);
}
END_TEST

/* Nothing is free of clashes to the last sixteenth: each round is judged, and the verdict stays what it is. */
START_TEST(a_song_that_cannot_pass_is_delivered_as_such)
{
    struct band_order order = { .genres = genres_with_review("rock", "[{\"measure\":\"in_scale\",\"low\":1.1,\"typical\":1.1,"
                                "\"fail_below\":1.05,\"why\":\"No tune has more notes in the scale than it has.\"}]") };
    struct song *song = made(&order, "rock", 2);
    const struct qa_report *report = song->qa_report;

    check_rounds(song);
    ck_assert_int_eq(report->passed, 0);
    ck_assert_uint_eq(report->rounds.count, 3);
    ck_assert_ptr_nonnull(strstr(report->rounds.items[0].reasons.items[0], "in_scale"));
    ck_assert_str_eq(report->rounds.items[0].redone.items[0], "melody_spec: other tunes");
    ck_assert_str_eq(report->rounds.items[1].redone.items[0], "harmony_spec: other tunes");
    ck_assert_ptr_nonnull(strstr(check_of(song, MEASURE_IN_SCALE)->why, "No tune"));
    for (size_t i = 0; i < report->rounds.count; i++)
        if (!report->rounds.items[i].kept)
            ck_assert_double_le(report->rounds.items[i].score, report->score);
}
END_TEST

/* What makes it fail is made anew, the rest stays. */
START_TEST(only_what_failed_is_made_anew)
{
    struct band_order plain = { .genres = genres_with_review("rock", "[]") };
    struct band_order strict = { .genres = genres_with_review("rock", "[{\"measure\":\"groove_consistency\",\"low\":1.1,"
                                 "\"typical\":1.1,\"fail_below\":1.05,\"why\":\"No bar is more like another than it.\"}]") };
    struct song *before = made(&plain, "rock", 4), *after = made(&strict, "rock", 4);

    ck_assert_uint_eq(after->qa_report->rounds.count, 3);
    ck_assert_str_eq(text_of(&melody_spec_fields, before->melody_spec), text_of(&melody_spec_fields, after->melody_spec));
    ck_assert_str_eq(text_of(&harmony_spec_fields, before->harmony_spec), text_of(&harmony_spec_fields, after->harmony_spec));
    for (size_t i = 0; i < after->qa_report->rounds.count; i++)
        if (after->qa_report->rounds.items[i].kept && i > 0)
            ck_assert_str_ne(text_of(&rhythm_spec_fields, before->rhythm_spec), text_of(&rhythm_spec_fields, after->rhythm_spec));
}
END_TEST

/* The advice is followed: of songs that repeat themselves too much for the band, most come out with less of it. */
START_TEST(advice_helps)
{
    struct band_order order = { .genres = genres_with_review("rock", "[{\"measure\":\"bars_of_the_tune_repeated\",\"low\":0,"
                                "\"typical\":0.2,\"high\":0.3,\"fail_above\":0.4,\"why\":\"This test wants tunes that vary.\"}]") };
    double first = 0, last = 0;
    int again = 0, passed = 0;

    for (int seed = 1; seed <= 30; seed++) {
        struct song *song = made(&order, "rock", seed);
        const struct qa_round *round = song->qa_report->rounds.items;
        double value;

        check_rounds(song);
        if (song->qa_report->rounds.count == 1)
            continue;
        ck_assert_int_eq(sscanf(round->reasons.items[0], "bars_of_the_tune_repeated %lf", &value), 1);
        ck_assert_str_eq(round->redone.items[0], "melody_spec: tunes that vary more");
        first += value;
        last += check_of(song, MEASURE_TUNE_RETURNS)->value;
        again++;
        passed += song->qa_report->passed;
    }
    ck_assert_int_ge(again, 3);
    ck_assert_double_lt(last, first - 0.02 * again);
    ck_assert_int_ge(passed, 1);
}
END_TEST

START_TEST(rounds_depend_on_the_seed_alone)
{
    struct band_order order = { .genres = genres_with_review("rock", "[{\"measure\":\"voice_leading\",\"high\":0.1,\"typical\":0,"
                                "\"fail_above\":0.2,\"why\":\"No chord may move, so that all rounds are made.\"}]") };
    struct song *a = made(&order, "rock", 9), *b = made(&order, "rock", 9);

    ck_assert_uint_gt(a->qa_report->rounds.count, 1);
    ck_assert_str_eq(compose_text(a), compose_text(b));
}
END_TEST

/* The same notes, from the documents of a song that was made in a later round. */
START_TEST(a_redone_song_comes_back_from_its_documents)
{
    struct band_order order = { .genres = genres_with_review("rock", "[{\"measure\":\"bars_of_the_tune_repeated\",\"low\":0,"
                                "\"typical\":0.2,\"high\":0.3,\"fail_above\":0.4,\"why\":\"This test wants tunes that vary.\"}]") };
    struct song *song = NULL, *again;

    for (int seed = 1; seed <= 20 && (song == NULL || song->qa_report->rounds.items[0].kept); seed++)
        song = made(&order, "rock", seed);
    ck_assert(!song->qa_report->rounds.items[0].kept);
    again = compose_again(song);
    ck_assert_uint_eq(again->qa_report->rounds.count, 1);
    ck_assert_uint_eq(song->score->part_count, again->score->part_count);
    for (size_t p = 0; p < song->score->part_count; p++) {
        const struct score_part *x = &song->score->parts[p], *y = &again->score->parts[p];

        ck_assert_uint_eq(x->note_count, y->note_count);
        ck_assert_int_eq(memcmp(x->notes, y->notes, x->note_count * sizeof(*x->notes)), 0);
    }
}
END_TEST

START_TEST(broken_promises_are_refused)
{
    struct band_order order = { .genres = genres_with_review("rock", "[{\"measure\":\"length_error\",\"typical\":-2,\"high\":-1,"
                                "\"fail_above\":-0.5,\"why\":\"No song can be nearer than the length itself.\"}]") };
    struct error e = { 0 };

    ck_assert_ptr_null(make(&order, "rock", 1, &e));
    ck_assert_int_eq(e.code, ERROR_QUALITY);
    ck_assert_ptr_nonnull(strstr(e.detail, "length_error"));
}
END_TEST

static struct earlier_tunes memory_of(const struct song *song, const char *name)
{
    struct earlier_tunes all = { ARENA_NEW(compose_arena, struct earlier_tune), 1 };

    all.items[0] = likeness_read(likeness_text(compose_timeline(song), compose_arena), "Earlier", "2026-01-02",
                                 name != NULL ? name : likeness_song(song, compose_arena), compose_arena);
    return all;
}

/* A seed that was asked for gives its song, whatever was made before; the report says what it is like. */
START_TEST(an_asked_for_seed_is_kept)
{
    struct band_order plain = { .genres = compose_genres }, order = { .genres = compose_genres };
    struct song *first = made(&plain, compose_genre_ids[_i], 7), *again;
    struct earlier_tunes others = memory_of(first, "somebody else's"), own = memory_of(first, NULL);

    order.earlier = &others;
    again = made(&order, compose_genre_ids[_i], 7);
    ck_assert_str_eq(music_of(first), music_of(again));
    ck_assert_int_eq(check_of(again, MEASURE_EARLIER_TRACK)->verdict, QA_WARN);
    ck_assert_str_eq(check_of(again, MEASURE_EARLIER_TRACK)->found, "like 'Earlier' of 2026-01-02");
    ck_assert_double_eq(first->qa_report->score, again->qa_report->score);
    ck_assert(isnan(check_of(first, MEASURE_EARLIER_TRACK)->value));
    order.earlier = &own; /* its twin is itself */
    again = made(&order, compose_genre_ids[_i], 7);
    ck_assert_double_eq(check_of(again, MEASURE_EARLIER_TRACK)->value, 0);
    ck_assert_int_eq(check_of(again, MEASURE_EARLIER_TRACK)->verdict, QA_PASS);
}
END_TEST

START_TEST(a_drawn_seed_gives_way)
{
    struct band_order plain = { .genres = compose_genres }, order = { .genres = compose_genres, .seed_is_drawn = true };
    struct song *first = made(&plain, compose_genre_ids[_i], 7), *other, *asked;
    struct earlier_tunes others = memory_of(first, "somebody else's");
    const struct qa_report *report;

    order.earlier = &others;
    other = made(&order, compose_genre_ids[_i], 7);
    report = other->qa_report;
    check_rounds(other);
    ck_assert_int_ne(other->song_spec->random_seed, 7);
    ck_assert(other->song_spec->random_seed >= 0 && other->song_spec->random_seed < INT64_C(1) << 53);
    ck_assert_int_eq(report->rounds.items[0].seed, 7);
    ck_assert_ptr_nonnull(strstr(report->rounds.items[0].reasons.items[0], "like 'Earlier' of 2026-01-02"));
    ck_assert_str_eq(report->rounds.items[0].redone.items[0], "everything: another seed");
    ck_assert_int_eq(report->passed, 1);
    asked = made(&plain, compose_genre_ids[_i], other->song_spec->random_seed); /* what the reported seed promises */
    ck_assert_str_eq(music_of(asked), music_of(other));
    ck_assert_str_eq(music_of(made(&order, compose_genre_ids[_i], 7)), music_of(other)); /* a job that is tried again */
}
END_TEST

/* When nothing but likeness is to be had, the least of it is delivered, with that verdict. */
START_TEST(a_genre_with_one_tune_says_so)
{
    struct band_order order = { .genres = genres_with_review("rock", "[{\"measure\":\"like_an_earlier_track\",\"high\":-2,"
                                "\"fail_above\":-1,\"why\":\"This test takes every tune for a copy.\"}]"),
                                .seed_is_drawn = true };
    struct song *first = made(&(struct band_order){ .genres = compose_genres }, "rock", 5), *song;
    struct earlier_tunes others = memory_of(first, "somebody else's");

    order.earlier = &others;
    song = made(&order, "rock", 5);
    check_rounds(song);
    ck_assert_uint_eq(song->qa_report->rounds.count, 4);
    ck_assert_int_eq(song->qa_report->passed, 0);
    ck_assert_int_ne(song->song_spec->random_seed, 5); /* of all the one that is most like it */
}
END_TEST

/* Chance does not make a tune like a known one often, and what comes near is made again. */
START_TEST(known_tunes_are_rare)
{
    struct band_order order = { .genres = compose_genres };
    const char *genre = genres_at(compose_genres, (size_t)_i)->id;
    int near = 0;

    for (int seed = 1; seed <= 10; seed++) {
        struct song *song = made(&order, genre, seed);

        ck_assert_int_ne(check_of(song, MEASURE_KNOWN_TUNE)->verdict, QA_FAIL);
        near += check_of(song, MEASURE_KNOWN_TUNE)->verdict != QA_PASS;
    }
    ck_assert_int_le(near, 2);
}
END_TEST

START_TEST(closeness_falls_from_what_is_typical)
{
    const struct band both = { 0.2, 0.5, 0.8, 0, 1 }, least = { 0.8, NAN, NAN, 0.5, NAN }, most = { NAN, 2, 6, NAN, NAN };

    ck_assert_double_eq_tol(band_closeness(&both, 0.5), 1, 1e-9);
    ck_assert_double_eq_tol(band_closeness(&both, 0.2), 0.6, 1e-9);
    ck_assert_double_eq_tol(band_closeness(&both, 0.8), 0.6, 1e-9);
    ck_assert_double_eq_tol(band_closeness(&both, 0.1), 0.3, 1e-9);
    ck_assert_double_eq_tol(band_closeness(&both, 1.5), 0, 1e-9);
    ck_assert_double_eq_tol(band_closeness(&least, 0.9), 1, 1e-9);
    ck_assert_double_eq_tol(band_closeness(&least, 0.65), 0.3, 1e-9);
    ck_assert_double_eq_tol(band_closeness(&most, 0), 1, 1e-9);
    ck_assert_double_eq_tol(band_closeness(&most, 4), 0.8, 1e-9);
    ck_assert_double_eq_tol(band_closeness(&most, 8), 0.3, 1e-9); /* as far outside as the band is wide: 0 at 10 */
}
END_TEST

Suite *review_suite(void)
{
    Suite *suite = suite_create("band/review");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, compose_set_up, compose_tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, reports_are_complete, 0, COMPOSE_GENRES);
    tcase_add_loop_test(tests, the_best_of_several_is_chosen, 0, COMPOSE_GENRES);
    tcase_add_test(tests, a_song_that_cannot_pass_is_delivered_as_such);
    tcase_add_test(tests, only_what_failed_is_made_anew);
    tcase_add_test(tests, advice_helps);
    tcase_add_test(tests, rounds_depend_on_the_seed_alone);
    tcase_add_test(tests, a_redone_song_comes_back_from_its_documents);
    tcase_add_test(tests, broken_promises_are_refused);
    tcase_add_loop_test(tests, an_asked_for_seed_is_kept, 0, COMPOSE_GENRES);
    tcase_add_loop_test(tests, a_drawn_seed_gives_way, 0, COMPOSE_GENRES);
    tcase_add_test(tests, a_genre_with_one_tune_says_so);
    tcase_add_loop_test(tests, known_tunes_are_rare, 0, COMPOSE_ALL_GENRES);
    tcase_add_test(tests, closeness_falls_from_what_is_typical);
    suite_add_tcase(suite, tests);
    return suite;
}
