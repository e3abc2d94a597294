#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"
#include "worker/folder.h"

#define UNKNOWN "0190a000-0000-7000-8000-000000000000"
#define EXPIRED "0190a000-0000-7000-8000-000000000001"

static const struct {
    int reason;
    enum error_code code;
} faults[] = {
    { ENOSPC, ERROR_STORAGE },
    { EDQUOT, ERROR_STORAGE },
    { EIO, ERROR_IO },
    { EACCES, ERROR_IO },
};

START_TEST(a_full_disk_has_its_own_code)
{
    errno = faults[_i].reason;
    REFUSED(faults[_i].code, folder_fault(&problem, "write", "x"));
}
END_TEST

START_TEST(a_file_is_written_whole_or_not_at_all)
{
    const char *path = output("f"), *part = output("g.part");
    int64_t bytes = 0;

    OK(file_write(path, "hello", 5, &problem));
    OK(file_size(path, &bytes, &problem));
    ck_assert_int_eq(bytes, 5);
    OK(file_write(path, "hi", 2, &problem));
    OK(file_size(path, &bytes, &problem));
    ck_assert_int_eq(bytes, 2);
    ck_assert(!is_there(output("f.part")));

    ck_assert_int_eq(symlink("/dev/full", part), 0);
    REFUSED(ERROR_STORAGE, file_write(output("g"), "hello", 5, &problem));
    ck_assert(!is_there(part));
    ck_assert(!is_there(output("g")));
    REFUSED(ERROR_IO, file_write(output("nowhere/f"), "x", 1, &problem));
    REFUSED(ERROR_IO, file_size(output("nowhere"), &bytes, &problem));
}
END_TEST

START_TEST(publishing_takes_the_place_of_what_is_there)
{
    const char *from = output(".tmp-x-1"), *to = output("x");

    folder_with_file(from, "new", "1");
    OK(folder_sync(from, &problem));
    OK(folder_publish(from, to, &problem));
    ck_assert(is_there(output("x/new")));
    ck_assert(!is_there(from));

    folder_with_file(from, "newer", "2");
    OK(folder_publish(from, to, &problem));
    ck_assert(is_there(output("x/newer")));
    ck_assert(!is_there(output("x/new")));
    ck_assert(!is_there(from));
    REFUSED(ERROR_IO, folder_publish(from, to, &problem));
    REFUSED(ERROR_IO, folder_sync(from, &problem));
    ck_assert(is_there(output("x/newer")));
}
END_TEST

START_TEST(removing_does_not_follow_links)
{
    const char *keep = output("keep"), *gone = output("gone");

    folder_with_file(keep, "f", "1");
    folder_with_file(gone, "f", "1");
    ck_assert_int_eq(mkdir(output("gone/below"), 0750), 0);
    ck_assert_int_eq(symlink(keep, output("gone/below/link")), 0);
    OK(folder_remove(gone, &problem));
    ck_assert(!is_there(gone));
    ck_assert(is_there(output("keep/f")));
    OK(folder_remove(gone, &problem));
}
END_TEST

START_TEST(earlier_attempts_are_forgotten)
{
    folder_with_file(output(".tmp-j-1-7"), "f", "1");
    folder_with_file(output(".tmp-j-1-8"), "f", "1");
    folder_with_file(output(".tmp-j-3-7"), "f", "1");
    folder_with_file(output(".tmp-k-1-7"), "f", "1");
    folder_with_file(output(".tmp-jj-1-7"), "f", "1");
    folder_with_file(output("j"), "f", "1");
    folder_forget_attempts(settings.data_dir, "j");
    ck_assert(!is_there(output(".tmp-j-1-7")));
    ck_assert(!is_there(output(".tmp-j-1-8")));
    ck_assert(!is_there(output(".tmp-j-3-7")));
    ck_assert(is_there(output(".tmp-k-1-7")));
    ck_assert(is_there(output(".tmp-jj-1-7")));
    ck_assert(is_there(output("j")));
}
END_TEST

START_TEST(sweeping_keeps_what_is_somebodys)
{
    const char *running = submit(JOB_TRACKS, "{}"), *queued, *done, *failed;
    struct error why = { .code = ERROR_IO };

    claim("w");
    done = submit(JOB_TRACKS, "{}");
    claim("v");
    OK(job_complete(store, done, "v", "{}", NULL, 0, 1, &problem));
    failed = submit(JOB_TRACKS, "{}");
    claim("u");
    OK(job_fail(store, failed, "u", &why, false, 1, NULL, &problem));
    queued = submit(JOB_TRACKS, "{}");

    folder_with_file(output(arena_printf(arena, ".tmp-%s-1", running)), "f", "");
    folder_with_file(output(arena_printf(arena, ".tmp-%s-1", queued)), "f", "");
    folder_with_file(output(".tmp-" UNKNOWN "-1"), "f", "");
    folder_with_file(output(UNKNOWN), "f", "");
    folder_with_file(output(done), "f", "");
    folder_with_file(output(failed), "f", "");
    folder_with_file(output(EXPIRED), "f", "");
    OK(folder_mark_expired(arena, settings.data_dir, EXPIRED, &problem));
    OK(folder_mark_expired(arena, settings.data_dir, done, &problem));
    folder_with_file(output("notes"), "f", "");
    folder_with_file(output(".tmp-notes"), "f", "");
    folder_sweep(store, settings.data_dir, false);
    ck_assert(is_there(output(arena_printf(arena, ".tmp-%s-1", running))));
    ck_assert(!is_there(output(arena_printf(arena, ".tmp-%s-1", queued))));
    ck_assert(!is_there(output(".tmp-" UNKNOWN "-1")));
    ck_assert(is_there(output(UNKNOWN)));
    ck_assert(is_there(output(done)));
    ck_assert(!is_there(output(failed)));
    ck_assert(!is_there(output(EXPIRED)));
    ck_assert(!is_there(output(".expired-" EXPIRED)));
    ck_assert(is_there(output("notes")));
    ck_assert(is_there(output(".tmp-notes")));
}
END_TEST

Suite *folder_suite(void)
{
    Suite *suite = suite_create("folder");
    TCase *t = tcase_create("folder");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, a_full_disk_has_its_own_code, 0, sizeof(faults) / sizeof(faults[0]));
    tcase_add_test(t, a_file_is_written_whole_or_not_at_all);
    tcase_add_test(t, publishing_takes_the_place_of_what_is_there);
    tcase_add_test(t, removing_does_not_follow_links);
    tcase_add_test(t, earlier_attempts_are_forgotten);
    tcase_add_test(t, sweeping_keeps_what_is_somebodys);
    suite_add_tcase(suite, t);
    return suite;
}
