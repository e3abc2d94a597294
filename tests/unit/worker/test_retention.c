#include "store/upkeep.h"
#include "support.h"
#include "worker/folder.h"
#include "worker/retention.h"

#define DAY_MS INT64_C(86400000)

static const char *done(const char *owner, int64_t finished_ms)
{
    const char *id = submit(JOB_TRACKS, "{}");

    claim(owner);
    OK(job_complete(store, id, owner, "{}", NULL, 0, finished_ms, &problem));
    folder_with_file(output(id), "f", "");
    return id;
}

START_TEST(old_jobs_go_with_their_files)
{
    const char *old = done("a", 10 * DAY_MS), *young = done("b", 10 * DAY_MS + 1), *running = submit(JOB_TRACKS, "{}");
    struct job job;
    int64_t removed;

    claim("c");
    folder_with_file(output(arena_printf(arena, ".tmp-%s-1", running)), "f", "");
    settings.retention_days = 5;
    OK(retention_apply(store, &settings, 15 * DAY_MS + 1, &removed, &problem));
    ck_assert_int_eq(removed, 1);
    ck_assert(!is_there(output(old)));
    ck_assert(!is_there(output(arena_printf(arena, ".expired-%s", old))));
    REFUSED(ERROR_NOT_FOUND, job_get(store, old, NULL, arena, &job, &problem));
    ck_assert(is_there(output(young)));
    ck_assert_int_eq(get(young).state, JOB_COMPLETED);
    ck_assert_int_eq(get(running).state, JOB_RUNNING);
    ck_assert(is_there(output(arena_printf(arena, ".tmp-%s-1", running))));
    settings.retention_days = 0;
    OK(retention_apply(store, &settings, 1000 * DAY_MS, &removed, &problem));
    ck_assert_int_eq(removed, 0);
}
END_TEST

/* The database refuses: the job keeps its files. */
START_TEST(a_job_that_cannot_be_removed_stays_whole)
{
    const char *id = done("a", DAY_MS);
    int64_t removed;

    in_database("CREATE TRIGGER firm BEFORE DELETE ON job BEGIN SELECT RAISE(ABORT, 'no'); END");
    settings.retention_days = 1;
    ck_assert(!retention_apply(store, &settings, 3 * DAY_MS, &removed, &problem));
    ck_assert_int_eq(removed, 0);
    ck_assert_int_eq(get(id).state, JOB_COMPLETED);
    ck_assert(is_there(output(arena_printf(arena, "%s/f", id))));
    folder_sweep(store, settings.data_dir, false);
    ck_assert(is_there(output(arena_printf(arena, "%s/f", id))));
}
END_TEST

START_TEST(a_job_without_a_folder_goes_too)
{
    const char *id = submit(JOB_TRACKS, "{}");
    struct job job;
    int64_t removed;

    REFUSED(ERROR_CONFLICT, job_remove(store, id, &problem));
    OK(job_cancel(store, id, NULL, 1, &problem));
    settings.retention_days = 1;
    OK(retention_apply(store, &settings, 2 * DAY_MS, &removed, &problem));
    ck_assert_int_eq(removed, 1);
    REFUSED(ERROR_NOT_FOUND, job_get(store, id, NULL, arena, &job, &problem));
    REFUSED(ERROR_NOT_FOUND, job_remove(store, id, &problem));
}
END_TEST

Suite *retention_suite(void)
{
    Suite *suite = suite_create("retention");
    TCase *t = tcase_create("retention");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, old_jobs_go_with_their_files);
    tcase_add_test(t, a_job_that_cannot_be_removed_stays_whole);
    tcase_add_test(t, a_job_without_a_folder_goes_too);
    suite_add_tcase(suite, t);
    return suite;
}
