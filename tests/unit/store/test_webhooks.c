#include <string.h>

#include "core/json.h"
#include "store/webhooks.h"
#include "support.h"

enum { NOW = 1795414057 };
#define NOW_MS ((int64_t)NOW * 1000)

static struct webhook call;
static struct job job;

static const char *order(const char *organisation)
{
    struct job_order order = { .kind = JOB_TRACKS, .organisation = organisation, .request = "{}", .seed = 1,
                               .callback_url = "https://example.org/hook" };
    char id[ID_TEXT_SIZE];

    OK(job_submit(store, &order, NOW_MS, id, &problem));
    return arena_strdup(arena, id);
}

static bool take(int64_t now_ms)
{
    bool found;

    OK(webhook_claim(store, now_ms, arena, &call, &found, &problem));
    return found;
}

static struct webhook_list calls(void)
{
    struct webhook_filter all = { .state = -1, .limit = 100 };
    struct webhook_list list;

    OK(webhook_list(store, &all, arena, &list, &problem));
    return list;
}

static const char *data(const char *member)
{
    json_object *tree = json_read(arena, call.body, strlen(call.body), &problem);

    ck_assert_msg(tree != NULL, "%s: %s", call.body, problem.detail);
    return json_get_string(json_object_object_get(tree, "data"), member);
}

static void run(const char *id)
{
    bool found;

    OK(job_claim(store, "w", NOW_MS, arena, &job, &found, &problem));
    ck_assert_str_eq(job.id, id);
}

START_TEST(a_completed_job_orders_a_call)
{
    const char *id = order("o");

    run(id);
    ck_assert_uint_eq(calls().count, 0);
    OK(job_complete(store, id, "w", "{\"title\":\"T\"}", NULL, 0, NOW_MS, &problem));
    ck_assert(take(NOW_MS));
    ck_assert_str_eq(call.job_id, id);
    ck_assert_str_eq(call.organisation, "o");
    ck_assert_str_eq(call.url, "https://example.org/hook");
    ck_assert_str_eq(call.type, "job.completed");
    ck_assert_str_eq(data("job_id"), id);
    ck_assert_str_eq(data("status"), "completed");
    ck_assert_ptr_nonnull(strstr(call.body, "\"timestamp\":\"2026-11-23T06:07:37.000Z\""));
    ck_assert_ptr_nonnull(strstr(call.body, "\"result\":{\"title\":\"T\"}"));
    ck_assert(!take(NOW_MS));
}
END_TEST

START_TEST(however_a_job_ends)
{
    const char *cancelled = order("o"), *failed, *lost;
    struct error why = { .code = ERROR_STORAGE, .detail = "secret path" };
    int count;

    OK(job_cancel(store, cancelled, NULL, NOW_MS, &problem));
    ck_assert(take(NOW_MS));
    ck_assert_str_eq(call.type, "job.cancelled");
    failed = order("o");
    run(failed);
    OK(job_fail(store, failed, "w", &why, false, NOW_MS, NULL, &problem));
    ck_assert(take(NOW_MS));
    ck_assert_str_eq(call.type, "job.failed");
    ck_assert_ptr_nonnull(strstr(call.body, "urn:aether:problem:storage-full"));
    ck_assert_ptr_null(strstr(call.body, "secret path"));
    lost = order("o");
    for (int i = 0; i < JOB_ATTEMPTS_MAX; i++) {
        run(lost);
        OK(job_release_owner(store, "w", NOW_MS, &count, &problem));
    }
    ck_assert(take(NOW_MS));
    ck_assert_str_eq(call.job_id, lost);
    ck_assert_str_eq(call.type, "job.failed");
    submit("o", NOW_MS); /* without a callback_url */
    OK(job_cancel(store, submit("o", NOW_MS), NULL, NOW_MS, &problem));
    ck_assert_uint_eq(calls().count, 3);
}
END_TEST

START_TEST(failed_calls_are_tried_again_with_growing_pauses)
{
    int64_t now_ms = NOW_MS, pause_ms = WEBHOOK_PAUSE_MS;
    const char *first;

    OK(job_cancel(store, order("o"), NULL, now_ms, &problem));
    ck_assert(take(now_ms));
    first = call.body;
    for (int i = 1; i < WEBHOOK_ATTEMPTS_MAX; i++, pause_ms *= 4) {
        OK(webhook_failed(store, call.id, 500, "answered with 500", false, now_ms, &problem));
        ck_assert(!take(now_ms + pause_ms - 1));
        now_ms += pause_ms;
        ck_assert(take(now_ms));
        ck_assert_int_eq(call.attempts, i + 1);
        ck_assert_str_eq(call.body, first);
    }
    OK(webhook_failed(store, call.id, 0, "no answer", false, now_ms, &problem));
    ck_assert_int_eq(calls().items[0].state, WEBHOOK_FAILED);
    ck_assert_str_eq(calls().items[0].error, "no answer");
    ck_assert(!take(now_ms + 1000 * pause_ms));
    OK(webhook_again(store, call.id, now_ms, &problem));
    REFUSED(ERROR_CONFLICT, webhook_again(store, call.id, now_ms, &problem));
    REFUSED(ERROR_NOT_FOUND, webhook_again(store, "msg_x", now_ms, &problem));
    ck_assert(take(now_ms));
    OK(webhook_delivered(store, call.id, 204, now_ms, &problem));
    ck_assert_int_eq(calls().items[0].state, WEBHOOK_DELIVERED);
    ck_assert_int_eq(calls().items[0].http_status, 204);
    ck_assert(!take(now_ms + 1000 * pause_ms));
}
END_TEST

START_TEST(a_refused_address_is_final)
{
    OK(job_cancel(store, order("o"), NULL, NOW_MS, &problem));
    ck_assert(take(NOW_MS));
    OK(webhook_failed(store, call.id, 0, "must not be called", true, NOW_MS, &problem));
    ck_assert_int_eq(calls().items[0].state, WEBHOOK_FAILED);
    ck_assert_int_eq(calls().items[0].attempts, 1);
}
END_TEST

START_TEST(a_lost_claim_is_taken_again)
{
    OK(job_cancel(store, order("o"), NULL, NOW_MS, &problem));
    ck_assert(take(NOW_MS));
    ck_assert(!take(NOW_MS + WEBHOOK_CLAIM_MS));
    ck_assert(take(NOW_MS + WEBHOOK_CLAIM_MS + 1));
    ck_assert_int_eq(call.attempts, 2);
    OK(webhook_release(store, call.id, &problem));
    ck_assert(take(NOW_MS + WEBHOOK_CLAIM_MS + 1));
    ck_assert_int_eq(call.attempts, 2);
}
END_TEST

START_TEST(no_ones_many_calls_hold_up_anothers)
{
    for (int i = 0; i < 3; i++)
        OK(job_cancel(store, order("many"), NULL, NOW_MS, &problem));
    OK(job_cancel(store, order("one"), NULL, NOW_MS + 5, &problem));
    ck_assert(take(NOW_MS + 10));
    ck_assert_str_eq(call.organisation, "many");
    ck_assert(take(NOW_MS + 10));
    ck_assert_str_eq(call.organisation, "one");
}
END_TEST

Suite *webhooks_suite(void)
{
    Suite *suite = suite_create("webhooks");
    TCase *t = tcase_create("webhooks");

    tcase_add_checked_fixture(t, store_setup, store_teardown);
    tcase_add_test(t, a_completed_job_orders_a_call);
    tcase_add_test(t, however_a_job_ends);
    tcase_add_test(t, failed_calls_are_tried_again_with_growing_pauses);
    tcase_add_test(t, a_refused_address_is_final);
    tcase_add_test(t, a_lost_claim_is_taken_again);
    tcase_add_test(t, no_ones_many_calls_hold_up_anothers);
    suite_add_tcase(suite, t);
    return suite;
}
