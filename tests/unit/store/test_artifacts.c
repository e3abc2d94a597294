#include "support.h"

static const struct artifact files[] = {
    { .name = "master.wav", .kind = "master", .label = "master_wav", .media_type = "audio/wav", .bytes = 5000000000,
      .sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" },
    { .name = "song.mid", .kind = "midi", .label = "midi", .media_type = "audio/midi", .bytes = 0,
      .sha256 = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210" },
};
enum { FILE_COUNT = 2 };

static struct job job;
static struct artifact_list list;
static struct artifact found;

static const char *complete(void)
{
    const char *id = submit("radio", 1);
    bool any = false;

    OK(job_claim(store, "w", 2, arena, &job, &any, &problem));
    OK(artifact_list(store, id, "radio", arena, &list, &problem));
    ck_assert_uint_eq(list.count, 0);
    OK(job_complete(store, id, "w", "{\"title\":\"T\"}", files, FILE_COUNT, 3, &problem));
    return id;
}

START_TEST(a_completed_job_has_its_files)
{
    const char *id = complete();

    OK(job_get(store, id, "radio", arena, &job, &problem));
    ck_assert_int_eq(job.state, JOB_COMPLETED);
    ck_assert(job.progress == 1);
    ck_assert_str_eq(job.result, "{\"title\":\"T\"}");
    OK(artifact_list(store, id, "radio", arena, &list, &problem));
    ck_assert_uint_eq(list.count, FILE_COUNT);
    for (size_t i = 0; i < FILE_COUNT; i++) {
        ck_assert_str_eq(list.items[i].job_id, id);
        ck_assert_str_eq(list.items[i].name, files[i].name);
        ck_assert_str_eq(list.items[i].kind, files[i].kind);
        ck_assert_str_eq(list.items[i].label, files[i].label);
        ck_assert_str_eq(list.items[i].media_type, files[i].media_type);
        ck_assert_int_eq(list.items[i].bytes, files[i].bytes);
        ck_assert_str_eq(list.items[i].sha256, files[i].sha256);
    }
}
END_TEST

START_TEST(one_file_is_found_by_its_exact_name)
{
    const char *id = complete();

    OK(artifact_find(store, id, "song.mid", "radio", arena, &found, &problem));
    ck_assert_str_eq(found.label, "midi");
    OK(artifact_find(store, id, "master.wav", NULL, arena, &found, &problem));
    REFUSED(ERROR_NOT_FOUND, artifact_find(store, id, "master.wav", "museum", arena, &found, &problem));
    REFUSED(ERROR_NOT_FOUND, artifact_find(store, id, "MASTER.WAV", "radio", arena, &found, &problem));
    REFUSED(ERROR_NOT_FOUND, artifact_find(store, id, "../aether.db", "radio", arena, &found, &problem));
    REFUSED(ERROR_NOT_FOUND, artifact_find(store, id, "%", "radio", arena, &found, &problem));
    REFUSED(ERROR_NOT_FOUND, artifact_find(store, "%", "song.mid", "radio", arena, &found, &problem));
    REFUSED(ERROR_NOT_FOUND, artifact_list(store, id, "museum", arena, &list, &problem));
}
END_TEST

START_TEST(a_refused_file_completes_nothing)
{
    struct artifact twice[2] = { files[0], files[0] };
    const char *id = submit("radio", 1);
    bool any = false;

    OK(job_claim(store, "w", 2, arena, &job, &any, &problem));
    REFUSED(ERROR_INTERNAL, job_complete(store, id, "w", "{}", twice, 2, 3, &problem));
    OK(job_get(store, id, NULL, arena, &job, &problem));
    ck_assert_int_eq(job.state, JOB_RUNNING);
    OK(artifact_list(store, id, NULL, arena, &list, &problem));
    ck_assert_uint_eq(list.count, 0);
    OK(job_complete(store, id, "w", "{}", files, FILE_COUNT, 3, &problem));
}
END_TEST

Suite *artifacts_suite(void)
{
    Suite *suite = suite_create("artifacts");
    TCase *t = tcase_create("artifacts");

    tcase_add_checked_fixture(t, store_setup, store_teardown);
    tcase_add_test(t, a_completed_job_has_its_files);
    tcase_add_test(t, one_file_is_found_by_its_exact_name);
    tcase_add_test(t, a_refused_file_completes_nothing);
    suite_add_tcase(suite, t);
    return suite;
}
