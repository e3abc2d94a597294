/* The rate limiter: exact over time, over processes, and of bounded size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/shared.h"
#include "suites.h"

#define SECOND_NS INT64_C(1000000000)

static struct shared *shared;

static void setup(void)
{
    shared = shared_map(NULL);
    ck_assert_ptr_nonnull(shared);
}

static void teardown(void)
{
    shared_unmap(shared);
}

static struct rate_verdict take(const char *client, double rps, int burst, int64_t now_ns)
{
    struct rate_verdict v;

    rate_take(&shared->rate, client, rps, burst, now_ns, &v);
    return v;
}

START_TEST(a_burst_then_the_rate)
{
    const int64_t t0 = 1000 * SECOND_NS;
    struct rate_verdict v;

    for (int i = 0; i < 5; i++) {
        v = take("a", 2, 5, t0);
        ck_assert(v.allowed);
        ck_assert_int_eq(v.remaining, 4 - i);
    }
    ck_assert_int_eq(v.limit, 5);
    ck_assert_int_eq(v.window_s, 3);
    ck_assert_int_eq(v.reset_s, 3);
    v = take("a", 2, 5, t0);
    ck_assert(!v.allowed);
    ck_assert_int_eq(v.remaining, 0);
    ck_assert_int_eq(v.retry_s, 1);
    ck_assert(!take("a", 2, 5, t0 + SECOND_NS / 2 - 1).allowed);
    ck_assert(take("a", 2, 5, t0 + SECOND_NS / 2).allowed);
    ck_assert(!take("a", 2, 5, t0 + SECOND_NS / 2).allowed);
    ck_assert(take("b", 2, 5, t0).allowed);
    for (int i = 0; i < 5; i++)
        ck_assert(take("a", 2, 5, t0 + 60 * SECOND_NS).allowed);
    ck_assert(!take("a", 2, 5, t0 + 60 * SECOND_NS).allowed);
}
END_TEST

/* A refused request costs nothing: knocking all the time gets the full rate, not less. */
START_TEST(knocking_costs_nothing)
{
    int let_through = 0;

    for (int ms = 0; ms < 10000; ms++)
        let_through += take("a", 10, 1, SECOND_NS + ms * (SECOND_NS / 1000)).allowed;
    ck_assert_int_eq(let_through, 100);
}
END_TEST

START_TEST(a_stricter_policy_holds_at_once)
{
    for (int i = 0; i < 100; i++)
        ck_assert(take("a", 1, 100, SECOND_NS).allowed);
    ck_assert(!take("a", 10, 2, SECOND_NS).allowed);
    ck_assert(take("a", 10, 2, SECOND_NS + SECOND_NS / 10).allowed);
}
END_TEST

START_TEST(is_exact_over_processes)
{
    enum { PROCESSES = 4, TRIES = 4000, BURST = 1000 };
    int total = 0, fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    for (int i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            int mine = 0;

            for (int k = 0; k < TRIES; k++)
                mine += take("all", 1, BURST, SECOND_NS).allowed;
            _exit(write(fds[1], &mine, sizeof(mine)) == (ssize_t)sizeof(mine) ? 0 : 1);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int one;

        ck_assert_int_eq(read(fds[0], &one, sizeof(one)), sizeof(one));
        total += one;
        wait(NULL);
    }
    ck_assert_int_eq(total, BURST);
}
END_TEST

START_TEST(a_dead_owner_stops_nobody)
{
    pid_t pid = fork();

    if (pid == 0) {
        for (int i = 0; i < RATE_SHARDS; i++)
            pthread_mutex_lock(&shared->rate.shards[i].lock);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    for (int i = 0; i < 1000; i++) {
        char client[16];

        snprintf(client, sizeof(client), "%d", i);
        ck_assert(take(client, 1, 1, SECOND_NS).allowed);
    }
}
END_TEST

START_TEST(many_clients_do_not_set_others_free)
{
    enum { CROWD = RATE_SHARDS * RATE_WAYS / 2 };
    char client[16];

    for (int i = 0; i < CROWD; i++) {
        snprintf(client, sizeof(client), "%d", i);
        ck_assert(take(client, 1, 1, SECOND_NS).allowed);
    }
    for (int i = 0; i < CROWD; i++) {
        snprintf(client, sizeof(client), "%d", i);
        ck_assert(!take(client, 1, 1, SECOND_NS).allowed);
    }
    for (int i = 0; i < 20 * CROWD; i++) { /* far more than there is room for: served, and no worse */
        snprintf(client, sizeof(client), "x%d", i);
        ck_assert(take(client, 1, 1, SECOND_NS).allowed);
    }
}
END_TEST

/* The first number of /proc/self/statm, in pages: all that the process has mapped. */
static long mapped_pages(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    char line[64] = "";

    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), file));
    fclose(file);
    return strtol(line, NULL, 10);
}

START_TEST(made_up_addresses_take_no_memory)
{
    char client[32];
    long before;

    take("warm", 10, 20, SECOND_NS);
    before = mapped_pages();
    for (int i = 0; i < 100000; i++) {
        snprintf(client, sizeof(client), "address 10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
        ck_assert(take(client, 10, 20, SECOND_NS).allowed);
    }
    ck_assert_int_eq(mapped_pages(), before);
}
END_TEST

Suite *rate_suite(void)
{
    Suite *s = suite_create("rate");
    TCase *c = tcase_create("rate");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, a_burst_then_the_rate);
    tcase_add_test(c, knocking_costs_nothing);
    tcase_add_test(c, a_stricter_policy_holds_at_once);
    tcase_add_test(c, is_exact_over_processes);
    tcase_add_test(c, a_dead_owner_stops_nobody);
    tcase_add_test(c, many_clients_do_not_set_others_free);
    tcase_add_test(c, made_up_addresses_take_no_memory);
    suite_add_tcase(s, c);
    return s;
}
