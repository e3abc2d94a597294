/* Who gets which file, and under what name. */
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/json.h"
#include "server/text.h"
#include "store/artifacts.h"
#include "store/keys.h"
#include "suites.h"
#include "support.h"

/* A completed job with one file; returns its id. */
static const char *finished(const char *organisation, const char *title, const char *file)
{
    const struct job_order order = { .kind = JOB_TRACKS, .organisation = organisation, .request = "{}", .seed = 1 };
    struct artifact item = { .name = file, .kind = "master", .label = "master_wav", .media_type = "audio/wav", .bytes = 4 };
    json_object *result = json_hold(arena, json_object_new_object());
    struct job job;
    char id[ID_TEXT_SIZE];
    bool found;

    memset(item.sha256, '0', HASH_TEXT_SIZE - 1);
    json_object_object_add(result, "title", json_object_new_string(title));
    ck_assert(job_submit(store, &order, clock_wall_ms(), id, &problem));
    ck_assert(job_claim(store, "tester", clock_wall_ms(), arena, &job, &found, &problem) && found);
    ck_assert(job_complete(store, id, "tester", json_text(arena, result, false), &item, 1, clock_wall_ms(), &problem));
    return arena_strdup(arena, id);
}

static struct call *download(const char *id, const char *name, const char *header)
{
    return ask("GET", arena_printf(arena, "/v1/download/%s/%s", id, percent_encode(arena, name, "")), header, NULL);
}

START_TEST(the_web_server_is_told_which_file)
{
    const char *id = finished("local", "Neon 180", "夜 50%.wav");
    struct call *c = download(id, "夜 50%.wav", NULL);

    ck_assert_int_eq(c->response.status, 200);
    ck_assert_str_eq(response_header_get(&c->response, "X-Accel-Redirect"),
                     arena_printf(arena, "/internal/output/%s/%%E5%%A4%%9C%%2050%%25.wav", id));
    ck_assert_str_eq(response_header_get(&c->response, "Content-Type"), "audio/wav");
    ck_assert_ptr_null(response_header_get(&c->response, "Content-Length"));
    ck_assert_uint_eq(c->response.body_len, 0);
}
END_TEST

static const char *const titles[] = { "Neon 180", "夜のドライブ", "a\"b\\c/../d;e\r\nX-Evil: 1", "..", "", "con\x7f" };

START_TEST(any_title_makes_a_name)
{
    struct call *c = download(finished("local", titles[_i], "master.wav"), "master.wav", NULL);
    const char *value = response_header_get(&c->response, "Content-Disposition");

    ck_assert_ptr_nonnull(strstr(value, "_master.wav\"; filename*=UTF-8''"));
    for (const char *p = value; *p != '\0'; p++)
        ck_assert(*p >= 0x20 && *p < 0x7f);
    ck_assert_ptr_null(strstr(c->response.head, "\nX-Evil"));
}
END_TEST

START_TEST(long_titles_keep_the_end_of_the_name)
{
    char title[1024] = "";
    struct call *c;

    for (int i = 0; i < 300; i++)
        memcpy(title + 3 * i, "あ", 4);
    c = download(finished("local", title, "stem-drums.wav"), "stem-drums.wav", NULL);
    ck_assert_ptr_nonnull(strstr(response_header_get(&c->response, "Content-Disposition"), "_stem-drums.wav"));
    ck_assert_uint_lt(c->response.head_len, RESPONSE_HEAD_MAX);
}
END_TEST

START_TEST(nobody_gets_what_is_not_theirs)
{
    const char *mine = finished("local", "t", "master.wav"), *theirs = finished("other", "t", "master.wav");
    static const char *const names[] = { "", "master.mp3", "Master.wav", "master.wav ", "..", ".", "*", "%", "' OR 1=1 --" };

    ck_assert_int_eq(download(mine, "master.wav", NULL)->response.status, 200);
    ck_assert_int_eq(download(theirs, "master.wav", NULL)->response.status, 404);
    ck_assert_int_eq(download("nonsense", "master.wav", NULL)->response.status, 404);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_int_eq(download(mine, names[i], NULL)->response.status, 404);
    ck_assert_int_eq(download(mine, "../../aether.db", NULL)->response.status, 400);
}
END_TEST

START_TEST(keys_decide_whose_it_is)
{
    const char *id = finished("acme", "t", "master.wav");
    char ours[KEY_TEXT_SIZE], others[KEY_TEXT_SIZE];

    service.auth_enabled = true;
    ck_assert(key_create(store, "a", "acme", SCOPE_RENDER, 0, clock_wall_ms(), ours, NULL, &problem));
    ck_assert(key_create(store, "b", "else", SCOPE_RENDER, 0, clock_wall_ms(), others, NULL, &problem));
    ck_assert_int_eq(download(id, "master.wav", NULL)->response.status, 401);
    ck_assert_int_eq(download(id, "master.wav", arena_printf(arena, "HTTP_X_API_KEY=%s", ours))->response.status, 200);
    ck_assert_int_eq(download(id, "master.wav", arena_printf(arena, "HTTP_X_API_KEY=%s", others))->response.status, 404);
    ck_assert_int_eq(download(id, "master.wav", "HTTP_X_API_KEY=aek_wrong")->response.status, 401);
    ck_assert_int_eq(ask("POST", "/v1/tracks", arena_printf(arena, "HTTP_AUTHORIZATION=Bearer %s", ours), "{}")->response.status,
                     403);
}
END_TEST

Suite *downloads_suite(void)
{
    Suite *s = suite_create("downloads");
    TCase *c = tcase_create("downloads");

    tcase_add_checked_fixture(c, api_setup, api_teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, the_web_server_is_told_which_file);
    tcase_add_loop_test(c, any_title_makes_a_name, 0, sizeof(titles) / sizeof(titles[0]));
    tcase_add_test(c, long_titles_keep_the_end_of_the_name);
    tcase_add_test(c, nobody_gets_what_is_not_theirs);
    tcase_add_test(c, keys_decide_whose_it_is);
    suite_add_tcase(s, c);
    return s;
}
