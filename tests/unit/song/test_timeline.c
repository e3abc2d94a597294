#include "song/timeline.h"

#include <math.h>
#include <string.h>

#include "song/arrangement_spec.h"
#include "song/song_spec.h"
#include "suites.h"

static struct arena *arena;
static struct problems problems;
static struct song song;
static struct timeline timeline;

static void set_up(void)
{
    arena = arena_new(16 << 20);
    problems = (struct problems){ .arena = arena };
    song = (struct song){ 0 };
}

static void tear_down(void)
{
    arena_free(arena);
}

#define SPEC(key, mode, metre)                                                                                         \
    "{\"song_spec\":{\"title\":\"T\",\"genre_id\":\"g\",\"bpm\":120,\"time_signature\":\"" metre                       \
    "\",\"key\":{\"root\":\"" key "\",\"mode\":\"" mode "\"}}"
#define SECTIONS(more)                                                                                                 \
    ",\"arrangement_spec\":{\"instruments\":[{\"name\":\"bass\"}],\"sections\":[{\"section_type\":\"verse\","            \
    "\"label\":\"Verse 1\",\"start_bar\":1,\"length_bars\":3,\"instruments\":[\"bass\"]},{\"section_type\":\"drop\",\"label\":\"Drop\",\"start_bar\":4,\"length_bars\":2},"             \
    "{\"section_type\":\"verse\",\"length_bars\":1}]" more "}"
#define HARMONY                                                                                                        \
    ",\"harmony_spec\":{\"primary_key\":{\"root\":\"A\",\"mode\":\"minor\"},\"progressions\":["                        \
    "{\"section_type\":\"verse\",\"chords\":[{\"root\":\"A\",\"quality\":\"min\"},{\"root\":\"G\"}],"                  \
    "\"durations_beats\":[4,4]},"                                                                                      \
    "{\"section_type\":\"chorus\",\"chords\":[{\"root\":\"F\",\"bass_note\":\"A\"}]},"                                 \
    "{\"section_type\":\"verse\",\"section_label\":\"verse 3\",\"chords\":[{\"root\":\"E\",\"quality\":\"7\"}]}]}"
#define MELODY(phrases, rhythms)                                                                                       \
    ",\"melody_spec\":{\"section_melodies\":[{\"section_type\":\"verse\",\"phrases\":" phrases                         \
    ",\"phrase_rhythms\":" rhythms "}]}"

static bool make(const char *text)
{
    struct error e = { 0 };
    json_object *tree = json_read(arena, text, strlen(text), &e);

    ck_assert_msg(tree != NULL, "%s", e.detail);
    song_read(tree, &song, arena, &problems);
    ck_assert_msg(problems.count == 0, "%s", problems.count > 0 ? problems.first->pointer : "");
    return timeline_make(&song, &timeline, arena, &problems);
}

static const char *chord_text(size_t index)
{
    static char text[CHORD_TEXT_SIZE];

    ck_assert_uint_lt(index, timeline.chords.count);
    chord_print(&timeline.chords.items[index].chord, text, sizeof(text));
    return text;
}

START_TEST(sections_follow_each_other)
{
    ck_assert(make(SPEC("A", "minor", "4/4") SECTIONS("") HARMONY "}"));
    ck_assert_int_eq(timeline.bars, 6);
    ck_assert_int_eq(timeline.end_tick, 6 * 1920);
    ck_assert_uint_eq(timeline.sections.count, 3);
    ck_assert_int_eq(timeline.sections.items[1].start_tick, 3 * 1920);
    ck_assert_str_eq(timeline.sections.items[2].label, "verse 3");
    ck_assert_int_eq(timeline.sections.items[2].occurrence, 1);
    ck_assert_ptr_eq(timeline_section_at(&timeline, 3 * 1920 - 1), &timeline.sections.items[0]);
    ck_assert_ptr_eq(timeline_section_at(&timeline, 3 * 1920), &timeline.sections.items[1]);
}
END_TEST

START_TEST(progressions_fill_their_sections)
{
    static const char *const expected[] = { "Am", "G", "Am", "F/A", "F/A", "E7" };

    ck_assert(make(SPEC("A", "minor", "4/4") SECTIONS("") HARMONY "}"));
    ck_assert_uint_eq(timeline.chords.count, 6);
    for (size_t i = 0; i < 6; i++) {
        ck_assert_str_eq(chord_text(i), expected[i]);
        ck_assert_int_eq(timeline.chords.items[i].start_tick, (int)i * 1920);
        ck_assert_int_eq(timeline.chords.items[i].end_tick, (int)(i + 1) * 1920);
        ck_assert_ptr_eq(timeline_chord_at(&timeline, (int32_t)i * 1920), &timeline.chords.items[i]);
        ck_assert_ptr_eq(timeline_chord_at(&timeline, (int32_t)i * 1920 + 1919), &timeline.chords.items[i]);
    }
}
END_TEST

START_TEST(chords_are_cut_where_a_section_ends)
{
    ck_assert(make(SPEC("A", "minor", "3/4") SECTIONS("")
                   ",\"harmony_spec\":{\"progressions\":[{\"section_type\":\"verse\",\"durations_beats\":[6,6],"
                   "\"chords\":[{\"root\":\"A\",\"quality\":\"min\"},{\"root\":\"G\"}]}]}}"));
    ck_assert_int_eq(timeline.bar_ticks, 1440);
    ck_assert_int_eq(timeline.chords.items[1].start_tick, 2 * 1440);
    ck_assert_int_eq(timeline.chords.items[1].end_tick, 3 * 1440); /* the second has one bar of its two left */
}
END_TEST

/* The key that is asked for is the key that is heard. A change between major and minor stays within the signature. */
static const struct {
    const char *text, *first, *second;
} keys[] = {
    { SPEC("C", "minor", "4/4") SECTIONS("") HARMONY "}", "Cm", "Bb" },
    { SPEC("F#", "minor", "4/4") SECTIONS("") HARMONY "}", "F#m", "E" },
    { SPEC("C", "major", "4/4") SECTIONS("") HARMONY "}", "Am", "G" },
    { SPEC("Eb", "major", "4/4") SECTIONS("") HARMONY "}", "Cm", "Bb" },
    { SPEC("A", "dorian", "4/4") SECTIONS("") HARMONY "}", "Am", "G" },
};

START_TEST(harmony_is_transposed)
{
    ck_assert(make(keys[_i].text));
    ck_assert_str_eq(chord_text(0), keys[_i].first);
    ck_assert_str_eq(chord_text(1), keys[_i].second);
}
END_TEST

START_TEST(the_melody_is_placed)
{
    ck_assert(make(SPEC("A", "minor", "4/4") SECTIONS("") HARMONY
                   MELODY("[[\"E4\",\"R\",\"G4\",\"A4\"],[\"C5\"]]", "[[1,1,1.5,0.5],[3]]") "}"));
    /* verse 1 has three bars: phrase, phrase, phrase; verse 3 has one */
    ck_assert_uint_eq(timeline.melody.count, 3 + 1 + 3 + 3);
    ck_assert_int_eq(timeline.melody.items[0].pitch, 64);
    ck_assert_int_eq(timeline.melody.items[1].start_tick, 960);
    ck_assert_int_eq(timeline.melody.items[2].start_tick, 960 + 720);
    ck_assert(timeline.melody.items[0].starts_phrase && !timeline.melody.items[1].starts_phrase);
    ck_assert_int_eq(timeline.melody.items[3].start_tick, 1920); /* a phrase begins on a bar line */
    ck_assert_int_eq(timeline.melody.items[4].start_tick, 2 * 1920);
    ck_assert_int_eq(timeline.melody.items[7].start_tick, 5 * 1920);
    ck_assert_uint_eq(timeline.melody.items[7].section, 2);
}
END_TEST

START_TEST(the_melody_is_transposed)
{
    ck_assert(make(SPEC("C", "minor", "4/4") SECTIONS("") HARMONY MELODY("[[\"E4\"]]", "[[4]]") "}"));
    ck_assert_int_eq(timeline.melody.items[0].pitch, 67);
}
END_TEST

START_TEST(pitches_without_octave_stay_near)
{
    ck_assert(make(SPEC("A", "minor", "4/4") SECTIONS("") HARMONY
                   MELODY("[[\"A\",\"B\",\"C\",\"B\",\"G#\",\"A\"]]", "[[0.5,0.5,0.5,0.5,1,1]]") "}"));
    for (size_t i = 1; i < 6; i++)
        ck_assert_int_le(abs(timeline.melody.items[i].pitch - timeline.melody.items[i - 1].pitch), 6);
    ck_assert_int_eq(timeline.melody.items[0].pitch % 12, 9);
    ck_assert_int_eq(timeline.melody.items[4].pitch % 12, 8);
}
END_TEST

START_TEST(triplets_close_their_bar)
{
    ck_assert(make(SPEC("A", "minor", "4/4") SECTIONS("") HARMONY
                   MELODY("[[\"E4\",\"E4\",\"E4\",\"E4\",\"E4\",\"E4\",\"G4\"]]",
                          "[[0.3333,0.3333,0.3333,0.6667,0.6667,0.6667,1]]") "}"));
    ck_assert_int_eq(timeline.melody.items[3].start_tick, 480);
    ck_assert_int_eq(timeline.melody.items[6].start_tick, 1440);
    ck_assert_int_eq(timeline.melody.items[6].end_tick, 1920);
}
END_TEST

START_TEST(the_ending_slows_down_and_holds)
{
    ck_assert(make(SPEC("A", "minor", "4/4")
                   SECTIONS(",\"ending\":{\"technique\":\"hold\",\"hold_bars\":2,\"ritardando_percent\":20,"
                            "\"ritardando_bars\":1,\"hold_percent\":150}") HARMONY "}"));
    ck_assert_int_eq(timeline.hold_tick, 4 * 1920);
    ck_assert_uint_eq(timeline.tempos.count, 6); /* the start, four beats, the hold */
    ck_assert_int_eq(timeline.tempos.items[1].tick, 3 * 1920);
    ck_assert(fabs(timeline.tempos.items[4].bpm - 100) < 1e-9);
    ck_assert(fabs(timeline.tempos.items[5].bpm - 80) < 1e-9);
    /* three bars of 2 s; beats of 0.5 s longer by 5, 10, 15, 20 %; two bars of 3 s */
    ck_assert(fabs(timeline_seconds(&timeline, timeline.end_tick) - (6 + 2.25 + 6)) < 1e-9);
}
END_TEST

START_TEST(without_an_ending_there_is_no_hold)
{
    ck_assert(make(SPEC("A", "minor", "4/4") SECTIONS("") HARMONY "}"));
    ck_assert_int_eq(timeline.hold_tick, timeline.end_tick);
    ck_assert_uint_eq(timeline.tempos.count, 1);
}
END_TEST

START_TEST(an_empty_tune_ends)
{
    ck_assert(make(SPEC("A", "minor", "4/4") SECTIONS("") HARMONY MELODY("[[]]", "[[]]") "}"));
    ck_assert_uint_eq(timeline.melody.count, 0);
}
END_TEST

Suite *timeline_suite(void)
{
    Suite *suite = suite_create("song/timeline");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, sections_follow_each_other);
    tcase_add_test(tests, progressions_fill_their_sections);
    tcase_add_test(tests, chords_are_cut_where_a_section_ends);
    tcase_add_loop_test(tests, harmony_is_transposed, 0, (int)(sizeof(keys) / sizeof(keys[0])));
    tcase_add_test(tests, the_melody_is_placed);
    tcase_add_test(tests, the_melody_is_transposed);
    tcase_add_test(tests, pitches_without_octave_stay_near);
    tcase_add_test(tests, triplets_close_their_bar);
    tcase_add_test(tests, the_ending_slows_down_and_holds);
    tcase_add_test(tests, without_an_ending_there_is_no_hold);
    tcase_add_test(tests, an_empty_tune_ends);
    suite_add_tcase(suite, tests);
    return suite;
}
