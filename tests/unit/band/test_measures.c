/* Each measure against scores whose value theory gives. */
#include <math.h>

#include "band/incipits.h"
#include "band/likeness.h"
#include "band/measures.h"
#include "review_fixture.h"
#include "test_compose.h"

static struct tune_measures measured(struct timeline *t, const char *tune)
{
    tune_of(t, tune);
    return tune_measure(t, t->melody.items, t->melody.count);
}

/* A quarter is half a second; every row's share is counted by hand. */
static const struct {
    const char *tune;
    double singability;
} sung[] = {
    { "C4:1 G4:1 C5:1 C4:1", 1 },                   /* fifth, fourth, octave */
    { "C4:1 B4:1 F4:1 E4:1 C4:1", 2.0 / 4 },        /* seventh, tritone; second, third */
    { "C4:1 Bb4:1 C4:1 C#5:1 D5:1", 1.0 / 4 },      /* two sevenths, a ninth; second */
    { "C4:.125 D4:.125 E4:.125 F4:1 G4:1", 1.0 / 4 }, /* three notes of a sixteenth of a second */
    { "C4:1 R:3 B4:1", NAN },                       /* over a rest nobody has to find the seventh */
    { "C4:3 D4:3 C4:3 D4:3 C4:3 D4:3 C4:3 D4:3", 5.0 / 7 }, /* 1.5 s each: the seventh note ends after ten seconds */
    { "C4:3 D4:3 C4:3 D4:2.5 R:.5 C4:3 D4:3 C4:3 D4:3", 1 }, /* a breath of a quarter of a second in the middle */
    { "C4:3 D4:3 C4:3 D4:3 / C4:3 D4:3 C4:3 D4:3", 1 },      /* or after a phrase's long note */
};

START_TEST(voices_have_limits)
{
    double value = measured(timeline_of("C | C | C | C | C | C | C | C"), sung[_i].tune).singability;

    if (isnan(sung[_i].singability))
        ck_assert(isnan(value));
    else
        ck_assert_double_eq_tol(value, sung[_i].singability, 1e-9);
}
END_TEST

/* F over C on the first beat is foreign and left by step; E and C are in the chord; A is not and is left by a leap. */
START_TEST(tunes_are_measured_against_their_chords)
{
    struct tune_measures m = measured(timeline_of("C | C"), "F4:1 E4:1 C4:2 A4:1 E4:1 G4:2");

    ck_assert_double_eq_tol(m.chord_tones_strong, 2.0 / 4, 1e-9); /* F, C, A, G */
    ck_assert_double_eq_tol(m.chord_tones_time, 6.0 / 8, 1e-9);
    ck_assert_double_eq_tol(m.resolved, 1.0 / 2, 1e-9);
    ck_assert_double_eq_tol(m.sharp_time, 1.0 / 8, 1e-9);         /* F: a semitone above E */
    ck_assert_double_eq_tol(m.in_scale_time, 1, 1e-9);
    ck_assert_double_eq_tol(m.recovered, 2.0 / 2, 1e-9);          /* C–A turned back, A–E too */
    ck_assert_int_eq(m.range, 9);
}
END_TEST

static const struct {
    const char *tune;
    double motifs, bars;
} remembered[] = {
    /* Five groups of four in a scale; the first (2 2 1) is the last. */
    { "C4:1 D4:1 E4:1 F4:1 G4:1 A4:1 B4:1 C5:1", 2.0 / 5, 0 },
    { "C4:1 D4:1 E4:1 F4:1 G4:.5 A4:1 B4:.5 C5:2", 0, 0 },     /* not in that rhythm */
    { "C4:2 E4:2 D4:4 C4:2 E4:2 D4:2 C4:2", 0, 1.0 / 4 },      /* the third bar is the first; no group comes four notes later */
    { "C4:2 E4:2 D4:4 D4:2 F4:2 D4:2 C4:2", 0, 0 },            /* a sequence is no repetition */
    { "C4:4 C4:4 C4:4 C4:4", 0, 3.0 / 4 },
};

START_TEST(what_returns_is_counted)
{
    struct timeline *t = timeline_of("C | C | C | C");
    struct tune_memory m;

    tune_of(t, remembered[_i].tune);
    m = tune_memory_measure(t, t->melody.items, t->melody.count, compose_arena);
    ck_assert_double_eq_tol(m.motifs, remembered[_i].motifs, 1e-9);
    ck_assert_double_eq_tol(m.bars, remembered[_i].bars, 1e-9);
}
END_TEST

static const struct {
    const char *chords;
    double irregularity, vocabulary, in_key;
    bool minor;
} progressions[] = {
    { "C | G | Am | F | C | G | Am | F | C | G | Am | F", 4.0 / 10, 4, 1, false }, /* a loop has as many successions as chords */
    { "C | F | G | C", 1, 3, 1, false },
    { "C | C | F | F | G | C", 1, 3, 1, false },                                   /* a chord that goes on is one */
    { "C | C#dim7 | Dm7 | G7 | Em7 | A7 | Dm7 | G7 | C", 1, 6, 7.0 / 9, false },         /* Dm7 G7 is followed by other chords */
    { "C | C", NAN, 1, 1, false },
    { "C | Bb | Fm | Db", 1, 4, 1.0 / 4, false },
    { "Am | E7 | F | G#dim7", 1, 4, 1, true },                           /* the leading tone belongs to minor */
    { "Am | A | B | Bdim", 1, 4, 2.0 / 4, true },
};

START_TEST(progressions_are_measured)
{
    struct timeline *t = timeline_of(progressions[_i].chords);
    struct harmony_measures m;

    if (progressions[_i].minor)
        t->keys.items[0].key = t->key = (struct key){ { 'A', 0 }, MODE_MINOR };
    m = harmony_measure(t, t->chords.items, t->chords.count, compose_arena);
    ck_assert_double_eq_tol(m.in_key, progressions[_i].in_key, 1e-9);

    ck_assert_double_eq_tol(m.vocabulary, progressions[_i].vocabulary, 1e-9);
    if (isnan(progressions[_i].irregularity))
        ck_assert(isnan(m.irregularity));
    else
        ck_assert_double_eq_tol(m.irregularity, progressions[_i].irregularity, 1e-9);
}
END_TEST

static const struct {
    const char *chords, *lower, *upper;
    double share;
} clashing[] = {
    { "C | C", "E4:4 E4:4", "G4:4 F4:4", 0.5 },       /* a second with a note that is not in the chord */
    { "C | C", "E4:4 E4:4", "G4:4 F5:4", 0.5 },       /* a minor ninth */
    { "C | C", "E4:4 E4:4", "G4:4 F6:4", 0 },         /* two octaves and a second are far apart */
    { "Dm9 | Dm9", "E4:4 E4:4", "F4:4 A4:4", 0 },     /* the ninth beside the third is that chord's sound */
    { "C | Dm9", "E4:4 E4:4", "F4:4 F4:4", 0.5 },     /* each chord judges its own bar */
};

START_TEST(clashes_are_counted)
{
    struct score_part parts[] = { part_of("a", ROLE_CHORDS, clashing[_i].lower), part_of("b", ROLE_LEAD, clashing[_i].upper) };
    const struct timeline *t = timeline_of(clashing[_i].chords);
    struct score score = { .parts = parts, .part_count = 2, .end_tick = t->end_tick };

    ck_assert_double_eq_tol(score_clash_share(&score, t, compose_arena), clashing[_i].share, 0.02);
}
END_TEST

static const struct {
    const char *chords;
    double semitones;
} led[] = {
    { "C4+E4+G4:4 C4+F4+A4:4", 3.0 / 3 },             /* 0, 1, 2 */
    { "C4+E4+G4:4 D4+F#4+A4:4", 6.0 / 3 },            /* a chord moved in parallel */
    { "C4+E4+G4:4 B3+D4+F4+G4:4", 2.0 / 3 },          /* C–B, E–F, G stays; D is new */
    { "C4+E4+G4:4 C4+E4+G4:4 C4+F4+A4:4", 3.0 / 3 },  /* what is struck again does not move */
    { "C4+E4+G4:4 R:8 C4+F4+A4:4", NAN },             /* after two bars nobody follows a voice */
    { "C4+G4:4 D4+A4:4", NAN },                       /* two notes are no chord */
};

START_TEST(voices_move_as_little_as_they_may)
{
    struct score_part parts[] = { part_of("keys", ROLE_CHORDS, led[_i].chords) };
    struct score score = { .parts = parts, .part_count = 1, .end_tick = 16 * METRE_PPQ };
    double value = score_voice_leading(&score, compose_arena);

    if (isnan(led[_i].semitones))
        ck_assert(isnan(value));
    else
        ck_assert_double_eq_tol(value, led[_i].semitones, 1e-9);
}
END_TEST

static const struct {
    const char *drums;
    double groove, loops;
} grooves[] = {
    { "C2:1 D2:1 C2:1 D2:1 C2:1 D2:1 C2:1 D2:1 C2:1 D2:1 C2:1 D2:1 C2:1 D2:1 C2:1 D2:1", 1, 3.0 / 4 },
    /* In the second bar one stroke comes an eighth later: two of sixteen places differ, there and back again. */
    { "C2:1 D2:1 C2:1 D2:1 C2:1 D2:1.5 C2:.5 D2:1 C2:1 D2:1 C2:1 D2:1 C2:1 D2:1 C2:1 D2:1", (14 + 14 + 16) / 48.0, 2.0 / 4 },
    { "C2:4 D2:4 C2:2 D2:2 D2:4", (16 + 15 + 15) / 48.0, 1.0 / 4 },
};

START_TEST(bars_are_compared)
{
    struct score_part parts[] = { part_of("drums", ROLE_DRUMS, grooves[_i].drums) };
    struct score score = { .parts = parts, .part_count = 1, .end_tick = 16 * METRE_PPQ };
    const struct timeline *t = timeline_of("C | C | C | C");

    ck_assert_double_eq_tol(score_groove(&score, t, compose_arena), grooves[_i].groove, 1e-9);
    ck_assert_double_eq_tol(score_loops(&score, t, compose_arena), grooves[_i].loops, 1e-9);
}
END_TEST

/* From songbooks, written out by name: what the table must recognise however it was typed there. */
static const struct {
    const char *name, *tune;
} songbook[] = {
    { "Ode to Joy", "F#4:1 F#4:1 G4:1 A4:1 A4:1 G4:1 F#4:1 E4:1 D4:1 D4:1 E4:1 F#4:1 F#4:1.5 E4:.5 E4:2" },
    { "Happy Birthday", "D4:.75 D4:.25 E4:1 D4:1 G4:1 F#4:2 D4:.75 D4:.25 E4:1 D4:1 A4:1 G4:2" },
    { "Korobeiniki", "E5:1 B4:.5 C5:.5 D5:1 C5:.5 B4:.5 A4:1 A4:.5 C5:.5 E5:1 D5:.5 C5:.5 B4:1.5 C5:.5 D5:1" },
    { "The First Noel", "F#4:.5 E4:.5 D4:1.5 E4:.5 F#4:.5 G4:.5 A4:2 B4:.5 C#5:.5 D5:1 C#5:1 B4:1 A4:2" },
    { "Surprise Symphony", "C4:.5 C4:.5 E4:.5 E4:.5 G4:.5 G4:.5 E4:1 F4:.5 F4:.5 D4:.5 D4:.5 B3:.5 B3:.5 G3:1" },
    { "Au clair de la lune", "G4:1 G4:1 G4:1 A4:1 B4:2 A4:2 G4:1 B4:1 A4:1 A4:1 G4:4" },
    { "Swan Lake", "F#5:2 B4:.5 C#5:.5 D5:.5 E5:.5 F#5:1.5 D5:.5 F#5:1.5 D5:.5 F#5:1.5" },
};

START_TEST(songbooks_are_recognised)
{
    struct timeline *t = timeline_of("C");
    const char *name;

    tune_of(t, songbook[_i].tune);
    ck_assert_uint_ge(incipit_longest(t->melody.items, t->melody.count, &name), 10);
    ck_assert_str_eq(name, songbook[_i].name);
}
END_TEST

/* The known tune in another key and at another pace; `wrong` is a note to spoil. */
static size_t play_known(const struct incipit *known, int transpose, int unit_ticks, int wrong, struct timeline_note *out)
{
    int32_t tick = 480;

    for (int i = 0; i < known->count; i++) {
        int32_t len = (known->lengths[0] != 0 ? known->lengths[i] : 1 + i % 3) * unit_ticks;

        out[i] = (struct timeline_note){ tick, tick + len, (uint8_t)(64 + known->pitches[i] + transpose + (i == wrong)), 0, false };
        tick += len;
    }
    return (size_t)known->count;
}

START_TEST(every_known_tune_is_recognised)
{
    static const int units[] = { 60, 120, 160, 480 };
    struct timeline_note notes[INCIPIT_NOTES_MAX];

    ck_assert_uint_ge(incipit_count, 80);
    for (size_t k = 0; k < incipit_count; k++)
        for (int transpose = -6; transpose <= 6; transpose++) {
            const struct incipit *known = &incipits[k];
            size_t count = play_known(known, transpose, units[transpose & 3], -1, notes);
            const char *name;

            ck_assert_int_ge(known->count, 7);
            ck_assert_msg(incipit_longest(notes, count, &name) >= count, "%s", known->name);
            play_known(known, transpose, units[transpose & 3], 3, notes);
            ck_assert_msg(incipit_longest(notes, count, &name) < count, "%s", known->name);
        }
}
END_TEST

static const char scale_tune[] = "C4:1 D4:.5 E4:.5 G4:1 F4:.5 A4:.5 G4:2 E4:.5 F4:.5 D4:1 B3:1 C4:2";

static struct earlier_tunes earlier_of(const char *tune, const char *song)
{
    struct timeline *t = timeline_of("C | C | C | C");
    struct earlier_tunes all = { ARENA_NEW(compose_arena, struct earlier_tune), 1 };

    tune_of(t, tune);
    all.items[0] = likeness_read(likeness_text(t, compose_arena), "Earlier", "2026-01-02", song, compose_arena);
    return all;
}

static const struct {
    const char *tune;
    size_t alike;
} likenesses[] = {
    { scale_tune, 12 },
    { "F#4:.5 G#4:.25 A#4:.25 C#5:.5 B4:.25 D#5:.25 C#5:1 A#4:.25 B4:.25 G#4:.5 F4:.5 F#4:1", 12 }, /* higher, twice as fast */
    { "A3:2 C4:1 D4:.5 E4:.5 G4:1 F4:.5 A4:.5 G4:2 C5:1", 7 },      /* its first phrase inside another tune */
    { "C4:1 D4:.5 E4:.5 G4:1 F4:.5 Ab4:.5 G4:2 E4:.5 F4:.5 D4:1 B3:1 C4:2", 6 }, /* two halves of six and five */
    { "C4:.5 D4:1 E4:.5 G4:.5 F4:1 A4:.5 G4:.5 E4:1 F4:.5 D4:.5 B3:1 C4:.5", 0 }, /* its pitches in another rhythm */
    { "E4:1 C4:1 E4:1 C4:1 E4:1 C4:1", 0 },
};

START_TEST(likeness_is_found)
{
    struct earlier_tunes all = earlier_of(scale_tune, "jazz 1 Earlier");
    struct timeline *t = timeline_of("C | C | C | C");
    struct likeness found;

    tune_of(t, likenesses[_i].tune);
    found = likeness_find(t->melody.items, t->melody.count, &all, "jazz 2 Later", compose_arena);
    ck_assert_uint_eq(found.notes, likenesses[_i].alike);
    ck_assert((found.with != NULL) == (found.notes > 0));
    found = likeness_find(t->melody.items, t->melody.count, &all, "jazz 1 Earlier", compose_arena); /* the same song */
    ck_assert_uint_eq(found.notes, 0);
}
END_TEST

/* Anybody may play sixteen notes on two pitches. */
START_TEST(two_pitches_are_nobodys)
{
    static const char tune[] = "C4:1 C4:1 D4:1 C4:1 C4:1 D4:1 C4:1 D4:1 C4:1 C4:1 D4:1 C4:1";
    struct earlier_tunes all = earlier_of(tune, "jazz 1 Earlier");
    struct timeline *t = timeline_of("C | C | C");

    tune_of(t, tune);
    ck_assert_uint_eq(likeness_find(t->melody.items, t->melody.count, &all, NULL, compose_arena).notes, 0);
}
END_TEST

START_TEST(a_damaged_memory_is_read_as_far_as_it_goes)
{
    ck_assert_uint_eq(likeness_read("+2:240 -1:480 x", "", "", "", compose_arena).count, 2);
    ck_assert_uint_eq(likeness_read("+2:240 -1", "", "", "", compose_arena).count, 1);
    ck_assert_uint_eq(likeness_read("+2:0", "", "", "", compose_arena).count, 0);
    ck_assert_uint_eq(likeness_read("+999:240", "", "", "", compose_arena).count, 0);
    ck_assert_uint_eq(likeness_read("", "", "", "", compose_arena).count, 0);
    ck_assert(likeness_read("| +2:240 | +2:240", "", "", "", compose_arena).notes[1].starts_line);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *measures_suite(void)
{
    Suite *suite = suite_create("band/measures");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, compose_set_up, compose_tear_down);
    tcase_add_loop_test(tests, voices_have_limits, 0, ROWS(sung));
    tcase_add_test(tests, tunes_are_measured_against_their_chords);
    tcase_add_loop_test(tests, what_returns_is_counted, 0, ROWS(remembered));
    tcase_add_loop_test(tests, progressions_are_measured, 0, ROWS(progressions));
    tcase_add_loop_test(tests, clashes_are_counted, 0, ROWS(clashing));
    tcase_add_loop_test(tests, voices_move_as_little_as_they_may, 0, ROWS(led));
    tcase_add_loop_test(tests, bars_are_compared, 0, ROWS(grooves));
    tcase_add_loop_test(tests, songbooks_are_recognised, 0, ROWS(songbook));
    tcase_add_test(tests, every_known_tune_is_recognised);
    tcase_add_loop_test(tests, likeness_is_found, 0, ROWS(likenesses));
    tcase_add_test(tests, two_pitches_are_nobodys);
    tcase_add_test(tests, a_damaged_memory_is_read_as_far_as_it_goes);
    suite_add_tcase(suite, tests);
    return suite;
}
