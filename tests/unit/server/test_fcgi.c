/* libfcgi's fields that are marked "don't use": if one of these tests fails, src/server/fcgi.c must be thought over. */
#include <fcgiapp.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/fcgi.h"
#include "suites.h"
#include "support.h"

static void inject(FCGX_Request *r, int fd)
{
    ck_assert_int_eq(FCGX_InitRequest(r, -1, 0), 0);
    r->keepConnection = 1;
    r->detached = 1;
    r->ipcFd = fd;
}

START_TEST(a_fresh_request_has_the_values_that_we_count_on)
{
    FCGX_Request r;

    memset(&r, 0xff, sizeof(r));
    ck_assert_int_eq(FCGX_InitRequest(&r, -1, 0), 0);
    ck_assert_int_eq(r.ipcFd, -1);
    ck_assert_int_eq(r.listen_sock, -1);
    ck_assert_int_eq(r.detached, 0);
    ck_assert_int_eq(r.keepConnection, 0);
    ck_assert_ptr_null(r.in);
    ck_assert_ptr_null(r.out);
    ck_assert_ptr_null(r.paramsPtr);
}
END_TEST

START_TEST(accept_reads_from_an_injected_connection)
{
    int ends[2];
    FCGX_Request r;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    client_send(ends[0], "GET", "/x");
    inject(&r, ends[1]);
    ck_assert_int_eq(FCGX_Accept_r(&r), 0);
    ck_assert_int_eq(r.ipcFd, ends[1]);
    ck_assert_int_eq(r.requestId, 1);
    ck_assert_int_eq(r.keepConnection, 0);
    ck_assert_str_eq(FCGX_GetParam("REQUEST_URI", r.envp), "/x");
    FCGX_FClose(r.err);
    FCGX_FClose(r.out);
    FCGX_Free(&r, 0);
    ck_assert_int_ge(fcntl(ends[1], F_GETFD), 0); /* the descriptor stays ours */
    close(ends[0]);
    close(ends[1]);
}
END_TEST

/* Without `detached` libfcgi would wait up to two seconds for the peer, in select(). */
START_TEST(a_broken_connection_is_closed_without_waiting)
{
    enum { HIGH_FD = 1500 };
    int ends[2];
    FCGX_Request r;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    if (dup2(ends[1], HIGH_FD) < 0)
        return; /* not allowed here */
    ck_assert_int_eq(send(ends[0], "GET / HTTP/1.1\r\n\r\n", 18, 0), 18);
    inject(&r, HIGH_FD);
    ck_assert_int_ne(FCGX_Accept_r(&r), 0);
    ck_assert_int_lt(fcntl(HIGH_FD, F_GETFD), 0);
    ck_assert_int_eq(r.ipcFd, -1);
}
END_TEST

static int answer_of(const char *announced, const char *body, size_t max, enum error_code *code)
{
    struct arena *a = arena_new(1 << 24);
    int ends[2], status;
    struct fcgi *f;
    struct wire wire;
    const char *text;
    char out[256];
    size_t len;
    struct error e = { .code = ERROR_NONE };

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    client_send_head(ends[0], "POST", "/x", announced);
    client_send_body(ends[0], body, strlen(body));
    client_send_end(ends[0]);
    f = fcgi_open(ends[1]);
    ck_assert_ptr_nonnull(f);
    wire = fcgi_wire(f);
    if (wire.body(wire.arg, a, max, &text, &len, &e)) {
        ck_assert_uint_eq(len, strlen(body));
        ck_assert_str_eq(text, body);
    }
    *code = e.code;
    ck_assert(fcgi_answer(f, "Status: 200 OK\r\n\r\n", 18, "ok", 2));
    fcgi_close(f);
    status = client_receive(ends[0], out, sizeof(out));
    close(ends[0]);
    arena_free(a);
    return status;
}

START_TEST(bodies)
{
    static char large[100001];
    enum error_code code;

    memset(large, 'x', sizeof(large) - 1);
    ck_assert_int_eq(answer_of("5", "hello", 5, &code), 200);
    ck_assert_int_eq(code, ERROR_NONE);
    ck_assert_int_eq(answer_of("", "hello", 5, &code), 200); /* chunked */
    ck_assert_int_eq(code, ERROR_NONE);
    ck_assert_int_eq(answer_of("", "", 5, &code), 200);
    ck_assert_int_eq(code, ERROR_NONE);
    ck_assert_int_eq(answer_of("5", "hello", 4, &code), 200);
    ck_assert_int_eq(code, ERROR_TOO_LARGE);
    ck_assert_int_eq(answer_of("9", "hello", 100, &code), 200);
    ck_assert_int_eq(code, ERROR_INPUT);
    ck_assert_int_eq(answer_of("100000", large, sizeof(large), &code), 200);
    ck_assert_int_eq(code, ERROR_NONE);
    ck_assert_int_eq(answer_of("100000", large, 100000, &code), 200);
    ck_assert_int_eq(code, ERROR_NONE);
    ck_assert_int_eq(answer_of("100000", large, 99999, &code), 200);
    ck_assert_int_eq(code, ERROR_TOO_LARGE);
}
END_TEST

Suite *fcgi_suite(void)
{
    Suite *s = suite_create("fcgi");
    TCase *c = tcase_create("fcgi");

    tcase_add_checked_fixture(c, fcgi_init, NULL);
    tcase_add_test(c, a_fresh_request_has_the_values_that_we_count_on);
    tcase_add_test(c, accept_reads_from_an_injected_connection);
    tcase_add_test(c, a_broken_connection_is_closed_without_waiting);
    tcase_add_test(c, bodies);
    suite_add_tcase(s, c);
    return s;
}
