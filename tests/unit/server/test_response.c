/* Headers, heads and problems. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "server/response.h"
#include "suites.h"

START_TEST(head_has_status_and_headers)
{
    struct arena *a = arena_new(1 << 20);
    struct response r;

    response_init(&r, a);
    response_empty(&r, 202);
    response_header(&r, "Location", "/v1/jobs/%d", 7);
    response_header(&r, "location", "/v1/jobs/%d", 8);
    response_head(&r);
    ck_assert_str_eq(r.head, "Status: 202 Accepted\r\nlocation: /v1/jobs/8\r\n\r\n");
    ck_assert_uint_eq(r.head_len, strlen(r.head));
    arena_free(a);
}
END_TEST

START_TEST(values_cannot_break_out)
{
    struct arena *a = arena_new(1 << 20);
    struct response r;

    response_init(&r, a);
    response_empty(&r, 200);
    response_header(&r, "X-A", "%s", "a\r\nSet-Cookie: b\x7f");
    ck_assert_str_eq(response_header_get(&r, "x-a"), "a  Set-Cookie: b ");
    arena_free(a);
}
END_TEST

START_TEST(heads_stay_small)
{
    struct arena *a = arena_new(1 << 20);
    char longest[3000];
    struct response r;

    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    response_init(&r, a);
    response_empty(&r, 200);
    response_header(&r, "X-A", "%s", longest);
    response_header(&r, "X-B", "%s", longest + 1000);
    response_header(&r, "X-C", "c");
    response_head(&r);
    ck_assert_uint_le(r.head_len, RESPONSE_HEAD_MAX);
    ck_assert_ptr_null(strstr(r.head, "X-A"));
    ck_assert_ptr_nonnull(strstr(r.head, "X-B"));
    ck_assert_ptr_nonnull(strstr(r.head, "X-C: c\r\n"));
    arena_free(a);
}
END_TEST

START_TEST(every_error_has_a_status_text)
{
    ck_assert_str_ne(status_text(error_info_get((enum error_code)_i)->http_status), "");
}
END_TEST

Suite *response_suite(void)
{
    Suite *s = suite_create("response");
    TCase *c = tcase_create("response");

    tcase_add_test(c, head_has_status_and_headers);
    tcase_add_test(c, values_cannot_break_out);
    tcase_add_test(c, heads_stay_small);
    tcase_add_loop_test(c, every_error_has_a_status_text, 0, ERROR_COUNT);
    suite_add_tcase(s, c);
    return s;
}
