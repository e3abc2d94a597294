/* The bytes of an event stream, read as FastCGI records (FastCGI 1.0, 3.3). */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/events.h"
#include "suites.h"

static int ends[2];
static struct events *events;

static void setup(void)
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    events = events_new();
    events_open(events, ends[0], 258, "Status: 200 OK\r\n\r\n", 18);
}

static void teardown(void)
{
    events_free(events);
    close(ends[0]);
    close(ends[1]);
}

/* All records that lie ready, their contents joined. */
static size_t receive(char *out, size_t size)
{
    unsigned char head[8];
    size_t used = 0;

    while (recv(ends[1], head, 8, MSG_DONTWAIT | MSG_WAITALL) == 8) {
        size_t len = (size_t)head[4] << 8 | head[5];

        ck_assert_int_eq(head[0], 1); /* version */
        ck_assert_int_eq(head[1], 6); /* STDOUT */
        ck_assert_int_eq(head[2], 1); /* 258 */
        ck_assert_int_eq(head[3], 2);
        ck_assert_uint_gt(len, 0);    /* an empty one would end the stream */
        ck_assert_uint_lt(used + len, size);
        ck_assert_int_eq(recv(ends[1], out + used, len, MSG_WAITALL), (ssize_t)len);
        used += len;
    }
    out[used] = '\0';
    return used;
}

START_TEST(a_stream_is_a_head_and_events)
{
    char out[4096];

    events_add_event(events, "stage", "1-running", "{\"a\":1}");
    ck_assert_str_eq(events->last_id, "1-running");
    ck_assert(!events_is_sent(events));
    ck_assert(events_send(events, 1000));
    ck_assert(events_is_sent(events));
    receive(out, sizeof(out));
    ck_assert_str_eq(out, "Status: 200 OK\r\n\r\nretry: 1000\n\nid: 1-running\nevent: stage\ndata: {\"a\":1}\n\n");
}
END_TEST

START_TEST(silence_is_broken_by_comments)
{
    char out[4096];

    ck_assert(events_send(events, 1000));
    receive(out, sizeof(out));
    ck_assert(events_send(events, 1000 + EVENTS_HEARTBEAT_MS - 1));
    ck_assert_uint_eq(receive(out, sizeof(out)), 0);
    ck_assert(events_send(events, 1000 + EVENTS_HEARTBEAT_MS));
    receive(out, sizeof(out));
    ck_assert_str_eq(out, ": \n\n");
    ck_assert(events_send(events, 1001 + EVENTS_HEARTBEAT_MS));
    ck_assert_uint_eq(receive(out, sizeof(out)), 0);
}
END_TEST

/* What the connection does not take is kept, in order; sending never waits. */
START_TEST(a_slow_reader_gets_all)
{
    static char data[100001], out[2000000];
    size_t used = 0;

    memset(data, 'x', sizeof(data) - 1);
    for (int i = 0; i < 8; i++)
        events_add_event(events, "stage", "1", data);
    ck_assert(events_send(events, 1));
    ck_assert(!events_is_sent(events));
    while (!events_is_sent(events)) {
        char part[8];

        for (int i = 0; i < 20000; i++) {
            ssize_t got = recv(ends[1], part, sizeof(part), MSG_DONTWAIT);

            if (got <= 0)
                break;
            memcpy(out + used, part, (size_t)got);
            used += (size_t)got;
        }
        ck_assert(events_send(events, 2));
    }
    for (ssize_t got; (got = recv(ends[1], out + used, 65536, MSG_DONTWAIT)) > 0;)
        used += (size_t)got;
    ck_assert_uint_gt(used, 8 * 100000);
    ck_assert_uint_lt(used, 8 * 100200);
}
END_TEST

START_TEST(a_reader_that_takes_nothing_is_given_up)
{
    static char data[100001];

    memset(data, 'x', sizeof(data) - 1);
    for (int i = 0; i < EVENTS_BACKLOG_MAX / 100000 + 5; i++)
        events_add_event(events, "stage", "1", data);
    ck_assert(!events_send(events, 1));
}
END_TEST

START_TEST(a_reader_that_is_gone_is_seen)
{
    close(ends[1]);
    ck_assert(!events_send(events, 1));
}
END_TEST

Suite *events_suite(void)
{
    Suite *s = suite_create("events");
    TCase *c = tcase_create("events");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, a_stream_is_a_head_and_events);
    tcase_add_test(c, silence_is_broken_by_comments);
    tcase_add_test(c, a_slow_reader_gets_all);
    tcase_add_test(c, a_reader_that_takes_nothing_is_given_up);
    tcase_add_test(c, a_reader_that_is_gone_is_seen);
    suite_add_tcase(s, c);
    return s;
}
