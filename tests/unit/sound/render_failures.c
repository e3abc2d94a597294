#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "suites.h"

static struct arena *arena;
static const char *folder;
static struct error failure;

static void setup(void)
{
    arena = arena_new((size_t)64 << 20);
    folder = fixture_folder(arena);
    failure = (struct error){ .code = ERROR_NONE };
}

static void teardown(void)
{
    fixture_folder_remove(folder);
    arena_free(arena);
}

static void expect(const struct render_order *order, enum error_code code, const char *words)
{
    struct render_result result;

    ck_assert(!render_score(order, &result, arena, &failure));
    ck_assert_msg(failure.code == code, "%s: %s", error_info_get(failure.code)->slug, failure.detail);
    ck_assert_msg(strstr(failure.detail, words) != NULL, "no '%s' in: %s", words, failure.detail);
    if (strcmp(order->folder, folder) == 0)
        ck_assert_int_eq(fixture_file_count(folder), 0);
}

/* Cancels when the stage has come at least so far. */
struct patience {
    enum render_stage stage;
    double fraction;
    int calls;
};

static bool until(void *arg, enum render_stage stage, double fraction)
{
    struct patience *p = arg;

    p->calls++;
    ck_assert(fraction >= 0 && fraction <= 1);
    return stage < p->stage || (stage == p->stage && fraction < p->fraction);
}

START_TEST(cancel_leaves_nothing)
{
    struct patience patience[] = { { RENDER_MEASURE, 0, 0 },     { RENDER_SYNTHESIS, 0, 0 },
                                   { RENDER_SYNTHESIS, 0.6, 0 }, { RENDER_MASTER, 0.5, 0 },
                                   { RENDER_ENCODE, 0, 0 },      { RENDER_ENCODE, 0.93, 0 },
                                   { RENDER_ENCODE, 1, 0 } };
    struct render_order *order = fixture_order(arena, 6, 3, folder);

    if (order == NULL)
        return;
    order->stems = true;
    order->formats = 1u << OUTPUT_WAV | 1u << OUTPUT_FLAC;
    order->progress = until;
    order->progress_arg = &patience[_i];
    expect(order, ERROR_CANCELLED, "cancelled");
    ck_assert_int_gt(patience[_i].calls, 0);
}
END_TEST

static bool count_ends(void *arg, enum render_stage stage, double fraction)
{
    *(int *)arg += stage == RENDER_ENCODE && fraction > 0.9;
    return true;
}

/* Each file's end waits for the disk: two masters, the stems, three files of the overview, by one thread. */
START_TEST(a_cancel_is_asked_for_between_any_two_files)
{
    struct render_order *order = fixture_order(arena, 6, 3, folder);
    struct render_result result;
    int ends = 0;

    if (order == NULL)
        return;
    order->stems = true;
    order->threads = 1;
    order->formats = 1u << OUTPUT_WAV | 1u << OUTPUT_FLAC;
    order->progress = count_ends;
    order->progress_arg = &ends;
    ck_assert_msg(render_score(order, &result, arena, &failure), "%s", failure.detail);
    ck_assert_int_ge(ends, fixture_file_count(folder));
}
END_TEST

START_TEST(soundfont_missing_or_broken)
{
    struct render_order *order = fixture_order(arena, 4, 2, folder);
    char *path = arena_printf(arena, "%s-font.sf2", folder);
    static char bytes[64 * 1024];
    FILE *file;

    if (order == NULL)
        return;
    file = fopen(order->soundfont, "rb");
    ck_assert_uint_eq(fread(bytes, 1, sizeof(bytes), file), sizeof(bytes));
    fclose(file);
    order->soundfont = "/nowhere/at/all.sf2";
    expect(order, ERROR_SOUNDFONT, "/nowhere/at/all.sf2");
    order->soundfont = path;
    file = fopen(path, "wb"); /* cut short */
    fwrite(bytes, 1, sizeof(bytes), file);
    fclose(file);
    expect(order, ERROR_SOUNDFONT, path);
    file = fopen(path, "wb"); /* not a SoundFont at all */
    fputs("hello", file);
    fclose(file);
    expect(order, ERROR_SOUNDFONT, path);
    unlink(path);
}
END_TEST

START_TEST(folder_missing_or_no_folder)
{
    struct render_order *order = fixture_order(arena, 4, 2, "/nowhere/at/all");

    if (order == NULL)
        return;
    expect(order, ERROR_IO, "/nowhere/at/all");
    order->folder = "/dev/null";
    expect(order, ERROR_IO, "/dev/null");
}
END_TEST

START_TEST(disk_full)
{
    struct render_order *order = fixture_order(arena, 6, 3, folder);
    static const char *const sizes[] = { "size=64k", "size=2m",
                                         "size=3500k" }; /* stems, mix, master do not fit */

    if (order == NULL)
        return;
    if (mount("tmpfs", folder, "tmpfs", 0, sizes[_i]) != 0) {
        fprintf(stderr, "disk_full is skipped: cannot mount a small file system: %s\n", strerror(errno));
        return;
    }
    order->stems = _i == 0;
    expect(order, ERROR_STORAGE, "No space left");
    umount(folder);
}
END_TEST

START_TEST(silence_is_told)
{
    struct render_order *order = fixture_order(arena, 4, 1, folder);
    struct score score;
    struct score_note note = { 0, 480, 60, 100 };
    struct score_control mute = { 0, SCORE_CC, 7, 0 };
    struct score_part part = {
        .id = "drums", .name = "Mute", .notes = &note, .note_count = 0, .controls = &mute, .control_count = 1
    };

    if (order == NULL)
        return;
    score = *order->score;
    score.parts = &part;
    order->score = &score;
    expect(order, ERROR_QUALITY, "silent");
    part.note_count = 1; /* a note at volume 0 */
    expect(order, ERROR_QUALITY, "silent");
}
END_TEST

/* A click every two seconds cannot be as loud as a full band without passing the ceiling. */
START_TEST(loudness_out_of_reach)
{
    struct render_order *order = fixture_order(arena, 8, 1, folder);
    struct score_note notes[4];
    struct score_part part = {
        .id = "drums", .name = "Click", .channel = 9, .bank = 128, .notes = notes, .note_count = 4
    };
    struct master_spec master;
    struct score score;

    if (order == NULL)
        return;
    for (int i = 0; i < 4; i++)
        notes[i] =
            (struct score_note){ .start_tick = i * 1920, .len_ticks = 60, .pitch = 37, .velocity = 100 };
    score = *order->score;
    score.parts = &part;
    master = *order->master;
    master.loudness_lufs = 3;
    order->score = &score;
    order->master = &master;
    expect(order, ERROR_QUALITY, "LUFS");
}
END_TEST

START_TEST(orders_that_make_no_sense)
{
    struct render_order *order = fixture_order(arena, 4, 1, folder);
    struct score score;

    if (order == NULL)
        return;
    order->formats = 0;
    expect(order, ERROR_INPUT, "format");
    order->formats = 1;
    score = *order->score;
    score.tempo_count = 0;
    order->score = &score;
    expect(order, ERROR_INPUT, "score");
}
END_TEST

/* Specs full of unset values render all the same. */
START_TEST(unset_values_are_defaults)
{
    struct render_order *order = fixture_order(arena, 4, 2, folder);
    struct render_result result;
    struct mix_spec mix = { .reverb_room = NAN, .reverb_damping = NAN, .reverb_return_db = NAN };
    struct mix_strip strip = {
        .part = "bass", .bus = -1, .level_lu = NAN, .pan = NAN, .highpass_hz = NAN, .reverb_send_db = NAN
    };
    struct master_spec master;

    if (order == NULL)
        return;
    mix.strips.items = &strip;
    mix.strips.count = 1;
    master = (struct master_spec){ .loudness_lufs = -14,
                                   .ceiling_dbtp = -1,
                                   .highpass_hz = NAN,
                                   .glue = { NAN, NAN, NAN, NAN, NAN },
                                   .limiter_lookahead_ms = NAN,
                                   .limiter_release_ms = NAN };
    order->mix = &mix;
    order->master = &master;
    ck_assert_msg(render_score(order, &result, arena, &failure), "%s", failure.detail);
    ck_assert_double_eq_tol(result.loudness_lufs, -14, 0.5);
    ck_assert_double_le(result.true_peak_dbtp, -1);
}
END_TEST

Suite *render_failures_suite(void)
{
    Suite *s = suite_create("render failures");
    TCase *t = tcase_create("failures");

    tcase_set_timeout(t, 240);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, cancel_leaves_nothing, 0, 7);
    tcase_add_test(t, a_cancel_is_asked_for_between_any_two_files);
    tcase_add_test(t, soundfont_missing_or_broken);
    tcase_add_test(t, folder_missing_or_no_folder);
    tcase_add_loop_test(t, disk_full, 0, 3);
    tcase_add_test(t, silence_is_told);
    tcase_add_test(t, loudness_out_of_reach);
    tcase_add_test(t, orders_that_make_no_sense);
    tcase_add_test(t, unset_values_are_defaults);
    suite_add_tcase(s, t);
    return s;
}
