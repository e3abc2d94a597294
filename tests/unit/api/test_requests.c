/* Probes, genres, and how requests are checked. */
#include <string.h>

#include "suites.h"
#include "support.h"

START_TEST(probes)
{
    struct call *c = ask("GET", "/health", NULL, NULL);

    ck_assert_int_eq(c->response.status, 200);
    ck_assert_str_eq(member(c, "status"), "healthy");
    ck_assert_str_eq(member(c, "version"), AETHER_VERSION);
    ck_assert_ptr_nonnull(strstr(c->response.body, "Some.sf2"));
    settings.environment = ENVIRONMENT_PRODUCTION;
    ck_assert_ptr_null(strstr(ask("GET", "/health", NULL, NULL)->response.body, "Some.sf2"));
    ck_assert_int_eq(ask("GET", "/live", NULL, NULL)->response.status, 200);
    ck_assert_int_eq(ask("GET", "/ready", NULL, NULL)->response.status, 200);
    atomic_store(&service.shared->draining, true);
    ck_assert_int_eq(ask("GET", "/ready", NULL, NULL)->response.status, 503);
    ck_assert_int_eq(ask("GET", "/live", NULL, NULL)->response.status, 200);
    ck_assert_str_eq(member(ask("GET", "/health", NULL, NULL), "status"), "draining");
    ck_assert_int_eq(ask("GET", "/v1/genres", NULL, NULL)->response.status, 503);
}
END_TEST

START_TEST(health_says_what_is_missing)
{
    struct call *c;

    api.soundfonts.names.count = 0;
    api.soundfont_problem = "install one";
    c = ask("GET", "/health", NULL, NULL);
    ck_assert_int_eq(c->response.status, 200);
    ck_assert_str_eq(member(c, "status"), "degraded");
    ck_assert_ptr_nonnull(strstr(c->response.body, "install one"));
}
END_TEST

START_TEST(genres)
{
    struct call *c = ask("GET", "/v1/genres", NULL, NULL);
    json_object *list = json_object_object_get(c->json, "genres");

    ck_assert_uint_eq(json_object_array_length(list), genres_count(api.genres));
    for (size_t i = 0; i < json_object_array_length(list); i++)
        ck_assert_int_eq(json_object_object_length(json_object_array_get_idx(list, i)), 3);
    ck_assert_str_eq(member(ask("GET", "/v1/genres/synthwave", NULL, NULL), "id"), "synthwave");
    ck_assert_str_eq(member(ask("GET", "/v1/genres/OUTRUN", NULL, NULL), "id"), "synthwave");
    ck_assert_int_eq(ask("GET", "/v1/genres/polka-metal", NULL, NULL)->response.status, 404);
}
END_TEST

static const struct {
    const char *target, *body, *pointer;
} refused[] = {
    { "/v1/tracks", "{}", "/title" },
    { "/v1/tracks", "{" BRIEF ",\"bpm\":4}", "/bpm" },
    { "/v1/tracks", "{" BRIEF ",\"key\":\"H\"}", "/key" },
    { "/v1/tracks", "{" BRIEF ",\"output_formats\":[\"exe\"]}", "/output_formats/0" },
    { "/v1/tracks", "{" BRIEF ",\"duration_seconds\":301}", "/duration_seconds" },
    { "/v1/tracks", "{" BRIEF ",\"tempo\":100}", "/tempo" },
    { "/v1/generate", "{" BRIEF ",\"output_formats\":[\"wav\"]}", "/output_formats" },
    { "/v1/generate", "{\"title\":\"a\",\"genre\":\"synthwav\",\"brief\":\"b\",\"bpm\":4}", "/genre" },
    { "/v1/generate", "{\"title\":\"a\",\"genre\":\"synthwav\",\"brief\":\"b\",\"bpm\":4}", "/bpm" },
    { "/v1/render", "{}", "/song_spec" },
    { "/v1/render", "{\"song_spec\":{\"title\":\"x\",\"bpm\":4}}", "/song_spec/bpm" },
    { "/v1/render", "{\"song_spec\":{\"title\":\"x\",\"genre_id\":\"polka-metal\"}}", "/song_spec/genre_id" },
    { "/v1/render", "{\"song_spec\":{\"title\":\"x\"},\"output_formats\":[\"exe\"]}", "/output_formats/0" },
};

START_TEST(mistakes_are_pointed_at)
{
    struct call *c = ask("POST", refused[_i].target, NULL, refused[_i].body);

    ck_assert_int_eq(c->response.status, 422);
    ck_assert_msg(has_problem(c, refused[_i].pointer), "%s", c->response.body);
}
END_TEST

START_TEST(an_unknown_genre_names_the_nearest_and_all)
{
    struct call *c = ask("POST", "/v1/tracks", NULL, "{\"title\":\"a\",\"genre\":\"synthwav\",\"brief\":\"b\"}");

    ck_assert_ptr_nonnull(strstr(c->response.body, "did you mean 'synthwave'"));
    for (size_t i = 0; i < genres_count(api.genres); i++)
        ck_assert_ptr_nonnull(strstr(c->response.body, genres_at(api.genres, i)->id));
}
END_TEST

START_TEST(generate_answers_and_records)
{
    struct call *c = ask("POST", "/v1/generate", NULL, "{" BRIEF ",\"duration_seconds\":30,\"seed\":7}"), *job;
    static const char *const documents[] = { "song_spec", "harmony_spec", "melody_spec", "arrangement_spec" };

    ck_assert_msg(c->response.status == 202, "%s", c->response.body);
    ck_assert_str_eq(member(c, "status"), "completed");
    for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
        ck_assert(json_object_is_type(json_object_object_get(c->json, documents[i]), json_type_object));
    job = ask("GET", arena_printf(arena, "/v1/jobs/%s", member(c, "job_id")), NULL, NULL);
    ck_assert_str_eq(member(job, "status"), "completed");
    ck_assert_str_eq(member(job, "kind"), "generate");
    ck_assert_str_eq(json_get_string(json_object_object_get(job->json, "result"), "job_id"), member(c, "job_id"));
}
END_TEST

START_TEST(a_song_too_large_for_its_request_frees_its_key)
{
    static const char song[] = "{" BRIEF ",\"duration_seconds\":30,\"seed\":7}", key[] = "HTTP_IDEMPOTENCY_KEY=desk-4711";
    static const size_t sizes[] = { 96 << 10, 160 << 10, 256 << 10, 512 << 10, 1 << 20 };
    struct call *c;
    int failed = 0;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) { /* wherever it ends; with the key held, the next would wait */
        request_bytes = sizes[i];
        c = ask("POST", "/v1/generate", key, song);
        request_bytes = DISPATCH_ARENA_BYTES;
        ck_assert_int_ne(c->outcome, DISPATCH_WAITS);
        if (c->response.status == 202)
            break;
        ck_assert_int_eq(c->response.status, 413);
        failed++;
    }
    ck_assert_int_ge(failed, 3);
    c = ask("POST", "/v1/generate", key, song);
    ck_assert_int_eq(c->outcome, DISPATCH_ANSWERED);
    ck_assert_int_eq(c->response.status, 202);
}
END_TEST

START_TEST(documents_with_too_many_notes_are_refused_once)
{
    struct call *c = ask("POST", "/v1/generate", NULL, "{" BRIEF ",\"duration_seconds\":30,\"seed\":7}");
    json_object *errors;

    settings.max_notes = 5;
    c = ask("POST", "/v1/render", "HTTP_PREFER=respond-async", c->response.body);
    ck_assert_int_eq(c->response.status, 422);
    ck_assert(has_problem(c, "/melody_spec/section_melodies"));
    errors = json_object_object_get(c->json, "errors");
    ck_assert_uint_eq(json_object_array_length(errors), 1);
}
END_TEST

/* What generate answers goes into render as it is, with the members that render does not know. */
START_TEST(render_takes_what_generate_gave)
{
    struct call *c = ask("POST", "/v1/generate", NULL, "{" BRIEF ",\"duration_seconds\":30}");

    c = ask("POST", "/v1/render", "HTTP_PREFER=respond-async", c->response.body);
    ck_assert_msg(c->response.status == 202, "%s", c->response.body);
}
END_TEST

Suite *requests_suite(void)
{
    Suite *s = suite_create("requests");
    TCase *c = tcase_create("requests");

    tcase_add_checked_fixture(c, api_setup, api_teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, a_song_too_large_for_its_request_frees_its_key);
    tcase_add_test(c, documents_with_too_many_notes_are_refused_once);
    tcase_add_test(c, probes);
    tcase_add_test(c, health_says_what_is_missing);
    tcase_add_test(c, genres);
    tcase_add_loop_test(c, mistakes_are_pointed_at, 0, sizeof(refused) / sizeof(refused[0]));
    tcase_add_test(c, an_unknown_genre_names_the_nearest_and_all);
    tcase_add_test(c, generate_answers_and_records);
    tcase_add_test(c, render_takes_what_generate_gave);
    suite_add_tcase(s, c);
    return s;
}
