#include <string.h>

#include "store/idempotency.h"
#include "support.h"

enum { NOW = 1000000 };
#define SHA_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const struct job_order order = { .kind = JOB_TRACKS, .organisation = "radio", .key_id = "k1", .request = "{}", .seed = 1 };
static const struct idempotency key_a = { .organisation = "radio", .key_id = "k1", .key = "a", .request_sha256 = SHA_A };
static char first[ID_TEXT_SIZE], second[ID_TEXT_SIZE];
static enum idempotency_state state;

static int64_t jobs(void)
{
    struct job_counts counts;

    OK(job_count(store, NOW, &counts, &problem));
    return counts.by_state[JOB_QUEUED];
}

START_TEST(the_same_request_is_one_job)
{
    OK(job_submit_once(store, &key_a, &order, NOW, first, &state, &problem));
    ck_assert_int_eq(state, IDEMPOTENCY_FIRST);
    for (int i = 0; i < 3; i++) {
        OK(job_submit_once(store, &key_a, &order, NOW + i, second, &state, &problem));
        ck_assert_int_eq(state, IDEMPOTENCY_REPEAT);
        ck_assert_str_eq(second, first);
    }
    ck_assert_int_eq(jobs(), 1);
    store_close(store); /* a restart */
    store = reopen();
    OK(job_submit_once(store, &key_a, &order, NOW + 9, second, &state, &problem));
    ck_assert_str_eq(second, first);
    ck_assert_int_eq(jobs(), 1);
}
END_TEST

START_TEST(another_request_under_the_same_key_is_refused)
{
    struct idempotency other = key_a;

    memcpy(other.request_sha256, SHA_B, sizeof(SHA_B));
    OK(job_submit_once(store, &key_a, &order, NOW, first, &state, &problem));
    REFUSED(ERROR_KEY_REUSED, job_submit_once(store, &other, &order, NOW, second, &state, &problem));
    ck_assert_int_eq(jobs(), 1);
}
END_TEST

START_TEST(keys_belong_to_who_sends_them)
{
    struct idempotency others[3] = { key_a, key_a, key_a };

    others[0].organisation = "museum";
    others[1].key_id = "k2";
    others[2].key_id = NULL;
    OK(job_submit_once(store, &key_a, &order, NOW, first, &state, &problem));
    for (size_t i = 0; i < 3; i++) {
        OK(job_submit_once(store, &others[i], &order, NOW, second, &state, &problem));
        ck_assert_int_eq(state, IDEMPOTENCY_FIRST);
        ck_assert_str_ne(second, first);
    }
}
END_TEST

START_TEST(a_refused_order_leaves_the_key_free)
{
    struct job_order full = order;

    full.key_max = 1;
    submit("radio", NOW);
    in_database("UPDATE job SET key_id = 'k1'");
    REFUSED(ERROR_JOBS_MAX, job_submit_once(store, &key_a, &full, NOW, first, &state, &problem));
    full.key_max = 2;
    OK(job_submit_once(store, &key_a, &full, NOW, first, &state, &problem));
    ck_assert_int_eq(state, IDEMPOTENCY_FIRST);
}
END_TEST

START_TEST(keys_are_forgotten)
{
    int64_t count;

    OK(job_submit_once(store, &key_a, &order, NOW, first, &state, &problem));
    OK(idempotency_forget(store, NOW + IDEMPOTENCY_KEPT_MS - 1, &count, &problem));
    ck_assert_int_eq(count, 0);
    OK(job_submit_once(store, &key_a, &order, NOW + IDEMPOTENCY_KEPT_MS, second, &state, &problem));
    ck_assert_int_eq(state, IDEMPOTENCY_FIRST);
    OK(idempotency_forget(store, NOW + 3LL * IDEMPOTENCY_KEPT_MS, &count, &problem));
    ck_assert_int_eq(count, 1);
}
END_TEST

START_TEST(a_held_key_waits_for_its_job)
{
    char mine[ID_TEXT_SIZE];

    id_new(mine);
    id_new(second);
    OK(idempotency_hold(store, &key_a, NOW, mine, &state, &problem));
    ck_assert_int_eq(state, IDEMPOTENCY_FIRST);
    OK(idempotency_hold(store, &key_a, NOW + 1, second, &state, &problem));
    ck_assert_int_eq(state, IDEMPOTENCY_HELD);
    ck_assert_str_eq(second, mine);
    OK(job_record(store, &order, mine, "{}", NOW, NOW + 2, &problem));
    OK(idempotency_hold(store, &key_a, NOW + 3, second, &state, &problem));
    ck_assert_int_eq(state, IDEMPOTENCY_REPEAT);
    OK(idempotency_release(store, &key_a, mine, &problem)); /* too late: the job is there */
    OK(idempotency_hold(store, &key_a, NOW + 2 * IDEMPOTENCY_HOLD_MS, second, &state, &problem));
    ck_assert_int_eq(state, IDEMPOTENCY_REPEAT);
}
END_TEST

START_TEST(a_hold_ends)
{
    id_new(first);
    OK(idempotency_hold(store, &key_a, NOW, first, &state, &problem));
    OK(idempotency_release(store, &key_a, first, &problem));
    id_new(second);
    OK(idempotency_hold(store, &key_a, NOW, second, &state, &problem));
    ck_assert_int_eq(state, IDEMPOTENCY_FIRST);
    id_new(first);
    OK(idempotency_hold(store, &key_a, NOW + IDEMPOTENCY_HOLD_MS, first, &state, &problem));
    ck_assert_int_eq(state, IDEMPOTENCY_FIRST);
}
END_TEST

Suite *idempotency_suite(void)
{
    Suite *suite = suite_create("idempotency");
    TCase *t = tcase_create("idempotency");

    tcase_add_checked_fixture(t, store_setup, store_teardown);
    tcase_add_test(t, the_same_request_is_one_job);
    tcase_add_test(t, another_request_under_the_same_key_is_refused);
    tcase_add_test(t, keys_belong_to_who_sends_them);
    tcase_add_test(t, a_refused_order_leaves_the_key_free);
    tcase_add_test(t, keys_are_forgotten);
    tcase_add_test(t, a_held_key_waits_for_its_job);
    tcase_add_test(t, a_hold_ends);
    suite_add_tcase(suite, t);
    return suite;
}
