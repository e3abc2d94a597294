/* Prefer, request ids, media types, Content-Disposition. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "server/header.h"
#include "suites.h"

static const struct {
    const char *value;
    bool respond_async;
    int wait_s;
} prefers[] = {
    { NULL, false, -1 },
    { "", false, -1 },
    { "wait=10", false, 10 },
    { "WAIT = 10", false, 10 },
    { "wait=\"7\"", false, 7 },
    { "respond-async", true, -1 },
    { "respond-async, wait=5", true, 5 },
    { "wait=5;foo=\"a,wait=9\", Respond-Async", true, 5 },
    { "return=minimal; x, wait=0", false, 0 },
    { "wait=1, wait=2", false, 1 },
    { "wait", false, -1 },
    { "wait=", false, -1 },
    { "wait=-1", false, -1 },
    { "wait=1.5", false, -1 }, /* delta-seconds are whole */
    { "wait=ten", false, -1 },
    { "wait=99999999999999999999", false, INT_MAX },
    { ",,,wait=3,,", false, 3 },
    { "\"respond-async", true, -1 },
    { "foo=\"unterminated, wait=4", false, -1 },
    { "foo=\"a\\\"b\", wait=4", false, 4 },
    { "=;=,=", false, -1 },
    { "respond-asynchronous", false, -1 },
};

START_TEST(prefer)
{
    struct prefer p;

    prefer_parse(prefers[_i].value, &p);
    ck_assert_int_eq(p.respond_async, prefers[_i].respond_async);
    ck_assert_int_eq(p.wait_s, prefers[_i].wait_s);
}
END_TEST

START_TEST(request_ids)
{
    char longest[66];

    memset(longest, 'a', 65);
    longest[65] = '\0';
    ck_assert(request_id_is_valid("abcDEF09"));
    ck_assert(request_id_is_valid("a.b_c-d-e"));
    ck_assert(!request_id_is_valid(longest));
    longest[64] = '\0';
    ck_assert(request_id_is_valid(longest));
    ck_assert(!request_id_is_valid(NULL));
    ck_assert(!request_id_is_valid("seven77"));
    ck_assert(!request_id_is_valid("with space"));
    ck_assert(!request_id_is_valid("line\r\nbreak"));
    ck_assert(!request_id_is_valid("quote\"quote"));
    ck_assert(!request_id_is_valid("日本語日本語"));
}
END_TEST

START_TEST(media_types)
{
    ck_assert(media_type_is_json("application/json"));
    ck_assert(media_type_is_json("Application/JSON; charset=utf-8"));
    ck_assert(media_type_is_json("application/json;charset=\"utf-8\""));
    ck_assert(media_type_is_json("application/merge-patch+json"));
    ck_assert(!media_type_is_json(NULL));
    ck_assert(!media_type_is_json(""));
    ck_assert(!media_type_is_json("text/json"));
    ck_assert(!media_type_is_json("application/jsonp"));
    ck_assert(!media_type_is_json("application/json, text/html"));
    ck_assert(!media_type_is_json("application/+json"));
    ck_assert(!media_type_is_json("application/x-www-form-urlencoded"));
}
END_TEST

/* From RFC 6266 §4 and RFC 8187 §3.2. */
static const struct {
    const char *name, *header;
} dispositions[] = {
    { "Neon 180_master.wav", "attachment; filename=\"Neon 180_master.wav\"; filename*=UTF-8''Neon%20180_master.wav" },
    { "夜.wav", "attachment; filename=\"_.wav\"; filename*=UTF-8''%E5%A4%9C.wav" },
    { "é🎵.mp3", "attachment; filename=\"__.mp3\"; filename*=UTF-8''%C3%A9%F0%9F%8E%B5.mp3" },
    { "say \"hi\".wav", "attachment; filename=\"say _hi_.wav\"; filename*=UTF-8''say%20%22hi%22.wav" },
    { "a\r\nSet-Cookie: x.wav", "attachment; filename=\"a__Set-Cookie: x.wav\"; filename*=UTF-8''a__Set-Cookie%3A%20x.wav" },
    { "../../etc/passwd", "attachment; filename=\".._.._etc_passwd\"; filename*=UTF-8''.._.._etc_passwd" },
    { "a\\b%20c.wav", "attachment; filename=\"a_b_20c.wav\"; filename*=UTF-8''a_b%2520c.wav" },
    { "\xff.wav", "attachment; filename=\"download\"; filename*=UTF-8''download" },
    { "it's (1)*.wav", "attachment; filename=\"it's (1)*.wav\"; filename*=UTF-8''it%27s%20%281%29%2A.wav" },
    { "", "attachment; filename=\"\"; filename*=UTF-8''" },
    { ".wav", "attachment; filename=\".wav\"; filename*=UTF-8''.wav" },
};

START_TEST(disposition)
{
    struct arena *a = arena_new(1 << 20);

    ck_assert_str_eq(disposition_attachment(a, dispositions[_i].name), dispositions[_i].header);
    arena_free(a);
}
END_TEST

START_TEST(long_names_are_cut_between_characters)
{
    struct arena *a = arena_new(1 << 20);
    char name[4096] = "";
    const char *header, *encoded;

    for (int i = 0; i < 300; i++)
        snprintf(name + strlen(name), sizeof(name) - strlen(name), "夜");
    snprintf(name + strlen(name), sizeof(name) - strlen(name), "_master.wav");
    header = disposition_attachment(a, name);
    ck_assert_uint_lt(strlen(header), 1000);
    encoded = strstr(header, "''");
    ck_assert_ptr_nonnull(encoded);
    ck_assert_uint_eq((strlen(encoded) - strlen("''.wav")) % 9, 0);
    ck_assert_str_eq(encoded + strlen(encoded) - 4, ".wav");
    arena_free(a);
}
END_TEST

Suite *header_suite(void)
{
    Suite *s = suite_create("header");
    TCase *c = tcase_create("header");

    tcase_add_loop_test(c, prefer, 0, sizeof(prefers) / sizeof(prefers[0]));
    tcase_add_test(c, request_ids);
    tcase_add_test(c, media_types);
    tcase_add_loop_test(c, disposition, 0, sizeof(dispositions) / sizeof(dispositions[0]));
    tcase_add_test(c, long_names_are_cut_between_characters);
    suite_add_tcase(s, c);
    return s;
}
