/* Ordering, waiting for, listing and cancelling jobs. */
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "suites.h"
#include "support.h"

#define TRACK "{" BRIEF "}"

static void claim(struct job *job)
{
    bool found;

    ck_assert(job_claim(store, "tester", clock_wall_ms(), arena, job, &found, &problem));
    ck_assert(found);
}

static bool is_done(struct call *c)
{
    struct wait *waits[] = { &c->request.wait };

    service.poll(store, waits, 1);
    return c->request.wait.is_done;
}

static const struct {
    const char *header, *applied;
    int wait_s; /* 0: answered at once */
} preferences[] = {
    { NULL, NULL, 30 },
    { "HTTP_PREFER=respond-async", "respond-async", 0 },
    { "HTTP_PREFER=wait=0", "wait=0", 0 },
    { "HTTP_PREFER=wait=7", "wait=7", 7 },
    { "HTTP_PREFER=wait=99999", "wait=60", 60 },
    { "HTTP_PREFER=respond-async, wait=5", "wait=5", 5 },
    { "HTTP_PREFER=wait=x", NULL, 30 },
};

START_TEST(preferences_are_honoured)
{
    struct call *c = ask("POST", "/v1/tracks", preferences[_i].header, TRACK);
    int64_t left_ms = c->request.wait.deadline_ms - clock_monotonic_ms();

    if (preferences[_i].wait_s > 0) {
        ck_assert_int_eq(c->outcome, DISPATCH_WAITS);
        ck_assert_int_le(left_ms, preferences[_i].wait_s * 1000);
        ck_assert_int_gt(left_ms, preferences[_i].wait_s * 1000 - 30000);
        ck_assert(!is_done(c));
        go_on(c); /* the time is up */
    }
    ck_assert_int_eq(c->outcome, DISPATCH_ANSWERED);
    ck_assert_int_eq(c->response.status, 202);
    ck_assert_str_eq(member(c, "status"), "queued");
    ck_assert_str_eq(response_header_get(&c->response, "Location"),
                     arena_printf(arena, "/v1/jobs/%s", member(c, "job_id")));
    if (preferences[_i].applied != NULL)
        ck_assert_str_eq(response_header_get(&c->response, "Preference-Applied"), preferences[_i].applied);
    else
        ck_assert_ptr_null(response_header_get(&c->response, "Preference-Applied"));
}
END_TEST

START_TEST(a_completed_job_answers_with_its_result)
{
    struct call *c = ask("POST", "/v1/tracks", NULL, TRACK);
    struct job job;

    claim(&job);
    ck_assert(!is_done(c));
    ck_assert(job_complete(store, job.id, "tester", "{\"status\":\"completed\",\"peak_db\":-1}", NULL, 0, clock_wall_ms(),
                           &problem));
    ck_assert(is_done(c));
    go_on(c);
    ck_assert_int_eq(c->response.status, 200);
    ck_assert_str_eq(member(c, "peak_db"), "-1");
    c = ask("GET", arena_printf(arena, "/v1/jobs/%s", job.id), NULL, NULL);
    ck_assert_str_eq(member(c, "status"), "completed");
    ck_assert_ptr_nonnull(member(c, "result"));
    c = ask("DELETE", arena_printf(arena, "/v1/jobs/%s", job.id), NULL, NULL);
    ck_assert_int_eq(c->response.status, 409);
}
END_TEST

START_TEST(a_failed_job_answers_with_the_problem)
{
    const struct error why = { .code = ERROR_QUALITY, .detail = "too quiet" };
    struct call *c = ask("POST", "/v1/tracks", NULL, TRACK);
    struct job job;

    claim(&job);
    ck_assert(job_fail(store, job.id, "tester", &why, false, clock_wall_ms(), NULL, &problem));
    ck_assert(is_done(c));
    go_on(c);
    ck_assert_int_eq(c->response.status, 500);
    ck_assert_ptr_nonnull(strstr(member(c, "type"), "quality-check-failed"));
    ck_assert_ptr_nonnull(strstr(member(c, "detail"), "too quiet"));
    c = ask("GET", arena_printf(arena, "/v1/jobs/%s", job.id), NULL, NULL);
    ck_assert_str_eq(json_get_string(json_object_object_get(c->json, "error"), "detail"), "too quiet");
    service.production = true;
    c = ask("GET", arena_printf(arena, "/v1/jobs/%s", job.id), NULL, NULL);
    ck_assert_ptr_null(json_get_string(json_object_object_get(c->json, "error"), "detail"));
}
END_TEST

START_TEST(a_cancelled_job_answers_so)
{
    struct call *c = ask("POST", "/v1/tracks", NULL, TRACK);
    const char *target = arena_printf(arena, "/v1/jobs/%s", c->request.wait.key);

    ck_assert_str_eq(member(ask("DELETE", target, NULL, NULL), "status"), "cancelled");
    ck_assert_str_eq(member(ask("DELETE", target, NULL, NULL), "status"), "cancelled");
    ck_assert(is_done(c));
    go_on(c);
    ck_assert_int_eq(c->response.status, 409);
}
END_TEST

/* The poll looks at the newest page first; older jobs are found too. */
START_TEST(old_waits_are_found)
{
    struct call *c = ask("POST", "/v1/tracks", NULL, TRACK);
    struct job job;

    for (int i = 0; i < JOB_PAGE_MAX + 5; i++)
        ask("POST", "/v1/tracks", "HTTP_PREFER=respond-async", TRACK);
    ck_assert(!is_done(c));
    claim(&job);
    ck_assert_str_eq(job.id, c->request.wait.key);
    ck_assert(job_complete(store, job.id, "tester", "{}", NULL, 0, clock_wall_ms(), &problem));
    ck_assert(is_done(c));
}
END_TEST

START_TEST(a_full_queue_refuses)
{
    struct call *c = NULL;

    settings.queue_max = 20;
    for (int i = 0; i <= settings.queue_max; i++)
        c = ask("POST", "/v1/tracks", "HTTP_PREFER=respond-async", TRACK);
    ck_assert_int_eq(c->response.status, 503);
    ck_assert_ptr_nonnull(response_header_get(&c->response, "Retry-After"));
}
END_TEST

START_TEST(lists_page_by_cursor)
{
    const char *cursor = NULL;
    int seen = 0, pages = 0;

    for (int i = 0; i < 7; i++)
        ask("POST", "/v1/tracks", "HTTP_PREFER=respond-async", TRACK);
    do {
        const char *target = cursor != NULL ? arena_printf(arena, "/v1/jobs?limit=3&cursor=%s", cursor) : "/v1/jobs?limit=3";
        struct call *c = ask("GET", target, NULL, NULL);

        ck_assert_int_eq(c->response.status, 200);
        seen += (int)json_object_array_length(json_object_object_get(c->json, "jobs"));
        cursor = member(c, "next_cursor");
        pages++;
    } while (cursor != NULL);
    ck_assert_int_eq(seen, 7);
    ck_assert_int_eq(pages, 3);
    ck_assert_uint_eq(json_object_array_length(
                          json_object_object_get(ask("GET", "/v1/jobs?status=failed", NULL, NULL)->json, "jobs")), 0);
    ck_assert(has_problem(ask("GET", "/v1/jobs?limit=101", NULL, NULL), "/limit"));
    ck_assert(has_problem(ask("GET", "/v1/jobs?limit=", NULL, NULL), "/limit"));
    ck_assert(has_problem(ask("GET", "/v1/jobs?status=lost", NULL, NULL), "/status"));
}
END_TEST

Suite *jobs_suite(void)
{
    Suite *s = suite_create("jobs");
    TCase *c = tcase_create("jobs");

    tcase_add_checked_fixture(c, api_setup, api_teardown);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, preferences_are_honoured, 0, sizeof(preferences) / sizeof(preferences[0]));
    tcase_add_test(c, a_completed_job_answers_with_its_result);
    tcase_add_test(c, a_failed_job_answers_with_the_problem);
    tcase_add_test(c, a_cancelled_job_answers_so);
    tcase_add_test(c, old_waits_are_found);
    tcase_add_test(c, a_full_queue_refuses);
    tcase_add_test(c, lists_page_by_cursor);
    suite_add_tcase(s, c);
    return s;
}
