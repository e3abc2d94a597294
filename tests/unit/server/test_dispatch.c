/* The dispatcher without a wire: what a row says is what happens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "server/problem.h"
#include "suites.h"
#include "support.h"

static struct service service;

static void setup(void)
{
    service = test_service();
}

static void teardown(void)
{
    shared_unmap(service.shared);
}

#define PARAMS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define JSON_TYPE "CONTENT_TYPE=application/json"

static const struct {
    const char *method, *target, *key, *type, *body;
    int status;
    const char *slug; /* of the problem */
} cases[] = {
    { "GET", "/live", NULL, NULL, NULL, 200, NULL },
    { "HEAD", "/live", NULL, NULL, NULL, 200, NULL },
    { "GET", "/open", "HTTP_X_API_KEY=wrong", NULL, NULL, 200, NULL },
    { "GET", "/mine", NULL, NULL, NULL, 401, "authentication-needed" },
    { "GET", "/mine", "HTTP_X_API_KEY=wrong", NULL, NULL, 401, "authentication-needed" },
    { "GET", "/mine", "HTTP_X_API_KEY=reader", NULL, NULL, 200, NULL },
    { "GET", "/mine", "HTTP_AUTHORIZATION=Bearer reader", NULL, NULL, 200, NULL },
    { "GET", "/mine", "HTTP_AUTHORIZATION=bearer  reader", NULL, NULL, 200, NULL },
    { "GET", "/mine", "HTTP_AUTHORIZATION=Basic reader", NULL, NULL, 401, "authentication-needed" },
    { "GET", "/mine", "HTTP_AUTHORIZATION=reader", NULL, NULL, 401, "authentication-needed" },
    { "POST", "/things/7", "HTTP_X_API_KEY=reader", JSON_TYPE, "{\"name\":\"a\"}", 403, "scope-missing" },
    { "POST", "/things/7", "HTTP_X_API_KEY=writer", JSON_TYPE, "{\"name\":\"a\"}", 200, NULL },
    { "POST", "/things/7", "HTTP_X_API_KEY=writer", NULL, "{\"name\":\"a\"}", 415, "unsupported-media-type" },
    { "POST", "/things/7", "HTTP_X_API_KEY=writer", "CONTENT_TYPE=text/plain", "{}", 415, "unsupported-media-type" },
    { "POST", "/things/7", "HTTP_X_API_KEY=writer", JSON_TYPE, "", 400, "invalid-request" },
    { "POST", "/things/7", "HTTP_X_API_KEY=writer", JSON_TYPE, "{\"name\":", 400, "invalid-request" },
    { "POST", "/things/7", "HTTP_X_API_KEY=writer", JSON_TYPE, "null", 400, "invalid-request" },
    { "POST", "/things/7", "HTTP_X_API_KEY=writer", JSON_TYPE, "[]", 400, "invalid-request" },
    { "POST", "/things/7", "HTTP_X_API_KEY=writer", JSON_TYPE, "{}", 422, "validation-failed" },
    { "POST", "/things/7", "HTTP_X_API_KEY=writer", JSON_TYPE, "{\"name\":\"a\",\"count\":10}", 422, "validation-failed" },
    { "POST", "/things/7", "HTTP_X_API_KEY=writer", JSON_TYPE, "{\"name\":\"a\",\"nam\":1}", 422, "validation-failed" },
    { "POST", "/loose", "HTTP_X_API_KEY=writer", JSON_TYPE, "{\"name\":\"a\",\"nam\":1}", 200, NULL },
    { "GET", "/nothing", NULL, NULL, NULL, 404, "not-found" },
    { "GET", "/%00", NULL, NULL, NULL, 400, "invalid-request" },
    { "GET", "/open%2F", NULL, NULL, NULL, 400, "invalid-request" },
    { "DELETE", "/open", NULL, NULL, NULL, 405, "method-not-allowed" },
    { "TRACE", "/open", NULL, NULL, NULL, 405, "method-not-allowed" },
    { "OPTIONS", "/open", NULL, NULL, NULL, 204, NULL },
    { "OPTIONS", "/things/7", NULL, NULL, NULL, 204, NULL },
    { "OPTIONS", "/nothing", NULL, NULL, NULL, 404, "not-found" },
    { "GET", "/hoard", NULL, NULL, NULL, 413, "too-large" },
};

START_TEST(cases_end_as_they_should)
{
    const char *params[3] = { NULL };
    int n = 0;
    struct reply *r;

    if (cases[_i].key != NULL)
        params[n++] = cases[_i].key;
    if (cases[_i].type != NULL)
        params[n++] = cases[_i].type;
    r = reply_new(&service, cases[_i].method, cases[_i].target, params, cases[_i].body);
    ck_assert_int_eq(r->outcome, DISPATCH_ANSWERED);
    ck_assert_int_eq(r->response.status, cases[_i].status);
    ck_assert_ptr_nonnull(response_header_get(&r->response, "X-Request-ID"));
    ck_assert_str_eq(response_header_get(&r->response, "X-Content-Type-Options"), "nosniff");
    ck_assert_str_eq(response_header_get(&r->response, "Cache-Control"), "no-store");
    if (cases[_i].slug != NULL) {
        ck_assert_str_eq(response_header_get(&r->response, "Content-Type"), "application/problem+json");
        ck_assert_str_eq(strrchr(reply_get(r, "type"), ':') + 1, cases[_i].slug);
        ck_assert_int_eq(strtol(reply_get(r, "status"), NULL, 10), cases[_i].status);
        ck_assert_str_eq(reply_get(r, "request_id"), r->request.id);
        ck_assert_ptr_nonnull(reply_get(r, "title"));
        ck_assert_ptr_nonnull(reply_get(r, "detail"));
    }
    if (cases[_i].status == 401)
        ck_assert_ptr_nonnull(response_header_get(&r->response, "WWW-Authenticate"));
    if (cases[_i].status == 405 || cases[_i].status == 204)
        ck_assert_ptr_nonnull(strstr(response_header_get(&r->response, "Allow"), "OPTIONS"));
    reply_free(r);
}
END_TEST

START_TEST(every_error_code_becomes_its_status)
{
    char target[32];
    struct reply *r;

    snprintf(target, sizeof(target), "/fail/%d", _i);
    r = reply_new(&service, "GET", target, NULL, NULL);
    ck_assert_int_eq(r->response.status, error_info_get((enum error_code)_i)->http_status);
    ck_assert_str_eq(reply_get(r, "detail"), "the reason");
    ck_assert_str_eq(reply_get(r, "instance"), target);
    reply_free(r);
    service.production = true;
    r = reply_new(&service, "GET", target, NULL, NULL);
    ck_assert_int_eq(reply_get(r, "detail") == NULL, error_info_get((enum error_code)_i)->http_status >= 500);
    reply_free(r);
}
END_TEST

START_TEST(a_row_is_enforced_and_the_input_arrives)
{
    struct reply *r = reply_new(&service, "POST", "/things/caf%C3%A9?x=1", PARAMS("HTTP_X_API_KEY=writer", JSON_TYPE),
                                "{\"name\":\"n\",\"count\":null}");

    ck_assert_str_eq(reply_get(r, "id"), "café");
    ck_assert_str_eq(reply_get(r, "name"), "n");
    ck_assert_str_eq(reply_get(r, "count"), "3");
    ck_assert_str_eq(r->request.query, "x=1");
    reply_free(r);
}
END_TEST

START_TEST(problems_point_at_fields)
{
    struct reply *r = reply_new(&service, "POST", "/things/1", PARAMS("HTTP_X_API_KEY=writer", JSON_TYPE),
                                "{\"count\":99}");
    json_object *tree = json_read(r->spare, r->response.body, strlen(r->response.body), NULL);
    json_object *errors = json_object_object_get(tree, "errors");

    ck_assert_uint_eq(json_object_array_length(errors), 2);
    for (size_t i = 0; i < 2; i++) {
        const char *pointer = json_get_string(json_object_array_get_idx(errors, i), "pointer");

        ck_assert(strcmp(pointer, "/name") == 0 || strcmp(pointer, "/count") == 0);
    }
    reply_free(r);
}
END_TEST

START_TEST(request_ids_are_taken_over_or_made)
{
    struct reply *r = reply_new(&service, "GET", "/live", PARAMS("HTTP_X_REQUEST_ID=my-id.0123"), NULL);

    ck_assert_str_eq(response_header_get(&r->response, "X-Request-ID"), "my-id.0123");
    reply_free(r);
    r = reply_new(&service, "GET", "/live", PARAMS("HTTP_X_REQUEST_ID=bad id\r\nX: y"), NULL);
    ck_assert_uint_eq(strlen(response_header_get(&r->response, "X-Request-ID")), 36);
    reply_free(r);
}
END_TEST

START_TEST(head_has_the_length_and_no_body)
{
    struct reply *r = reply_new(&service, "HEAD", "/open", NULL, NULL);

    ck_assert_str_eq(response_header_get(&r->response, "Content-Length"), "5");
    ck_assert_uint_eq(r->response.body_len, 0);
    reply_free(r);
}
END_TEST

START_TEST(authentication_can_be_off)
{
    struct reply *r;

    service.auth_enabled = false;
    r = reply_new(&service, "GET", "/mine", NULL, NULL);
    ck_assert_str_eq(reply_get(r, "organisation"), "local");
    reply_free(r);
    r = reply_new(&service, "POST", "/things/1", PARAMS(JSON_TYPE), "{\"name\":\"a\"}");
    ck_assert_int_eq(r->response.status, 200);
    reply_free(r);
}
END_TEST

START_TEST(scope_problems_name_the_scope)
{
    struct reply *r = reply_new(&service, "POST", "/things/1", PARAMS("HTTP_X_API_KEY=reader", JSON_TYPE), "{}");

    ck_assert_ptr_nonnull(strstr(reply_get(r, "detail"), "'write'"));
    reply_free(r);
}
END_TEST

static int status_of(const char *target, const char *key, const char *address)
{
    const char *const params[] = { address, key, NULL };
    struct reply *r = reply_new(&service, "GET", target, params, NULL);
    int status = r->response.status;

    if (status == 429)
        ck_assert_ptr_nonnull(response_header_get(&r->response, "Retry-After"));
    if (strcmp(target, "/live") != 0) {
        ck_assert_ptr_nonnull(response_header_get(&r->response, "RateLimit"));
        ck_assert_ptr_nonnull(response_header_get(&r->response, "RateLimit-Policy"));
        ck_assert_ptr_nonnull(response_header_get(&r->response, "X-RateLimit-Limit"));
        ck_assert_ptr_nonnull(response_header_get(&r->response, "X-RateLimit-Remaining"));
        ck_assert_ptr_nonnull(response_header_get(&r->response, "X-RateLimit-Reset"));
    }
    reply_free(r);
    return status;
}

START_TEST(limits_are_per_key_else_per_address)
{
    const char *one = "REMOTE_ADDR=192.0.2.1", *two = "REMOTE_ADDR=192.0.2.2";

    service.rate_rps = 0.001;
    service.rate_burst = 2;
    ck_assert_int_eq(status_of("/open", NULL, one), 200);
    ck_assert_int_eq(status_of("/mine", "HTTP_X_API_KEY=wrong", one), 401); /* counts for the address */
    ck_assert_int_eq(status_of("/open", NULL, one), 429);
    ck_assert_int_eq(status_of("/nothing", NULL, one), 429);
    ck_assert_int_eq(status_of("/open", NULL, two), 200);
    ck_assert_int_eq(status_of("/open", "HTTP_X_API_KEY=reader", one), 200);
    ck_assert_int_eq(status_of("/mine", "HTTP_X_API_KEY=reader", two), 200);
    ck_assert_int_eq(status_of("/mine", "HTTP_X_API_KEY=reader", one), 429);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(status_of("/live", NULL, one), 200);
}
END_TEST

/* RFC 6750, section 3: what a client must do to be let in. */
START_TEST(refusals_say_how_to_be_let_in)
{
    static const struct {
        const char *target, *key, *authenticate;
    } refused[] = {
        { "/mine", NULL, "Bearer realm=\"aether\"" },
        { "/mine", "HTTP_X_API_KEY=wrong", "Bearer realm=\"aether\", error=\"invalid_token\"" },
        { "/mine", "HTTP_AUTHORIZATION=Basic reader", "Bearer realm=\"aether\"" },
        { "/things/7", "HTTP_X_API_KEY=reader",
          "Bearer realm=\"aether\", error=\"insufficient_scope\", scope=\"write\"" },
    };
    const char *params[] = { JSON_TYPE, refused[_i].key, NULL };
    struct reply *r = reply_new(&service, _i == 3 ? "POST" : "GET", refused[_i].target, params, "{}");

    ck_assert_str_eq(response_header_get(&r->response, "WWW-Authenticate"), refused[_i].authenticate);
    reply_free(r);
}
END_TEST

START_TEST(two_credentials_are_none)
{
    struct reply *r = reply_new(&service, "GET", "/mine", PARAMS("HTTP_X_API_KEY=reader", "HTTP_AUTHORIZATION=Bearer reader"), NULL);

    ck_assert_int_eq(r->response.status, 401);
    reply_free(r);
}
END_TEST

START_TEST(a_key_may_have_a_rate_of_its_own)
{
    const char *one = "REMOTE_ADDR=192.0.2.1";

    service.rate_rps = 0.001;
    service.rate_burst = 1;
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(status_of("/mine", "HTTP_X_API_KEY=runner", one), 200);
    ck_assert_int_eq(status_of("/mine", "HTTP_X_API_KEY=runner", one), 429);
    ck_assert_int_eq(status_of("/mine", "HTTP_X_API_KEY=reader", one), 200);
    ck_assert_int_eq(status_of("/mine", "HTTP_X_API_KEY=reader", one), 429);
    service.rate_rps = 0; /* no limit for others */
    ck_assert_int_eq(status_of("/mine", "HTTP_X_API_KEY=runner", one), 429);
}
END_TEST

START_TEST(an_ipv6_network_is_one_client)
{
    service.rate_rps = 0.001;
    service.rate_burst = 1;
    ck_assert_int_eq(status_of("/open", NULL, "REMOTE_ADDR=2001:db8:1:2::1"), 200);
    ck_assert_int_eq(status_of("/open", NULL, "REMOTE_ADDR=2001:db8:1:2:ffff::9"), 429);
    ck_assert_int_eq(status_of("/open", NULL, "REMOTE_ADDR=2001:db8:1:3::1"), 200);
}
END_TEST

START_TEST(draining_refuses_all_but_probes)
{
    struct reply *r;

    atomic_store(&service.shared->draining, true);
    r = reply_new(&service, "GET", "/open", NULL, NULL);
    ck_assert_int_eq(r->response.status, 503);
    ck_assert_ptr_nonnull(response_header_get(&r->response, "Retry-After"));
    reply_free(r);
    r = reply_new(&service, "GET", "/live", NULL, NULL);
    ck_assert_int_eq(r->response.status, 200);
    reply_free(r);
}
END_TEST

START_TEST(waiting_and_heavy_ones_are_continued)
{
    struct reply *r = reply_new(&service, "GET", "/wait", NULL, NULL);

    ck_assert_int_eq(r->outcome, DISPATCH_WAITS);
    ck_assert_str_eq(r->request.wait.key, "gate");
    r->request.wait.is_done = true;
    ck_assert_int_eq(dispatch_continue(&r->request, &r->response), DISPATCH_ANSWERED);
    ck_assert_int_eq(r->response.status, 200);
    reply_free(r);
    r = reply_new(&service, "GET", "/wait", NULL, NULL);
    ck_assert_int_eq(dispatch_continue(&r->request, &r->response), DISPATCH_ANSWERED);
    ck_assert_int_eq(r->response.status, 202);
    reply_free(r);
    gate = true;
    r = reply_new(&service, "POST", "/heavy", NULL, "x");
    ck_assert_int_eq(r->outcome, DISPATCH_HEAVY);
    ck_assert_int_eq(dispatch_continue(&r->request, &r->response), DISPATCH_ANSWERED);
    ck_assert_int_eq(r->response.status, 200);
    reply_free(r);
}
END_TEST

/* Details quote input that the buffer cut anywhere. */
START_TEST(problems_are_valid_json_whatever_they_quote)
{
    struct reply *r = reply_new(&service, "GET", "/live", NULL, NULL);
    struct error e;
    char long_text[1024];

    for (size_t i = 0; i + 3 < sizeof(long_text); i += 3)
        memcpy(long_text + i, "夜", 4);
    for (int pad = 0; pad < 3; pad++) {
        error_set(&e, ERROR_INPUT, "%.*s%s", pad, "xx", long_text);
        response_init(&r->response, r->spare);
        problem_answer(&r->request, &r->response, &e);
        ck_assert_ptr_nonnull(reply_get(r, "detail"));
    }
    reply_free(r);
}
END_TEST

Suite *dispatch_suite(void)
{
    Suite *s = suite_create("dispatch");
    TCase *c = tcase_create("dispatch");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, cases_end_as_they_should, 0, sizeof(cases) / sizeof(cases[0]));
    tcase_add_loop_test(c, every_error_code_becomes_its_status, 1, ERROR_COUNT);
    tcase_add_test(c, a_row_is_enforced_and_the_input_arrives);
    tcase_add_test(c, problems_point_at_fields);
    tcase_add_test(c, request_ids_are_taken_over_or_made);
    tcase_add_test(c, head_has_the_length_and_no_body);
    tcase_add_test(c, authentication_can_be_off);
    tcase_add_test(c, scope_problems_name_the_scope);
    tcase_add_test(c, limits_are_per_key_else_per_address);
    tcase_add_loop_test(c, refusals_say_how_to_be_let_in, 0, 4);
    tcase_add_test(c, two_credentials_are_none);
    tcase_add_test(c, a_key_may_have_a_rate_of_its_own);
    tcase_add_test(c, an_ipv6_network_is_one_client);
    tcase_add_test(c, draining_refuses_all_but_probes);
    tcase_add_test(c, waiting_and_heavy_ones_are_continued);
    tcase_add_test(c, problems_are_valid_json_whatever_they_quote);
    suite_add_tcase(s, c);
    return s;
}
