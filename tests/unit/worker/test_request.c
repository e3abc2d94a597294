#include <math.h>
#include <string.h>

#include "song/brief.h"
#include "song/master_spec.h"
#include "song/song_spec.h"
#include "support.h"
#include "worker/produce.h"

#define BRIEF "\"title\":\"Night\",\"genre\":\"synthwave\",\"brief\":\"a drive\""

static struct produce_request request;

static bool read(enum job_kind kind, const char *text, int64_t seed)
{
    json_object *tree = json_read(arena, text, strlen(text), &problem);

    ck_assert_msg(tree != NULL, "%s", problem.detail);
    return produce_read(kind, tree, seed, &request, arena, &problem);
}

START_TEST(a_track_is_a_brief_and_its_files)
{
    OK(read(JOB_TRACKS, "{" BRIEF ",\"output_formats\":[\"flac\"],\"render_stems\":true}", 9));
    ck_assert_str_eq(request.song.brief->title, "Night");
    ck_assert_int_eq(request.song.brief->seed, 9);
    ck_assert(request.seed_is_drawn);
    ck_assert_uint_eq(request.formats, 1u << OUTPUT_FLAC);
    ck_assert(request.stems && !request.drum_stems);
    ck_assert_int_eq(request.stem_format, OUTPUT_WAV);
    OK(read(JOB_TRACKS, "{" BRIEF ",\"render_stems\":true,\"stem_format\":\"flac\",\"drum_stems\":true}", 9));
    ck_assert(request.stems && request.drum_stems);
    ck_assert_int_eq(request.stem_format, OUTPUT_FLAC);
}
END_TEST

START_TEST(the_usual_formats_and_the_requests_own_seed)
{
    OK(read(JOB_TRACKS, "{" BRIEF ",\"seed\":5}", 9));
    ck_assert_int_eq(request.song.brief->seed, 5);
    ck_assert(!request.seed_is_drawn);
    ck_assert_uint_eq(request.formats, 1u << OUTPUT_WAV | 1u << OUTPUT_MP3);
    ck_assert(!request.stems);
    OK(read(JOB_TRACKS, "{" BRIEF "}", -1));
    ck_assert_int_eq(request.song.brief->seed, FIELD_LONG_UNSET);
}
END_TEST

START_TEST(documents_stand_beside_the_formats)
{
    OK(read(JOB_RENDER,
            "{\"song_spec\":{\"title\":\"Night\",\"genre_id\":\"synthwave\",\"bpm\":100},\"job_id\":\"theirs\","
            "\"output_formats\":[\"ogg\",\"wav\"],\"stem_format\":\"wav32f\"}",
            9));
    ck_assert_int_eq(request.stem_format, OUTPUT_WAV32F);
    ck_assert_ptr_null(request.song.brief);
    ck_assert_str_eq(request.song.song_spec->title, "Night");
    ck_assert_int_eq(request.song.song_spec->random_seed, 9);
    ck_assert(request.seed_is_drawn);
    ck_assert_uint_eq(request.formats, 1u << OUTPUT_OGG | 1u << OUTPUT_WAV);
    ck_assert(!request.stems);
}
END_TEST

/* A target beside documents takes the place of theirs, numbers and all; without one they stay as they are. */
START_TEST(the_requests_target_replaces_that_of_the_documents)
{
    static const char documents[] = "{\"song_spec\":{\"title\":\"Night\",\"genre_id\":\"g\",\"bpm\":100,\"loudness_lufs\":-20},"
                                    "\"master_spec\":{\"target\":\"cd\",\"loudness_lufs\":-12,\"ceiling_dbtp\":-3}%s}";

    OK(read(JOB_RENDER, arena_printf(arena, documents, ""), 9));
    ck_assert_double_eq(master_loudness_lufs(request.song.master_spec), -12);
    ck_assert_double_eq(request.song.song_spec->loudness_lufs, -20);
    OK(read(JOB_RENDER, arena_printf(arena, documents, ",\"target\":\"ebu-r128\""), 9));
    ck_assert_double_eq(master_loudness_lufs(request.song.master_spec), -23);
    ck_assert_double_eq(master_ceiling_dbtp(request.song.master_spec), -1);
    ck_assert_int_eq(request.song.song_spec->target, TARGET_EBU_R128);
    ck_assert(isnan(request.song.song_spec->loudness_lufs));
}
END_TEST

START_TEST(a_brief_alone_has_no_files)
{
    OK(read(JOB_GENERATE, "{" BRIEF "}", 1));
    ck_assert_uint_eq(request.formats, 0);
}
END_TEST

static const struct {
    enum job_kind kind;
    const char *text, *pointer;
    enum error_code code;
} wrong[] = {
    { JOB_TRACKS, "[]", NULL, ERROR_INPUT },
    { JOB_TRACKS, "{\"title\":\"T\",\"genre\":\"g\"}", "/brief", ERROR_VALIDATION },
    { JOB_TRACKS, "{" BRIEF ",\"output_formats\":[\"tape\"]}", "/output_formats/0", ERROR_VALIDATION },
    { JOB_TRACKS, "{" BRIEF ",\"stem_format\":\"tape\"}", "/stem_format", ERROR_VALIDATION },
    { JOB_RENDER, "{\"song_spec\":{\"title\":\"T\",\"genre_id\":\"g\"},\"drum_stems\":3}", "/drum_stems",
      ERROR_VALIDATION },
    { JOB_TRACKS, "{" BRIEF ",\"target\":\"tape\"}", "/target", ERROR_VALIDATION },
    { JOB_TRACKS, "{" BRIEF ",\"colour\":1}", "/colour", ERROR_VALIDATION },
    { JOB_GENERATE, "{" BRIEF ",\"bpm\":4000}", "/bpm", ERROR_VALIDATION },
    { JOB_RENDER, "{}", "/song_spec", ERROR_VALIDATION },
    { JOB_RENDER, "{\"song_spec\":{\"title\":\"T\",\"genre_id\":\"g\"},\"render_stems\":\"yes\"}", "/render_stems",
      ERROR_VALIDATION },
};

START_TEST(mistakes_are_named)
{
    REFUSED(wrong[_i].code, read(wrong[_i].kind, wrong[_i].text, 1));
    if (wrong[_i].pointer != NULL)
        ck_assert_str_eq(problem.problems->pointer, wrong[_i].pointer);
}
END_TEST

Suite *request_suite(void)
{
    Suite *suite = suite_create("request");
    TCase *t = tcase_create("request");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_track_is_a_brief_and_its_files);
    tcase_add_test(t, the_usual_formats_and_the_requests_own_seed);
    tcase_add_test(t, documents_stand_beside_the_formats);
    tcase_add_test(t, the_requests_target_replaces_that_of_the_documents);
    tcase_add_test(t, a_brief_alone_has_no_files);
    tcase_add_loop_test(t, mistakes_are_named, 0, sizeof(wrong) / sizeof(wrong[0]));
    suite_add_tcase(suite, t);
    return suite;
}
