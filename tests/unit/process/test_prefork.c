/* Masters with workers of both habits. */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/log.h"
#include "process/prefork.h"
#include "support.h"

enum { PATIENCE = 3000 }; /* × 10 ms: how long a condition may take to come true */

/* What masters and workers tell the test. */
static struct board {
    atomic_int started, ended, loads, hups, terms;
    atomic_int pids[64];
    atomic_int timeout_s, limit_s; /* what a reload says, 0 for the same; what a worker was given when SIGTERM came */
    atomic_bool stubborn, load_fails, misconfigured, hangs, finishes_first;
} *board;

static pid_t master;

static int work(void *arg, int ready_fd)
{
    int index = atomic_fetch_add(&board->started, 1), signal_number = 0;
    struct timespec tick = { .tv_nsec = 20000000 };
    sigset_t set;

    (void)arg;
    atomic_store(&board->pids[index], getpid());
    if (atomic_load(&board->misconfigured))
        return 78;
    prefork_worker_ready(ready_fd);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    while (signal_number == 0 || atomic_load(&board->stubborn)) {
        int got = sigtimedwait(&set, NULL, &tick);

        signal_number = got > 0 ? got : 0;
        if (!(index == 0 && atomic_load(&board->hangs)))
            heartbeat();
        if (signal_number == SIGHUP && atomic_load(&board->finishes_first)) { /* what it does takes longer than the test */
            atomic_fetch_add(&board->hups, 1);
            signal_number = 0;
        }
    }
    atomic_store(&board->limit_s, heartbeat_limit_s(-1));
    atomic_fetch_add(signal_number == SIGHUP ? &board->hups : &board->terms, 1);
    atomic_fetch_add(&board->ended, 1);
    return 0;
}

static struct prefork_plan plan;

static bool load(void *arg, struct prefork_plan *out, struct error *e)
{
    (void)arg;
    if (atomic_fetch_add(&board->loads, 1) > 0 && atomic_load(&board->load_fails))
        return error_set(e, ERROR_CONFIG, "no");
    *out = plan;
    if (atomic_load(&board->timeout_s) > 0)
        out->shutdown_timeout_s = atomic_load(&board->timeout_s);
    return true;
}

static void setup(void)
{
    board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(board, MAP_FAILED);
    plan = (struct prefork_plan){ .workers = 2, .shutdown_timeout_s = 10 };
}

static void start(bool goes_first)
{
    const struct prefork_program p = { .load = load, .work = work, .goes_first = goes_first };

    master = fork();
    if (master == 0)
        _exit(prefork_run(&p));
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

static int wait_for_master(void)
{
    int status = -1;

    ck_assert_int_eq(waitpid(master, &status, 0), master);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int stop(int signal_number)
{
    ck_assert_int_eq(kill(master, signal_number), 0);
    return wait_for_master();
}

static const int stops[] = { SIGTERM, SIGINT, SIGQUIT };

START_TEST(all_stop_when_asked)
{
    plan.workers = 3;
    start(_i % 2 == 0);
    until(&board->started, 3);
    ck_assert_int_eq(stop(stops[_i]), 0);
    ck_assert_int_eq(atomic_load(&board->ended), 3);
    ck_assert_int_eq(atomic_load(&board->terms), 3);
}
END_TEST

START_TEST(wrong_settings_stop_the_master)
{
    atomic_store(&board->misconfigured, true);
    start(_i);
    ck_assert_int_eq(wait_for_master(), 78);
}
END_TEST

START_TEST(a_dead_worker_is_replaced)
{
    start(_i);
    until(&board->started, 2);
    ck_assert_int_eq(kill(pid_of(0), SIGKILL), 0);
    until(&board->started, 3);
    ck_assert_int_eq(stop(SIGTERM), 0);
    ck_assert_int_eq(atomic_load(&board->ended), 2);
}
END_TEST

START_TEST(a_reload_replaces_each_once)
{
    plan.workers = 3;
    start(_i);
    until(&board->started, 3);
    ck_assert_int_eq(kill(master, SIGHUP), 0);
    until(&board->started, 6);
    until(&board->ended, 3);
    ck_assert_int_eq(atomic_load(_i ? &board->hups : &board->terms), 3);
    ck_assert_int_eq(atomic_load(&board->loads), 2);
    ck_assert_int_eq(stop(SIGTERM), 0);
    ck_assert_int_eq(atomic_load(&board->ended), 6);
}
END_TEST

/* Settings may change while it leaves: the master kills by the newest, so the worker has to hurry by the newest. */
START_TEST(who_leaves_already_hears_of_the_limit_at_the_end)
{
    plan.workers = 1;
    atomic_store(&board->finishes_first, true);
    start(true);
    until(&board->started, 1);
    atomic_store(&board->timeout_s, 4);
    ck_assert_int_eq(kill(master, SIGHUP), 0);
    until(&board->hups, 1);
    ck_assert_int_eq(stop(SIGTERM), 0);
    ck_assert_int_eq(atomic_load(&board->limit_s), 4);
    ck_assert_int_eq(heartbeat_limit_s(-1), -1); /* no seat */
}
END_TEST

START_TEST(a_bad_reload_changes_nothing)
{
    atomic_store(&board->load_fails, true);
    start(_i);
    until(&board->started, 2);
    ck_assert_int_eq(kill(master, SIGHUP), 0);
    until(&board->loads, 2);
    ck_assert_int_eq(stop(SIGTERM), 0);
    ck_assert_int_eq(atomic_load(&board->started), 2);
}
END_TEST

/* One that gives no sign of life is replaced; those that do are let be. */
START_TEST(the_hung_are_killed)
{
    plan.watchdog_s = 1;
    atomic_store(&board->hangs, true);
    start(_i);
    until(&board->started, 3);
    ck_assert_int_eq(kill(pid_of(0), 0), -1);
    ck_assert_int_eq(errno, ESRCH);
    ck_assert_int_eq(kill(pid_of(1), 0), 0);
    ck_assert_int_eq(stop(SIGTERM), 0);
    ck_assert_int_eq(atomic_load(&board->started), 3);
}
END_TEST

START_TEST(workers_leave_when_the_master_dies)
{
    start(_i);
    until(&board->started, 2);
    pid_of(1);
    ck_assert_int_eq(kill(master, SIGKILL), 0);
    waitpid(master, NULL, 0);
    until(&board->ended, 2);
}
END_TEST

START_TEST(the_pause_grows_to_a_limit)
{
    ck_assert_int_eq(prefork_pause_ms(0, false), 0);
    ck_assert_int_eq(prefork_pause_ms(1, false), 0);
    ck_assert_int_eq(prefork_pause_ms(2, false), PREFORK_PAUSE_FIRST_MS);
    ck_assert_int_eq(prefork_pause_ms(3, false), 2 * PREFORK_PAUSE_FIRST_MS);
    ck_assert_int_eq(prefork_pause_ms(1000, false), PREFORK_PAUSE_MAX_MS);
    ck_assert_int_eq(prefork_pause_ms(1000, true), PREFORK_PAUSE_ALONE_MS);
    for (int i = 1; i < 100; i++)
        ck_assert_int_ge(prefork_pause_ms(i, false), prefork_pause_ms(i - 1, false));
}
END_TEST

Suite *prefork_suite(void)
{
    Suite *suite = suite_create("prefork");
    TCase *t = tcase_create("prefork");

    tcase_add_checked_fixture(t, setup, NULL);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, all_stop_when_asked, 0, 3);
    tcase_add_loop_test(t, wrong_settings_stop_the_master, 0, 2);
    tcase_add_loop_test(t, a_dead_worker_is_replaced, 0, 2);
    tcase_add_loop_test(t, a_reload_replaces_each_once, 0, 2);
    tcase_add_test(t, who_leaves_already_hears_of_the_limit_at_the_end);
    tcase_add_loop_test(t, a_bad_reload_changes_nothing, 0, 2);
    tcase_add_loop_test(t, the_hung_are_killed, 0, 2);
    tcase_add_loop_test(t, workers_leave_when_the_master_dies, 0, 2);
    tcase_add_test(t, the_pause_grows_to_a_limit);
    suite_add_tcase(suite, t);
    return suite;
}
