/* How the statements of the queue go about it when there are very many jobs: by SQLite's own plans, and by the steps of its
 * virtual machine, which it counts (sqlite3_stmt_status). */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "store/db.h"
#include "store/idempotency.h"
#include "store/upkeep.h"
#include "support.h"

enum { FEW = 1000, MANY = 100000, ORGANISATIONS = 10 };

static const int64_t now_ms = 1800000000000;

/* Half of them queued, half completed, of ten organisations, with a second between them. */
static void fill(int count)
{
    char sql[1024];

    snprintf(sql, sizeof(sql),
             "DELETE FROM job;"
             "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
             " INSERT INTO job (id, organisation, key_id, kind, request, state, created_ms, started_ms, finished_ms)"
             " SELECT printf('%%08x-0000-7000-8000-000000000000', i), 'o' || (i / 2 %% %d), 'key', 'tracks', '{}',"
             " iif(i %% 2, 'queued', 'completed'), i * 1000, iif(i %% 2, NULL, i * 1000), iif(i %% 2, NULL, i * 1000) FROM n",
             count, ORGANISATIONS);
    in_database(sql);
}

/* Everything that requests and workers ask of the queue, again and again. */
static void use_all(void)
{
    struct job_order order = { .kind = JOB_TRACKS, .organisation = "o1", .key_id = "key", .request = "{}", .seed = 7,
                                     .queue_max = 1000000, .key_max = 20 };
    struct job_filter filter = { .organisation = "o1", .state = -1, .kind = -1, .limit = JOB_PAGE_MAX,
                                 .before_id = "00000400-0000-7000-8000-000000000000" };
    const struct error why = { .code = ERROR_IO };
    char id[ID_TEXT_SIZE];
    struct string_list names;
    struct job_counts counts;
    struct job_list list;
    enum job_hold hold;
    int changed;
    struct job job;
    bool found;

    ck_assert(!job_submit(store, &order, now_ms, id, &problem));
    ck_assert_int_eq(problem.code, ERROR_JOBS_MAX);
    order.key_id = "another";
    OK(job_submit(store, &order, now_ms, id, &problem));
    OK(job_peek(store, id, "o1", arena, &job, &problem));
    OK(job_list(store, &filter, arena, &list, &problem));
    ck_assert_uint_gt(list.count, 0);
    filter.state = JOB_FAILED;
    OK(job_list(store, &filter, arena, &list, &problem));
    ck_assert_uint_eq(list.count, 0);
    filter.organisation = NULL;
    filter.state = -1;
    OK(job_list(store, &filter, arena, &list, &problem));
    OK(job_count(store, now_ms, &counts, &problem));
    OK(job_count_open(store, now_ms, &counts, &problem));
    OK(job_claim(store, "w", now_ms, arena, &job, &found, &problem));
    ck_assert(found);
    OK(job_renew(store, job.id, "w", "mixing", 0.5, now_ms, &hold, &problem));
    OK(job_owners(store, arena, &names, &problem));
    OK(job_fail_exhausted(store, now_ms, &changed, &problem));
    OK(job_release_owner(store, "nobody", now_ms, &changed, &problem));
    OK(job_fail(store, job.id, "w", &why, true, now_ms, NULL, &problem));
    OK(job_cancel(store, job.id, NULL, now_ms, &problem));
    OK(job_retry(store, job.id, NULL, &problem));
    OK(job_claim(store, "w", now_ms, arena, &job, &found, &problem));
    OK(job_complete(store, job.id, "w", "{}", NULL, 0, now_ms, &problem));
    OK(job_expired(store, now_ms, 10, arena, &names, &problem));
    OK(job_remove(store, job.id, &problem));
}

/* In `plan`: that a table of jobs is read from one end to the other. The few that run are; of those that wait, the first. */
static bool is_through_all(const char *plan)
{
    return strncmp(plan, "SCAN job", strlen("SCAN job")) == 0 && strstr(plan, "job_running") == NULL &&
           strncmp(plan, "SCAN job_tally", strlen("SCAN job_tally")) != 0;
}

static size_t plan_check(const char *sql)
{
    const char *explain = arena_printf(arena, "EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *statement;
    size_t lines = 0;

    ck_assert_int_eq(sqlite3_prepare_v2(store->db, explain, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *plan = (const char *)sqlite3_column_text(statement, 3);

        ck_assert_msg(!is_through_all(plan), "%s\n  in %s", plan, sql);
        lines++;
    }
    sqlite3_finalize(statement);
    return lines;
}

START_TEST(no_statement_goes_through_all_jobs)
{
    size_t lines = 0;

    fill(FEW);
    use_all();
    for (size_t i = 0; i < store->prepared_count; i++)
        lines += plan_check(store->prepared[i].sql);
    ck_assert_uint_ge(lines, 20);
    ck_assert(is_through_all("SCAN job"));
    ck_assert(is_through_all("SCAN job USING INDEX job_queued"));
}
END_TEST

/* The steps of the dearest statement of all. */
static int most_steps(void)
{
    int most = 0;

    for (size_t i = 0; i < store->prepared_count; i++)
        sqlite3_stmt_status(store->prepared[i].statement, SQLITE_STMTSTATUS_VM_STEP, 1);
    use_all();
    for (size_t i = 0; i < store->prepared_count; i++) {
        int steps = sqlite3_stmt_status(store->prepared[i].statement, SQLITE_STMTSTATUS_VM_STEP, 1);

        if (steps > most)
            most = steps;
    }
    return most;
}

/* A hundred times as many jobs, of as many organisations: what is looked up in a tree takes no more steps at all. */
START_TEST(a_hundred_times_as_many_jobs_take_no_more_steps)
{
    int few, many;

    fill(FEW);
    few = most_steps();
    fill(MANY);
    many = most_steps();
    ck_assert_int_gt(few, 0);
    ck_assert_msg(many <= few + few / 10, "%d steps among %d jobs, %d among %d", few, FEW, many, MANY);
}
END_TEST

START_TEST(the_tally_is_what_there_is)
{
    int64_t wrong = -1, states = 0;

    fill(FEW);
    use_all();
    OK(db_rows(store, "SELECT count(*) FROM job_tally WHERE jobs <> (SELECT count(*) FROM job WHERE job.state = job_tally.state)",
               DB_NOTHING, db_row_integer, &wrong, NULL, &problem));
    OK(db_rows(store, "SELECT count(*) FROM job_tally", DB_NOTHING, db_row_integer, &states, NULL, &problem));
    ck_assert_int_eq(wrong, 0);
    ck_assert_int_eq(states, JOB_STATE_COUNT);
}
END_TEST

Suite *plans_suite(void)
{
    Suite *s = suite_create("plans");
    TCase *c = tcase_create("plans");

    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, store_setup, store_teardown);
    tcase_add_test(c, no_statement_goes_through_all_jobs);
    tcase_add_test(c, a_hundred_times_as_many_jobs_take_no_more_steps);
    tcase_add_test(c, the_tally_is_what_there_is);
    suite_add_tcase(s, c);
    return s;
}
