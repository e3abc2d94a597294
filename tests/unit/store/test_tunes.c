#include "store/tunes.h"

#include <pthread.h>

#include "support.h"

static struct tune tune_named(const char *song, const char *organisation, int64_t made_ms)
{
    return (struct tune){ .organisation = organisation, .song = song, .job_id = submit(organisation, made_ms),
                          .title = "T", .notes = "+2:240", .made_ms = made_ms };
}

static void remember(const char *song, const char *organisation, int64_t made_ms, int kept)
{
    struct tune tune = tune_named(song, organisation, made_ms);

    OK(tune_remember(store, &tune, kept, &problem));
}

static struct tune_list list(const char *organisation)
{
    struct tune_list out;

    OK(tune_list(store, organisation, TUNES_KEPT_MAX, arena, &out, &problem));
    return out;
}

START_TEST(tunes_come_back_newest_first)
{
    struct tune_list all;

    remember("jazz 1 A", "radio", 86400000, 10);
    remember("jazz 2 B", "radio", 2 * 86400000, 10);
    all = list("radio");
    ck_assert_uint_eq(all.count, 2);
    ck_assert_str_eq(all.items[0].song, "jazz 2 B");
    ck_assert_str_eq(all.items[0].made, "1970-01-03");
    ck_assert_str_eq(all.items[1].notes, "+2:240");
    ck_assert_uint_eq(list("television").count, 0);
    OK(tune_list(store, "radio", 1, arena, &all, &problem));
    ck_assert_uint_eq(all.count, 1);
}
END_TEST

START_TEST(a_song_has_one_place)
{
    struct tune again = tune_named("jazz 1 A", "radio", 500);

    remember("jazz 1 A", "radio", 100, 10);
    remember("jazz 1 A", "television", 100, 10);
    again.notes = "-1:480";
    OK(tune_remember(store, &again, 10, &problem));
    ck_assert_uint_eq(list("radio").count, 1);
    ck_assert_str_eq(list("radio").items[0].notes, "-1:480");
    ck_assert_str_eq(list("television").items[0].notes, "+2:240");
}
END_TEST

START_TEST(the_oldest_are_forgotten)
{
    for (int i = 1; i <= 7; i++)
        remember(arena_printf(arena, "jazz %d A", i), "radio", i * 1000, 3);
    remember("jazz 1 A", "television", 1, 3);
    ck_assert_uint_eq(list("radio").count, 3);
    ck_assert_str_eq(list("radio").items[2].song, "jazz 5 A");
    ck_assert_uint_eq(list("television").count, 1);
}
END_TEST

START_TEST(a_tune_goes_with_its_job)
{
    remember("jazz 1 A", "radio", 100, 10);
    remember("jazz 2 B", "radio", 200, 10);
    in_database("PRAGMA foreign_keys = ON; DELETE FROM job WHERE created_ms = 100");
    ck_assert_uint_eq(list("radio").count, 1);
}
END_TEST

START_TEST(a_tune_needs_its_job)
{
    struct tune tune = { .organisation = "radio", .song = "s", .job_id = "nobody", .title = "T", .notes = "+2:240" };

    ck_assert(!tune_remember(store, &tune, 10, &problem));
    ck_assert_uint_eq(list("radio").count, 0);
}
END_TEST

enum { WORKERS = 4, EACH = 10 };

static struct tune made[WORKERS][EACH];

/* A worker with a connection of its own. */
static void *remember_all(void *arg)
{
    const struct tune *mine = arg;
    struct error e = { 0 };
    struct store *own = store_open(&settings, &e);
    bool ok = own != NULL;

    for (int i = 0; ok && i < EACH; i++)
        ok = tune_remember(own, &mine[i], WORKERS * EACH, &e);
    store_close(own);
    return ok ? arg : NULL;
}

START_TEST(workers_remember_at_the_same_time)
{
    pthread_t threads[WORKERS];
    void *result;

    for (int w = 0; w < WORKERS; w++)
        for (int i = 0; i < EACH; i++)
            made[w][i] = tune_named(arena_printf(arena, "jazz %d A", w * EACH + i), "radio", w * EACH + i);
    for (int w = 0; w < WORKERS; w++)
        ck_assert_int_eq(pthread_create(&threads[w], NULL, remember_all, made[w]), 0);
    for (int w = 0; w < WORKERS; w++) {
        ck_assert_int_eq(pthread_join(threads[w], &result), 0);
        ck_assert_ptr_nonnull(result);
    }
    ck_assert_uint_eq(list("radio").count, WORKERS * EACH);
}
END_TEST

Suite *tunes_suite(void)
{
    Suite *suite = suite_create("tunes");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, store_setup, store_teardown);
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, tunes_come_back_newest_first);
    tcase_add_test(tests, a_song_has_one_place);
    tcase_add_test(tests, the_oldest_are_forgotten);
    tcase_add_test(tests, a_tune_goes_with_its_job);
    tcase_add_test(tests, a_tune_needs_its_job);
    tcase_add_test(tests, workers_remember_at_the_same_time);
    suite_add_tcase(suite, tests);
    return suite;
}
