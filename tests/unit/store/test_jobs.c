#include <string.h>

#include "support.h"

static struct job job;

START_TEST(names_are_those_of_the_database)
{
    char sql[256];

    snprintf(sql, sizeof(sql),
             "INSERT INTO job (id, organisation, kind, request, state, created_ms, finished_ms, lease_owner, lease_until_ms)"
             " VALUES ('x', 'o', 'render', '{}', '%s', 1, %s, %s)",
             job_state_names[_i], job_state_is_final((enum job_state)_i) ? "2" : "NULL",
             _i == JOB_RUNNING ? "'me', 1" : "NULL, NULL");
    in_database(sql);
    OK(job_get(store, "x", NULL, arena, &job, &problem));
    ck_assert_int_eq(job.state, _i);
}
END_TEST

START_TEST(a_job_comes_back_as_it_was_given)
{
    struct job_order order = { .organisation = "radio",
                               .key_id = "k1",
                               .request_id = "r1",
                               .request = "{\"title\":\"N\xc3\xa4" "chte\"}",
                               .seed = (1LL << 53) - 1 };
    char id[ID_TEXT_SIZE];

    order.kind = (enum job_kind)_i;
    OK(job_submit(store, &order, 1234, id, &problem));
    ck_assert(id_is_valid(id));
    OK(job_get(store, id, "radio", arena, &job, &problem));
    ck_assert_str_eq(job.id, id);
    ck_assert_int_eq(job.kind, _i);
    ck_assert_int_eq(job.state, JOB_QUEUED);
    ck_assert_str_eq(job.organisation, "radio");
    ck_assert_str_eq(job.key_id, "k1");
    ck_assert_str_eq(job.request_id, "r1");
    ck_assert_str_eq(job.request, order.request);
    ck_assert_int_eq(job.seed, order.seed);
    ck_assert_int_eq(job.created_ms, 1234);
    ck_assert_int_eq(job.attempts, 0);
    ck_assert_ptr_null(job.result);
    ck_assert_ptr_null(job.stage);
}
END_TEST

START_TEST(without_a_seed)
{
    struct job_order order = { .kind = JOB_RENDER, .organisation = "o", .request = "{}", .seed = -1 };
    char id[ID_TEXT_SIZE];

    OK(job_submit(store, &order, 1, id, &problem));
    OK(job_get(store, id, NULL, arena, &job, &problem));
    ck_assert_int_eq(job.seed, -1);
    ck_assert_ptr_null(job.key_id);
}
END_TEST

START_TEST(another_organisations_job_is_not_found)
{
    const char *id = submit("radio", 1);

    OK(job_get(store, id, NULL, arena, &job, &problem));
    REFUSED(ERROR_NOT_FOUND, job_get(store, id, "museum", arena, &job, &problem));
    REFUSED(ERROR_NOT_FOUND, job_get(store, id, "", arena, &job, &problem));
    REFUSED(ERROR_NOT_FOUND, job_get(store, "' OR 1=1 --", NULL, arena, &job, &problem));
    REFUSED(ERROR_NOT_FOUND, job_cancel(store, id, "museum", 2, &problem));
    OK(job_get(store, id, "radio", arena, &job, &problem));
    ck_assert_int_eq(job.state, JOB_QUEUED);
}
END_TEST

START_TEST(the_queue_is_bounded)
{
    struct job_order order = { .kind = JOB_RENDER, .organisation = "o", .request = "{}", .seed = -1, .queue_max = 30 };
    char id[ID_TEXT_SIZE];
    bool found;

    for (int i = 0; i < order.queue_max; i++)
        OK(job_submit(store, &order, i, id, &problem));
    REFUSED(ERROR_QUEUE_FULL, job_submit(store, &order, 1, id, &problem));
    OK(job_claim(store, "w", 5000, arena, &job, &found, &problem));
    ck_assert(found);
    OK(job_submit(store, &order, 1, id, &problem));
}
END_TEST

START_TEST(a_keys_jobs_are_bounded)
{
    struct job_order order = { .kind = JOB_RENDER, .organisation = "o", .key_id = "k", .request = "{}", .seed = -1, .key_max = 3 };
    struct job_order other = order, same_name = order, nobody = order;
    char id[ID_TEXT_SIZE];
    bool found;

    other.key_id = "l";
    same_name.organisation = "p";
    nobody.key_id = NULL;
    for (int i = 0; i < 3; i++)
        OK(job_submit(store, &order, i, id, &problem));
    REFUSED(ERROR_JOBS_MAX, job_submit(store, &order, 9, id, &problem));
    ck_assert_ptr_nonnull(strstr(problem.detail, "3 jobs of this key"));
    OK(job_submit(store, &other, 9, id, &problem));
    OK(job_submit(store, &same_name, 9, id, &problem));
    for (int i = 0; i < 3; i++)
        OK(job_submit(store, &nobody, 9, id, &problem));
    REFUSED(ERROR_JOBS_MAX, job_submit(store, &nobody, 9, id, &problem));
    OK(job_claim(store, "w", 50, arena, &job, &found, &problem));
    REFUSED(ERROR_JOBS_MAX, job_submit(store, &order, 60, id, &problem)); /* a running one counts */
    OK(job_complete(store, job.id, "w", "{}", NULL, 0, 70, &problem));
    OK(job_submit(store, &order, 80, id, &problem));
}
END_TEST

START_TEST(trying_again)
{
    const char *id = submit("o", 1);
    struct error why = { .code = ERROR_IO, .detail = "no" };
    bool found;

    REFUSED(ERROR_CONFLICT, job_retry(store, id, "o", &problem));
    OK(job_claim(store, "w", 2, arena, &job, &found, &problem));
    REFUSED(ERROR_CONFLICT, job_retry(store, id, "o", &problem));
    OK(job_fail(store, id, "w", &why, false, 3, NULL, &problem));
    REFUSED(ERROR_NOT_FOUND, job_retry(store, id, "p", &problem));
    OK(job_retry(store, id, "o", &problem));
    OK(job_get(store, id, NULL, arena, &job, &problem));
    ck_assert_int_eq(job.state, JOB_QUEUED);
    ck_assert_int_eq(job.attempts, 0);
    ck_assert_int_eq(job.finished_ms, 0);
    ck_assert_ptr_null(job.error);
    OK(job_cancel(store, id, NULL, 4, &problem));
    OK(job_retry(store, id, NULL, &problem));
    OK(job_claim(store, "w", 5, arena, &job, &found, &problem));
    ck_assert_int_eq(job.attempts, 1);
    OK(job_complete(store, id, "w", "{}", NULL, 0, 6, &problem));
    REFUSED(ERROR_CONFLICT, job_retry(store, id, NULL, &problem));
}
END_TEST

static size_t listed(struct job_filter filter)
{
    struct job_list list;

    filter.limit = JOB_PAGE_MAX;
    OK(job_list(store, &filter, arena, &list, &problem));
    return list.count;
}

START_TEST(lists_are_filtered)
{
    struct job_order order = { .kind = JOB_RENDER, .organisation = "a", .key_id = "k", .request = "{}", .seed = -1 };
    char id[ID_TEXT_SIZE];

    submit("a", 100); /* of kind tracks, without a key */
    OK(job_submit(store, &order, 200, id, &problem));
    order.organisation = "b";
    OK(job_submit(store, &order, 300, id, &problem));
    ck_assert_uint_eq(listed((struct job_filter){ .state = -1, .kind = -1 }), 3);
    ck_assert_uint_eq(listed((struct job_filter){ .state = -1, .kind = JOB_RENDER }), 2);
    ck_assert_uint_eq(listed((struct job_filter){ .state = -1, .kind = JOB_RENDER, .organisation = "a" }), 1);
    ck_assert_uint_eq(listed((struct job_filter){ .state = -1, .kind = -1, .key_id = "k" }), 2);
    ck_assert_uint_eq(listed((struct job_filter){ .state = -1, .kind = -1, .since_ms = 200 }), 2);
    ck_assert_uint_eq(listed((struct job_filter){ .state = -1, .kind = -1, .until_ms = 200 }), 1);
    ck_assert_uint_eq(listed((struct job_filter){ .state = JOB_FAILED, .kind = -1 }), 0);
}
END_TEST

START_TEST(a_full_arena_fails_the_call_and_nothing_else)
{
    struct arena *small = arena_new(16);
    const char *id = submit("o", 1);
    bool found;

    REFUSED(ERROR_TOO_LARGE, job_get(store, id, NULL, small, &job, &problem));
    REFUSED(ERROR_TOO_LARGE, job_claim(store, "w", 2, small, &job, &found, &problem));
    arena_free(small);
    OK(job_get(store, id, NULL, arena, &job, &problem));
    ck_assert_int_eq(job.state, JOB_QUEUED);
    ck_assert_int_eq(job.attempts, 0);
    OK(job_claim(store, "w", 2, arena, &job, &found, &problem));
    ck_assert(found);
}
END_TEST

START_TEST(lists_page_from_the_newest)
{
    struct job_filter filter = { .organisation = "a", .state = -1, .kind = -1, .limit = 2 };
    struct job_list list;
    const char *ids[5];

    for (int i = 0; i < 5; i++) {
        ids[i] = submit("a", 100 + i);
        submit("b", 100 + i);
    }
    for (int seen = 0; seen < 5;) {
        OK(job_list(store, &filter, arena, &list, &problem));
        ck_assert_uint_eq(list.count, seen < 4 ? 2 : 1);
        ck_assert(list.has_more == (seen < 4));
        for (size_t i = 0; i < list.count; i++, seen++) {
            bool known = false;

            for (int k = 0; k < 5; k++)
                known = known || strcmp(ids[k], list.items[i].id) == 0;
            ck_assert(known);
            ck_assert_ptr_null(list.items[i].request);
            if (filter.before_id != NULL)
                ck_assert_str_lt(list.items[i].id, filter.before_id);
            filter.before_id = list.items[i].id;
        }
    }
    filter = (struct job_filter){ .organisation = NULL, .state = JOB_QUEUED, .kind = -1, .limit = JOB_PAGE_MAX };
    OK(job_list(store, &filter, arena, &list, &problem));
    ck_assert_uint_eq(list.count, 10);
    ck_assert(!list.has_more);
    filter.state = JOB_FAILED;
    OK(job_list(store, &filter, arena, &list, &problem));
    ck_assert_uint_eq(list.count, 0);
}
END_TEST

START_TEST(cancelling)
{
    const char *queued = submit("o", 1), *running = submit("p", 2), *done = submit("q", 3);
    enum job_hold hold;
    bool found;

    OK(job_cancel(store, queued, "o", 10, &problem));
    OK(job_cancel(store, queued, "o", 20, &problem));
    OK(job_get(store, queued, NULL, arena, &job, &problem));
    ck_assert_int_eq(job.state, JOB_CANCELLED);
    ck_assert_int_eq(job.finished_ms, 10);

    OK(job_claim(store, "w", 30, arena, &job, &found, &problem));
    ck_assert_str_eq(job.id, running);
    OK(job_cancel(store, running, NULL, 40, &problem));
    OK(job_renew(store, running, "w", "mixing", 0.5, 50, &hold, &problem));
    ck_assert_int_eq(hold, JOB_HOLD_CANCELLED);
    REFUSED(ERROR_CANCELLED, job_complete(store, running, "w", "{}", NULL, 0, 60, &problem));
    REFUSED(ERROR_CANCELLED, job_release(store, running, "w", &problem));
    REFUSED(ERROR_CANCELLED, job_fail(store, running, "w", &problem, true, 60, NULL, &problem));

    OK(job_claim(store, "w", 70, arena, &job, &found, &problem));
    ck_assert_str_eq(job.id, done);
    OK(job_complete(store, done, "w", "{}", NULL, 0, 80, &problem));
    REFUSED(ERROR_CONFLICT, job_cancel(store, done, "q", 90, &problem));
}
END_TEST

START_TEST(work_without_the_queue_is_recorded)
{
    struct job_order order = { .kind = JOB_GENERATE, .organisation = "o", .request = "{}", .seed = 3 };
    char id[ID_TEXT_SIZE];
    bool found;

    id_new(id);
    OK(job_record(store, &order, id, "{\"bpm\":1}", 100, 250, &problem));
    OK(job_claim(store, "w", 300, arena, &job, &found, &problem));
    ck_assert(!found);
    OK(job_get(store, id, "o", arena, &job, &problem));
    ck_assert_int_eq(job.state, JOB_COMPLETED);
    ck_assert_int_eq(job.started_ms, 100);
    ck_assert_int_eq(job.finished_ms, 250);
    ck_assert_str_eq(job.result, "{\"bpm\":1}");
}
END_TEST

START_TEST(counting)
{
    struct job_counts counts;
    bool found;

    OK(job_count(store, 100, &counts, &problem));
    ck_assert_int_eq(counts.oldest_queued_ms, 0);
    submit("a", 10);
    submit("b", 40);
    OK(job_claim(store, "w", 50, arena, &job, &found, &problem));
    OK(job_count(store, 100, &counts, &problem));
    ck_assert_int_eq(counts.by_state[JOB_QUEUED], 1);
    ck_assert_int_eq(counts.by_state[JOB_RUNNING], 1);
    ck_assert_int_eq(counts.by_state[JOB_COMPLETED], 0);
    ck_assert_int_eq(counts.oldest_queued_ms, 60);
    OK(job_cancel(store, submit("a", 20), NULL, 60, &problem));
    OK(job_count_open(store, 100, &counts, &problem));
    ck_assert_int_eq(counts.by_state[JOB_QUEUED], 1);
    ck_assert_int_eq(counts.by_state[JOB_RUNNING], 1);
    ck_assert_int_eq(counts.by_state[JOB_CANCELLED], 0);
    ck_assert_int_eq(counts.oldest_queued_ms, 60);
}
END_TEST

Suite *jobs_suite(void)
{
    Suite *suite = suite_create("jobs");
    TCase *t = tcase_create("jobs");

    tcase_add_checked_fixture(t, store_setup, store_teardown);
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, names_are_those_of_the_database, 0, JOB_STATE_COUNT);
    tcase_add_loop_test(t, a_job_comes_back_as_it_was_given, 0, JOB_KIND_COUNT);
    tcase_add_test(t, without_a_seed);
    tcase_add_test(t, another_organisations_job_is_not_found);
    tcase_add_test(t, the_queue_is_bounded);
    tcase_add_test(t, a_keys_jobs_are_bounded);
    tcase_add_test(t, trying_again);
    tcase_add_test(t, lists_are_filtered);
    tcase_add_test(t, a_full_arena_fails_the_call_and_nothing_else);
    tcase_add_test(t, lists_page_from_the_newest);
    tcase_add_test(t, cancelling);
    tcase_add_test(t, work_without_the_queue_is_recorded);
    tcase_add_test(t, counting);
    suite_add_tcase(suite, t);
    return suite;
}
