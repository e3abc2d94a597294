/* Matching, and what must hold for a table. */
#include <stdlib.h>
#include <string.h>

#include "server/route.h"
#include "suites.h"
#include "support.h"

static const struct route *find(struct arena *a, enum method method, const char *path, const char **param,
                                const char **allow)
{
    const char *params[REQUEST_PARAMS_MAX];
    const struct route *r = route_find(test_routes, test_route_count, method, path, a, params, allow);

    *param = r != NULL ? params[0] : NULL;
    return r;
}

START_TEST(every_row_is_found_by_its_own_pattern)
{
    const struct route *row = &test_routes[_i];
    struct arena *a = arena_new(1 << 20);
    const char *param, *allow;

    ck_assert_ptr_eq(find(a, row->method, row->pattern, &param, &allow), row);
    if (row->method == METHOD_GET)
        ck_assert_ptr_eq(find(a, METHOD_HEAD, row->pattern, &param, &allow), row);
    for (size_t k = 0; k < (size_t)_i; k++)
        ck_assert(test_routes[k].method != row->method || strcmp(test_routes[k].pattern, row->pattern) != 0);
    arena_free(a);
}
END_TEST

START_TEST(parameters)
{
    struct arena *a = arena_new(1 << 20);
    const char *param, *allow;
    const struct route *r = find(a, METHOD_POST, "/things/a b", &param, &allow);

    ck_assert_str_eq(param, "a b");
    ck_assert_int_eq(route_param_index(r, "id"), 0);
    ck_assert_int_eq(route_param_index(r, "i"), -1);
    ck_assert_int_eq(route_param_index(r, "idx"), -1);
    arena_free(a);
}
END_TEST

START_TEST(misses)
{
    static const char *const paths[] = { "/", "/things", "/things/1/2", "/Live", "/live/x", "/liv", "/lives" };
    struct arena *a = arena_new(1 << 20);
    const char *param, *allow;

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        ck_assert_ptr_null(find(a, METHOD_GET, paths[i], &param, &allow));
        ck_assert_ptr_null(allow);
    }
    ck_assert_ptr_null(find(a, METHOD_DELETE, "/live", &param, &allow));
    ck_assert_str_eq(allow, "GET, HEAD, OPTIONS");
    ck_assert_ptr_null(find(a, METHOD_GET, "/things/1", &param, &allow));
    ck_assert_str_eq(allow, "POST, OPTIONS");
    arena_free(a);
}
END_TEST

Suite *route_suite(void)
{
    Suite *s = suite_create("route");
    TCase *c = tcase_create("route");

    tcase_add_loop_test(c, every_row_is_found_by_its_own_pattern, 0, (int)test_route_count);
    tcase_add_test(c, parameters);
    tcase_add_test(c, misses);
    suite_add_tcase(s, c);
    return s;
}
