#include "theory/roman.h"

#include <string.h>

#include "suites.h"

static struct key key_of(const char *text)
{
    struct key k = { 0 };

    ck_assert(key_read(text, &k));
    return k;
}

static void check_numeral(const char *numeral, const char *key, const char *symbol)
{
    struct error e = { 0 };
    struct chord c;
    char text[CHORD_TEXT_SIZE];

    ck_assert_msg(roman_parse(numeral, key_of(key), &c, &e), "%s: %s", numeral, e.detail);
    chord_print(&c, text, sizeof(text));
    ck_assert_msg(strcmp(text, symbol) == 0, "%s in %s is %s, not %s", numeral, key, symbol, text);
}

START_TEST(numerals_name_chords)
{
    static const struct {
        const char *numeral, *key, *symbol;
    } rows[] = {
        {"I",         "C",                "C"       },
        { "ii",       "C",                "Dm"      },
        { "V7",       "C",                "G7"      },
        { "vi",       "Eb",               "Cm"      },
        { "iii",      "A",                "C#m"     },
        { "IVmaj7",   "F",                "Bbmaj7"  },
        { "bVI",      "Eb",               "Cb"      },
        { "bVImaj7",  "C",                "Abmaj7"  },
        { "bVII",     "D",                "C"       },
        { "bII",      "E",                "F"       },
        { "bIIImaj7", "C",                "Ebmaj7"  },
        { "bIIIo",    "C",                "Ebdim"   },
        { "#ivo7",    "C",                "F#dim7"  },
        { "#ivo",     "F",                "Bdim"    },
        { "viio",     "C",                "Bdim"    },
        { "vii-h7",   "C",                "Bm7b5"   },
        { "ii-h7",    "Am",               "Bm7b5"   },
        { "iiø7",    "Am",               "Bm7b5"   },
        { "iiø",     "Gm",               "Am7b5"   },
        { "i",        "Am",               "Am"      },
        { "bVI",      "Am",               "F"       },
        { "bVII",     "Am",               "G"       },
        { "bIII",     "Am",               "C"       },
        { "V",        "Am",               "E"       },
        { "v",        "Am",               "Em"      },
        { "iv",       "Am",               "Dm"      },
        { "iv6",      "C",                "Fm6"     },
        { "ii9",      "C",                "Dm9"     },
        { "V13",      "C",                "G13"     },
        { "VI7b9",    "C",                "A7b9"    },
        { "I6",       "C",                "C6"      },
        { "I6/9",     "C",                "C6/9"    },
        { "i6/9",     "C",                "Cm6/9"   },
        { "imaj7",    "C",                "CmMaj7"  },
        { "IIm7",     "C",                "Dm7"     },
        { "iim7",     "C",                "Dm7"     },
        { "Isus4",    "C",                "Csus4"   },
        { "isus4",    "C",                "Csus4"   },
        { "i5",       "E",                "E5"      },
        { "III+",     "C",                "Eaug"    },
        { "V7alt",    "C",                "G7alt"   },
        { "V7#9",     "E",                "B7#9"    },
        { "♭VII",   "C",                "Bb"      },
 /* inversions and basses */
        { "I6/4",     "C",                "C/G"     },
        { "ii6/3",    "C",                "Dm/F"    },
        { "V6/5",     "C",                "G7/B"    },
        { "ii6/5",    "C",                "Dm7/F"   },
        { "IV6/5",    "C",                "Fmaj7/A" },
        { "V4/2",     "C",                "G7/F"    },
        { "viio4/3",  "C",                "Bm7b5/F" },
        { "V/7",      "C",                "G/B"     },
        { "I/3",      "Ab",               "Ab/C"    },
        { "i/b7",     "Am",               "Am/G"    },
        { "I/5",      "D",                "D/A"     },
        { "V7sus4/1", "C",                "G7sus4/C"},
        { "I/1",      "C",                "C"       },
 /* other keys' chords */
        { "V7/vi",    "C",                "E7"      },
        { "V/V",      "C",                "D"       },
        { "V7/V",     "Bb",               "C7"      },
        { "V7/bVI",   "C",                "Eb7"     },
        { "ii7/V",    "C",                "Am7"     },
        { "iiø7/ii", "C",                "Em7b5"   },
        { "viio7/vi", "C",                "G#dim7"  },
        { "V6/5/V",   "C",                "D7/F#"   },
        { "V7/vi/7",  "C",                "E7/B"    },
 /* upper-case III, VI, VII in minor are the mode's own */
        { "III",      "Am",               "C"       },
        { "VI",       "Am",               "F"       },
        { "VII",      "Am",               "G"       },
        { "VI7",      "Am",               "F7"      },
        { "VII",      "A harmonic-minor", "G"       },
        { "VI",       "D dorian",         "B"       },
        { "bVI",      "D dorian",         "Bb"      },
        { "viio",     "Am",               "G#dim"   },
        { "VI",       "C",                "A"       },
        { "III7",     "C",                "E7"      },
        { "II",       "F lydian",         "G"       },
        { "bVII",     "G mixolydian",     "F"       },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_numeral(rows[i].numeral, rows[i].key, rows[i].symbol);
}
END_TEST

START_TEST(others_are_refused)
{
    static const char *const bad[] = { "",    "VIII",    "IIII",  "Iv",     "iV",   "X",      "1",
                                       "bb7", "I ",      " I",    "IX",     "Vfoo", "V/",     "V/8",
                                       "V/0", "V/vi/ii", "V/7/1", "V/7/V",  "vmaj", "C",      "V7/Q",
                                       "I6/", "##IV",    "V//V",  "ii-h7-", "viix", "I64/3/2" };
    struct chord c = {
        .root = {'G', 0}
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct error e = { 0 };

        ck_assert_msg(!roman_parse(bad[i], key_of("C"), &c, &e), "'%s'", bad[i]);
        ck_assert_int_eq(e.code, ERROR_INPUT);
    }
    ck_assert_int_eq(c.root.letter, 'G');
}
END_TEST

/* The same numerals lie equally far from every tonic and are spelled on the same letter. */
START_TEST(numerals_move_with_the_key)
{
    static const struct {
        const char *numeral;
        int semitones, letters;
    } rows[] = {
        {"I",     0,  0},
        { "bII",  1,  1},
        { "ii",   2,  1},
        { "bIII", 3,  2},
        { "iii",  4,  2},
        { "IV",   5,  3},
        { "#ivo", 6,  3},
        { "V7",   7,  4},
        { "bVI",  8,  5},
        { "vi",   9,  5},
        { "bVII", 10, 6},
        { "viio", 11, 6},
    };
    static const char *const keys[] = { "C",  "Db", "D",   "Eb", "E",   "F",   "F#",  "G",
                                        "Ab", "A",  "Bb",  "B",  "Cm",  "C#m", "Dm",  "Ebm",
                                        "Em", "Fm", "F#m", "Gm", "G#m", "Am",  "Bbm", "Bm" };

    for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            struct key key = key_of(keys[k]);
            struct chord c;

            ck_assert(roman_parse(rows[i].numeral, key, &c, NULL));
            ck_assert_int_eq(pitch_class_up(pitch_class(key.root), pitch_class(c.root)), rows[i].semitones);
            ck_assert_int_eq((c.root.letter - key.root.letter + 7) % 7, rows[i].letters);
        }
}
END_TEST

START_TEST(every_chord_prints_and_parses_back)
{
    static const char *const keys[] = {
        "C", "Db", "F#", "Am", "Ebm", "G#m", "D dorian", "F lydian", "A harmonic-minor", "C blues"
    };

    for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
        for (int root = 0; root < 12; root++)
            for (int q = 0; q < CHORD_QUALITY_COUNT; q++)
                for (int bass = 0; bass < 12; bass++) {
                    struct key key = key_of(keys[k]);
                    struct chord c = { .root = key_spell(key, root), .quality = (enum chord_quality)q };
                    struct chord back;
                    struct error e = { 0 };
                    char text[ROMAN_TEXT_SIZE];

                    c.has_bass = bass != root;
                    c.bass = key_spell(key, bass);
                    roman_print(&c, key, text, sizeof(text));
                    ck_assert_msg(roman_parse(text, key, &back, &e), "%s: %s", text, e.detail);
                    ck_assert_msg(chord_sounds_equal(&c, &back), "%s in %s", text, keys[k]);
                }
}
END_TEST

START_TEST(chords_print_as_expected)
{
    static const struct {
        const char *symbol, *key, *numeral;
    } rows[] = {
        {"Dm7",     "C",  "ii7"    },
        { "G7",     "C",  "V7"     },
        { "Cmaj7",  "C",  "Imaj7"  },
        { "Bm7b5",  "C",  "viiø7" },
        { "F",      "Am", "bVI"    },
        { "G/B",    "C",  "V/7"    },
        { "Am/G",   "Am", "i/b7"   },
        { "F#dim7", "C",  "#ivo7"  },
        { "F#7",    "Am", "V7/ii"  },
        { "Fm6",    "C",  "iv6"    },
        { "C6/E",   "C",  "Iadd6/3"},
        { "Abmaj7", "C",  "bVImaj7"},
        { "E5",     "E",  "I5"     },
        { "G#",     "A",  "VII"    },
        { "Bdim",   "C",  "viio"   },
        { "Caug",   "F",  "V+"     },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct chord c;
        char text[ROMAN_TEXT_SIZE];

        ck_assert(chord_parse(rows[i].symbol, &c));
        roman_print(&c, key_of(rows[i].key), text, sizeof(text));
        ck_assert_msg(strcmp(text, rows[i].numeral) == 0, "%s in %s is %s, not %s", rows[i].symbol,
                      rows[i].key, rows[i].numeral, text);
    }
}
END_TEST

START_TEST(degrees_have_accidentals)
{
    struct chord c;
    int accidental;

    ck_assert(chord_parse("Ab", &c));
    ck_assert_int_eq(roman_degree(&c, key_of("C"), &accidental), 6);
    ck_assert_int_eq(accidental, -1);
    ck_assert(chord_parse("Am", &c));
    ck_assert_int_eq(roman_degree(&c, key_of("C"), &accidental), 6);
    ck_assert_int_eq(accidental, 0);
}
END_TEST

Suite *roman_suite(void)
{
    Suite *s = suite_create("roman");
    TCase *t = tcase_create("all");

    tcase_add_test(t, numerals_name_chords);
    tcase_add_test(t, others_are_refused);
    tcase_add_test(t, numerals_move_with_the_key);
    tcase_add_test(t, every_chord_prints_and_parses_back);
    tcase_add_test(t, chords_print_as_expected);
    tcase_add_test(t, degrees_have_accidentals);
    suite_add_tcase(s, t);
    return s;
}
