#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/json.h"
#include "fixture.h"
#include "sound/canvas.h"
#include "sound/master.h"
#include "sound/overview.h"
#include "sound/peaks.h"
#include "sound/scratch.h"
#include "sound/spectrogram.h"
#include "sound/waveform.h"
#include "suites.h"

enum { LEN = 5 * RENDER_RATE_HZ + 77 };

static struct arena *arena;
static const char *folder;
static int32_t pcm[2 * LEN];

static void setup(void)
{
    arena = arena_new(1 << 24);
    folder = fixture_folder(arena);
}

static void teardown(void)
{
    fixture_folder_remove(folder);
    arena_free(arena);
}

static int32_t sample_of(double value)
{
    return (int32_t)lrint(value * 8388607) * 256;
}

static int pcm_open(void)
{
    int fd = scratch_open(folder, NULL);

    ck_assert(scratch_write(fd, pcm, sizeof(pcm), 0, NULL));
    return fd;
}

/* A full-scale sine on both channels has 0 dB in its row and nothing far from it; half as loud on one side, 9 dB less. */
static const struct {
    double hz, left, right, db;
} tones[] = {
    { 100, 0.1, 0.1, -20 }, { 1000, 0.1, 0.1, -20 },  { 1000, 0.05, 0, -29 },
    { 40, 0.1, 0.1, -20 },  { 15000, 0.1, 0.1, -20 }, { 1000, 0.1, -0.1, -20 }, /* out of phase, yet there */
};

START_TEST(a_sine_is_in_its_row_with_its_level)
{
    struct spectrogram *s;
    int fd, row = 0;

    for (int i = 0; i < LEN; i++) {
        pcm[2 * i] = sample_of(tones[_i].left * sin(2 * M_PI * tones[_i].hz * i / RENDER_RATE_HZ));
        pcm[2 * i + 1] = sample_of(tones[_i].right * sin(2 * M_PI * tones[_i].hz * i / RENDER_RATE_HZ));
    }
    fd = pcm_open();
    s = spectrogram_new(fd, LEN, NULL);
    while (!spectrogram_is_done(s))
        ck_assert(spectrogram_step(s, NULL));
    for (int i = 1; i < SPECTROGRAM_ROWS; i++)
        if (fabs(log(spectrogram_row_hz(i) / tones[_i].hz)) < fabs(log(spectrogram_row_hz(row) / tones[_i].hz)))
            row = i;
    for (int column = 30; column < SPECTROGRAM_COLUMNS - 30; column += 97) {
        /* the colours' steps are 1 dB; between two bins a Hann window reads up to 1.4 dB less */
        ck_assert_double_le(spectrogram_level_db(s, column, row), tones[_i].db + 0.6);
        ck_assert_double_ge(spectrogram_level_db(s, column, row), tones[_i].db - 2.2);
        for (int i = 0; i < SPECTROGRAM_ROWS; i++)
            if (fabs(log2(spectrogram_row_hz(i) / tones[_i].hz)) > 1)
                ck_assert_double_le(spectrogram_level_db(s, column, i), tones[_i].db - 60);
    }
    spectrogram_free(s);
    scratch_close(fd);
}
END_TEST

START_TEST(the_waveform_knows_peak_and_power)
{
    static struct waveform w;
    static const int pieces[] = { 1, 333, 8192, LEN };

    for (int i = 0; i < LEN; i++) { /* a square wave whose level doubles in the middle */
        double level = i < LEN / 2 ? 0.25 : 0.5;

        pcm[2 * i] = sample_of(i % 2 == 0 ? level : -level);
        pcm[2 * i + 1] = 0;
    }
    for (size_t p = 0; p < sizeof(pieces) / sizeof(pieces[0]); p++) {
        int64_t frames = 0;

        waveform_init(&w, LEN);
        for (int at = 0; at < LEN; at += pieces[p])
            waveform_add(&w, pcm + 2 * at, at, LEN - at < pieces[p] ? LEN - at : pieces[p]);
        for (int i = 0; i < WAVEFORM_COLUMNS; i++) {
            double level = i < WAVEFORM_COLUMNS / 2 ? 0.25 : 0.5;

            frames += w.columns[i].count;
            if (i == WAVEFORM_COLUMNS / 2 - 1 || i == WAVEFORM_COLUMNS / 2)
                continue;
            ck_assert_double_eq_tol(w.columns[i].greatest / 2147483648.0, level, 1e-6);
            ck_assert_double_eq_tol(w.columns[i].least / 2147483648.0, -level, 1e-6);
            ck_assert_double_eq_tol(w.columns[i].squares / (double)w.columns[i].count, level * level, 1e-6);
        }
        ck_assert_int_eq(frames, LEN);
    }
}
END_TEST

static const char *written(struct part_file *file, const char *name)
{
    ck_assert(part_file_close(file, NULL) && part_file_publish(file, NULL));
    part_file_free(file);
    return arena_printf(arena, "%s/%s", folder, name);
}

/* The format's description: github.com/bbc/audiowaveform, doc/DataFormat.md. */
START_TEST(peaks_are_audiowaveforms_format)
{
    struct part_file *file = part_file_create(folder, "peaks.json", NULL);
    struct peaks p;
    json_object *tree, *data;

    srand(3);
    for (int i = 0; i < 2 * LEN; i++)
        pcm[i] = (int32_t)(((uint32_t)rand() << 8) & 0x7fffff00u) - (1 << 30);
    ck_assert(peaks_init(&p, LEN, NULL));
    for (int at = 0; at < LEN; at += 1000)
        peaks_add(&p, pcm + 2 * at, LEN - at < 1000 ? LEN - at : 1000);
    ck_assert(peaks_write(&p, file, NULL));
    peaks_finish(&p);
    tree = json_read_file(arena, written(file, "peaks.json"), 1 << 20, NULL);
    ck_assert_ptr_nonnull(tree);
    ck_assert_int_eq(json_object_get_int(json_object_object_get(tree, "version")), 2);
    ck_assert_int_eq(json_object_get_int(json_object_object_get(tree, "channels")), 1);
    ck_assert_int_eq(json_object_get_int(json_object_object_get(tree, "sample_rate")), RENDER_RATE_HZ);
    ck_assert_int_eq(json_object_get_int(json_object_object_get(tree, "samples_per_pixel")), PEAKS_FRAMES);
    ck_assert_int_eq(json_object_get_int(json_object_object_get(tree, "bits")), 8);
    ck_assert_int_eq(json_object_get_int(json_object_object_get(tree, "length")), (LEN + PEAKS_FRAMES - 1) / PEAKS_FRAMES);
    data = json_object_object_get(tree, "data");
    ck_assert_uint_eq(json_object_array_length(data), 2 * ((LEN + PEAKS_FRAMES - 1) / PEAKS_FRAMES));
    for (int pixel = 0; pixel * PEAKS_FRAMES < LEN; pixel++) {
        double least = 1, greatest = -1;

        for (int i = pixel * PEAKS_FRAMES; i < (pixel + 1) * PEAKS_FRAMES && i < LEN; i++) {
            double mono = ((double)pcm[2 * i] + pcm[2 * i + 1]) / 2 / 2147483648.0;

            least = fmin(least, mono);
            greatest = fmax(greatest, mono);
        }
        ck_assert_double_eq_tol(json_object_get_int(json_object_array_get_idx(data, (size_t)(2 * pixel))) / 128.0, least,
                                1.01 / 128);
        ck_assert_double_eq_tol(json_object_get_int(json_object_array_get_idx(data, (size_t)(2 * pixel + 1))) / 128.0,
                                greatest, 1.01 / 128);
    }
}
END_TEST

/* Read again by libpng's simple interface. */
START_TEST(what_is_drawn_is_in_the_png)
{
    struct part_file *file = part_file_create(folder, "a.png", NULL);
    const struct colour ground = { 10, 20, 30 }, red = { 200, 0, 0 };
    png_image image = { .version = PNG_IMAGE_VERSION };
    struct canvas c;
    unsigned char *pixels;
    int inked = 0;

    ck_assert(canvas_init(&c, 120, 40, ground, NULL));
    canvas_fill(&c, 100, 10, 50, 100, red, 1); /* over two edges */
    canvas_fill(&c, -5, -5, 7, 7, red, 0.5);
    canvas_bar(&c, 50, 10.25, 12.5, red);
    canvas_text(&c, 5, 30, -1, "Wé!", red);
    canvas_text(&c, 119, 50, 1, "\xe6\xb6\x99 beyond every edge of the picture \xff", red);
    ck_assert(canvas_write(&c, file, NULL));
    canvas_finish(&c);
    ck_assert(png_image_begin_read_from_file(&image, written(file, "a.png")));
    ck_assert_uint_eq(image.width, 120);
    ck_assert_uint_eq(image.height, 40);
    image.format = PNG_FORMAT_RGB;
    pixels = malloc(PNG_IMAGE_SIZE(image));
    ck_assert(png_image_finish_read(&image, NULL, pixels, 0, NULL));
#define RED_AT(x, y) pixels[((y) * 120 + (x)) * 3]
    ck_assert_int_eq(RED_AT(110, 20), 200);
    ck_assert_int_eq(RED_AT(99, 20), 10);
    ck_assert_int_eq(RED_AT(0, 0), 105);
    ck_assert_int_eq(RED_AT(2, 2), 10);
    ck_assert_int_le(abs(2 * RED_AT(50, 10) - 305), 1); /* three quarters covered: 10 + 190 · 0.75 = 152.5 */
    ck_assert_int_eq(RED_AT(50, 11), 200);
    ck_assert_int_eq(RED_AT(50, 12), 105);
    ck_assert_int_eq(RED_AT(50, 13), 10);
    for (int y = 17; y < 32; y++)
        for (int x = 5; x < 5 + canvas_text_width("Wé!"); x++)
            inked += RED_AT(x, y) > 100;
    ck_assert_int_gt(inked, 40);
    ck_assert_int_lt(inked, 200);
    free(pixels);
}
END_TEST

START_TEST(a_failing_disk_leaves_nothing)
{
    struct render_order order = { .folder = "/nowhere/at/all" };
    const struct master_result master = { .loudness_lufs = -14, .true_peak_dbtp = -1, .range_lu = 5 };
    struct error e = { .code = ERROR_NONE };

    order.tags = tags_none();
    ck_assert_ptr_null(overview_new(&order, -1, LEN, &master, &e));
    ck_assert_int_eq(e.code, ERROR_IO);
    overview_discard(NULL);
    overview_free(NULL);
}
END_TEST

Suite *overview_suite(void)
{
    Suite *s = suite_create("overview");
    TCase *t = tcase_create("pictures and peaks");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, a_sine_is_in_its_row_with_its_level, 0, (int)(sizeof(tones) / sizeof(*tones)));
    tcase_add_test(t, the_waveform_knows_peak_and_power);
    tcase_add_test(t, peaks_are_audiowaveforms_format);
    tcase_add_test(t, what_is_drawn_is_in_the_png);
    tcase_add_test(t, a_failing_disk_leaves_nothing);
    suite_add_tcase(s, t);
    return s;
}
