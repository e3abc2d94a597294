/* What is counted, by whom, and how it is printed. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/metrics.h"
#include "support.h"

static struct segment *segment;
static struct arena *arena;

static void setup(void)
{
    segment = segment_map(NULL, NULL);
    arena = arena_new(64 << 20);
    ck_assert_ptr_nonnull(segment);
    metrics_use(segment);
}

static void teardown(void)
{
    metrics_use(NULL);
    segment_unmap(segment);
    arena_free(arena);
}

static const char *page(void)
{
    static const struct metric_samples none = { .count = 0 };

    return metrics_text(&none, arena);
}

#define HAS(line) ck_assert_msg(strstr(page(), "\n" line "\n") != NULL, "no line '%s' in %s", line, page())

START_TEST(every_metric_is_described_and_named_after_the_conventions)
{
    const char *text = page();
    int metrics = 0;

    for (const char *at = text; (at = strstr(at, "# TYPE ")) != NULL; at++) {
        char name[80], type[16], help[100];

        ck_assert_int_eq(sscanf(at, "# TYPE %79s %15s", name, type), 2);
        metrics++;
        snprintf(help, sizeof(help), "# HELP %s ", name);
        ck_assert_ptr_nonnull(strstr(text, help));
        ck_assert_msg((strcmp(type, "counter") == 0) == (strlen(name) > 6 && strcmp(name + strlen(name) - 6, "_total") == 0),
                      "%s is a %s", name, type);
    }
    ck_assert_int_eq(metrics, METRIC_COUNT);
    ck_assert_int_eq(text[strlen(text) - 1], '\n');
}
END_TEST

START_TEST(counts_are_kept_by_label)
{
    metric_add(METRIC_HTTP_REQUESTS, 2, "GET", "/live", "200");
    metric_add(METRIC_HTTP_REQUESTS, 1, "GET", "/live", "503");
    metric_add(METRIC_HTTP_REQUESTS, 1, "GET", "/live", "200");
    HAS("http_requests_total{method=\"GET\",path=\"/live\",status=\"200\"} 3");
    HAS("http_requests_total{method=\"GET\",path=\"/live\",status=\"503\"} 1");
}
END_TEST

/* Buckets are cumulative, a value on a bound belongs below it, and the last bucket is the count. */
START_TEST(a_histogram_adds_up)
{
    metric_observe(METRIC_RENDER_FACTOR, 5);
    metric_observe(METRIC_RENDER_FACTOR, 5.5);
    metric_observe(METRIC_RENDER_FACTOR, 1000);
    HAS("aether_render_realtime_factor_bucket{le=\"2\"} 0");
    HAS("aether_render_realtime_factor_bucket{le=\"5\"} 1");
    HAS("aether_render_realtime_factor_bucket{le=\"10\"} 2");
    HAS("aether_render_realtime_factor_bucket{le=\"120\"} 2");
    HAS("aether_render_realtime_factor_bucket{le=\"+Inf\"} 3");
    HAS("aether_render_realtime_factor_sum 1010.500000");
    HAS("aether_render_realtime_factor_count 3");
    metric_observe(METRIC_GENERATION_DURATION, 0.25, "jazz");
    HAS("aether_generation_duration_seconds_bucket{genre=\"jazz\",le=\"0.25\"} 1");
    HAS("aether_generation_duration_seconds_sum{genre=\"jazz\"} 0.250000");
}
END_TEST

START_TEST(odd_values_do_not_break_the_page)
{
    metric_add(METRIC_HTTP_REFUSED, 1, "a\"b\\c\nd}e");
    HAS("aether_requests_refused_total{reason=\"a\\\"b\\\\c d}e\"} 1");
    metric_add(METRIC_HTTP_REQUESTS, 1, "a method that is much longer than any method has ever been in the whole history of HTTP",
               "a path that is much longer than any path has ever been in the whole history of HTTP and beyond", "200");
    for (const char *at = page(); (at = strchr(at, '\n')) != NULL && *++at != '\0';)
        ck_assert_msg(*at == '#' || strncmp(at, "http_", 5) == 0 || strncmp(at, "aether_", 7) == 0, "%.80s", at);
}
END_TEST

enum { PROCESSES = 4, THREADS = 3, ROUNDS = 5000, SERIES = 7 };

static void *count_some(void *arg)
{
    static const char *const names[SERIES] = { "a", "b", "c", "d", "e", "f", "g" };

    (void)arg;
    for (int i = 0; i < ROUNDS; i++)
        metric_add(METRIC_HTTP_REFUSED, 1, names[i % SERIES]);
    return NULL;
}

static int64_t refused(void)
{
    int64_t sum = 0;

    for (const char *at = page(); (at = strstr(at, "\naether_requests_refused_total{")) != NULL; at++)
        sum += strtoll(strchr(at, '}') + 1, NULL, 10);
    return sum;
}

START_TEST(nothing_is_lost_between_processes)
{
    for (int p = 0; p < PROCESSES; p++) {
        if (fork() == 0) {
            pthread_t threads[THREADS];

            for (int i = 0; i < THREADS; i++)
                pthread_create(&threads[i], NULL, count_some, NULL);
            for (int i = 0; i < THREADS; i++)
                pthread_join(threads[i], NULL);
            _exit(0);
        }
    }
    while (wait(NULL) > 0)
        ;
    ck_assert_int_eq(refused(), PROCESSES * THREADS * ROUNDS);
}
END_TEST

/* What a process counted before it was killed stays, and those after it can count on. */
START_TEST(a_killed_process_leaves_its_counts)
{
    int64_t before;

    for (int i = 0; i < 20; i++) {
        pid_t pid = fork();

        if (pid == 0)
            for (;;)
                count_some(NULL);
        before = refused();
        while (refused() == before)
            usleep(500);
        before = refused();
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        ck_assert_int_ge(refused(), before);
    }
    before = refused();
    count_some(NULL);
    ck_assert_int_eq(refused(), before + ROUNDS);
}
END_TEST

START_TEST(a_full_table_says_so)
{
    struct metric_sample items[4];
    struct metric_samples samples = { .items = items };

    for (int i = 0; i < 2 * SEGMENT_SERIES; i++) {
        char name[16];

        snprintf(name, sizeof(name), "%d", i);
        metric_add(METRIC_HTTP_REFUSED, 1, name);
    }
    metrics_look_at_processes(&samples, 1, arena);
    ck_assert_uint_eq(samples.count, 1);
    ck_assert_int_eq(samples.items[0].metric, METRIC_DROPPED);
    ck_assert_int_eq(refused() + (int64_t)samples.items[0].value, 2 * SEGMENT_SERIES);
}
END_TEST

START_TEST(processes_are_looked_at)
{
    struct metric_sample items[64];
    struct metric_samples samples = { .items = items };
    const char *text;

    atomic_store(&segment->seats[PROGRAM_RENDER][0].pid, getpid());
    atomic_store(&segment->seats[PROGRAM_RENDER][0].state, SEAT_SERVING);
    atomic_store(&segment->seats[PROGRAM_RENDER][0].streams, 2);
    metrics_look_at_processes(&samples, 64, arena);
    text = metrics_text(&samples, arena);
    ck_assert_ptr_nonnull(strstr(text, "\naether_workers{program=\"aether-render\",state=\"serving\"} 1\n"));
    ck_assert_ptr_nonnull(strstr(text, "\naether_workers{program=\"aether-api\",state=\"serving\"} 0\n"));
    ck_assert_ptr_nonnull(strstr(text, "\naether_process_resident_bytes{program=\"aether-render\",worker=\"0\"} "));
    ck_assert_ptr_nonnull(strstr(text, "\naether_event_streams 2\n"));
}
END_TEST

Suite *metrics_suite(void)
{
    Suite *suite = suite_create("metrics");
    TCase *t = tcase_create("metrics");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, every_metric_is_described_and_named_after_the_conventions);
    tcase_add_test(t, counts_are_kept_by_label);
    tcase_add_test(t, a_histogram_adds_up);
    tcase_add_test(t, odd_values_do_not_break_the_page);
    tcase_add_test(t, nothing_is_lost_between_processes);
    tcase_add_test(t, a_killed_process_leaves_its_counts);
    tcase_add_test(t, a_full_table_says_so);
    tcase_add_test(t, processes_are_looked_at);
    suite_add_tcase(suite, t);
    return suite;
}
