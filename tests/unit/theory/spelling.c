#include "theory/spelling.h"

#include <string.h>

#include "suites.h"

/* What primers of harmony teach: a sharp leads up, a flat leads down, scale and chord tones keep their names. */
START_TEST(notes_are_written_as_they_move)
{
    static const struct {
        const char *key, *chord;
        int midi, next;
        const char *name;
    } rows[] = {
        { "C",  "C",     60, 62, "C4"  }, /* of the scale */
        { "C",  "E7",    68, 67, "G#4" }, /* the chord's, though it goes down */
        { "C",  "Fm",    68, 69, "Ab4" }, /* the chord's, though it goes up */
        { "C",  "Fm",    68, 67, "Ab4" },
        { "C",  "C",     66, 67, "F#4" }, /* leading up */
        { "C",  "C",     61, 62, "C#4" },
        { "C",  "C",     63, 64, "D#4" },
        { "C",  "C",     68, 69, "G#4" },
        { "C",  "C",     70, 71, "A#4" },
        { "C",  "C",     61, 60, "Db4" }, /* leading down */
        { "C",  "C",     63, 62, "Eb4" },
        { "C",  "C",     66, 65, "Gb4" },
        { "C",  "C",     68, 67, "Ab4" },
        { "C",  "C",     70, 69, "Bb4" },
        { "Eb", "Eb",    66, 67, "F#4" }, /* sharps in a key of flats */
        { "Eb", "Eb",    69, 70, "A4"  },
        { "E",  "E",     72, 71, "C5"  }, /* the sixth degree lowered */
        { "E",  "E",     74, 73, "D5"  },
        { "Am", "E7",    68, 69, "G#4" },
        { "Am", "Am",    68, 69, "G#4" }, /* the leading note without its chord */
        { "Am", "Am",    66, 68, "F#4" },
        { "Db", "Db",    67, 68, "G4"  },
        { "Gb", "Gb",    67, 68, "G4"  },
        { "C",  "C",     63, -1, "Eb4" }, /* alone: the key's usual chromatic notes */
        { "C",  "C",     66, 72, "F#4" },
        { "C",  "Cdim7", 69, 70, "A4"  }, /* no double flats */
        { "F",  "C7",    64, 65, "E4"  },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[NOTE_TEXT_SIZE];
        struct key key;
        struct chord chord;

        ck_assert(key_parse(rows[i].key, &key) && chord_parse(rows[i].chord, &chord));
        note_print(spell_note(key, &chord, rows[i].midi, rows[i].next), text, sizeof(text));
        ck_assert_msg(strcmp(text, rows[i].name) == 0, "row %zu: %s, not %s", i, text, rows[i].name);
    }
}
END_TEST

START_TEST(names_mean_their_notes)
{
    for (int fifths = -7; fifths <= 7; fifths++)
        for (int midi = 48; midi < 72; midi++)
            for (int next = midi - 2; next <= midi + 2; next++) {
                struct key key = { pitch_at_fifths(fifths), MODE_MAJOR };
                struct note_name name = spell_note(key, NULL, midi, next);

                ck_assert_int_eq(note_midi(name), midi);
                ck_assert_int_le(name.pitch.accidental < 0 ? -name.pitch.accidental : name.pitch.accidental, 2);
            }
}
END_TEST

Suite *spelling_suite(void)
{
    Suite *suite = suite_create("theory/spelling");
    TCase *tests = tcase_create("all");

    tcase_add_test(tests, notes_are_written_as_they_move);
    tcase_add_test(tests, names_mean_their_notes);
    suite_add_tcase(suite, tests);
    return suite;
}
