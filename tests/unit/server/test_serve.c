/* The master with real workers that serve the test routes. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/prefork.h"
#include "server/serve.h"
#include "suites.h"
#include "support.h"

static char path[108];
static int listen_fd, loads_fail_from = 1000, worker_status = -1, workers_wanted = 2;

static bool load(void *arg, struct prefork_plan *out, struct error *e)
{
    int *loads = arg;

    if (++*loads >= loads_fail_from)
        return error_set(e, ERROR_CONFIG, "no");
    *out = (struct prefork_plan){ .workers = workers_wanted, .shutdown_timeout_s = 5 };
    return true;
}

static struct shared *shared;

static int work(void *arg, int ready_fd)
{
    struct service s = test_service();

    (void)arg;
    if (worker_status >= 0)
        return worker_status;
    s.shared = shared;
    s.shutdown_timeout_s = 5;
    return serve(listen_fd, &s, ready_fd);
}

static void stopping(void *arg)
{
    (void)arg;
    atomic_store(&shared->draining, true);
}

static int master(void)
{
    int loads = 0;
    const struct prefork_program p = { .arg = &loads, .load = load, .work = work, .stopping = stopping };

    shared = shared_map(NULL);
    return prefork_run(&p);
}

static void setup(void)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };

    snprintf(path, sizeof(path), "/tmp/aether-unit-%d.sock", (int)getpid());
    snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
    listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(listen_fd, (const struct sockaddr *)&at, sizeof(at)), 0);
    ck_assert_int_eq(listen(listen_fd, 256), 0);
}

static void teardown(void)
{
    unlink(path);
}

static pid_t start(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(master());
    return pid;
}

static int stop(pid_t pid, int signal_number)
{
    int status;

    kill(pid, signal_number);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int get(const char *target)
{
    char out[4096];
    int fd = client_connect(path), status;

    client_send(fd, "GET", target);
    status = client_receive(fd, out, sizeof(out));
    close(fd);
    return status;
}

/* The children of a process, by /proc. */
static int children(pid_t of, pid_t out[16])
{
    char name[64];
    FILE *f;
    int n = 0, pid;

    snprintf(name, sizeof(name), "/proc/%d/task/%d/children", (int)of, (int)of);
    f = fopen(name, "r");
    ck_assert_ptr_nonnull(f);
    while (n < 16 && fscanf(f, "%d", &pid) == 1)
        out[n++] = pid;
    fclose(f);
    return n;
}

START_TEST(starts_serves_and_stops)
{
    pid_t pid = start();

    ck_assert_int_eq(get("/live"), 200);
    ck_assert_int_eq(stop(pid, _i), 0);
}
END_TEST

START_TEST(a_dead_worker_is_replaced)
{
    pid_t pid = start(), workers[16], again[16];

    ck_assert_int_eq(get("/live"), 200);
    while (children(pid, workers) != 2)
        usleep(1000);
    kill(workers[0], SIGKILL);
    kill(workers[1], SIGKILL);
    while (children(pid, again) != 2 || again[0] == workers[0] || again[0] == workers[1] || again[1] == workers[1])
        usleep(1000);
    ck_assert_int_eq(get("/live"), 200);
    ck_assert_int_eq(stop(pid, SIGTERM), 0);
}
END_TEST

START_TEST(a_reload_replaces_all_and_drops_nothing)
{
    pid_t pid = start(), before[16], after[16];
    bool all_new = false;

    ck_assert_int_eq(get("/live"), 200);
    while (children(pid, before) != 2)
        usleep(1000);
    kill(pid, SIGHUP);
    while (!all_new) {
        int n = children(pid, after);

        ck_assert_int_eq(get("/open"), 200);
        all_new = n == 2 && after[0] != before[0] && after[0] != before[1] && after[1] != before[0] && after[1] != before[1];
    }
    ck_assert_int_eq(get("/live"), 200);
    ck_assert_int_eq(stop(pid, SIGTERM), 0);
}
END_TEST

START_TEST(a_bad_reload_changes_nothing)
{
    pid_t pid, before[16], after[16];

    loads_fail_from = 2;
    pid = start();
    ck_assert_int_eq(get("/live"), 200);
    while (children(pid, before) != 2)
        usleep(1000);
    kill(pid, SIGHUP);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(get("/open"), 200);
    ck_assert_int_eq(children(pid, after), 2);
    ck_assert_int_eq(after[0], before[0]);
    ck_assert_int_eq(after[1], before[1]);
    ck_assert_int_eq(stop(pid, SIGTERM), 0);
}
END_TEST

START_TEST(a_start_that_cannot_succeed_ends)
{
    loads_fail_from = 1;
    ck_assert_int_eq(master(), error_info_get(ERROR_CONFIG)->exit_status);
    loads_fail_from = 1000;
    worker_status = 7;
    for (workers_wanted = 1; workers_wanted < 4; workers_wanted++)
        ck_assert_int_eq(master(), 7);
}
END_TEST

START_TEST(workers_go_with_their_master)
{
    pid_t pid, workers[16];

    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid = start();
    ck_assert_int_eq(get("/live"), 200);
    while (children(pid, workers) != 2)
        usleep(1000);
    stop(pid, SIGKILL);
    for (int i = 0; i < 2; i++) {
        int status;

        ck_assert_int_eq(waitpid(workers[i], &status, 0), workers[i]);
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}
END_TEST

Suite *serve_suite(void)
{
    Suite *s = suite_create("serve");
    TCase *c = tcase_create("serve");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, starts_serves_and_stops, SIGINT, SIGQUIT + 1);
    tcase_add_loop_test(c, starts_serves_and_stops, SIGTERM, SIGTERM + 1);
    tcase_add_test(c, a_dead_worker_is_replaced);
    tcase_add_test(c, a_reload_replaces_all_and_drops_nothing);
    tcase_add_test(c, a_bad_reload_changes_nothing);
    tcase_add_test(c, a_start_that_cannot_succeed_ends);
    tcase_add_test(c, workers_go_with_their_master);
    suite_add_tcase(s, c);
    return s;
}
