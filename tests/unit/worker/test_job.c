#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "song/brief.h"
#include "store/db.h"
#include "support.h"
#include "worker/folder.h"
#include "worker/job.h"

#define TRACK "{\"title\":\"Night\",\"genre\":\"synthwave\",\"brief\":\"a drive\",\"output_formats\":[\"wav\"]}"

/* What the stand-in for produce does: fail with this code, run this until progress says stop, or succeed. */
static enum error_code fails_with;
static void (*meanwhile)(void);
static bool told_to_stop;
static const char *current;
static const char *known;  /* the tunes that the song was to be compared with, "title date; …"; NULL: none */
static const char *title = "Night";
static int calls;

static struct artifact files[] = {
    { .name = "master.wav", .kind = "master", .label = "master_wav", .media_type = "audio/wav", .bytes = 5,
      .sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" },
};
static struct release_stage stages[] = { { "mixing", 0.5 } };

static bool stand_in(const struct produce_order *order, struct produce_request *request, struct product *out,
                     struct arena *a, struct error *e)
{
    struct produce_progress now = { .stage = "mixing", .index = 1, .count = 2, .fraction = 0.5 };

    calls++;
    known = order->earlier != NULL ? "" : NULL;
    for (size_t i = 0; order->earlier != NULL && i < order->earlier->count; i++)
        known = arena_printf(arena, "%s%s (%s) of %zu notes; ", known, order->earlier->items[i].title,
                             order->earlier->items[i].song, order->earlier->items[i].count);
    ck_assert_str_eq(request->song.brief->title, "Night");
    OK(file_write(arena_printf(a, "%s/master.wav", order->folder), "RIFF\n", 5, &problem));
    if (meanwhile != NULL) {
        meanwhile();
        for (int i = 0; i < 2000; i++) {
            if (!order->progress(order->progress_arg, &now))
                return error_set(e, ERROR_CANCELLED, "cancelled");
            usleep(10000);
        }
        ck_abort_msg("nobody asked to stop");
    }
    if (fails_with != ERROR_NONE)
        return error_set(e, fails_with, "as the test asked");
    *out = (struct product){ .release = { .title = title, .key = "A minor", .bpm = 104, .random_seed = 7, .soundfont = "Piano.sf2",
                                          .duration_seconds = 90.5, .loudness_lufs = -14, .true_peak_dbtp = -1.2 } };
    out->release.stages.items = stages;
    out->release.stages.count = 1;
    out->files.items = files;
    out->files.count = 1;
    out->tune = "+2:240 -2:240";
    out->song = arena_printf(a, "synthwave 7 %s", title);
    return true;
}

static bool must_stop(void *arg)
{
    (void)arg;
    return told_to_stop;
}

static enum job_end carry_out(const char *owner)
{
    struct job_crew crew = { .config = &settings, .store = store, .owner = owner,
                             .must_stop = must_stop, .produce = stand_in };
    struct job job = claim(owner);

    current = arena_strdup(arena, job.id);
    return job_carry_out(&crew, &job);
}

static void nothing_is_left(void)
{
    for (int attempt = 1; attempt <= JOB_ATTEMPTS_MAX; attempt++)
        ck_assert(!is_there(folder_of_attempt(arena, settings.data_dir, current, attempt)));
    ck_assert(!is_there(output(current)));
}

START_TEST(a_completed_job_has_result_and_files)
{
    const char *id = submit(JOB_TRACKS, TRACK), *url;
    struct artifact_list list;
    json_object *result, *inner = NULL;
    struct job job;

    ck_assert_int_eq(carry_out("w"), JOB_END_COMPLETED);
    job = get(id);
    ck_assert_int_eq(job.state, JOB_COMPLETED);
    ck_assert(is_there(output(arena_printf(arena, "%s/master.wav", id))));
    ck_assert(!is_there(folder_of_attempt(arena, settings.data_dir, id, 1)));
    OK(artifact_list(store, id, "radio", arena, &list, &problem));
    ck_assert_uint_eq(list.count, 1);
    result = json_read(arena, job.result, strlen(job.result), &problem);
    ck_assert_ptr_nonnull(result);
    ck_assert_str_eq(json_get_string(result, "job_id"), id);
    ck_assert_str_eq(json_get_string(result, "status"), "completed");
    ck_assert_str_eq(json_get_string(result, "key"), "A minor");
    ck_assert_str_eq(json_get_string(result, "soundfont"), "Piano.sf2");
    ck_assert(json_object_object_get_ex(result, "peak_db", &inner));
    ck_assert(json_object_get_double(inner) == -1.2);
    ck_assert(json_object_object_get_ex(result, "output_files", &inner));
    url = arena_printf(arena, "/v1/download/%s/master.wav", id);
    ck_assert_str_eq(json_get_string(inner, "master_wav"), url);
    ck_assert(json_object_object_get_ex(result, "stages", &inner));
    ck_assert_uint_eq(json_object_array_length(inner), 1);
}
END_TEST

/* code, and whether the job is tried again */
static const struct {
    enum error_code code;
    enum job_state state;
} failures[] = {
    { ERROR_IO, JOB_QUEUED },          { ERROR_UNAVAILABLE, JOB_QUEUED }, { ERROR_TOO_LARGE, JOB_FAILED },
    { ERROR_SOUNDFONT, JOB_FAILED },   { ERROR_QUALITY, JOB_FAILED },     { ERROR_VALIDATION, JOB_FAILED },
    { ERROR_INTERNAL, JOB_FAILED },
};

START_TEST(a_failed_job_says_why_and_leaves_nothing)
{
    const char *id = submit(JOB_TRACKS, TRACK);
    struct job job;

    fails_with = failures[_i].code;
    ck_assert_int_eq(carry_out("w"), JOB_END_FAILED);
    job = get(id);
    ck_assert_int_eq(job.state, failures[_i].state);
    ck_assert_str_eq(job.error, error_info_get(failures[_i].code)->slug);
    ck_assert_str_eq(job.error_detail, "as the test asked");
    nothing_is_left();
}
END_TEST

START_TEST(a_job_waits_for_room_on_the_disk)
{
    const char *id = submit(JOB_TRACKS, TRACK);
    int64_t begun_ms = clock_wall_ms();
    struct job job;

    fails_with = ERROR_STORAGE;
    ck_assert_int_eq(carry_out("w"), JOB_END_RELEASED);
    job = get(id);
    ck_assert_int_eq(job.state, JOB_QUEUED);
    ck_assert_int_eq(job.attempts, 0);
    ck_assert_int_ge(job.not_before_ms, begun_ms + JOB_PAUSE_MS);
    ck_assert_str_eq(job.error, "storage-full");
    ck_assert_str_eq(job.error_detail, "as the test asked");
    nothing_is_left();
    in_database("UPDATE job SET not_before_ms = 0, created_ms = 1"); /* for long enough: now its attempts count */
    ck_assert_int_eq(carry_out("w"), JOB_END_FAILED);
    ck_assert_int_eq(get(id).state, JOB_QUEUED);
    ck_assert_int_eq(get(id).attempts, 1);
    nothing_is_left();
}
END_TEST

static bool room_comes(void *arg)
{
    int *asked = arg;

    if (++*asked == 4) /* once before publishing */
        ck_assert_int_eq(sqlite3_exec(store->db, "PRAGMA max_page_count = 1000000", NULL, NULL, NULL), SQLITE_OK);
    return false;
}

START_TEST(what_is_finished_is_not_lost_to_a_full_disk)
{
    int asked = 0;
    struct job_crew crew = { .config = &settings, .store = store, .owner = "w", .must_stop = room_comes,
                             .must_stop_arg = &asked, .produce = stand_in };
    const char *id = submit(JOB_TRACKS, TRACK);
    struct job job = claim("w");
    char *longest = arena_alloc(arena, 300001);

    memset(longest, 'x', 300000);
    longest[300000] = '\0';
    title = longest;
    ck_assert_int_eq(sqlite3_exec(store->db, "PRAGMA max_page_count = 1", NULL, NULL, NULL), SQLITE_OK); /* as many as now */
    ck_assert_int_eq(job_carry_out(&crew, &job), JOB_END_COMPLETED);
    ck_assert_int_eq(asked, 4);
    ck_assert_int_eq(get(id).state, JOB_COMPLETED);
    ck_assert(is_there(output(arena_printf(arena, "%s/master.wav", id))));
}
END_TEST

START_TEST(a_request_that_cannot_be_read_fails)
{
    const char *id = submit(JOB_TRACKS, "{\"title\":\"Night\"}");

    ck_assert_int_eq(carry_out("w"), JOB_END_FAILED);
    ck_assert_int_eq(get(id).state, JOB_FAILED);
    ck_assert_str_eq(get(id).error, "validation-failed");
    ck_assert_int_eq(calls, 0);
}
END_TEST

static void cancel(void)
{
    OK(job_cancel(store, current, NULL, 1, &problem));
}

START_TEST(a_cancelled_job_stops_and_leaves_nothing)
{
    const char *id = submit(JOB_TRACKS, TRACK);

    meanwhile = cancel;
    ck_assert_int_eq(carry_out("w"), JOB_END_DROPPED);
    ck_assert_int_eq(get(id).state, JOB_CANCELLED);
    nothing_is_left();
}
END_TEST

static const char *successors;

/* Cancelled and queued anew, the job begins with its first attempt again, in another process. */
static void begin_again(void)
{
    int status = 0;
    pid_t child;

    OK(job_cancel(store, current, NULL, 1, &problem));
    OK(job_retry(store, current, NULL, &problem));
    ck_assert_int_eq(claim("successor").attempts, 1);
    successors = output("successor's");
    child = fork();
    if (child == 0) {
        const char *folder = folder_of_attempt(arena, settings.data_dir, current, 1);

        folder_with_file(folder, "stem.wav", "x");
        _exit(symlink(folder, successors) == 0 ? 0 : 1);
    }
    ck_assert_int_gt(child, 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

START_TEST(whoever_had_a_job_leaves_its_successors_files_alone)
{
    const char *id = submit(JOB_TRACKS, TRACK);

    meanwhile = begin_again;
    ck_assert_int_eq(carry_out("w"), JOB_END_DROPPED);
    ck_assert_int_eq(get(id).state, JOB_RUNNING);
    ck_assert(is_there(arena_printf(arena, "%s/stem.wav", successors)));
}
END_TEST

static void steal(void)
{
    in_database("UPDATE job SET lease_owner = 'thief'");
}

START_TEST(a_job_taken_over_is_dropped)
{
    const char *id = submit(JOB_TRACKS, TRACK);

    meanwhile = steal;
    ck_assert_int_eq(carry_out("w"), JOB_END_DROPPED);
    ck_assert_int_eq(get(id).state, JOB_RUNNING);
    nothing_is_left();
}
END_TEST

static void ask_to_stop(void)
{
    told_to_stop = true;
}

START_TEST(a_job_is_given_back_untouched)
{
    const char *id = submit(JOB_TRACKS, TRACK);

    meanwhile = ask_to_stop;
    ck_assert_int_eq(carry_out("w"), JOB_END_RELEASED);
    ck_assert_int_eq(get(id).state, JOB_QUEUED);
    ck_assert_int_eq(get(id).attempts, 0);
    nothing_is_left();
}
END_TEST

static void nothing(void)
{
}

static bool stop_when_renewed(void *arg)
{
    struct job job = get(current);

    (void)arg;
    return job.stage != NULL && strcmp(job.stage, "mixing") == 0 && job.progress == 0.5;
}

START_TEST(progress_is_recorded)
{
    struct job_crew crew = { .config = &settings, .store = store, .owner = "w",
                             .must_stop = stop_when_renewed, .produce = stand_in };
    const char *id = submit(JOB_TRACKS, TRACK);
    struct job job = claim("w");

    current = id;
    meanwhile = nothing;
    ck_assert_int_eq(job_carry_out(&crew, &job), JOB_END_RELEASED);
}
END_TEST

START_TEST(what_an_earlier_attempt_left_is_replaced)
{
    const char *id = submit(JOB_TRACKS, TRACK);

    claim("dead");
    in_database("UPDATE job SET lease_until_ms = 1");
    folder_with_file(output(arena_printf(arena, ".tmp-%s-1-1", id)), "stem-old.wav", "x");
    folder_with_file(output(id), "master.mp3", "x");
    ck_assert_int_eq(carry_out("w"), JOB_END_COMPLETED);
    ck_assert_int_eq(get(id).attempts, 2);
    ck_assert(is_there(output(arena_printf(arena, "%s/master.wav", id))));
    ck_assert(!is_there(output(arena_printf(arena, "%s/master.mp3", id))));
    ck_assert(!is_there(output(arena_printf(arena, ".tmp-%s-1-1", id))));
    ck_assert(!is_there(folder_of_attempt(arena, settings.data_dir, id, 2)));
}
END_TEST

START_TEST(generated_documents_are_the_result)
{
    const char *id = submit(JOB_GENERATE, "{\"title\":\"Night\",\"genre\":\"synthwave\",\"brief\":\"a drive\"}");
    struct job job;

    ck_assert_int_eq(carry_out("w"), JOB_END_COMPLETED);
    job = get(id);
    ck_assert_ptr_nonnull(strstr(job.result, "\"decisions\""));
    ck_assert_ptr_null(strstr(job.result, "Piano.sf2"));
}
END_TEST

/* Each completed job is compared with those before it, of the same organisation; failed ones leave nothing to compare with. */
START_TEST(tunes_are_remembered)
{
    settings.tunes_kept = 2;
    submit(JOB_TRACKS, TRACK);
    fails_with = ERROR_INTERNAL;
    carry_out("w");
    ck_assert_str_eq(known, "");
    fails_with = ERROR_NONE;
    title = "First";
    submit(JOB_TRACKS, TRACK);
    carry_out("w");
    ck_assert_str_eq(known, "");
    title = "Second";
    submit(JOB_TRACKS, TRACK);
    carry_out("w");
    ck_assert_str_eq(known, "First (synthwave 7 First) of 2 notes; ");
    in_database("UPDATE tune SET organisation = 'another'");
    submit(JOB_TRACKS, TRACK);
    carry_out("w");
    ck_assert_str_eq(known, "");
    settings.tunes_kept = 0;
    submit(JOB_TRACKS, TRACK);
    carry_out("w");
    ck_assert_ptr_null(known);
    title = "Night";
}
END_TEST

Suite *job_suite(void)
{
    Suite *suite = suite_create("job");
    TCase *t = tcase_create("job");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_completed_job_has_result_and_files);
    tcase_add_loop_test(t, a_failed_job_says_why_and_leaves_nothing, 0, sizeof(failures) / sizeof(failures[0]));
    tcase_add_test(t, a_job_waits_for_room_on_the_disk);
    tcase_add_test(t, what_is_finished_is_not_lost_to_a_full_disk);
    tcase_add_test(t, a_request_that_cannot_be_read_fails);
    tcase_add_test(t, a_cancelled_job_stops_and_leaves_nothing);
    tcase_add_test(t, whoever_had_a_job_leaves_its_successors_files_alone);
    tcase_add_test(t, a_job_taken_over_is_dropped);
    tcase_add_test(t, a_job_is_given_back_untouched);
    tcase_add_test(t, progress_is_recorded);
    tcase_add_test(t, what_an_earlier_attempt_left_is_replaced);
    tcase_add_test(t, generated_documents_are_the_result);
    tcase_add_test(t, tunes_are_remembered);
    suite_add_tcase(suite, t);
    return suite;
}
