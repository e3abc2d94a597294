#include "formats/notation.h"

#include <stdio.h>

#include "core/random.h"
#include "suites.h"

enum { BARS = 16, TEXT_SIZE = 256 };

/* A bar as text: value and dots, "r" for rests, "~" tied on, "3" in a triplet: "q8 e. r". */
static void print_bar(const struct symbol *symbols, size_t count, char out[TEXT_SIZE])
{
    static const char letters[] = "whqest"; /* whole … thirty-second */
    size_t len = 0;

    for (size_t i = 0; i < count; i++) {
        const struct symbol *s = &symbols[i];

        len += (size_t)snprintf(out + len, TEXT_SIZE - len, "%s%s%c%s%s%s", i > 0 ? " " : "", s->stroke == NULL ? "r" : "",
                                s->is_bar_rest ? 'b' : letters[s->type], s->dots == 1 ? "." : "", s->in_triplet ? "3" : "",
                                s->is_tied_on ? "~" : "");
    }
}

static void check_bar(struct metre metre, const int32_t *edges, size_t strokes, const char *want)
{
    struct stroke list[16] = { 0 };
    struct bar_plan plan = bar_plan_make(metre);
    struct voice v = { .strokes = list, .count = strokes };
    struct symbol symbols[SYMBOLS_MAX];
    char text[TEXT_SIZE] = "";

    for (size_t i = 0; i < strokes; i++)
        list[i] = (struct stroke){ .start = edges[2 * i], .end = edges[2 * i + 1], .pitches = { 60 }, .count = 1 };
    print_bar(symbols, notation_bar(&v, &plan, 0, symbols), text);
    ck_assert_str_eq(text, want);
}
#define CHECK_BAR(numerator, denominator, want, ...)                                                                   \
    check_bar((struct metre){ numerator, denominator }, (const int32_t[]){ __VA_ARGS__ },                              \
              sizeof((const int32_t[]){ __VA_ARGS__ }) / sizeof(int32_t) / 2, (want))

/* As in Gould 2011, "Behind Bars", chapter 6. */
START_TEST(values_show_the_beat)
{
    CHECK_BAR(4, 4, "w", 0, 96);
    CHECK_BAR(4, 4, "e q e h", 0, 12, 12, 36, 36, 48, 48, 96);
    CHECK_BAR(4, 4, "q h q", 0, 24, 24, 72, 72, 96);
    CHECK_BAR(4, 4, "q. e~ q rq", 0, 36, 36, 72);
    CHECK_BAR(4, 4, "h~ e re rq", 0, 60);
    CHECK_BAR(4, 4, "rq re e h", 36, 48, 48, 96);
    CHECK_BAR(4, 4, "s e s e. s h", 0, 6, 6, 18, 18, 24, 24, 42, 42, 48, 48, 96);
    CHECK_BAR(4, 4, "e. s~ e e h", 0, 18, 18, 36, 36, 48, 48, 96);
    CHECK_BAR(3, 4, "h.", 0, 72);
    CHECK_BAR(3, 4, "q. e q", 0, 36, 36, 48, 48, 72);
    CHECK_BAR(3, 4, "rq h", 24, 72);
    CHECK_BAR(6, 8, "h.", 0, 72);
    CHECK_BAR(6, 8, "q e q.", 0, 24, 24, 36, 36, 72);
    CHECK_BAR(6, 8, "e q e re re", 0, 12, 12, 36, 36, 48);
    CHECK_BAR(6, 8, "q e~ e q", 0, 24, 24, 48, 48, 72);
    CHECK_BAR(6, 8, "rq e rq.", 24, 36);
    CHECK_BAR(12, 8, "w.", 0, 144);
    CHECK_BAR(9, 8, "h.~ q.", 0, 108);
    CHECK_BAR(5, 4, "h.~ h", 0, 120);
}
END_TEST

START_TEST(triplets_are_bracketed)
{
    struct stroke list[] = { { .start = 0, .end = 8, .count = 1 }, { .start = 8, .end = 16, .count = 1 },
                             { .start = 16, .end = 48, .count = 1 } };
    struct bar_plan plan = bar_plan_make((struct metre){ 4, 4 });
    struct voice v = { .strokes = list, .count = 3 };
    struct symbol s[SYMBOLS_MAX];
    size_t count = notation_bar(&v, &plan, 0, s);
    char text[TEXT_SIZE] = "";

    print_bar(s, count, text);
    ck_assert_str_eq(text, "e3 e3 e3~ q rh");
    ck_assert(s[0].starts_triplet && !s[0].ends_triplet && s[2].ends_triplet && !s[3].in_triplet);
    CHECK_BAR(4, 4, "q3 e3 re3 q3 rh", 0, 16, 16, 24, 32, 48);
}
END_TEST

START_TEST(ties_cross_the_bar_line)
{
    struct stroke list[] = { { .start = 72, .end = 240, .count = 1 } };
    struct bar_plan plan = bar_plan_make((struct metre){ 4, 4 });
    struct voice v = { .strokes = list, .count = 1 };
    static const char *const want[] = { "rh rq q~", "w~", "h rh", "rb" };

    for (int bar = 0; bar < 4; bar++) {
        struct symbol symbols[SYMBOLS_MAX];
        char text[TEXT_SIZE] = "";

        print_bar(symbols, notation_bar(&v, &plan, bar, symbols), text);
        ck_assert_str_eq(text, want[bar]);
    }
}
END_TEST

/* Values as the reader adds them up, in divisions. */
static int32_t value_len(const struct symbol *s)
{
    static const int32_t plain[NOTE_TYPE_COUNT] = { 96, 48, 24, 12, 6, 3 };
    int32_t len = plain[s->type] * (s->dots == 1 ? 3 : 2) / 2;

    return s->in_triplet ? len * 2 / 3 : len;
}

static void check_full(struct metre metre, unsigned seed)
{
    struct arena *a = arena_new(4 << 20);
    struct random random = random_stream(seed, "bars", 0);
    struct bar_plan plan = bar_plan_make(metre);
    struct performed_in how = { .metre = metre, .bpm = 120, .swing_ticks = seed % 3 == 1 ? 240 : 0, .swing_percent = 62 };
    struct score_note notes[200];
    int32_t end_tick = BARS * metre_bar_ticks(metre), tick = 0;
    const struct paper_note *paper;
    struct voice v;
    size_t count = 0;

    while (count < 200 && tick < end_tick - 1) {
        int len = random_between(&random, 10, 900);

        notes[count++] = (struct score_note){ tick, tick + len < end_tick ? len : end_tick - tick,
                                              (uint8_t)random_between(&random, 40, 80), 80 };
        tick += random_chance(&random, 0.3) ? 0 : random_between(&random, 20, 700);
    }
    paper = quantise(notes, count, end_tick, &how, a);
    v = voice_make(paper, notes, count, (enum voice_style)(seed % 3), metre, end_tick, NULL, NULL, a);
    for (int bar = 0; bar < BARS; bar++) {
        struct symbol s[SYMBOLS_MAX];
        size_t n = notation_bar(&v, &plan, bar, s);
        int32_t at = 0;

        for (size_t i = 0; i < n; i++) {
            ck_assert_int_eq(s[i].start, at);
            ck_assert(s[i].is_bar_rest || value_len(&s[i]) == s[i].len);
            at += s[i].len;
        }
        ck_assert_int_eq(at, plan.len);
    }
    arena_free(a);
}

START_TEST(every_bar_is_full)
{
    for (unsigned seed = 0; seed < 100; seed++)
        check_full(metre_infos[_i].metre, seed);
}
END_TEST

/* Two long notes of which one is left by a third: the other is tied on where chords are held. */
START_TEST(held_notes_are_tied)
{
    static const struct score_note notes[] = { { 0, 1920, 60, 80 }, { 0, 960, 64, 80 }, { 960, 960, 65, 80 } };
    struct metre metre = { 4, 4 };
    struct arena *a = arena_new(1 << 20);
    struct performed_in how = { .metre = metre, .bpm = 120, .is_exact = true };
    const struct paper_note *paper = quantise(notes, 3, 1920, &how, a);
    struct voice held = voice_make(paper, notes, 3, VOICE_HELD, metre, 1920, NULL, NULL, a);
    struct voice plain = voice_make(paper, notes, 3, VOICE_SUSTAINED, metre, 1920, NULL, NULL, a);

    ck_assert_uint_eq(held.count, 2);
    ck_assert_uint_eq(held.strokes[1].count, 2);
    ck_assert_uint_eq(held.strokes[0].held_on, 1);
    ck_assert_uint_eq(held.strokes[1].held_back, 1);
    ck_assert_uint_eq(plain.strokes[1].count, 1);
    arena_free(a);
}
END_TEST

START_TEST(words_go_to_the_nearest_stroke)
{
    static const struct score_note notes[] = { { 0, 400, 60, 80 }, { 480, 400, 62, 80 }, { 960, 400, 64, 80 } };
    static const struct score_lyric lyrics[] = { { 5, "ne-" }, { 470, "on" }, { 970, "night" } };
    struct metre metre = { 4, 4 };
    struct arena *a = arena_new(1 << 20);
    struct performed_in how = { .metre = metre, .bpm = 120 };
    struct voice v = voice_make(quantise(notes, 3, 1920, &how, a), notes, 3, VOICE_SUSTAINED, metre, 1920, NULL, NULL, a);

    voice_sing(&v, lyrics, 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_str_eq(v.strokes[i].syllable, lyrics[i].syllable);
    ck_assert(!v.strokes[0].joins_before && v.strokes[1].joins_before && !v.strokes[2].joins_before);
    arena_free(a);
}
END_TEST

Suite *notation_suite(void)
{
    Suite *s = suite_create("notation");
    TCase *t = tcase_create("all");

    tcase_add_test(t, values_show_the_beat);
    tcase_add_test(t, triplets_are_bracketed);
    tcase_add_test(t, ties_cross_the_bar_line);
    tcase_add_loop_test(t, every_bar_is_full, 0, METRE_COUNT);
    tcase_add_test(t, held_notes_are_tied);
    tcase_add_test(t, words_go_to_the_nearest_stroke);
    suite_add_tcase(s, t);
    return s;
}
