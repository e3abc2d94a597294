/* Errors, hashes, identifiers, the clock and the log. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/address.h"
#include "core/clock.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/id.h"
#include "core/json.h"
#include "core/log.h"
#include "core/place.h"
#include "core/yield.h"
#include "suites.h"

START_TEST(every_error_code_is_complete)
{
    const struct error_info *info = error_info_get((enum error_code)_i);

    ck_assert_ptr_nonnull(info->slug);
    ck_assert_ptr_nonnull(info->public_text);
    if (_i > 0) {
        ck_assert(info->http_status >= 400 && info->http_status < 600);
        ck_assert_int_ne(info->exit_status, 0);
    }
    for (int k = 0; k < _i; k++)
        ck_assert_str_ne(error_info_get((enum error_code)k)->slug, info->slug);
}
END_TEST

START_TEST(errors_wrap)
{
    struct error e = { 0 };

    ck_assert(!error_set(&e, ERROR_IO, "cannot open '%s'", "x"));
    ck_assert(!error_wrap(&e, "genre %d", 3));
    ck_assert_str_eq(e.detail, "genre 3: cannot open 'x'");
    ck_assert_int_eq(e.code, ERROR_IO);
    ck_assert(!error_set(NULL, ERROR_IO, "nobody listens"));
}
END_TEST

/* FIPS 180-4's examples, as NIST publishes them. */
static const struct {
    const char *text, *digest;
} digests[] = {
    { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

START_TEST(sha_256)
{
    char path[] = "/tmp/aether-hash-XXXXXX", digest[HASH_TEXT_SIZE];
    int fd = mkstemp(path);
    size_t len = strlen(digests[_i].text);

    hash_text(digests[_i].text, len, digest);
    ck_assert_str_eq(digest, digests[_i].digest);
    ck_assert_int_eq(write(fd, digests[_i].text, len), (ssize_t)len);
    close(fd);
    ck_assert(hash_file(path, digest, NULL));
    ck_assert_str_eq(digest, digests[_i].digest);
    unlink(path);
    ck_assert(!hash_file(path, digest, NULL));
}
END_TEST

START_TEST(identifiers)
{
    char a[ID_TEXT_SIZE], b[ID_TEXT_SIZE];

    id_new(a);
    id_new(b);
    ck_assert(id_is_valid(a) && a[14] == '7');
    ck_assert_str_ne(a, b);
    id_derive(1, "song", a);
    id_derive(1, "song", b);
    ck_assert_str_eq(a, b);
    ck_assert(id_is_valid(a) && a[14] == '8');
    id_derive(2, "song", b);
    ck_assert_str_ne(a, b);
    ck_assert(!id_is_valid("../../../etc/passwd/xxxxxxxxxxxxxxxxxx"));
    ck_assert(!id_is_valid(NULL) && !id_is_valid(""));
}
END_TEST

START_TEST(times_print_in_utc)
{
    char text[CLOCK_TEXT_SIZE];

    ck_assert_str_eq(clock_text(0, text), "1970-01-01T00:00:00.000Z");
    ck_assert_str_eq(clock_text(INT64_C(951782400123), text), "2000-02-29T00:00:00.123Z");
}
END_TEST

/* RFC 4231, test case 2, and its base 64 by base64(1). */
START_TEST(hmac_sha_256)
{
    static const unsigned char expected[HASH_BYTES] = {
        0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
        0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43,
    };
    unsigned char mac[HASH_BYTES];
    char text[HASH_BASE64_SIZE];

    hash_hmac("Jefe", 4, "what do ya want for nothing?", 28, mac);
    ck_assert_mem_eq(mac, expected, HASH_BYTES);
    hash_base64(mac, text);
    ck_assert_str_eq(text, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}
END_TEST

/* By IANA's special-purpose address registries, and what is given out to somebody. */
static const struct {
    const char *text;
    bool is_public;
} addresses[] = {
    { "8.8.8.8", true },          { "1.1.1.1", true },           { "172.15.255.255", true },  { "172.32.0.0", true },
    { "100.63.255.255", true },   { "100.128.0.0", true },       { "223.255.255.255", true }, { "2a00:1450:4001::1", true },
    { "2600::1", true },          { "0.0.0.0", false },          { "10.0.0.1", false },       { "100.64.0.1", false },
    { "127.0.0.1", false },       { "127.255.255.255", false },  { "169.254.169.254", false }, { "172.16.0.1", false },
    { "172.31.255.255", false },  { "192.168.1.1", false },      { "192.0.2.1", false },      { "198.18.0.1", false },
    { "203.0.113.9", false },     { "224.0.0.1", false },        { "255.255.255.255", false }, { "::", false },
    { "::1", false },             { "::ffff:127.0.0.1", false }, { "::ffff:10.1.2.3", false }, { "::ffff:8.8.8.8", true },
    { "::127.0.0.1", false },     { "64:ff9b::7f00:1", false },  { "2002:7f00:1::", false },  { "2001:0:53aa::1", false },
    { "2001:db8::1", false },     { "fc00::1", false },          { "fd12::1", false },        { "fe80::1", false },
    { "ff02::1", false },         { "fec0::1", false },
};

START_TEST(addresses_are_public_or_not)
{
    struct address a;

    ck_assert(address_parse(addresses[_i].text, &a));
    ck_assert_msg(address_is_public(&a) == addresses[_i].is_public, "%s", addresses[_i].text);
}
END_TEST

static const struct {
    const char *list, *inside, *outside; /* inside NULL: the list is none */
} lists[] = {
    { "10.1.0.0/16", "10.1.255.255", "10.2.0.0" },
    { "10.1.0.0/16, fd00::/8", "fd99::1", "fe00::1" },
    { "192.0.2.7", "::ffff:192.0.2.7", "192.0.2.6" },
    { "192.0.2.128/25", "192.0.2.128", "192.0.2.127" },
    { "0.0.0.0/0", "255.255.255.255", "::1" },
    { "::/0", "10.0.0.1", "" },
    { "10.0.0.0/33", NULL, NULL },
    { "10.0.0.0/", NULL, NULL },
    { "10.0.0.0/-1", NULL, NULL },
    { "10.0.0.0/8x", NULL, NULL },
    { "10.0.0.0/8,", NULL, NULL },
    { "localhost", NULL, NULL },
};

START_TEST(lists_of_networks)
{
    struct arena *arena = arena_new(1 << 16);
    struct network_list list;
    struct address a;
    struct error e;

    ck_assert(network_list_parse(lists[_i].list, arena, &list, &e) == (lists[_i].inside != NULL));
    if (lists[_i].inside != NULL) {
        ck_assert(address_parse(lists[_i].inside, &a));
        ck_assert(network_list_has(&list, &a));
    }
    if (lists[_i].inside != NULL && lists[_i].outside[0] != '\0') {
        ck_assert(address_parse(lists[_i].outside, &a));
        ck_assert(!network_list_has(&list, &a));
    }
    arena_free(arena);
}
END_TEST

/* By date(1): date -u -d '2000-02-29T00:00:00.123Z' +%s%3N */
static const struct {
    const char *text;
    int64_t wall_ms; /* -1: refused */
} times[] = {
    { "1970-01-01", 0 },
    { "2000-02-29T00:00:00.123Z", INT64_C(951782400123) },
    { "2000-02-29T00:00:00.1234567Z", INT64_C(951782400123) },
    { "2000-02-29T01:30+01:30", INT64_C(951782400000) },
    { "2000-02-28T22:30:00-01:30", INT64_C(951782400000) },
    { "2026-11-23T06:07:37Z", INT64_C(1795414057000) },
    { "", -1 },
    { "2026-02-29", -1 },
    { "2026-13-01", -1 },
    { "2026-11-23T06:07:37", -1 },
    { "2026-11-23T24:00:00Z", -1 },
    { "2026-11-23T06:07:37.Z", -1 },
    { "2026-11-23 06:07:37Z", -1 },
    { "2026-11-23T06:07:37Zx", -1 },
    { "20261123", -1 },
    { "yesterday", -1 },
};

START_TEST(times_are_read)
{
    int64_t wall_ms = -1;

    ck_assert(clock_parse(times[_i].text, &wall_ms) == (times[_i].wall_ms >= 0));
    ck_assert_int_eq(wall_ms, times[_i].wall_ms);
}
END_TEST

START_TEST(json_log_lines_are_json)
{
    char line[4096] = "", path[] = "/tmp/aether-log-XXXXXX";
    int fd = mkstemp(path), saved = dup(STDERR_FILENO);
    struct arena *a = arena_new(100000);
    json_object *tree;
    FILE *file;

    dup2(fd, STDERR_FILENO);
    log_init("test", LOG_INFO, LOG_JSON);
    log_context_set("request_id", "abc-123");
    log_debug("not shown");
    log_info("a \"quoted\" line\nwith\ttwo lines and \x01");
    dup2(saved, STDERR_FILENO);
    log_context_set(NULL, NULL);
    file = fdopen(fd, "r");
    rewind(file);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), file));
    tree = json_read(a, line, strlen(line), NULL);
    ck_assert_msg(tree != NULL, "%s", line);
    ck_assert_str_eq(json_get_string(tree, "request_id"), "abc-123");
    ck_assert_str_eq(json_get_string(tree, "level"), "INFO");
    ck_assert_ptr_null(fgets(line, sizeof(line), file));
    fclose(file);
    unlink(path);
    arena_free(a);
}
END_TEST

/* clang-format off */
static const struct {
    const char *program, *root;
} places[] = {
    { "/usr/bin/aether",                   "" },
    { "/srv/stage/usr/bin/aether-api",     "/srv/stage" },
    { "/home/ann/aether/build/bin/aether", NULL },
    { "/usr/local/bin/aether",             NULL }, /* make install puts nothing there */
    { "/home/notusr/bin/aether",           NULL },
    { "/opt/usr/bin/more/aether",          NULL },
    { "aether",                            NULL },
};
/* clang-format on */

START_TEST(installed_programs_know_their_root)
{
    struct arena *a = arena_new(4096);
    const char *root = place_root(a, places[_i].program);

    ck_assert((root == NULL) == (places[_i].root == NULL));
    if (root != NULL)
        ck_assert_str_eq(root, places[_i].root);
    arena_free(a);
}
END_TEST

START_TEST(a_program_of_a_source_tree_has_no_installed_files)
{
    struct arena *a = arena_new(4 * 4096);

    ck_assert_ptr_null(place_installed(a, "/etc/aether/aether.conf"));
    ck_assert_ptr_nonnull(place_in_tree(a, "sql"));
    arena_free(a);
}
END_TEST

static int yields;

/* In place of the C library's. */
int sched_yield(void)
{
    yields++;
    return 0;
}

START_TEST(threads_yield_when_it_is_due_and_only_then)
{
    int64_t start_us = clock_monotonic_us(), end_us = start_us + INT64_C(20) * YIELD_EVERY_US;
    int calls = 0;

    yields = 0;
    for (; clock_monotonic_us() < end_us; calls++)
        yield_when_due();
    ck_assert_int_ge(yields, 1);
    ck_assert_int_le(yields, (int)((clock_monotonic_us() - start_us) / YIELD_EVERY_US) + 1);
    ck_assert_int_gt(calls, yields);
}
END_TEST

Suite *small_suite(void)
{
    Suite *suite = suite_create("small");
    TCase *cases = tcase_create("small");

    tcase_add_loop_test(cases, every_error_code_is_complete, 0, ERROR_COUNT);
    tcase_add_test(cases, errors_wrap);
    tcase_add_loop_test(cases, installed_programs_know_their_root, 0, sizeof(places) / sizeof(places[0]));
    tcase_add_test(cases, a_program_of_a_source_tree_has_no_installed_files);
    tcase_add_loop_test(cases, sha_256, 0, sizeof(digests) / sizeof(digests[0]));
    tcase_add_test(cases, identifiers);
    tcase_add_test(cases, times_print_in_utc);
    tcase_add_test(cases, threads_yield_when_it_is_due_and_only_then);
    tcase_add_loop_test(cases, times_are_read, 0, sizeof(times) / sizeof(times[0]));
    tcase_add_test(cases, hmac_sha_256);
    tcase_add_loop_test(cases, addresses_are_public_or_not, 0, sizeof(addresses) / sizeof(addresses[0]));
    tcase_add_loop_test(cases, lists_of_networks, 0, sizeof(lists) / sizeof(lists[0]));
    tcase_add_test(cases, json_log_lines_are_json);
    suite_add_tcase(suite, cases);
    return suite;
}
