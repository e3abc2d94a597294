/* The accept loop, the threads and the waits, over a real socket. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/acceptor.h"
#include "server/fcgi.h"
#include "suites.h"
#include "support.h"

static struct service service;
static struct acceptor *acceptor;
static char path[108];
static int listen_fd;
static pthread_t loop;

static void *run(void *arg)
{
    return acceptor_run(arg) ? acceptor : NULL;
}

static void setup(void)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    sigset_t all;

    sigfillset(&all);
    sigdelset(&all, SIGABRT);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    fcgi_init();
    snprintf(path, sizeof(path), "/tmp/aether-unit-%d.sock", (int)getpid());
    snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
    listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(listen_fd, (const struct sockaddr *)&at, sizeof(at)), 0);
    ck_assert_int_eq(listen(listen_fd, 256), 0);
    service = test_service();
    acceptor = acceptor_new(listen_fd, &service, NULL);
    ck_assert_ptr_nonnull(acceptor);
    ck_assert_int_eq(pthread_create(&loop, NULL, run, acceptor), 0);
}

/* Waits for the end of the loop: true when everything was answered. */
static bool ended(void)
{
    void *drained;

    pthread_join(loop, &drained);
    if (drained != NULL)
        acceptor_free(acceptor);
    shared_unmap(service.shared);
    close(listen_fd);
    unlink(path);
    return drained != NULL;
}

static bool leave(void)
{
    acceptor_drain(acceptor, ACCEPTOR_LEAVE, 3600 * 1000);
    return ended();
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

/* At most as long as Check's own time limit. */
#define UNTIL(condition) \
    while (!(condition)) \
    usleep(1000)

START_TEST(serves)
{
    for (int i = 0; i < 200; i++)
        ck_assert_int_eq(get(i % 2 == 0 ? "/live" : "/nothing"), i % 2 == 0 ? 200 : 404);
    ck_assert(leave());
}
END_TEST

static void *hammer(void *arg)
{
    long good = 0;

    (void)arg;
    for (int i = 0; i < 200; i++)
        good += get("/open") == 200;
    return (void *)good;
}

START_TEST(serves_many_at_once)
{
    pthread_t threads[8];

    for (int i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, hammer, NULL);
    for (int i = 0; i < 8; i++) {
        void *good;

        pthread_join(threads[i], &good);
        ck_assert_int_eq((long)good, 200);
    }
    ck_assert(leave());
}
END_TEST

START_TEST(waits_hold_no_thread)
{
    enum { WAITS = 64 };
    int fds[WAITS];
    char out[4096];

    for (int i = 0; i < WAITS; i++) {
        fds[i] = client_connect(path);
        client_send(fds[i], "GET", "/wait");
    }
    UNTIL(waiting == WAITS);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(get("/live"), 200);
    gate = true;
    for (int i = 0; i < WAITS; i++) {
        ck_assert_int_eq(client_receive(fds[i], out, sizeof(out)), 200);
        ck_assert_ptr_nonnull(strstr(out, "{\"done\":true}"));
        close(fds[i]);
    }
    ck_assert(leave());
}
END_TEST

START_TEST(a_client_that_goes_ends_its_wait)
{
    for (int i = 0; i < 8; i++) {
        int fd = client_connect(path);

        client_send(fd, "GET", "/wait");
        UNTIL(waiting == i + 1);
        close(fd);
    }
    ck_assert(leave()); /* the gate stays shut and the time limit is an hour */
}
END_TEST

START_TEST(heavy_ones_leave_a_thread)
{
    enum { MANY = 8 };
    int fds[MANY];
    char out[4096];

    for (int i = 0; i < MANY; i++) {
        fds[i] = client_connect(path);
        client_send(fds[i], "POST", "/heavy");
    }
    UNTIL(heavy == 1);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(get("/live"), 200);
    ck_assert_int_eq(heavy, 1);
    gate = true;
    for (int i = 0; i < MANY; i++) {
        ck_assert_int_eq(client_receive(fds[i], out, sizeof(out)), 200);
        close(fds[i]);
    }
    ck_assert(leave());
}
END_TEST

START_TEST(silent_and_rude_peers_harm_nobody)
{
    static const char noise[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    int silent[16], fd;
    char out[4096];

    for (int i = 0; i < 16; i++)
        silent[i] = client_connect(path);
    for (int i = 0; i < 16; i++)
        close(client_connect(path));
    fd = client_connect(path);
    ck_assert_int_gt(send(fd, noise, sizeof(noise) - 1, MSG_NOSIGNAL), 0);
    ck_assert_int_eq(client_receive(fd, out, sizeof(out)), 0);
    close(fd);
    fd = client_connect(path); /* goes inside its parameters */
    ck_assert_int_eq(send(fd, "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0\1\4\0\1", 20, MSG_NOSIGNAL), 20);
    close(fd);
    fd = client_connect(path); /* goes inside its body */
    client_send_head(fd, "POST", "/raw", "100");
    client_send_body(fd, "abc", 3);
    close(fd);
    fd = client_connect(path); /* goes without reading */
    client_send(fd, "GET", "/open");
    close(fd);
    ck_assert_int_eq(get("/live"), 200);
    ck_assert(leave());
    for (int i = 0; i < 16; i++) {
        ck_assert_int_eq(recv(silent[i], out, 1, 0), 0);
        close(silent[i]);
    }
}
END_TEST

static int post(const char *announced, const char *body, size_t len, char *out, size_t size)
{
    int fd = client_connect(path), status;

    client_send_head(fd, "POST", "/raw", announced);
    client_send_body(fd, body, len);
    client_send_end(fd);
    status = client_receive(fd, out, size);
    close(fd);
    return status;
}

START_TEST(bodies_small_large_and_cut)
{
    static char large[3 << 20], out[1 << 17];

    memset(large, 'x', sizeof(large));
    ck_assert_int_eq(post("", "abc", 3, out, sizeof(out)), 200);
    ck_assert_ptr_nonnull(strstr(out, "\r\n\r\nabc"));
    ck_assert_int_eq(post("65536", large, 65536, out, sizeof(out)), 200);
    ck_assert_uint_eq(strlen(strstr(out, "\r\n\r\n")), 4 + 65536);
    ck_assert_int_eq(post("65537", large, 65537, out, sizeof(out)), 413);
    ck_assert_int_eq(post("", large, sizeof(large), out, sizeof(out)), 413);
    ck_assert_int_eq(post("10", "abc", 3, out, sizeof(out)), 400);
    ck_assert(leave());
}
END_TEST

START_TEST(stopping_answers_probes_and_finishes_what_there_is)
{
    int fd = client_connect(path);
    char out[4096];

    client_send(fd, "GET", "/wait");
    UNTIL(waiting == 1);
    atomic_store(&service.shared->draining, true);
    acceptor_drain(acceptor, ACCEPTOR_STOP, 3600 * 1000);
    ck_assert_int_eq(get("/live"), 200);
    ck_assert_int_eq(get("/open"), 503);
    gate = true;
    ck_assert_int_eq(client_receive(fd, out, sizeof(out)), 200);
    close(fd);
    ck_assert(ended());
}
END_TEST

START_TEST(waits_are_answered_before_the_time_is_up)
{
    int fd = client_connect(path);
    char out[4096];

    client_send(fd, "GET", "/wait");
    UNTIL(waiting == 1);
    acceptor_drain(acceptor, ACCEPTOR_STOP, 1000);
    ck_assert_int_eq(client_receive(fd, out, sizeof(out)), 202);
    close(fd);
    ck_assert(ended());
}
END_TEST

START_TEST(what_does_not_end_is_cut_off)
{
    int fd = client_connect(path);

    client_send(fd, "POST", "/heavy");
    UNTIL(heavy == 1);
    acceptor_drain(acceptor, ACCEPTOR_STOP, 100);
    ck_assert(!ended());
    close(fd);
    _exit(0); /* as the worker does */
}
END_TEST

Suite *acceptor_suite(void)
{
    Suite *s = suite_create("acceptor");
    TCase *c = tcase_create("acceptor");

    tcase_add_checked_fixture(c, setup, NULL);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, serves);
    tcase_add_test(c, serves_many_at_once);
    tcase_add_test(c, waits_hold_no_thread);
    tcase_add_test(c, a_client_that_goes_ends_its_wait);
    tcase_add_test(c, heavy_ones_leave_a_thread);
    tcase_add_test(c, silent_and_rude_peers_harm_nobody);
    tcase_add_test(c, bodies_small_large_and_cut);
    tcase_add_test(c, stopping_answers_probes_and_finishes_what_there_is);
    tcase_add_test(c, waits_are_answered_before_the_time_is_up);
    tcase_add_exit_test(c, what_does_not_end_is_cut_off, 0);
    suite_add_tcase(s, c);
    return s;
}
