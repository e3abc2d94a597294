#include "sound/synth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

static struct arena *arena;
static const struct render_order *order;
static struct font *font;

static void setup(void)
{
    arena = arena_new((size_t)64 << 20);
    order = fixture_order(arena, 8, 4, "");
    font = order != NULL ? font_open(order->soundfont, NULL) : NULL;
}

static void teardown(void)
{
    font_close(font);
    arena_free(arena);
}

static double energy(const struct audio *a, int frames)
{
    double sum = 0;

    for (int i = 0; i < frames; i++)
        sum += (double)a->left[i] * (double)a->left[i] + (double)a->right[i] * (double)a->right[i];
    return sum;
}

START_TEST(pieces_of_any_size_are_the_same)
{
    static struct audio whole[8], piece;

    if (font == NULL)
        return;
    for (size_t p = 0; p < 2; p++) {
        const struct score_part *part = &order->score->parts[p];
        struct synth *a = synth_new(font, order->score, part, NULL),
                     *b = synth_new(font, order->score, part, NULL);

        for (int i = 0; i < 8; i++)
            ck_assert(synth_render(a, &whole[i], AUDIO_CHUNK));
        for (int i = 0; i < 8; i++)
            for (int at = 0; at < AUDIO_CHUNK; at += 16 * AUDIO_BLOCK) {
                synth_render(b, &piece, 16 * AUDIO_BLOCK);
                ck_assert_mem_eq(piece.left, whole[i].left + at, 16 * AUDIO_BLOCK * sizeof(float));
                ck_assert_mem_eq(piece.right, whole[i].right + at, 16 * AUDIO_BLOCK * sizeof(float));
            }
        synth_free(a);
        synth_free(b);
    }
}
END_TEST

START_TEST(rings_out_after_the_end)
{
    static struct audio out;
    struct synth *s;
    int chunks = 0;

    if (font == NULL)
        return;
    s = synth_new(font, order->score, &order->score->parts[1], NULL);
    while (synth_render(s, &out, AUDIO_CHUNK))
        ck_assert_int_le(++chunks, 30); /* 8 s and the release, not for ever */
    ck_assert_int_ge(chunks, 8 * RENDER_RATE_HZ / AUDIO_CHUNK);
    ck_assert(energy(&out, AUDIO_CHUNK) == 0);
    synth_free(s);
}
END_TEST

/* A song of one long note: held past the end with the pedal down, it is released there. */
START_TEST(pedal_goes_up_at_the_end)
{
    static struct audio out;
    struct score_note note = { 0, 480, 60, 100 };
    struct score_control pedal = { 0, SCORE_CC, 64, 127 };
    struct score_part part = { .id = "organ",
                               .program = 16,
                               .channel = 0,
                               .notes = &note,
                               .note_count = 1,
                               .controls = &pedal,
                               .control_count = 1 };
    struct score score = *(font != NULL ? order->score : &(struct score){ 0 });
    struct synth *s;

    if (font == NULL)
        return;
    score.end_tick = 3840; /* 4 s */
    s = synth_new(font, &score, &part, NULL);
    for (int i = 0; i < 5; i++)
        synth_render(s, &out, AUDIO_CHUNK);
    ck_assert(energy(&out, AUDIO_CHUNK) > 1); /* 3.7 s: the pedal holds */
    for (int i = 0; i < 5; i++)
        synth_render(s, &out, AUDIO_CHUNK);
    ck_assert(energy(&out, AUDIO_CHUNK) < 1e-3);
    synth_free(s);
}
END_TEST

START_TEST(seek_strikes_held_notes)
{
    static struct audio out;
    struct score_note notes[] = { { 0, 9600, 60, 100 }, { 1920, 480, 72, 100 } };
    struct score_part part = { .id = "organ", .program = 16, .notes = notes, .note_count = 2 };
    struct score score = *(font != NULL ? order->score : &(struct score){ 0 });
    struct synth *s;

    if (font == NULL)
        return;
    score.end_tick = 9600;
    s = synth_new(font, &score, &part, NULL);
    synth_seek(s, 5 * RENDER_RATE_HZ / AUDIO_BLOCK);
    synth_render(s, &out, AUDIO_CHUNK);
    ck_assert(energy(&out, AUDIO_CHUNK) > 1);
    synth_seek(s, 0); /* backwards: nothing */
    synth_render(s, &out, AUDIO_CHUNK);
    ck_assert(energy(&out, AUDIO_CHUNK) > 1);
    synth_free(s);
}
END_TEST

START_TEST(missing_presets_have_substitutes)
{
    static struct audio out;
    struct score_note note = { 0, 480, 38, 100 };
    struct score_part kit = {
        .id = "kit", .channel = 9, .bank = 128, .program = 99, .notes = &note, .note_count = 1
    };
    struct score_part odd = {
        .id = "odd", .channel = 3, .bank = 77, .program = 5, .notes = &note, .note_count = 1
    };
    const struct score_part *parts[] = { &kit, &odd };

    if (font == NULL)
        return;
    for (int i = 0; i < 2; i++) {
        struct error e = { .code = ERROR_NONE };
        struct synth *s = synth_new(font, order->score, parts[i], &e);

        ck_assert_msg(s != NULL, "%s", e.detail);
        synth_render(s, &out, AUDIO_CHUNK);
        ck_assert(energy(&out, AUDIO_CHUNK) > 0.1);
        synth_free(s);
    }
    synth_free(NULL);
    font_close(NULL);
}
END_TEST

Suite *synth_suite(void)
{
    Suite *s = suite_create("synth");
    TCase *t = tcase_create("FluidSynth");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, pieces_of_any_size_are_the_same);
    tcase_add_test(t, rings_out_after_the_end);
    tcase_add_test(t, pedal_goes_up_at_the_end);
    tcase_add_test(t, seek_strikes_held_notes);
    tcase_add_test(t, missing_presets_have_substitutes);
    suite_add_tcase(s, t);
    return s;
}
