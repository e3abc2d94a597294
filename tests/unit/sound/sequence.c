#include "sound/sequence.h"

#include "sound/audio.h"
#include "sound/render.h"
#include "suites.h"

static struct score_tempo tempos[] = { { 0, 120 }, { 1920, 60 } }; /* 120 for two seconds, then 60 */
static struct score_note notes[] = {
    { 0, 480, 60, 100 }, { 0, 240, 64, 90 }, { 480, 480, 60, 80 }, { 960, 1, 62, 70 }, { 2400, 480, 60, 60 },
};
static struct score_control controls[] = {
    { 0, SCORE_CC, 7, 90 },
    { 480, SCORE_CC, 11, 80 },
    { 960, SCORE_PITCH_BEND, 0, -8192 },
};
static struct score_part part = {
    .id = "x", .notes = notes, .note_count = 5, .controls = controls, .control_count = 3
};
static const struct score score = {
    .tempos = tempos, .tempo_count = 2, .parts = &part, .part_count = 1, .end_tick = 3840
};

static int64_t block_at(double seconds)
{
    return (int64_t)(seconds * RENDER_RATE_HZ / AUDIO_BLOCK + 0.5);
}

/* In the order in which they must come: time, then off, control, on. */
START_TEST(order_and_times)
{
    const struct sequence_event expected[] = {
        { SEQUENCE_CC, 7, 90, 0, 0 },
        { SEQUENCE_ON, 60, 100, 0, block_at(0.5) },
        { SEQUENCE_ON, 64, 90, 0, block_at(0.25) },
        { SEQUENCE_OFF, 64, 0, block_at(0.25), 0 },
        { SEQUENCE_OFF, 60, 0, block_at(0.5), 0 },
        { SEQUENCE_CC, 11, 80, block_at(0.5), 0 },
        { SEQUENCE_ON, 60, 80, block_at(0.5), block_at(1) },
        { SEQUENCE_OFF, 60, 0, block_at(1), 0 },
        { SEQUENCE_BEND, 0, -8192, block_at(1), 0 },
        { SEQUENCE_ON, 62, 70, block_at(1), block_at(1) + 1 },
        { SEQUENCE_OFF, 62, 0, block_at(1) + 1, 0 }, /* never in the block of its start */
        { SEQUENCE_ON, 60, 60, block_at(3), block_at(4) },
        { SEQUENCE_OFF, 60, 0, block_at(4), 0 },
    };
    struct sequence s;
    struct sequence_event event;

    sequence_init(&s, &score, &part);
    for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
        ck_assert_int_eq(sequence_block(&s), expected[i].block);
        ck_assert(!sequence_next(&s, expected[i].block - 1, &event));
        ck_assert(sequence_next(&s, expected[i].block, &event));
        ck_assert_int_eq(event.kind, expected[i].kind);
        ck_assert_int_eq(event.number, expected[i].number);
        ck_assert_int_eq(event.value, expected[i].value);
        ck_assert_int_eq(event.off_block, expected[i].off_block);
    }
    ck_assert(sequence_block(&s) == SEQUENCE_END);
    ck_assert(!sequence_next(&s, SEQUENCE_END, &event));
}
END_TEST

/* Notes of one pitch that are shorter than a block: every one starts, none stays on. */
START_TEST(very_short_notes_end)
{
    struct score_note short_notes[40];
    struct score_part p = { .id = "y", .notes = short_notes, .note_count = 40 };
    struct sequence s;
    struct sequence_event event;
    int sounding = 0, starts = 0;

    for (int i = 0; i < 40; i++)
        short_notes[i] = (struct score_note){ .start_tick = i, .len_ticks = 1, .pitch = 50, .velocity = 1 };
    sequence_init(&s, &score, &p);
    while (sequence_next(&s, SEQUENCE_END - 1, &event)) {
        starts += event.kind == SEQUENCE_ON;
        sounding = event.kind == SEQUENCE_ON;
    }
    ck_assert_int_eq(starts, 40);
    ck_assert_int_eq(sounding, 0);
}
END_TEST

Suite *sequence_suite(void)
{
    Suite *s = suite_create("sequence");
    TCase *t = tcase_create("events");

    tcase_add_test(t, order_and_times);
    tcase_add_test(t, very_short_notes_end);
    suite_add_tcase(s, t);
    return s;
}
