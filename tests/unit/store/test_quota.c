/* Quotas: what counts, from when to when, and that nobody gets past them. */
#include <math.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "store/db.h"
#include "store/quota.h"
#include "support.h"

/* 2026-11-30 23:00 UTC (date -u -d '2026-11-30 23:00' +%s): an hour before a day and a month end. */
static const int64_t NOW = INT64_C(1796079600000), HOUR = 3600000;

static struct usage used;

static bool try_order(enum job_kind kind, const char *key, const char *request, int64_t now_ms, char id[ID_TEXT_SIZE])
{
    struct job_order order = { .kind = kind, .organisation = "radio", .key_id = key, .request = request, .seed = 7 };

    return job_submit(store, &order, now_ms, id, &problem);
}

static const char *order(const char *key, const char *request, int64_t now_ms)
{
    char id[ID_TEXT_SIZE];

    OK(try_order(JOB_TRACKS, key, request, now_ms, id));
    return arena_strdup(arena, id);
}

static void look(enum quota_holder holder, const char *id, int64_t now_ms)
{
    OK(usage_get(store, holder, id, "radio", now_ms, &used, &problem));
}

START_TEST(orders_count_with_the_length_asked_for)
{
    char id[ID_TEXT_SIZE];

    order("a", "{\"duration_seconds\":60}", NOW);
    order("a", "{}", NOW);
    order("b", "{\"duration_seconds\":90}", NOW);
    OK(try_order(JOB_RENDER, NULL, "{\"song_spec\":{\"target_duration_seconds\":30}}", NOW, id));
    OK(try_order(JOB_GENERATE, "a", "{\"duration_seconds\":600}", NOW, id)); /* makes no track */
    look(QUOTA_OF_ORGANISATION, "radio", NOW);
    ck_assert_double_eq(used.tracks[QUOTA_DAY], 4);
    ck_assert_double_eq_tol(used.minutes[QUOTA_DAY], 1 + 3 + 1.5 + 0.5, 1e-9);
    look(QUOTA_OF_KEY, "a", NOW);
    ck_assert_double_eq(used.tracks[QUOTA_DAY], 2);
    ck_assert_double_eq_tol(used.minutes[QUOTA_MONTH], 4, 1e-9);
    look(QUOTA_OF_KEY, "nobody", NOW);
    ck_assert_double_eq(used.tracks[QUOTA_MONTH], 0);
}
END_TEST

START_TEST(days_and_months_are_those_of_utc)
{
    order("a", "{\"duration_seconds\":60}", NOW - 24 * HOUR);
    order("a", "{\"duration_seconds\":60}", NOW);
    look(QUOTA_OF_KEY, "a", NOW + HOUR - 1);
    ck_assert_double_eq(used.tracks[QUOTA_DAY], 1);
    ck_assert_double_eq(used.tracks[QUOTA_MONTH], 2);
    ck_assert_int_eq(used.until_ms[QUOTA_DAY], NOW + HOUR);
    ck_assert_int_eq(used.until_ms[QUOTA_MONTH], NOW + HOUR);
    ck_assert_int_eq(used.since_ms[QUOTA_MONTH], NOW + HOUR - 30 * 24 * HOUR);
    look(QUOTA_OF_KEY, "a", NOW + HOUR);
    ck_assert_double_eq(used.tracks[QUOTA_DAY], 0);
    ck_assert_double_eq(used.tracks[QUOTA_MONTH], 0);
    ck_assert_int_eq(used.until_ms[QUOTA_MONTH], NOW + HOUR + 31 * 24 * HOUR); /* of December: a year ends */
}
END_TEST

static void finish(const char *id, const char *result)
{
    struct job job;
    bool found;

    OK(job_claim(store, "worker", NOW, arena, &job, &found, &problem));
    ck_assert(found);
    ck_assert_str_eq(job.id, id);
    OK(job_complete(store, id, "worker", result, NULL, 0, NOW + 1, &problem));
}

START_TEST(in_the_end_the_real_length_counts)
{
    const char *id = order("a", "{\"duration_seconds\":60}", NOW);

    finish(id, "{\"duration_seconds\":75.5}");
    look(QUOTA_OF_KEY, "a", NOW);
    ck_assert_double_eq_tol(used.minutes[QUOTA_DAY], 75.5 / 60, 1e-9);
    in_database("DELETE FROM job"); /* as retention does */
    look(QUOTA_OF_KEY, "a", NOW);
    ck_assert_double_eq(used.tracks[QUOTA_DAY], 1);
}
END_TEST

START_TEST(what_fails_or_is_cancelled_does_not_count)
{
    const struct error why = { .code = ERROR_IO };
    const char *id = order("a", "{}", NOW);
    struct job job;
    bool found;

    OK(job_cancel(store, id, "radio", NOW, &problem));
    look(QUOTA_OF_KEY, "a", NOW);
    ck_assert_double_eq(used.tracks[QUOTA_DAY], 0);
    id = order("a", "{}", NOW);
    OK(job_claim(store, "worker", NOW, arena, &job, &found, &problem));
    OK(job_fail(store, id, "worker", &why, true, NOW, NULL, &problem)); /* to be tried again: still counts */
    look(QUOTA_OF_KEY, "a", NOW);
    ck_assert_double_eq(used.tracks[QUOTA_DAY], 1);
    OK(job_claim(store, "worker", NOW + HOUR, arena, &job, &found, &problem));
    ck_assert(found);
    OK(job_fail(store, id, "worker", &why, false, NOW, NULL, &problem));
    look(QUOTA_OF_KEY, "a", NOW);
    ck_assert_double_eq(used.tracks[QUOTA_DAY], 0);
}
END_TEST

START_TEST(one_that_is_tried_again_counts_from_then)
{
    const char *id = order("a", "{}", NOW);

    OK(job_cancel(store, id, "radio", NOW, &problem));
    OK(db_run(store, "UPDATE job SET state = 'queued', finished_ms = NULL", DB_NOTHING, &problem));
    look(QUOTA_OF_KEY, "a", NOW);
    ck_assert_double_eq(used.tracks[QUOTA_DAY], 0);
    look(QUOTA_OF_KEY, "a", clock_wall_ms()); /* the trigger's clock */
    ck_assert_double_eq(used.tracks[QUOTA_MONTH], 1);
}
END_TEST

static const struct {
    struct quota quota;
    int let_through;       /* orders of one minute each */
    int until_s;           /* from NOW to the end of the period */
    const char *says;
} limits[] = {
    { { 3, NAN, NAN, NAN }, 3, 3600, "3 tracks a day" },
    { { NAN, 2, NAN, NAN }, 2, 3600, "2 tracks a month" },
    { { NAN, NAN, 2.5, NAN }, 2, 3600, "2.5 minutes a day" },
    { { NAN, NAN, NAN, 4 }, 4, 3600, "4 minutes a month" },
    { { 0, NAN, NAN, NAN }, 0, 3600, "0 tracks a day" },
    { { 5, 4, NAN, 3 }, 3, 3600, "3 minutes a month" },
};

START_TEST(limits_hold_and_say_until_when)
{
    enum quota_holder holder = (enum quota_holder)(_i % QUOTA_HOLDER_COUNT);
    size_t row = (size_t)_i / QUOTA_HOLDER_COUNT;
    char id[ID_TEXT_SIZE];

    OK(quota_set(store, holder, holder == QUOTA_OF_KEY ? "a" : "radio", &limits[row].quota, &problem));
    for (int i = 0; i < limits[row].let_through; i++)
        OK(try_order(JOB_TRACKS, "a", "{\"duration_seconds\":60}", NOW, id));
    REFUSED(ERROR_QUOTA, try_order(JOB_TRACKS, "a", "{\"duration_seconds\":60}", NOW, id));
    ck_assert_msg(strstr(problem.detail, limits[row].says) != NULL, "%s", problem.detail);
    ck_assert_int_eq(problem.retry_s, limits[row].until_s);
    look(QUOTA_OF_KEY, "a", NOW); /* what was refused left no trace */
    ck_assert_double_eq(used.tracks[QUOTA_DAY], limits[row].let_through);
    if (holder == QUOTA_OF_KEY)
        OK(try_order(JOB_TRACKS, "b", "{\"duration_seconds\":60}", NOW, id));
    else
        REFUSED(ERROR_QUOTA, try_order(JOB_TRACKS, "b", "{\"duration_seconds\":60}", NOW, id));
    OK(try_order(JOB_GENERATE, "a", "{}", NOW, id));
    if (limits[row].let_through > 0)
        OK(try_order(JOB_TRACKS, "a", "{\"duration_seconds\":60}", NOW + HOUR, id));
}
END_TEST

START_TEST(limits_can_be_lifted)
{
    struct quota quota = { 0, 0, 0, 0 };
    char id[ID_TEXT_SIZE];

    OK(quota_set(store, QUOTA_OF_ORGANISATION, "radio", &quota, &problem));
    REFUSED(ERROR_QUOTA, try_order(JOB_TRACKS, NULL, "{}", NOW, id));
    OK(quota_set(store, QUOTA_OF_ORGANISATION, "radio", &quota_none, &problem));
    OK(try_order(JOB_TRACKS, NULL, "{}", NOW, id));
    OK(quota_get(store, QUOTA_OF_ORGANISATION, "radio", &quota, &problem));
    ck_assert(quota_is_none(&quota));
}
END_TEST

START_TEST(limits_are_exact_over_processes)
{
    enum { PROCESSES = 4, TRIES = 40, LIMIT = 50 };
    struct quota quota = { LIMIT, NAN, NAN, NAN };

    OK(quota_set(store, QUOTA_OF_ORGANISATION, "radio", &quota, &problem));
    for (int i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            char id[ID_TEXT_SIZE];

            store = reopen();
            for (int k = 0; k < TRIES; k++)
                if (!try_order(JOB_TRACKS, "a", "{}", NOW, id) && problem.code != ERROR_QUOTA)
                    _exit(1);
            _exit(0);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;

        wait(&status);
        ck_assert_int_eq(status, 0);
    }
    look(QUOTA_OF_ORGANISATION, "radio", NOW);
    ck_assert_double_eq(used.tracks[QUOTA_DAY], LIMIT);
}
END_TEST

START_TEST(lists_name_who_ordered_and_who_may)
{
    struct quota quota = { 1, NAN, NAN, NAN };
    struct usage_list list;

    order("a", "{}", NOW);
    OK(quota_set(store, QUOTA_OF_ORGANISATION, "museum", &quota, &problem));
    OK(usage_list(store, NULL, NOW, arena, &list, &problem));
    ck_assert_uint_eq(list.count, 3);
    ck_assert_str_eq(list.items[0].id, "museum");
    ck_assert_double_eq(list.items[0].quota.tracks_per_day, 1);
    ck_assert_str_eq(list.items[1].id, "radio");
    ck_assert_int_eq(list.items[1].holder, QUOTA_OF_ORGANISATION);
    ck_assert_str_eq(list.items[2].id, "a");
    ck_assert_double_eq(list.items[2].tracks[QUOTA_DAY], 1);
    OK(usage_list(store, "museum", NOW, arena, &list, &problem));
    ck_assert_uint_eq(list.count, 1);
}
END_TEST

Suite *quota_suite(void)
{
    Suite *suite = suite_create("quota");
    TCase *t = tcase_create("quota");

    tcase_add_checked_fixture(t, store_setup, store_teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, orders_count_with_the_length_asked_for);
    tcase_add_test(t, days_and_months_are_those_of_utc);
    tcase_add_test(t, in_the_end_the_real_length_counts);
    tcase_add_test(t, what_fails_or_is_cancelled_does_not_count);
    tcase_add_test(t, one_that_is_tried_again_counts_from_then);
    tcase_add_loop_test(t, limits_hold_and_say_until_when, 0,
                        (int)(sizeof(limits) / sizeof(limits[0]) * QUOTA_HOLDER_COUNT));
    tcase_add_test(t, limits_can_be_lifted);
    tcase_add_test(t, limits_are_exact_over_processes);
    tcase_add_test(t, lists_name_who_ordered_and_who_may);
    suite_add_tcase(suite, t);
    return suite;
}
