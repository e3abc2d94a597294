/* The file that the processes share. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "process/segment.h"
#include "process/upgrade.h"
#include "support.h"

static char folder[64], file[80];
static struct error problem;

static void setup(void)
{
    snprintf(folder, sizeof(folder), "/tmp/aether-segment-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(file, sizeof(file), "%s/shared", folder);
}

static void teardown(void)
{
    char lock[96];

    unlink(file);
    snprintf(lock, sizeof(lock), "%s/aether-api.lock", folder);
    unlink(lock);
    ck_assert_int_eq(rmdir(folder), 0); /* and nothing else lies there */
}

START_TEST(two_maps_are_one)
{
    struct segment *one = segment_map(folder, &problem), *other = segment_map(folder, &problem);
    struct stat st;

    ck_assert_ptr_nonnull(one);
    ck_assert_ptr_nonnull(other);
    atomic_store(&one->master[PROGRAM_RENDER], 4711);
    ck_assert_int_eq(atomic_load(&other->master[PROGRAM_RENDER]), 4711);
    ck_assert_int_eq(stat(file, &st), 0);
    ck_assert_int_eq(st.st_size, sizeof(struct segment));
    ck_assert_int_eq(st.st_mode & 0777, 0640);
    segment_unmap(one);
    segment_unmap(other);
}
END_TEST

/* Its blocks are there from the start: a full disk must show here and not as SIGBUS later. */
START_TEST(no_block_is_missing)
{
    struct segment *s = segment_map(folder, &problem);
    struct stat st;

    ck_assert_int_eq(stat(file, &st), 0);
    ck_assert_int_ge((long long)st.st_blocks * 512, (long long)sizeof(struct segment));
    segment_unmap(s);
}
END_TEST

START_TEST(another_layout_is_put_aside)
{
    int fd = open(file, O_RDWR | O_CREAT, 0640);
    struct segment *s;
    char first = 0;

    ck_assert_int_eq(write(fd, "of old", 6), 6);
    s = segment_map(folder, &problem);
    ck_assert_ptr_nonnull(s);
    atomic_store(&s->dropped, 1);
    ck_assert_int_eq(pread(fd, &first, 1, 0), 1);
    ck_assert_int_eq(first, 'o');
    close(fd);
    segment_unmap(s);
}
END_TEST

START_TEST(a_folder_that_cannot_be_is_named)
{
    ck_assert_ptr_null(segment_map("/proc/none", &problem));
    ck_assert_int_eq(problem.code, ERROR_IO);
    ck_assert_ptr_nonnull(strstr(problem.detail, "/proc/none"));
}
END_TEST

START_TEST(signs_of_life_are_seen_by_others)
{
    struct segment *s = segment_map(NULL, &problem);
    int64_t before = clock_monotonic_ms();
    int status;
    pid_t pid;

    heartbeat(); /* without a seat: nothing */
    pid = fork();
    if (pid == 0) {
        heartbeat_take_seat(&s->seats[PROGRAM_API][3]);
        heartbeat();
        heartbeat_streams(5);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    ck_assert_int_ge(atomic_load(&s->seats[PROGRAM_API][3].beat_ms), before);
    ck_assert_int_eq(atomic_load(&s->seats[PROGRAM_API][3].streams), 5);
    segment_unmap(s);
}
END_TEST

START_TEST(there_is_one_master)
{
    int fd = upgrade_lock(folder, "aether-api", &problem), status;
    pid_t pid;

    ck_assert_int_ge(fd, 0);
    pid = fork();
    if (pid == 0)
        _exit(upgrade_lock(folder, "aether-api", &problem) < 0 && problem.code == ERROR_CONFLICT ? 0 : 1);
    waitpid(pid, &status, 0);
    ck_assert_int_eq(status, 0);
    close(fd);
    pid = fork();
    if (pid == 0)
        _exit(upgrade_lock(folder, "aether-api", &problem) >= 0 ? 0 : 1);
    waitpid(pid, &status, 0);
    ck_assert_int_eq(status, 0);
}
END_TEST

Suite *segment_suite(void)
{
    Suite *suite = suite_create("segment");
    TCase *t = tcase_create("segment");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, two_maps_are_one);
    tcase_add_test(t, no_block_is_missing);
    tcase_add_test(t, another_layout_is_put_aside);
    tcase_add_test(t, a_folder_that_cannot_be_is_named);
    tcase_add_test(t, signs_of_life_are_seen_by_others);
    tcase_add_test(t, there_is_one_master);
    suite_add_tcase(suite, t);
    return suite;
}
