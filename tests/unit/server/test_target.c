/* The request target: decoding and normalising. */
#include <stdlib.h>
#include <string.h>

#include "server/target.h"
#include "server/text.h"
#include "suites.h"

static const struct {
    const char *raw, *path, *query;
} good[] = {
    { "/", "/", "" },
    { "/?", "/", "" },
    { "/v1/genres", "/v1/genres", "" },
    { "/v1/genres/", "/v1/genres", "" },
    { "/v1//genres", "/v1/genres", "" },
    { "//", "/", "" },
    { "/v1/./genres/.", "/v1/genres", "" },
    { "/v1/jobs/../genres", "/v1/genres", "" },
    { "/v1/jobs/%2e%2E/genres", "/v1/genres", "" },
    { "/v1/jobs/.%2e/genres/..", "/v1", "" },
    { "/a/..", "/", "" },
    { "/...", "/...", "" },
    { "/a%20b", "/a b", "" },
    { "/a+b", "/a+b", "" },
    { "/%E5%A4%9C.wav", "/夜.wav", "" },
    { "/%25%32%46", "/%2F", "" },
    { "/a?x=%2F..&y=?", "/a", "x=%2F..&y=?" },
    { "/a?/../..", "/a", "/../.." },
};

static const char *const bad[] = {
    "",        "v1",       "http://h/v1", "*",           "/..",       "/a/../..",      "/%2e%2e/a",     "/a/%2E%2E/..",
    "/a%2Fb",  "/a%2fb",   "/..%2F..",    "/%00",        "/a%00.wav", "/%",            "/%4",           "/%zz",
    "/% 20",   "/%0a",     "/a\nb",       "/\x7f",       "/a#b",      "/%ff",          "/%c0%af",       "/%ed%a0%80",
    "/%e5%a4", "/\xe5\xa4",
};

START_TEST(accepts_and_normalises)
{
    struct arena *a = arena_new(1 << 20);
    struct target t;

    ck_assert(target_parse(good[_i].raw, a, &t, NULL));
    ck_assert_str_eq(t.path, good[_i].path);
    ck_assert_str_eq(t.query, good[_i].query);
    arena_free(a);
}
END_TEST

START_TEST(refuses)
{
    struct arena *a = arena_new(1 << 20);
    struct target t;
    struct error e;

    ck_assert_msg(!target_parse(bad[_i], a, &t, &e), "'%s'", bad[_i]);
    ck_assert_int_eq(e.code, ERROR_INPUT);
    arena_free(a);
}
END_TEST

START_TEST(long_paths)
{
    struct arena *a = arena_new(1 << 20);
    static char raw[TARGET_PATH_MAX + 16];
    struct target t;

    memset(raw, 'a', TARGET_PATH_MAX);
    raw[0] = '/';
    ck_assert(target_parse(raw, a, &t, NULL));
    ck_assert_uint_eq(strlen(t.path), TARGET_PATH_MAX);
    strncpy(raw + TARGET_PATH_MAX, "?q", 3);
    ck_assert(target_parse(raw, a, &t, NULL));
    raw[TARGET_PATH_MAX] = 'a';
    ck_assert(!target_parse(raw, a, &t, NULL));
    arena_free(a);
}
END_TEST

/* What comes out has no segment that would be normalised again, whatever comes in. */
START_TEST(is_idempotent_on_noise)
{
    static const char alphabet[] = "/.%2eFEf05a?";
    unsigned state = 1;

    for (int round = 0; round < 20000; round++) {
        struct arena *a = arena_new(1 << 20);
        struct target once, twice;
        char raw[24] = "/";

        for (int i = 1; i < 22; i++)
            raw[i] = alphabet[(state = state * 1103515245 + 12345) / 65536 % (sizeof(alphabet) - 1)];
        if (target_parse(raw, a, &once, NULL)) {
            ck_assert_ptr_null(strstr(once.path, "//"));
            ck_assert(target_parse(percent_encode(a, once.path, "/"), a, &twice, NULL));
            ck_assert_str_eq(once.path, twice.path);
        }
        arena_free(a);
    }
}
END_TEST

/* RFC 3629, and Kuhn's UTF-8 stress test. */
START_TEST(utf8)
{
    static const char *const fine[] = { "", "a", "é", "夜", "🎵", "\xef\xbf\xbd", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf" };
    static const char *const broken[] = { "\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe5\xa4", "a\xc3" };

    for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
        ck_assert(utf8_is_valid(fine[i], strlen(fine[i])));
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
        ck_assert_msg(!utf8_is_valid(broken[i], strlen(broken[i])), "%zu", i);
    ck_assert_uint_eq(utf8_cut("夜夜", 6), 6);
    ck_assert_uint_eq(utf8_cut("夜夜", 5), 3);
    ck_assert_uint_eq(utf8_cut("夜夜", 2), 0);
    ck_assert_uint_eq(utf8_cut("ab", 9), 2);
}
END_TEST

Suite *target_suite(void)
{
    Suite *s = suite_create("target");
    TCase *c = tcase_create("target");

    tcase_add_loop_test(c, accepts_and_normalises, 0, sizeof(good) / sizeof(good[0]));
    tcase_add_loop_test(c, refuses, 0, sizeof(bad) / sizeof(bad[0]));
    tcase_add_test(c, long_paths);
    tcase_add_test(c, is_idempotent_on_noise);
    tcase_add_test(c, utf8);
    suite_add_tcase(s, c);
    return s;
}
