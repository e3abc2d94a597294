#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/hash.h"
#include "song/brief.h"
#include "sound/inspection.h"
#include "sound/soundfont.h"
#include "support.h"
#include "worker/produce.h"

#define BRIEF                                                                                                \
    "{\"title\":\"Night\",\"genre\":\"synthwave\",\"brief\":\"a late drive\",\"duration_seconds\":30,"     \
    "\"seed\":11,\"output_formats\":[\"wav\"],\"render_stems\":true}"

static struct genres *genres;
static const char *levels; /* where the SoundFont's are kept; NULL: nowhere */
static struct product product;
static double stop_at;

static bool stop_there(void *arg, const struct produce_progress *now)
{
    (void)arg;
    return now->fraction < stop_at;
}

static bool make(enum job_kind kind, const char *text, const char *soundfont)
{
    const char *name = soundfont != NULL ? soundfonts_name(soundfont, arena) : NULL;
    const struct soundfonts fonts = { { &name, soundfont != NULL }, { &soundfont, soundfont != NULL } };
    struct produce_order order = { .soundfonts = &fonts, .levels_folder = levels, .folder = output("") };
    struct produce_request request;
    json_object *tree = json_read(arena, text, strlen(text), &problem);

    genres = genres_load(arena, "conf/genres", &problem);
    ck_assert_msg(genres != NULL && tree != NULL, "%s", problem.detail);
    order.genres = genres;
    if (stop_at > 0)
        order.progress = stop_there;
    OK(produce_read(kind, tree, -1, &request, arena, &problem));
    memset(&product, 0, sizeof(product));
    return produce(&order, &request, &product, arena, &problem);
}

static int files_in_folder(void)
{
    DIR *dir = opendir(output(""));
    int count = 0;

    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count - 2;
}

static void files_are_as_listed(void)
{
    for (size_t i = 0; i < product.files.count; i++) {
        const struct artifact *file = &product.files.items[i];
        char sha256[HASH_TEXT_SIZE];

        OK(hash_file(output(file->name), sha256, &problem));
        ck_assert_str_eq(sha256, file->sha256);
        ck_assert_str_ne(file->media_type, "application/octet-stream");
        for (size_t k = 0; k < i; k++) {
            ck_assert_str_ne(product.files.items[k].name, file->name);
            ck_assert_str_ne(product.files.items[k].label, file->label);
        }
    }
    ck_assert_int_eq(files_in_folder(), (int)product.files.count);
}

START_TEST(documents_need_no_soundfont)
{
    OK(make(JOB_GENERATE,
            "{\"title\":\"Night\",\"genre\":\"synthwave\",\"brief\":\"a drive\",\"duration_seconds\":30,\"seed\":3}",
            NULL));
    ck_assert_uint_eq(product.files.count, 5); /* the MIDI file, two sheets of music, the documents, the release */
    ck_assert(isnan(product.release.loudness_lufs));
    ck_assert_int_eq(product.release.random_seed, 3);
    ck_assert(fabs(product.release.duration_seconds - 30) < 10);
    files_are_as_listed();
}
END_TEST

/* The small one when it is there, because it loads faster. NULL when none is installed: then nothing can be rendered. */
static const char *any_soundfont(void)
{
    const char *small = soundfont_find("/usr/share/sounds/sf2/TimGM6mb.sf2", arena, &problem);

    return small != NULL ? small : soundfont_find(NULL, arena, &problem);
}

/* SHA-256 of the chunk "data" of the master, a RIFF file: the sound without what is written about it. */
static const char *sound_of_master(void)
{
    FILE *in = fopen(output("master.wav"), "rb");
    char *out = arena_alloc(arena, HASH_TEXT_SIZE), *data;
    unsigned char head[12];
    uint32_t len = 0;

    ck_assert_ptr_nonnull(in);
    ck_assert_uint_eq(fread(head, 1, 12, in), 12);
    while (fread(head, 1, 8, in) == 8) {
        len = (uint32_t)head[4] | (uint32_t)head[5] << 8 | (uint32_t)head[6] << 16 | (uint32_t)head[7] << 24;
        if (memcmp(head, "data", 4) == 0)
            break;
        fseek(in, (long)len + (len & 1), SEEK_CUR);
    }
    ck_assert_uint_gt(len, 1000000);
    data = malloc(len);
    ck_assert_uint_eq(fread(data, 1, len, in), len);
    hash_text(data, len, out);
    free(data);
    fclose(in);
    return out;
}

/* The report in song.json measures the finished master too, once each, and a usual song has no fault. */
static void technical_checks_are_there(void)
{
    json_object *song = json_read_file(arena, output("song.json"), 16 << 20, &problem), *report, *checks;
    int found[INSPECT_COUNT] = { 0 };

    ck_assert(json_object_object_get_ex(song, "qa_report", &report) && json_object_object_get_ex(report, "checks", &checks));
    for (size_t i = 0; i < json_object_array_length(checks); i++) {
        json_object *check = json_object_array_get_idx(checks, i);
        const char *measure = json_object_get_string(json_object_object_get(check, "measure"));

        for (int m = 0; m < INSPECT_COUNT; m++)
            if (strcmp(measure, inspection_bands[m].name) == 0) {
                found[m]++;
                ck_assert_str_ne(json_object_get_string(json_object_object_get(check, "verdict")), "fail");
            }
    }
    for (int m = 0; m < INSPECT_COUNT; m++)
        ck_assert_int_eq(found[m], 1);
}

START_TEST(a_track_is_whole_and_its_documents_play_it_again)
{
    const char *soundfont = any_soundfont(), *master;
    json_object *documents, *formats;
    char sha256[HASH_TEXT_SIZE];

    if (soundfont == NULL)
        return;
    OK(hash_file(soundfont, sha256, &problem));
    levels = arena_printf(arena, "%s/levels", settings.data_dir);
    OK(make(JOB_TRACKS, BRIEF, soundfont));
    ck_assert_msg(is_there(arena_printf(arena, "%s/%s.json", levels, sha256)), "no levels in %s", levels);
    files_are_as_listed();
    ck_assert_str_eq(product.files.items[0].name, "master.wav");
    ck_assert(product.files.count >= 6);
    ck_assert_double_eq_tol(product.release.loudness_lufs, -14, 0.2);
    ck_assert_double_le(product.release.true_peak_dbtp, -1);
    ck_assert_ptr_nonnull(strstr(product.release.soundfont, soundfont_name(soundfont)));
    ck_assert(product.release.stages.count > 4);
    master = sound_of_master();
    technical_checks_are_there();

    documents = json_read_file(arena, output("song.json"), 16 << 20, &problem);
    ck_assert_msg(documents != NULL, "%s", problem.detail);
    formats = json_object_new_array();
    json_object_array_add(formats, json_object_new_string("wav"));
    json_object_object_add(documents, "output_formats", formats);
    /* What is written about it differs: a file made from documents names their time and another recipe. The levels, measured
     * before, are read now, which changes no sample. */
    OK(make(JOB_RENDER, json_text(arena, documents, false), soundfont));
    ck_assert_str_eq(sound_of_master(), master);
    levels = NULL;
}
END_TEST

static const double moments[] = { 0.02, 0.3, 0.8, 0.97 }; /* band, synthesis, encoding, the end */

START_TEST(cancelling_leaves_nothing)
{
    const char *soundfont = any_soundfont();

    if (soundfont == NULL)
        return;
    stop_at = moments[_i];
    REFUSED(ERROR_CANCELLED, make(JOB_TRACKS, BRIEF, soundfont));
    ck_assert_int_eq(files_in_folder(), 0);
}
END_TEST

START_TEST(an_unknown_genre_is_named)
{
    REFUSED(ERROR_VALIDATION,
            make(JOB_GENERATE, "{\"title\":\"T\",\"genre\":\"synthwav\",\"brief\":\"b\"}", NULL));
    ck_assert_str_eq(problem.problems->pointer, "/genre");
    ck_assert_int_eq(files_in_folder(), 0);
}
END_TEST

START_TEST(the_soundfonts_checksum_is_that_of_the_file)
{
    const char *path = output("a.sf2");
    char sha256[HASH_TEXT_SIZE], again[HASH_TEXT_SIZE];
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs("abc", file);
    fclose(file);
    OK(produce_soundfont_sha256(path, sha256, &problem));
    /* FIPS 180-4, example for "abc" */
    ck_assert_str_eq(sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    OK(produce_soundfont_sha256(path, again, &problem));
    ck_assert_str_eq(again, sha256);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("abcd", file);
    fclose(file);
    OK(produce_soundfont_sha256(path, again, &problem));
    ck_assert_str_ne(again, sha256);
    unlink(path);
    REFUSED(ERROR_SOUNDFONT, produce_soundfont_sha256(path, sha256, &problem));
}
END_TEST

Suite *produce_suite(void)
{
    Suite *suite = suite_create("produce");
    TCase *t = tcase_create("produce");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    tcase_add_test(t, documents_need_no_soundfont);
    tcase_add_test(t, a_track_is_whole_and_its_documents_play_it_again);
    tcase_add_loop_test(t, cancelling_leaves_nothing, 0, sizeof(moments) / sizeof(moments[0]));
    tcase_add_test(t, an_unknown_genre_is_named);
    tcase_add_test(t, the_soundfonts_checksum_is_that_of_the_file);
    suite_add_tcase(suite, t);
    return suite;
}
