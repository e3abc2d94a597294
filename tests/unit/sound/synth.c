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

enum { A3 = 57, SECOND = RENDER_RATE_HZ / AUDIO_BLOCK };

/* A score of one program with these notes and controls, 60 quarter notes a minute. */
static struct synth *play(int program, const struct score_note *notes, size_t note_count, const struct score_control *controls,
                          size_t control_count)
{
    static struct score_tempo tempo = { 0, 60 };
    static struct score_part part;
    static struct score score;

    score = (struct score){ .tempos = &tempo, .tempo_count = 1, .end_tick = 8 * SCORE_PPQ };
    part = (struct score_part){ .id = "part", .program = (uint8_t)program, .note_count = note_count, .control_count = control_count,
                                .notes = arena_alloc(arena, note_count * sizeof(*notes)),
                                .controls = arena_alloc(arena, control_count * sizeof(*controls) + 1) };
    memcpy(part.notes, notes, note_count * sizeof(*notes));
    memcpy(part.controls, controls, control_count * sizeof(*controls));
    return synth_new(font, &score, &part, NULL);
}

/* Lets `blocks` go by, then takes `frames` of what comes (both channels' sum). */
static void take(struct synth *s, int blocks, float *out, int frames)
{
    static struct audio io;

    for (; blocks > 0; blocks--)
        synth_render(s, &io, AUDIO_BLOCK);
    for (int at = 0; at < frames; at += AUDIO_BLOCK) {
        synth_render(s, &io, AUDIO_BLOCK);
        for (int i = 0; i < AUDIO_BLOCK; i++)
            out[at + i] = io.left[i] + io.right[i];
    }
}

/* Power of one frequency, in dB, under a Hann window. */
static double tone_db(const float *x, int frames, double hz)
{
    double re = 0, im = 0;

    for (int i = 0; i < frames; i++) {
        double w = 0.5 - 0.5 * cos(2 * M_PI * i / frames), phase = 2 * M_PI * hz * i / RENDER_RATE_HZ;

        re += w * (double)x[i] * cos(phase);
        im += w * (double)x[i] * sin(phase);
    }
    return 10 * log10(re * re + im * im + 1e-30);
}

/* The strongest frequency from `low` to `high`, in steps of 10 cents. */
static double pitch_hz(const float *x, int frames, double low, double high)
{
    double best = low, best_db = -HUGE_VAL;

    for (double hz = low; hz < high; hz *= pow(2, 10.0 / 1200)) {
        double db = tone_db(x, frames, hz);

        if (db > best_db)
            best = hz, best_db = db;
    }
    return best;
}

enum { OCARINA = 79, SAWTOOTH = 81, ORGAN = 16, LOOK = 16384, GLANCE = 4096 };
static float sound[LOOK], other[LOOK];

/* Equal temperament: a semitone is 2^(1/12). RPN 0 sets the range of the bend wheel (MIDI 1.0), which is 2 semitones before. */
START_TEST(bends_reach_as_far_as_their_range)
{
    static const struct score_control bends[] = { { 0, SCORE_PITCH_BEND, 0, 8191 } },
                                      wide[] = { { 0, SCORE_CC, 101, 0 }, { 0, SCORE_CC, 100, 0 }, { 0, SCORE_CC, 6, 12 },
                                                 { 0, SCORE_PITCH_BEND, 0, 8191 } };
    static const struct score_note note = { 0, 4 * SCORE_PPQ, A3, 100 };
    static const struct {
        const struct score_control *controls;
        size_t count;
        double semitones;
    } rows[] = { { bends, 0, 0 }, { bends, 1, 2 }, { wide, 3, 0 }, { wide, 4, 12 } };

    for (size_t i = 0; font != NULL && i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct synth *s = play(OCARINA, &note, 1, rows[i].controls, rows[i].count);
        double hz;

        take(s, SECOND, sound, LOOK);
        hz = pitch_hz(sound, LOOK, 150, 600);
        ck_assert_msg(fabs(1200 * log2(hz / 220) - 100 * rows[i].semitones) < 25, "%zu: %.1f Hz", i, hz);
        synth_free(s);
    }
}
END_TEST

/* Half a second from A3 to A4: near the old pitch when the second note begins, half-way in the middle, then there. CC 5 counts
 * 128 ms a step. */
START_TEST(portamento_slides)
{
    static const struct score_control on[] = { { 0, SCORE_CC, 5, 4 }, { 0, SCORE_CC, 65, 127 } };
    static const struct score_note notes[] = { { 0, SCORE_PPQ * 3 / 4, A3, 100 }, { SCORE_PPQ, 3 * SCORE_PPQ, A3 + 12, 100 } };

    for (int slides = 0; font != NULL && slides < 2; slides++) {
        struct synth *s = play(OCARINA, notes, 2, on, slides ? 2 : 0);
        double begin, middle, end;

        take(s, SECOND, sound, GLANCE);
        begin = pitch_hz(sound, GLANCE, 200, 500);
        take(s, SECOND / 4 - 2 * GLANCE / AUDIO_BLOCK + GLANCE / AUDIO_BLOCK / 2, sound, GLANCE);
        middle = pitch_hz(sound, GLANCE, 200, 500);
        take(s, SECOND / 2, sound, GLANCE);
        end = pitch_hz(sound, GLANCE, 200, 500);
        ck_assert_msg(slides ? begin < 280 : begin > 420, "begins at %.0f Hz", begin);
        ck_assert_msg(slides ? middle > 260 && middle < 400 : middle > 420, "%.0f Hz in the middle", middle);
        ck_assert_double_eq_tol(1200 * log2(end / 440), 0, 25);
        synth_free(s);
    }
}
END_TEST

/* 64 leaves the sound alone, less takes the top away, as a low-pass does: the more the higher. */
START_TEST(brightness_moves_the_filter)
{
    static const struct score_note note = { 0, 4 * SCORE_PPQ, A3, 100 };
    static const struct score_control middle = { 0, SCORE_CC, 74, 64 }, dark = { 0, SCORE_CC, 74, 20 },
                                      later = { SCORE_PPQ / 2, SCORE_CC, 74, 20 };
    struct synth *plain, *same, *dull, *turned;
    double low, high, turned_high;

    if (font == NULL)
        return;
    plain = play(SAWTOOTH, &note, 1, &middle, 0);
    take(plain, SECOND, sound, LOOK);
    synth_free(plain);
    same = play(SAWTOOTH, &note, 1, &middle, 1);
    take(same, SECOND, other, LOOK);
    synth_free(same);
    ck_assert_mem_eq(sound, other, sizeof(sound));
    dull = play(SAWTOOTH, &note, 1, &dark, 1);
    take(dull, SECOND, other, LOOK);
    synth_free(dull);
    low = tone_db(sound, LOOK, 220) - tone_db(other, LOOK, 220);
    high = tone_db(sound, LOOK, 2200) - tone_db(other, LOOK, 2200);
    ck_assert_msg(high > 12 && high > low + 6, "220 Hz loses %.1f dB, 2200 Hz %.1f", low, high);
    turned = play(SAWTOOTH, &note, 1, &later, 1); /* also while the note sounds */
    take(turned, SECOND, other, LOOK);
    synth_free(turned);
    turned_high = tone_db(sound, LOOK, 2200) - tone_db(other, LOOK, 2200);
    ck_assert_double_eq_tol(turned_high, high, 1.5);
}
END_TEST

/* 40·log10(v/127) dB (SoundFont 2.04, 8.4.6: concave, 960 cB). */
START_TEST(expression_follows_its_curve)
{
    static const struct score_note note = { 0, 4 * SCORE_PPQ, A3, 100 };
    static const int values[] = { 100, 64, 32 };
    struct synth *full = font != NULL ? play(ORGAN, &note, 1, &(struct score_control){ 0, SCORE_CC, 11, 127 }, 1) : NULL;

    if (full == NULL)
        return;
    take(full, SECOND, sound, LOOK);
    synth_free(full);
    for (size_t i = 0; i < 3; i++) {
        struct synth *s = play(ORGAN, &note, 1, &(struct score_control){ 0, SCORE_CC, 11, (int16_t)values[i] }, 1);

        take(s, SECOND, other, LOOK);
        ck_assert_double_eq_tol(tone_db(other, LOOK, 220) - tone_db(sound, LOOK, 220), 40 * log10(values[i] / 127.0), 0.3);
        synth_free(s);
    }
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
    tcase_add_test(t, bends_reach_as_far_as_their_range);
    tcase_add_test(t, portamento_slides);
    tcase_add_test(t, brightness_moves_the_filter);
    tcase_add_test(t, expression_follows_its_curve);
    suite_add_tcase(s, t);
    return s;
}
