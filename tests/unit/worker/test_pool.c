#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support.h"
#include "worker/pool.h"
#include "worker/worker.h"

enum { PATIENCE = 3000 }; /* × 10 ms: how long a condition may take to come true */

/* What masters and workers tell the test. */
static struct board {
    atomic_int started, ended, checks;
    atomic_int pids[64];
    atomic_int ready, stopping, alive;
    atomic_bool stubborn, check_agrees, misconfigured;
} *board;

static pid_t master;

static int work(void *arg)
{
    int index = atomic_fetch_add(&board->started, 1);
    sigset_t set;
    int signal_number;

    (void)arg;
    atomic_store(&board->pids[index], getpid());
    if (index == 1 && atomic_load(&board->misconfigured))
        return 78;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    while (sigwait(&set, &signal_number) != 0 || (signal_number == SIGTERM && atomic_load(&board->stubborn)))
        ;
    atomic_fetch_add(&board->ended, 1);
    return 0;
}

static bool check(void *arg)
{
    (void)arg;
    atomic_fetch_add(&board->checks, 1);
    return atomic_load(&board->check_agrees);
}

static void notify(const char *state)
{
    if (strcmp(state, "READY=1") == 0)
        atomic_fetch_add(&board->ready, 1);
    if (strcmp(state, "STOPPING=1") == 0)
        atomic_fetch_add(&board->stopping, 1);
    if (strcmp(state, "WATCHDOG=1") == 0)
        atomic_store(&board->alive, 1);
}

static void pool_setup(void)
{
    log_init("test", LOG_LEVEL_COUNT, LOG_TEXT);
    board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(board, MAP_FAILED);
    atomic_store(&board->check_agrees, true);
}

static void start(int count, int grace_ms)
{
    struct pool_order order = { .count = count, .grace_ms = grace_ms, .work = work, .check = check,
                                .notify = notify, .watchdog_ms = 20 };

    master = fork();
    if (master == 0) {
        worker_signals_block();
        _exit(pool_run(&order));
    }
    ck_assert_int_gt(master, 0);
}

static void until(const atomic_int *value, int expected)
{
    for (int i = 0; i < PATIENCE && atomic_load(value) != expected; i++)
        usleep(10000);
    ck_assert_int_eq(atomic_load(value), expected);
}

static int pid_of(int index)
{
    for (int i = 0; i < PATIENCE && atomic_load(&board->pids[index]) == 0; i++)
        usleep(10000);
    return atomic_load(&board->pids[index]);
}

static int stop(int signal_number)
{
    int status = -1;

    ck_assert_int_eq(kill(master, signal_number), 0);
    ck_assert_int_eq(waitpid(master, &status, 0), master);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static const int stops[] = { SIGTERM, SIGINT };

START_TEST(all_stop_when_asked)
{
    start(3, 10000);
    until(&board->started, 3);
    until(&board->alive, 1);
    ck_assert_int_eq(stop(stops[_i]), 0);
    ck_assert_int_eq(atomic_load(&board->ended), 3);
    ck_assert_int_eq(atomic_load(&board->ready), 1);
    ck_assert_int_eq(atomic_load(&board->stopping), 1);
}
END_TEST

START_TEST(wrong_settings_stop_the_pool)
{
    int status = -1;

    atomic_store(&board->misconfigured, true);
    start(2, 10000);
    ck_assert_int_eq(waitpid(master, &status, 0), master);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 78);
    ck_assert_int_eq(atomic_load(&board->started), 2);
    ck_assert_int_eq(atomic_load(&board->ended), 1);
}
END_TEST

START_TEST(a_dead_worker_is_replaced)
{
    start(2, 10000);
    until(&board->started, 2);
    ck_assert_int_eq(kill(pid_of(0), SIGKILL), 0);
    until(&board->started, 3);
    ck_assert_int_eq(stop(SIGTERM), 0);
    ck_assert_int_eq(atomic_load(&board->ended), 2);
}
END_TEST

START_TEST(a_reload_replaces_each_once)
{
    start(3, 10000);
    until(&board->started, 3);
    ck_assert_int_eq(kill(master, SIGHUP), 0);
    until(&board->started, 6);
    ck_assert_int_eq(atomic_load(&board->checks), 1);
    ck_assert_int_eq(stop(SIGTERM), 0);
    ck_assert_int_eq(atomic_load(&board->ended), 6);
}
END_TEST

START_TEST(a_bad_reload_changes_nothing)
{
    atomic_store(&board->check_agrees, false);
    start(2, 10000);
    until(&board->started, 2);
    ck_assert_int_eq(kill(master, SIGHUP), 0);
    until(&board->checks, 1);
    ck_assert_int_eq(stop(SIGTERM), 0);
    ck_assert_int_eq(atomic_load(&board->started), 2);
}
END_TEST

START_TEST(the_stubborn_are_killed)
{
    atomic_store(&board->stubborn, true);
    start(2, 100);
    until(&board->started, 2);
    ck_assert_int_eq(stop(SIGTERM), 1);
    ck_assert_int_eq(atomic_load(&board->ended), 0);
}
END_TEST

START_TEST(workers_leave_when_the_master_dies)
{
    start(2, 10000);
    until(&board->started, 2);
    pid_of(1);
    ck_assert_int_eq(kill(master, SIGKILL), 0);
    waitpid(master, NULL, 0);
    until(&board->ended, 2);
}
END_TEST

START_TEST(the_pause_grows_to_a_limit)
{
    ck_assert_int_eq(pool_pause_ms(0), 0);
    ck_assert_int_eq(pool_pause_ms(1), POOL_PAUSE_MIN_MS);
    ck_assert_int_eq(pool_pause_ms(2), 2 * POOL_PAUSE_MIN_MS);
    ck_assert_int_eq(pool_pause_ms(1000), POOL_PAUSE_MAX_MS);
    for (int i = 1; i < 100; i++)
        ck_assert_int_ge(pool_pause_ms(i), pool_pause_ms(i - 1));
}
END_TEST

Suite *pool_suite(void)
{
    Suite *suite = suite_create("pool");
    TCase *t = tcase_create("pool");

    tcase_add_checked_fixture(t, pool_setup, NULL);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, all_stop_when_asked, 0, 2);
    tcase_add_test(t, wrong_settings_stop_the_pool);
    tcase_add_test(t, a_dead_worker_is_replaced);
    tcase_add_test(t, a_reload_replaces_each_once);
    tcase_add_test(t, a_bad_reload_changes_nothing);
    tcase_add_test(t, the_stubborn_are_killed);
    tcase_add_test(t, workers_leave_when_the_master_dies);
    tcase_add_test(t, the_pause_grows_to_a_limit);
    suite_add_tcase(suite, t);
    return suite;
}
