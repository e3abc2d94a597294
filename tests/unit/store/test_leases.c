#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

enum { START = 1000 };

static struct job job;

static bool claim(const char *owner, int64_t now_ms)
{
    bool found = false;

    OK(job_claim(store, owner, now_ms, arena, &job, &found, &problem));
    return found;
}

static enum job_hold renew(const char *id, const char *owner, int64_t now_ms)
{
    enum job_hold hold;

    OK(job_renew(store, id, owner, NULL, 0, now_ms, &hold, &problem));
    return hold;
}

static void get(const char *id)
{
    OK(job_get(store, id, NULL, arena, &job, &problem));
}

START_TEST(an_empty_queue_gives_nothing)
{
    ck_assert(!claim("w", START));
}
END_TEST

START_TEST(a_claim_runs_the_job)
{
    const char *id = submit("o", START);

    ck_assert(claim("w", START + 5));
    ck_assert_str_eq(job.id, id);
    ck_assert_int_eq(job.state, JOB_RUNNING);
    ck_assert_int_eq(job.attempts, 1);
    ck_assert_int_eq(job.started_ms, START + 5);
    ck_assert_ptr_nonnull(job.request);
    ck_assert(!claim("v", START + 5));
}
END_TEST

START_TEST(a_lease_holds_until_it_runs_out)
{
    const char *id = submit("o", START);
    int64_t end = START + JOB_LEASE_MS;

    ck_assert(claim("w", START));
    ck_assert(!claim("v", end));
    ck_assert_int_eq(renew(id, "w", end - 1), JOB_HELD);
    ck_assert(!claim("v", end + 1));
    ck_assert(!claim("v", end - 1 + JOB_LEASE_MS));
    ck_assert(claim("v", end + JOB_LEASE_MS));
    ck_assert_str_eq(job.id, id);
    ck_assert_int_eq(job.attempts, 2);
    ck_assert_int_eq(renew(id, "w", end + JOB_LEASE_MS), JOB_HOLD_LOST);
    REFUSED(ERROR_CONFLICT, job_complete(store, id, "w", "{}", NULL, 0, end, &problem));
    REFUSED(ERROR_CONFLICT, job_fail(store, id, "w", &problem, true, end, NULL, &problem));
    REFUSED(ERROR_CONFLICT, job_release(store, id, "w", &problem));
    ck_assert_int_eq(renew(id, "v", end + JOB_LEASE_MS), JOB_HELD);
}
END_TEST

START_TEST(the_jobs_of_a_worker_that_is_gone_are_claimed_at_once)
{
    const char *id = submit("o", START), *other = submit("p", START);
    struct string_list owners;
    int count;

    ck_assert(claim("w", START));
    ck_assert(claim("v", START));
    OK(job_owners(store, arena, &owners, &problem));
    ck_assert_uint_eq(owners.count, 2);
    ck_assert_str_eq(owners.items[0], "v");
    ck_assert_str_eq(owners.items[1], "w");
    OK(job_release_owner(store, "nobody", START + 1, &count, &problem));
    ck_assert_int_eq(count, 0);
    ck_assert(!claim("u", START + 1));
    OK(job_release_owner(store, "w", START + 1, &count, &problem));
    ck_assert_int_eq(count, 1);
    ck_assert(claim("u", START + 1));
    ck_assert_str_eq(job.id, id);
    ck_assert_int_eq(job.attempts, 2);
    ck_assert(!claim("u", START + 1));
    get(other);
    ck_assert_str_eq(job.lease_owner, "v");
}
END_TEST

START_TEST(a_worker_that_is_gone_for_the_last_time)
{
    const char *id = submit("o", START);
    int count;

    for (int i = 1; i <= JOB_ATTEMPTS_MAX; i++) {
        ck_assert(claim("w", START));
        OK(job_fail_exhausted(store, START, &count, &problem));
        ck_assert_int_eq(count, 0);
        OK(job_release_owner(store, "w", START, &count, &problem));
        ck_assert_int_eq(count, 1);
        get(id);
        ck_assert_int_eq(job.state, i < JOB_ATTEMPTS_MAX ? JOB_RUNNING : JOB_FAILED);
    }
    ck_assert_ptr_nonnull(job.error_detail);
    ck_assert(!claim("w", START + 2 * JOB_LEASE_MS));
}
END_TEST

START_TEST(leases_that_ran_out_for_the_last_time_fail)
{
    const char *id = submit("o", START);
    int64_t now_ms = START;
    int count;

    for (int i = 1; i <= JOB_ATTEMPTS_MAX; i++, now_ms += JOB_LEASE_MS + 1)
        ck_assert(claim("w", now_ms));
    OK(job_fail_exhausted(store, now_ms - 1, &count, &problem));
    ck_assert_int_eq(count, 0);
    OK(job_fail_exhausted(store, now_ms, &count, &problem));
    ck_assert_int_eq(count, 1);
    get(id);
    ck_assert_int_eq(job.state, JOB_FAILED);
}
END_TEST

static const char *submit_with(const char *organisation, enum job_priority priority, int64_t now_ms)
{
    struct job_order order = { .kind = JOB_TRACKS, .organisation = organisation, .request = "{}", .seed = 1, .priority = priority };
    char id[ID_TEXT_SIZE];

    OK(job_submit(store, &order, now_ms, id, &problem));
    return arena_strdup(arena, id);
}

START_TEST(a_priority_counts_within_the_organisation_only)
{
    const char *low = submit_with("o", JOB_LOW, START), *normal = submit_with("o", JOB_NORMAL, START + 1);
    const char *high = submit_with("o", JOB_HIGH, START + 2), *other = submit_with("p", JOB_LOW, START + 3);
    const char *expected[] = { high, other, normal, low };

    for (size_t i = 0; i < 4; i++) {
        ck_assert(claim("w", START + 10 + (int64_t)i));
        ck_assert_str_eq(job.id, expected[i]);
        OK(job_complete(store, job.id, "w", "{}", NULL, 0, START + 10 + (int64_t)i, &problem));
    }
}
END_TEST

START_TEST(a_late_worker_keeps_a_job_nobody_took)
{
    const char *id = submit("o", START);

    ck_assert(claim("w", START));
    ck_assert_int_eq(renew(id, "w", START + 10 * JOB_LEASE_MS), JOB_HELD);
}
END_TEST

START_TEST(progress_only_grows)
{
    const char *id = submit("o", START);
    enum job_hold hold;

    ck_assert(claim("w", START));
    OK(job_renew(store, id, "w", "mixing", 0.5, START, &hold, &problem));
    get(id);
    ck_assert_str_eq(job.stage, "mixing");
    ck_assert(job.progress == 0.5);
    OK(job_renew(store, id, "w", NULL, 0.25, START, &hold, &problem));
    get(id);
    ck_assert_str_eq(job.stage, "mixing");
    ck_assert(job.progress == 0.5);
    OK(job_renew(store, id, "w", "mastering", 7, START, &hold, &problem));
    get(id);
    ck_assert(job.progress == 1);
}
END_TEST

START_TEST(a_job_that_kills_its_worker_is_given_up)
{
    const char *id = submit("o", START);
    int64_t now_ms = START;

    for (int i = 1; i <= JOB_ATTEMPTS_MAX; i++) {
        ck_assert(claim("w", now_ms));
        ck_assert_int_eq(job.attempts, i);
        now_ms += JOB_LEASE_MS + 1;
    }
    ck_assert(!claim("w", now_ms));
    get(id);
    ck_assert_int_eq(job.state, JOB_FAILED);
    ck_assert_str_eq(job.error, error_info_get(ERROR_INTERNAL)->slug);
    ck_assert_ptr_nonnull(strstr(job.error_detail, "3 attempts"));
    ck_assert_int_eq(job.finished_ms, now_ms);
}
END_TEST

START_TEST(failing_with_retry_pauses_then_ends)
{
    const char *id = submit("o", START);
    int64_t now_ms = START, pause_ms = JOB_PAUSE_MS;
    struct error why;
    enum job_state state;

    error_set(&why, ERROR_IO, "the disk stumbled");
    for (int i = 1; i < JOB_ATTEMPTS_MAX; i++, pause_ms *= 4) {
        ck_assert(claim("w", now_ms));
        OK(job_fail(store, id, "w", &why, true, now_ms, &state, &problem));
        ck_assert_int_eq(state, JOB_QUEUED);
        get(id);
        ck_assert_str_eq(job.error, "io-error");
        ck_assert(!claim("w", now_ms + pause_ms - 1));
        now_ms += pause_ms;
    }
    ck_assert(claim("w", now_ms));
    OK(job_fail(store, id, "w", &why, true, now_ms, &state, &problem));
    ck_assert_int_eq(state, JOB_FAILED);
    get(id);
    ck_assert_str_eq(job.error_detail, "the disk stumbled");
    ck_assert_int_eq(job.finished_ms, now_ms);
    ck_assert(!claim("w", now_ms + 1000000));
}
END_TEST

START_TEST(failing_for_good)
{
    const char *id = submit("o", START);
    struct error why;

    error_set(&why, ERROR_SOUNDFONT, "no such file");
    ck_assert(claim("w", START));
    OK(job_fail(store, id, "w", &why, false, START + 1, NULL, &problem));
    get(id);
    ck_assert_int_eq(job.state, JOB_FAILED);
    ck_assert_str_eq(job.error, "soundfont");
}
END_TEST

START_TEST(a_released_job_is_untouched)
{
    const char *id = submit("o", START);
    enum job_hold hold;

    ck_assert(claim("w", START));
    OK(job_renew(store, id, "w", "mixing", 0.5, START, &hold, &problem));
    OK(job_release(store, id, "w", &problem));
    get(id);
    ck_assert_int_eq(job.state, JOB_QUEUED);
    ck_assert_int_eq(job.attempts, 0);
    ck_assert_int_eq(job.started_ms, 0);
    ck_assert_ptr_null(job.stage);
    ck_assert(job.progress == 0);
    ck_assert(claim("v", START));
}
END_TEST

START_TEST(one_workers_queue_alternates_between_organisations)
{
    static const char *const expected[] = { "a", "b", "c", "a", "b", "a", "a" };
    int64_t now_ms = START;

    for (int i = 0; i < 4; i++)
        submit("a", now_ms++);
    submit("b", now_ms++);
    submit("c", now_ms++);
    submit("b", now_ms++);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        ck_assert(claim("w", ++now_ms));
        ck_assert_str_eq(job.organisation, expected[i]);
        OK(job_complete(store, job.id, "w", "{}", NULL, 0, now_ms, &problem));
    }
    ck_assert(!claim("w", now_ms));
}
END_TEST

START_TEST(several_workers_serve_the_idle_organisation_first)
{
    const char *first = submit("a", START);

    submit("a", START + 1);
    submit("a", START + 2);
    ck_assert(claim("w1", START + 3));
    ck_assert_str_eq(job.id, first);
    submit("b", START + 4);
    ck_assert(claim("w2", START + 5));
    ck_assert_str_eq(job.organisation, "b");
    submit("b", START + 6);
    OK(job_complete(store, first, "w1", "{}", NULL, 0, START + 7, &problem));
    ck_assert(claim("w1", START + 8));
    ck_assert_str_eq(job.organisation, "a");
}
END_TEST

START_TEST(within_an_organisation_the_oldest_is_first)
{
    const char *late = submit("a", START + 9), *early = submit("a", START + 3), *middle = submit("a", START + 5);

    ck_assert(claim("w", START + 20));
    ck_assert_str_eq(job.id, early);
    ck_assert(claim("w", START + 20));
    ck_assert_str_eq(job.id, middle);
    ck_assert(claim("w", START + 20));
    ck_assert_str_eq(job.id, late);
}
END_TEST

enum { RIVALS = 4, PRIZES = 120 };

struct board {
    int winners;
    char ids[PRIZES * 2][ID_TEXT_SIZE];
};

/* Claims and completes until nothing is left. */
static void compete(struct board *board)
{
    struct arena *own = arena_new(16 << 20);
    struct store *s = store_open(&settings, &problem);
    char owner[32];
    bool found = true;

    snprintf(owner, sizeof(owner), "rival-%d", (int)getpid());
    while (s != NULL && found) {
        struct job won;

        if (!job_claim(s, owner, START + 1000, own, &won, &found, &problem))
            _exit(2);
        if (!found)
            break;
        snprintf(board->ids[__atomic_fetch_add(&board->winners, 1, __ATOMIC_SEQ_CST)], ID_TEXT_SIZE, "%s", won.id);
        if (!job_complete(s, won.id, owner, "{}", NULL, 0, START + 1000, &problem))
            _exit(3);
    }
    store_close(s);
    arena_free(own);
    _exit(s == NULL);
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

START_TEST(no_job_is_claimed_twice)
{
    struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    static const char *const organisations[] = { "a", "b", "c" };

    ck_assert_ptr_ne(board, MAP_FAILED);
    for (int i = 0; i < PRIZES; i++)
        submit(organisations[i % 3], START + i);
    for (int i = 0; i < RIVALS; i++)
        if (fork() == 0)
            compete(board);
    for (int i = 0; i < RIVALS; i++) {
        int status = -1;

        ck_assert_int_gt(wait(&status), 0);
        ck_assert_int_eq(status, 0);
    }
    ck_assert_int_eq(board->winners, PRIZES);
    qsort(board->ids, PRIZES, ID_TEXT_SIZE, compare);
    for (int i = 1; i < PRIZES; i++)
        ck_assert_str_ne(board->ids[i - 1], board->ids[i]);
    OK(store_check(store, &problem));
    munmap(board, sizeof(*board));
}
END_TEST

Suite *leases_suite(void)
{
    Suite *suite = suite_create("leases");
    TCase *t = tcase_create("leases");

    tcase_add_checked_fixture(t, store_setup, store_teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, an_empty_queue_gives_nothing);
    tcase_add_test(t, a_claim_runs_the_job);
    tcase_add_test(t, a_lease_holds_until_it_runs_out);
    tcase_add_test(t, a_late_worker_keeps_a_job_nobody_took);
    tcase_add_test(t, the_jobs_of_a_worker_that_is_gone_are_claimed_at_once);
    tcase_add_test(t, a_worker_that_is_gone_for_the_last_time);
    tcase_add_test(t, leases_that_ran_out_for_the_last_time_fail);
    tcase_add_test(t, a_priority_counts_within_the_organisation_only);
    tcase_add_test(t, progress_only_grows);
    tcase_add_test(t, a_job_that_kills_its_worker_is_given_up);
    tcase_add_test(t, failing_with_retry_pauses_then_ends);
    tcase_add_test(t, failing_for_good);
    tcase_add_test(t, a_released_job_is_untouched);
    tcase_add_test(t, one_workers_queue_alternates_between_organisations);
    tcase_add_test(t, several_workers_serve_the_idle_organisation_first);
    tcase_add_test(t, within_an_organisation_the_oldest_is_first);
    tcase_add_test(t, no_job_is_claimed_twice);
    suite_add_tcase(suite, t);
    return suite;
}
