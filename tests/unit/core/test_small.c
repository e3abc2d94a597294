/* Errors, hashes, identifiers, the clock and the log. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/id.h"
#include "core/json.h"
#include "core/log.h"
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

Suite *small_suite(void)
{
    Suite *suite = suite_create("small");
    TCase *cases = tcase_create("small");

    tcase_add_loop_test(cases, every_error_code_is_complete, 0, ERROR_COUNT);
    tcase_add_test(cases, errors_wrap);
    tcase_add_loop_test(cases, sha_256, 0, sizeof(digests) / sizeof(digests[0]));
    tcase_add_test(cases, identifiers);
    tcase_add_test(cases, times_print_in_utc);
    tcase_add_test(cases, json_log_lines_are_json);
    suite_add_tcase(suite, cases);
    return suite;
}
