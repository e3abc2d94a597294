#include "theory/pitch.h"

#include <string.h>

#include "suites.h"

static struct pitch_name named(const char *text)
{
    struct pitch_name p = { 0 };

    ck_assert_msg(pitch_parse(text, &p), "'%s'", text);
    return p;
}

START_TEST(names_have_their_class)
{
    static const struct {
        const char *text;
        int class;
        int fifths;
    } rows[] = {
        {"C",    0,  0  },
        { "C#",  1,  7  },
        { "Db",  1,  -5 },
        { "D",   2,  2  },
        { "E",   4,  4  },
        { "Fb",  4,  -8 },
        { "F",   5,  -1 },
        { "E#",  5,  11 },
        { "F#",  6,  6  },
        { "G",   7,  1  },
        { "Ab",  8,  -4 },
        { "A",   9,  3  },
        { "Bb",  10, -2 },
        { "B",   11, 5  },
        { "Cb",  11, -7 },
        { "B#",  0,  12 },
        { "F##", 7,  13 },
        { "Bbb", 9,  -9 },
        { "Fbb", 3,  -15},
        { "B##", 1,  19 },
    };
    char text[PITCH_TEXT_SIZE];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pitch_name p = named(rows[i].text);

        ck_assert_int_eq(pitch_class(p), rows[i].class);
        ck_assert_int_eq(pitch_fifths(p), rows[i].fifths);
        ck_assert(pitch_is_equal(pitch_at_fifths(rows[i].fifths), p));
        pitch_print(p, text, sizeof(text));
        ck_assert_str_eq(text, rows[i].text);
    }
}
END_TEST

START_TEST(other_signs_are_read)
{
    ck_assert(pitch_is_equal(named("B♭"), named("Bb")));
    ck_assert(pitch_is_equal(named("F♯"), named("F#")));
    ck_assert(pitch_is_equal(named("Fx"), named("F##")));
}
END_TEST

START_TEST(bad_names_are_refused)
{
    static const char *const bad[] = { "", "H", "c", "C#b", "Cbbb", "C###", "C ", " C", "C4", "#" };
    struct pitch_name p = { 'A', 1 };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_msg(!pitch_parse(bad[i], &p), "'%s'", bad[i]);
    ck_assert(p.letter == 'A' && p.accidental == 1);
}
END_TEST

START_TEST(notes_are_midi_numbers)
{
    static const struct {
        const char *text;
        int midi;
    } rows[] = {
        {"C4",   60 },
        { "Bb3", 58 },
        { "A4",  69 },
        { "B#3", 60 },
        { "Cb4", 59 },
        { "C-1", 0  },
        { "G9",  127},
        { "E2",  40 },
        { "F#3", 54 },
        { "B3",  59 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct note_name n;
        char text[NOTE_TEXT_SIZE];

        ck_assert(note_parse(rows[i].text, &n));
        ck_assert_int_eq(note_midi(n), rows[i].midi);
        note_print(n, text, sizeof(text));
        ck_assert_str_eq(text, rows[i].text);
        n = note_of(rows[i].midi, n.pitch);
        note_print(n, text, sizeof(text));
        ck_assert_str_eq(text, rows[i].text);
    }
}
END_TEST

START_TEST(bad_notes_are_refused)
{
    static const char *const bad[] = { "", "C", "4", "H4", "C10", "G#9", "Cb-1", "C-2", "C4 ", "C--1" };
    struct note_name n;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_msg(!note_parse(bad[i], &n), "'%s'", bad[i]);
}
END_TEST

START_TEST(spelling_follows_the_tonic)
{
    static const struct {
        const char *tonic;
        const char *names; /* of the classes C … B */
    } rows[] = {
        {"C",   "C Db D Eb E F F# G Ab A Bb B"  },
        { "A",  "C C# D D# E F F# G G# A Bb B"  },
        { "Eb", "C Db D Eb Fb F Gb G Ab A Bb Cb"},
        { "E",  "C C# D D# E F F# G G# A A# B"  },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char all[64] = "";

        for (int class = 0; class < 12; class ++) {
            char text[PITCH_TEXT_SIZE];

            pitch_print(pitch_spell(class, named(rows[i].tonic)), text, sizeof(text));
            strncat(all, class > 0 ? " " : "", sizeof(all) - strlen(all) - 1);
            strncat(all, text, sizeof(all) - strlen(all) - 1);
        }
        ck_assert_str_eq(all, rows[i].names);
    }
}
END_TEST

START_TEST(classes_wrap)
{
    ck_assert_int_eq(pitch_class_of(-1), 11);
    ck_assert_int_eq(pitch_class_of(60), 0);
    ck_assert_int_eq(pitch_class_up(11, 2), 3);
    ck_assert_int_eq(pitch_class_shortest(0, 7), -5);
    ck_assert_int_eq(pitch_class_shortest(0, 6), 6);
}
END_TEST

START_TEST(zeroed_memory_is_unset)
{
    struct note_name n = { 0 };

    ck_assert(!pitch_is_set(n.pitch));
    ck_assert(pitch_codec.is_unset(&n.pitch) && note_codec.is_unset(&n));
    ck_assert(note_codec.parse("C-1", &n) && !note_codec.is_unset(&n));
}
END_TEST

Suite *pitch_suite(void)
{
    Suite *s = suite_create("pitch");
    TCase *t = tcase_create("all");

    tcase_add_test(t, names_have_their_class);
    tcase_add_test(t, other_signs_are_read);
    tcase_add_test(t, bad_names_are_refused);
    tcase_add_test(t, notes_are_midi_numbers);
    tcase_add_test(t, bad_notes_are_refused);
    tcase_add_test(t, spelling_follows_the_tonic);
    tcase_add_test(t, classes_wrap);
    tcase_add_test(t, zeroed_memory_is_unset);
    suite_add_tcase(s, t);
    return s;
}
