#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"
#include "worker/owner.h"

START_TEST(a_process_knows_its_name)
{
    char name[OWNER_SIZE], again[OWNER_SIZE], start[32];

    owner_name(name);
    owner_name(again);
    ck_assert_str_eq(name, again);
    snprintf(start, sizeof(start), "worker %d ", (int)getpid());
    ck_assert_int_eq(strncmp(name, start, strlen(start)), 0);
    ck_assert(!owner_is_gone(name));
}
END_TEST

/* From its death on, whether or not its parent has asked for it. */
START_TEST(a_killed_process_is_gone)
{
    char name[OWNER_SIZE];
    int pipes[2], status;
    pid_t child;

    ck_assert_int_eq(pipe(pipes), 0);
    child = fork();
    if (child == 0) {
        owner_name(name);
        if (write(pipes[1], name, sizeof(name)) != (ssize_t)sizeof(name))
            _exit(1);
        pause();
        _exit(0);
    }
    ck_assert_int_eq(read(pipes[0], name, sizeof(name)), (ssize_t)sizeof(name));
    ck_assert(!owner_is_gone(name));
    kill(child, SIGKILL);
    ck_assert_int_eq(waitid(P_PID, (id_t)child, &(siginfo_t){ 0 }, WEXITED | WNOWAIT), 0);
    ck_assert(owner_is_gone(name));
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(owner_is_gone(name));
}
END_TEST

/* Whose process number is another one's by now. */
START_TEST(a_later_process_of_the_same_number_is_another)
{
    char name[OWNER_SIZE], boot[16];
    unsigned long long started, space;
    int pid;

    owner_name(name);
    ck_assert_int_eq(sscanf(name, "worker %d %llu %llu %15s", &pid, &started, &space, boot), 4);
    snprintf(name, sizeof(name), "worker %d %llu %llu %s", pid, started - 1, space, boot);
    ck_assert(owner_is_gone(name));
    snprintf(name, sizeof(name), "worker %d %llu %llu %s", pid, started - 1, space + 1, boot); /* another container */
    ck_assert(!owner_is_gone(name));
    snprintf(name, sizeof(name), "worker %d %llu %llu %s", pid, started - 1, space, "00000000"); /* another machine */
    ck_assert(!owner_is_gone(name));
}
END_TEST

static const char *const others[] = { "", "worker", "worker 1", "tester", "worker 12 018f-aaaa", "worker -1 1 1 x", "worker 1 2 3 4 5" };

START_TEST(of_other_names_nothing_is_known)
{
    ck_assert(!owner_is_gone(others[_i]));
}
END_TEST

Suite *owner_suite(void)
{
    Suite *suite = suite_create("owner");
    TCase *t = tcase_create("owner");

    tcase_add_test(t, a_process_knows_its_name);
    tcase_add_test(t, a_killed_process_is_gone);
    tcase_add_test(t, a_later_process_of_the_same_number_is_another);
    tcase_add_loop_test(t, of_other_names_nothing_is_known, 0, sizeof(others) / sizeof(others[0]));
    suite_add_tcase(suite, t);
    return suite;
}
