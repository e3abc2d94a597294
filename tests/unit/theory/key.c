#include "theory/key.h"

#include <stdio.h>
#include <string.h>

#include "suites.h"

static struct key key_of(const char *text)
{
    struct key k = { 0 };

    ck_assert_msg(key_read(text, &k), "'%s'", text);
    return k;
}

/* Signatures as every textbook's circle of fifths has them. */
static const struct {
    const char *text;
    int fifths;
} circle[] = {
    {"Cb",   -7},
    { "Gb",  -6},
    { "Db",  -5},
    { "Ab",  -4},
    { "Eb",  -3},
    { "Bb",  -2},
    { "F",   -1},
    { "C",   0 },
    { "G",   1 },
    { "D",   2 },
    { "A",   3 },
    { "E",   4 },
    { "B",   5 },
    { "F#",  6 },
    { "C#",  7 },
    { "Abm", -7},
    { "Ebm", -6},
    { "Bbm", -5},
    { "Fm",  -4},
    { "Cm",  -3},
    { "Gm",  -2},
    { "Dm",  -1},
    { "Am",  0 },
    { "Em",  1 },
    { "Bm",  2 },
    { "F#m", 3 },
    { "C#m", 4 },
    { "G#m", 5 },
    { "D#m", 6 },
    { "A#m", 7 },
};
enum { CIRCLE_COUNT = sizeof(circle) / sizeof(circle[0]) };

START_TEST(every_request_key_is_read)
{
    for (char letter = 'A'; letter <= 'G'; letter++)
        for (int sign = 0; sign < 3; sign++)
            for (int minor = 0; minor < 2; minor++) {
                char text[8], printed[KEY_TEXT_SIZE];
                struct key k = { 0 };

                snprintf(text, sizeof(text), "%c%s%s", letter, (const char *[]){ "", "#", "b" }[sign],
                         minor ? "m" : "");
                ck_assert_msg(key_parse(text, &k), "'%s'", text);
                ck_assert_int_eq(key_is_minor(k), minor);
                ck_assert_int_eq(k.root.letter, letter);
                key_print(k, printed, sizeof(printed));
                ck_assert_str_eq(printed, text);
                ck_assert_int_ge(key_fifths(k), -7);
                ck_assert_int_le(key_fifths(k), 7);
                ck_assert_int_eq(pitch_class(key_simplify(k).root), pitch_class(k.root));
            }
}
END_TEST

START_TEST(everything_else_is_refused)
{
    static const char *const bad[] = { "",   "H",   "c",    "am",  "Cmaj", "C major", "CM", "Amm",
                                       "A ", " A",  "A#b",  "Abb", "C##",  "m",       "#",  "A-m",
                                       "A♭", "Am7", "Amin", "A\n", "BbM",  "Bb5",     "1",  "D dorian" };
    struct key k = {
        .root = {'G', 0},
          .mode = MODE_DORIAN
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_msg(!key_parse(bad[i], &k), "'%s'", bad[i]);
        ck_assert_msg(!request_key_codec.parse(bad[i], &k), "'%s'", bad[i]);
    }
    ck_assert(k.root.letter == 'G' && k.mode == MODE_DORIAN);
}
END_TEST

START_TEST(signatures_follow_the_circle)
{
    for (size_t i = 0; i < CIRCLE_COUNT; i++) {
        ck_assert_int_eq(key_fifths(key_of(circle[i].text)), circle[i].fifths);
        ck_assert(pitch_is_equal(key_simplify(key_of(circle[i].text)).root, key_of(circle[i].text).root));
    }
    ck_assert_int_eq(key_fifths(key_of("G#")), -4);
    ck_assert_int_eq(key_fifths(key_of("Dbm")), 4);
    ck_assert_int_eq(key_fifths(key_of("E#")), -1);
    ck_assert_int_eq(key_fifths(key_of("Fb")), 4);
    ck_assert_int_eq(key_fifths(key_of("D dorian")), 0);
    ck_assert_int_eq(key_fifths(key_of("F# dorian")), 4);
    ck_assert_int_eq(key_fifths(key_of("G mixolydian")), 0);
    ck_assert_int_eq(key_fifths(key_of("Bb lydian")), -1);
    ck_assert_int_eq(key_fifths(key_of("E phrygian")), 0);
    ck_assert_int_eq(key_fifths(key_of("B locrian")), 0);
    ck_assert_int_eq(key_fifths(key_of("A harmonic-minor")), 0);
    ck_assert_int_eq(key_fifths(key_of("A blues")), 0);
}
END_TEST

/* The signature counts the sharps or flats that the scale's own names have. */
START_TEST(scales_are_spelled_with_their_signature)
{
    for (size_t i = 0; i < CIRCLE_COUNT; i++) {
        struct key k = key_of(circle[i].text);
        unsigned letters = 0;
        int signs = 0;

        for (int class = 0; class < 12; class ++) {
            struct pitch_name p = key_spell(k, class);

            ck_assert_int_eq(pitch_class(p), class);
            if (!scale_has(key_scale(k), class))
                continue;
            signs += p.accidental;
            letters |= 1u << (p.letter - 'A');
            ck_assert_msg(p.accidental * circle[i].fifths >= 0, "%s", circle[i].text);
        }
        ck_assert_int_eq(signs, circle[i].fifths);
        ck_assert_uint_eq(letters, 0x7f);
    }
}
END_TEST

START_TEST(altered_degrees_are_spelled_right)
{
    static const struct {
        const char *key;
        int midi;
        const char *note;
    } rows[] = {
        {"Am",         68, "G#4"},
        { "Dm",        61, "C#4"},
        { "C",         70, "Bb4"},
        { "F",         58, "Bb3"},
        { "C lydian",  66, "F#4"},
        { "C locrian", 66, "Gb4"},
        { "Gb",        59, "Cb4"},
        { "C#m",       60, "B#3"},
        { "A blues",   63, "Eb4"},
        { "Eb",        63, "Eb4"},
        { "F#",        65, "E#4"},
        { "Cm",        71, "B4" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[NOTE_TEXT_SIZE];

        note_print(key_spell_note(key_of(rows[i].key), rows[i].midi), text, sizeof(text));
        ck_assert_msg(strcmp(text, rows[i].note) == 0, "%s: %d is %s, not %s", rows[i].key, rows[i].midi,
                      text, rows[i].note);
    }
}
END_TEST

START_TEST(modes_are_read_by_name)
{
    char text[KEY_TEXT_SIZE];

    key_print(key_of("D dorian"), text, sizeof(text));
    ck_assert_str_eq(text, "D dorian");
    key_print(key_of("A minor"), text, sizeof(text));
    ck_assert_str_eq(text, "Am");
    key_print(key_of("Bb Major"), text, sizeof(text));
    ck_assert_str_eq(text, "Bb");
    key_print(key_of("F# harmonic minor"), text, sizeof(text));
    ck_assert_str_eq(text, "F# harmonic-minor");
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        struct key k = {
            .root = {'E', -1},
              .mode = (enum mode)mode
        };
        struct key back = { 0 };

        key_print(k, text, sizeof(text));
        ck_assert(key_codec.parse(text, &back));
        ck_assert(pitch_is_equal(back.root, k.root) && back.mode == k.mode);
    }
}
END_TEST

static void check_key(struct key k, const char *expected)
{
    char text[KEY_TEXT_SIZE];

    key_print(k, text, sizeof(text));
    ck_assert_str_eq(text, expected);
}

START_TEST(relatives_share_a_signature)
{
    check_key(key_relative(key_of("C")), "Am");
    check_key(key_relative(key_of("Am")), "C");
    check_key(key_relative(key_of("Eb")), "Cm");
    check_key(key_relative(key_of("F#m")), "A");
    check_key(key_relative(key_of("D dorian")), "C");
    check_key(key_parallel(key_of("Am")), "A");
    check_key(key_parallel(key_of("Db")), "C#m");
    for (size_t i = 0; i < CIRCLE_COUNT; i++) {
        struct key k = key_of(circle[i].text), other = key_relative(k);

        ck_assert_int_eq(key_fifths(other), circle[i].fifths);
        ck_assert_int_ne(key_is_minor(other), key_is_minor(k));
        check_key(key_relative(other), circle[i].text);
    }
}
END_TEST

START_TEST(transposing_moves_the_tonic)
{
    check_key(key_transpose(key_of("C"), 2), "D");
    check_key(key_transpose(key_of("C"), 1), "Db");
    check_key(key_transpose(key_of("C"), 6), "F#");
    check_key(key_transpose(key_of("C"), -6), "Gb");
    check_key(key_transpose(key_of("Am"), 1), "Bbm");
    check_key(key_transpose(key_of("Em"), -1), "Ebm");
    check_key(key_transpose(key_of("G#"), 0), "Ab");
    check_key(key_transpose(key_of("D dorian"), 2), "E dorian");
    ck_assert_int_eq(key_interval(key_of("C"), key_of("G")), -5);
    ck_assert_int_eq(key_interval(key_of("C"), key_of("D")), 2);
    for (int semitones = -24; semitones <= 24; semitones++)
        for (size_t i = 0; i < CIRCLE_COUNT; i++) {
            struct key k = key_of(circle[i].text), moved = key_transpose(k, semitones);

            ck_assert_int_eq(pitch_class(moved.root), pitch_class_of(pitch_class(k.root) + semitones));
            ck_assert(key_fifths(moved) >= -6 && key_fifths(moved) <= 6);
            ck_assert(pitch_is_equal(key_simplify(moved).root, moved.root));
        }
}
END_TEST

START_TEST(zeroed_key_is_unset)
{
    struct key k = { 0 };
    char text[KEY_TEXT_SIZE];

    ck_assert(key_codec.is_unset(&k));
    key_print(k, text, sizeof(text));
    ck_assert_str_eq(text, "");
    ck_assert(key_parse("C", &k) && !key_codec.is_unset(&k));
}
END_TEST

Suite *key_suite(void)
{
    Suite *s = suite_create("key");
    TCase *t = tcase_create("all");

    tcase_add_test(t, every_request_key_is_read);
    tcase_add_test(t, everything_else_is_refused);
    tcase_add_test(t, signatures_follow_the_circle);
    tcase_add_test(t, scales_are_spelled_with_their_signature);
    tcase_add_test(t, altered_degrees_are_spelled_right);
    tcase_add_test(t, modes_are_read_by_name);
    tcase_add_test(t, relatives_share_a_signature);
    tcase_add_test(t, transposing_moves_the_tonic);
    tcase_add_test(t, zeroed_key_is_unset);
    suite_add_tcase(s, t);
    return s;
}
