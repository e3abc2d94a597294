/* Where webhooks may go. What happens on the wire is tested in tests/service. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "net/callback.h"

static const struct {
    const char *url, *networks;
    bool is_allowed;
} urls[] = {
    { "https://example.org/hook", NULL, true },
    { "https://example.org:8443/hook?a=b", NULL, true },
    { "https://8.8.8.8/", NULL, true },
    { "https://[2a00:1450:4001::1]/x", NULL, true },
    { "HTTPS://example.org/hook", NULL, true },
    { "HTTP://example.org/hook", NULL, false },
    { "https://localhost/", NULL, true }, /* a name: what it stands for is looked at when it is called */
    { "http://example.org/", NULL, false },
    { "http://example.org/", "10.0.0.0/8", true }, /* likewise */
    { "http://8.8.8.8/", "10.0.0.0/8", false },
    { "http://10.1.2.3/", "10.0.0.0/8", true },
    { "https://10.1.2.3/", "10.0.0.0/8", true },
    { "https://10.1.2.3/", "10.9.0.0/16", false },
    { "https://127.0.0.1/", NULL, false },
    { "https://2130706433/", NULL, false }, /* 127.0.0.1 as one number (WHATWG URL, IPv4 parser) */
    { "https://0x7f.1/", NULL, false },
    { "https://0177.0.0.1/", NULL, false },
    { "https://169.254.169.254/latest/meta-data", NULL, false },
    { "https://[::1]/", NULL, false },
    { "https://[::ffff:10.0.0.1]/", NULL, false },
    { "https://[fe80::1%25eth0]/", NULL, false },
    { "https://user@example.org/", NULL, false },
    { "https://example.org/#x", NULL, false },
    { "https:///path", NULL, false },
    { "ftp://example.org/", "10.0.0.0/8", false },
    { "file:///etc/passwd", "10.0.0.0/8", false },
    { "gopher://example.org/", "10.0.0.0/8", false },
    { "example.org/hook", NULL, false },
    { "https://exa mple.org/", NULL, false },
    { "https://example.org/\r\nX: y", NULL, false },
    { "https://ex\xc3\xa4mple.org/", NULL, false },
};

START_TEST(urls_are_checked)
{
    struct error e = { .code = ERROR_NONE };
    struct arena *a = arena_new(1 << 16);
    struct network_list networks;
    bool ok;

    ck_assert(network_list_parse(urls[_i].networks, a, &networks, &e));
    ok = callback_url_check(urls[_i].url, &networks, &e);
    ck_assert_msg(ok == urls[_i].is_allowed, "%s: %s", urls[_i].url, e.detail);
    ck_assert_int_eq(e.code, ok ? ERROR_NONE : ERROR_VALIDATION);
    arena_free(a);
}
END_TEST

START_TEST(addresses_go_by_scheme_and_network)
{
    static const struct network ten[] = { { { { [10] = 0xff, 0xff, 10 } }, 104 } };
    static const struct network_list none = { .count = 0 }, inside = { ten, 1 };
    struct address public_one, private_one;

    ck_assert(address_parse("8.8.8.8", &public_one) && address_parse("10.1.2.3", &private_one));
    ck_assert(callback_address_check(&public_one, true, &none));
    ck_assert(!callback_address_check(&public_one, false, &none));
    ck_assert(!callback_address_check(&public_one, false, &inside));
    ck_assert(!callback_address_check(&private_one, true, &none));
    ck_assert(callback_address_check(&private_one, false, &inside));
}
END_TEST

/* RFC 3986, 3.1 */
START_TEST(schemes_have_no_case)
{
    ck_assert(callback_is_https("https://example.org/"));
    ck_assert(callback_is_https("HTTPS://example.org/"));
    ck_assert(callback_is_https("HttpS://example.org/"));
    ck_assert(!callback_is_https("http://example.org/"));
    ck_assert(!callback_is_https("HTTP://example.org/?https:"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net");
    TCase *t = tcase_create("callbacks");
    SRunner *runner;
    int failed;

    tcase_add_loop_test(t, urls_are_checked, 0, sizeof(urls) / sizeof(urls[0]));
    tcase_add_test(t, addresses_go_by_scheme_and_network);
    tcase_add_test(t, schemes_have_no_case);
    suite_add_tcase(suite, t);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
