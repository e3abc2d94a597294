/* What must hold for every row of the route table. */
#include <string.h>

#include "api/handlers.h"
#include "store/keys.h"
#include "suites.h"
#include "support.h"

START_TEST(every_row_is_complete)
{
    const struct route *r = &api_routes[_i];
    size_t len = strlen(r->summary);

    ck_assert(r->pattern[0] == '/' && r->pattern[strlen(r->pattern) - 1] != '/');
    ck_assert(r->handle != NULL);
    ck_assert_uint_gt(len, 10);
    ck_assert_int_eq(r->summary[len - 1], '.');
    ck_assert_int_lt(r->rate, RATE_CLASS_COUNT);
    ck_assert_int_eq(r->body_max > 0, r->method == METHOD_POST || r->method == METHOD_PUT);
    ck_assert_int_eq(r->request != NULL, r->method == METHOD_POST || r->method == METHOD_PUT);
    ck_assert(r->scopes == ROUTE_OPEN || (r->scopes & ~(unsigned)SCOPES_ALL) == 0);
    if (r->rate == RATE_NONE)
        ck_assert(r->scopes == ROUTE_OPEN || (r->flags & ROUTE_LOCAL) != 0);
    if (r->method != METHOD_GET)
        ck_assert(r->scopes != ROUTE_OPEN);
}
END_TEST

START_TEST(every_row_is_reached)
{
    struct arena *a = arena_new(1 << 20);
    const char *params[REQUEST_PARAMS_MAX], *allow;
    const struct route *r = &api_routes[_i];

    ck_assert_ptr_eq(route_find(api_routes, api_route_count, r->method, r->pattern, a, params, &allow), r);
    arena_free(a);
}
END_TEST

START_TEST(every_slug_stands_for_its_code)
{
    ck_assert_int_eq(error_code_find(error_info_get((enum error_code)_i)->slug), _i);
}
END_TEST

START_TEST(other_slugs_are_internal_errors)
{
    ck_assert_int_eq(error_code_find("no such slug"), ERROR_INTERNAL);
    ck_assert_int_eq(error_code_find(NULL), ERROR_INTERNAL);
}
END_TEST

Suite *routes_suite(void)
{
    Suite *s = suite_create("routes");
    TCase *c = tcase_create("routes");

    tcase_add_loop_test(c, every_row_is_complete, 0, (int)api_route_count);
    tcase_add_loop_test(c, every_row_is_reached, 0, (int)api_route_count);
    tcase_add_loop_test(c, every_slug_stands_for_its_code, 1, ERROR_COUNT);
    tcase_add_test(c, other_slugs_are_internal_errors);
    suite_add_tcase(s, c);
    return s;
}
