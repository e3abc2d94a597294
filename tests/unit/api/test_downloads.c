/* Who gets which file, and under what name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
    return ask("GET", arena_printf(arena, "/v1/download/%s/%s", id, percent_encode(arena, name, "")),
               header != NULL ? header : "AETHER_SENDFILE=x-accel-redirect", NULL);
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

/* The file of `finished`, on disk: 200,000 bytes that differ. */
static const char *on_disk(const char *id, const char *name, int bytes)
{
    const char *folder = arena_printf(arena, "%s/output", settings.data_dir);
    const char *job = arena_printf(arena, "%s/%s", folder, id), *path = arena_printf(arena, "%s/%s", job, name);
    FILE *file;

    mkdir(folder, 0750);
    mkdir(job, 0750);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < bytes; i++)
        fputc(i % 251, file);
    fclose(file);
    return path;
}

#define ETAG "\"0000000000000000000000000000000000000000000000000000000000000000\""

/* RFC 9110, 13.1.2, 13.1.5, 14.1.2, 14.2, of a file of 4 bytes. */
static const struct {
    const char *header;
    int status, first, bytes;
} ranges[] = {
    { "HTTP_RANGE=bytes=0-1", 206, 0, 2 },    { "HTTP_RANGE=bytes=1-", 206, 1, 3 },
    { "HTTP_RANGE=bytes=-1", 206, 3, 1 },     { "HTTP_RANGE=bytes=-9", 206, 0, 4 },
    { "HTTP_RANGE=bytes=2-99", 206, 2, 2 },   { "HTTP_RANGE=bytes=3-3", 206, 3, 1 },
    { "HTTP_RANGE=Bytes=0-0", 206, 0, 1 },    { "HTTP_RANGE=bytes=1-99999999999999999999999", 206, 1, 3 },
    { "HTTP_RANGE=bytes=4-", 416, 0, 0 },     { "HTTP_RANGE=bytes=99999999999999999999999-", 416, 0, 0 },
    { "HTTP_RANGE=bytes=-0", 416, 0, 0 },     { "HTTP_RANGE=bytes=2-1", 200, 0, 4 },
    { "HTTP_RANGE=bytes=0-1,3-3", 200, 0, 4 }, { "HTTP_RANGE=lines=0-1", 200, 0, 4 },
    { "HTTP_RANGE=bytes=", 200, 0, 4 },       { "HTTP_RANGE=bytes=a-b", 200, 0, 4 },
    { "HTTP_RANGE=", 200, 0, 4 },             { "HTTP_IF_NONE_MATCH=" ETAG, 304, 0, 0 },
    { "HTTP_IF_NONE_MATCH=W/" ETAG, 304, 0, 0 }, { "HTTP_IF_NONE_MATCH=\"a\", " ETAG, 304, 0, 0 },
    { "HTTP_IF_NONE_MATCH=*", 304, 0, 0 },    { "HTTP_IF_NONE_MATCH=\"a\"", 200, 0, 4 },
};

START_TEST(without_help_the_file_is_sent_in_ranges)
{
    const char *id = finished("local", "t", "master.wav");
    struct call *c;

    on_disk(id, "master.wav", 4);
    c = download(id, "master.wav", ranges[_i].header);
    ck_assert_msg(c->response.status == ranges[_i].status, "%s: %d", ranges[_i].header, c->response.status);
    if (ranges[_i].status == 416)
        ck_assert_str_eq(response_header_get(&c->response, "Content-Range"), "bytes */4");
    if (ranges[_i].status == 206)
        ck_assert_str_eq(response_header_get(&c->response, "Content-Range"),
                         arena_printf(arena, "bytes %d-%d/4", ranges[_i].first, ranges[_i].first + ranges[_i].bytes - 1));
    if (ranges[_i].bytes == 0)
        return;
    ck_assert_str_eq(response_header_get(&c->response, "ETag"), ETAG);
    ck_assert_str_eq(response_header_get(&c->response, "Content-Length"), arena_printf(arena, "%d", ranges[_i].bytes));
    ck_assert_int_eq(c->response.file->at, ranges[_i].first);
    ck_assert_int_eq(c->response.file->bytes, ranges[_i].bytes);
}
END_TEST

START_TEST(without_help_no_link_is_followed)
{
    const char *id = finished("local", "t", "master.wav"), *path = on_disk(id, "master.wav", 4), *folder;
    static const char any[] = "HTTP_X=y";

    ck_assert_int_eq(download(id, "master.wav", any)->response.status, 200);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(symlink("/etc/passwd", path), 0);
    ck_assert_int_eq(download(id, "master.wav", any)->response.status, 500);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(download(id, "master.wav", any)->response.status, 500);
    on_disk(id, "other.wav", 5); /* not the length that it had */
    ck_assert_int_eq(rename(arena_printf(arena, "%s/output/%s/other.wav", settings.data_dir, id), path), 0);
    ck_assert_int_eq(download(id, "master.wav", any)->response.status, 500);
    folder = arena_printf(arena, "%s/output/%s", settings.data_dir, id);
    ck_assert_int_eq(rename(folder, arena_printf(arena, "%s-aside", folder)), 0);
    ck_assert_int_eq(symlink(arena_printf(arena, "%s-aside", folder), folder), 0);
    ck_assert_int_eq(download(id, "master.wav", any)->response.status, 500);
}
END_TEST

START_TEST(apache_is_told_the_path)
{
    const char *id = finished("local", "t", "a b.wav");
    struct call *c = download(id, "a b.wav", "AETHER_SENDFILE=x-sendfile");

    ck_assert_str_eq(response_header_get(&c->response, "X-Sendfile"),
                     arena_printf(arena, "%s/output/%s/a%%20b.wav", settings.data_dir, id));
    ck_assert_ptr_null(response_header_get(&c->response, "Content-Length"));
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

    on_disk(id, "master.wav", 4);
    service.auth_enabled = true;
    ck_assert(key_create(store, &(struct key_order){ .name = "a", .organisation = "acme", .scopes = SCOPE_RENDER }, clock_wall_ms(),
                         ours, NULL, &problem));
    ck_assert(key_create(store, &(struct key_order){ .name = "b", .organisation = "else", .scopes = SCOPE_RENDER }, clock_wall_ms(),
                         others, NULL, &problem));
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
    tcase_add_loop_test(c, without_help_the_file_is_sent_in_ranges, 0, sizeof(ranges) / sizeof(ranges[0]));
    tcase_add_test(c, without_help_no_link_is_followed);
    tcase_add_test(c, apache_is_told_the_path);
    tcase_add_loop_test(c, any_title_makes_a_name, 0, sizeof(titles) / sizeof(titles[0]));
    tcase_add_test(c, long_titles_keep_the_end_of_the_name);
    tcase_add_test(c, nobody_gets_what_is_not_theirs);
    tcase_add_test(c, keys_decide_whose_it_is);
    suite_add_tcase(s, c);
    return s;
}
