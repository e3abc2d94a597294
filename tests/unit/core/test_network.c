#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "core/address.h"
#include "core/clock.h"
#include "core/seal.h"
#include "suites.h"

static const struct {
    const char *list, *address;
    bool is_in;
} cases[] = {
    { "192.0.2.0/24", "192.0.2.255", true },
    { "192.0.2.0/24", "192.0.3.0", false },
    { "192.0.2.128/25", "192.0.2.127", false },
    { "192.0.2.128/25", "192.0.2.128", true },
    { "192.0.2.7", "192.0.2.7", true },
    { "192.0.2.7/32", "192.0.2.6", false },
    { "0.0.0.0/0", "255.255.255.255", true },
    { "0.0.0.0/0", "2001:db8::1", false },
    { "::/0", "2001:db8::1", true },
    { "2001:db8::/32", "2001:db8:ffff::1", true },
    { "2001:db8::/32", "2001:db9::1", false },
    { "2001:db8::/33", "2001:db8:8000::1", false },
    { "fe80::/10", "febf::1", true },
    { "fe80::/10", "fec0::1", false },
    { "::1", "::1", true },
    { "10.0.0.0/8", "::ffff:10.2.3.4", true },
    { "::ffff:10.0.0.0/104", "10.2.3.4", true },
    { "10.0.0.0/8,::1", "::1", true },
    { " 10.0.0.0/8 ,\t192.0.2.0/24 ", "192.0.2.1", true },
    { "", "192.0.2.1", false },
};

START_TEST(networks_hold_their_addresses)
{
    struct arena *a = arena_new(1 << 16);
    struct network_list list;
    struct address address;
    struct error e;

    ck_assert(network_list_parse(cases[_i].list, a, &list, &e));
    ck_assert(address_parse(cases[_i].address, &address));
    ck_assert_int_eq(network_list_has(&list, &address), cases[_i].is_in);
    arena_free(a);
}
END_TEST

static const char *const bad[] = {
    "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/0008", "10.0.0.1/8", "10.0.0", "10.0.0.0.0",
    "::/129", "2001:db8::1/32", "example.org", "10.0.0.0/8,", ",10.0.0.0/8", "10.0.0.0/8 192.0.2.1", "*", "[::1]",
};

START_TEST(what_is_no_network_is_refused)
{
    struct arena *a = arena_new(1 << 16);
    struct network_list list;
    struct error e = { .code = ERROR_NONE };

    ck_assert_msg(!network_list_parse(bad[_i], a, &list, &e), "%s", bad[_i]);
    ck_assert_int_eq(e.code, ERROR_INPUT);
    arena_free(a);
}
END_TEST

static const struct {
    const char *text;
    int64_t ms;
} times[] = { /* date -u -d … +%s */
    { "2026-11-01", INT64_C(1793491200000) },
    { "2026-11-01T09:30:15Z", INT64_C(1793525415000) },
    { "2026-11-01T11:30:15+02:00", INT64_C(1793525415000) },
    { "2024-02-29", INT64_C(1709164800000) },
    { "2d", INT64_C(1793491200000) - 2 * 86400000 },
    { "12h", INT64_C(1793491200000) - 12 * 3600000 },
    { "30m", INT64_C(1793491200000) - 30 * 60000 },
    { "0s", INT64_C(1793491200000) },
};

START_TEST(times_are_read)
{
    static const char *const none[] = { "", "7", "d", "7w", "-7d", "2026-13-01", "2026-02-30", "2026-11-01T25:00:00Z",
                                        "2026-11-01Z", "yesterday", "7d ", "9999999d" };
    int64_t got = 0;

    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        ck_assert_msg(clock_parse_ago(times[i].text, times[0].ms, &got), "%s", times[i].text);
        ck_assert_msg(got == times[i].ms, "%s", times[i].text);
    }
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        ck_assert_msg(!clock_parse_ago(none[i], times[0].ms, &got), "'%s'", none[i]);
}
END_TEST

START_TEST(a_sealed_process_leaves_nothing)
{
    struct rlimit limit = { 1, 1 };

    umask(0);
    seal_process();
    ck_assert_uint_eq(umask(0), 027);
    ck_assert_int_eq(getrlimit(RLIMIT_CORE, &limit), 0);
    ck_assert_uint_eq(limit.rlim_cur, 0);
    ck_assert_uint_eq(limit.rlim_max, 0);
#ifndef __SANITIZE_ADDRESS__
    ck_assert_int_eq(prctl(PR_GET_DUMPABLE), 1);
    seal_memory();
    ck_assert_int_eq(prctl(PR_GET_DUMPABLE), 0);
#endif
}
END_TEST

Suite *network_suite(void)
{
    Suite *s = suite_create("network");
    TCase *c = tcase_create("network");

    tcase_add_loop_test(c, networks_hold_their_addresses, 0, sizeof(cases) / sizeof(cases[0]));
    tcase_add_loop_test(c, what_is_no_network_is_refused, 0, sizeof(bad) / sizeof(bad[0]));
    tcase_add_test(c, times_are_read);
    tcase_add_test(c, a_sealed_process_leaves_nothing);
    suite_add_tcase(s, c);
    return s;
}
