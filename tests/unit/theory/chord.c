#include "theory/chord.h"

#include <stdio.h>
#include <string.h>

#include "suites.h"

static struct chord chord_of(const char *text)
{
    struct chord c = { 0 };

    ck_assert_msg(chord_parse(text, &c), "'%s'", text);
    return c;
}

static struct key key_of(const char *text)
{
    struct key k = { 0 };

    ck_assert(key_read(text, &k));
    return k;
}

static unsigned classes(const char *names)
{
    unsigned mask = 0;

    while (*names != '\0') {
        struct pitch_name p;

        names += pitch_parse_prefix(names, &p);
        mask |= 1u << pitch_class(p);
        names += *names == ' ' ? 1 : 0;
    }
    return mask;
}

START_TEST(table_holds)
{
    for (int i = 0; i < CHORD_QUALITY_COUNT; i++) {
        const struct chord_info *info = &chord_infos[i];
        struct chord c = {
            .root = {'C', 0},
              .quality = (enum chord_quality)i
        };

        ck_assert_int_eq(chord_quality_find(info->name), i);
        ck_assert_int_eq(chord_quality_find(info->symbol), i);
        ck_assert_str_eq(chord_quality_names[i], info->name);
        ck_assert(info->count >= 2 && info->tones[0] == 0);
        for (size_t t = 1; t < info->count; t++)
            ck_assert_int_gt(info->tones[t], info->tones[t - 1]);
        ck_assert_int_le(info->tones[info->count - 1], 21);
        for (int j = 0; j < i; j++) {
            struct chord other = { .root = c.root, .quality = (enum chord_quality)j };

            ck_assert_msg(chord_mask(&other) != chord_mask(&c), "%s sounds like %s", info->name,
                          chord_infos[j].name);
        }
    }
}
END_TEST

START_TEST(aliases_are_unique)
{
    for (int i = 0; i < CHORD_QUALITY_COUNT; i++) {
        const char *rest = chord_infos[i].aliases;

        while (*rest != '\0') {
            char word[32];
            size_t len = strcspn(rest, ",");

            ck_assert_uint_lt(len, sizeof(word));
            memcpy(word, rest, len);
            word[len] = '\0';
            ck_assert_msg(chord_quality_find(word) == i, "%s of %s", word, chord_infos[i].name);
            rest += len + (rest[len] == ',' ? 1 : 0);
        }
    }
}
END_TEST

/* Tones from any chord dictionary. */
START_TEST(symbols_have_their_tones)
{
    static const struct {
        const char *symbol, *tones;
    } rows[] = {
        {"C",         "C E G"       },
        { "Cm",       "C Eb G"      },
        { "Am",       "A C E"       },
        { "Bb",       "Bb D F"      },
        { "Bdim",     "B D F"       },
        { "Caug",     "C E G#"      },
        { "Dsus4",    "D G A"       },
        { "Dsus2",    "D E A"       },
        { "E5",       "E B"         },
        { "F6",       "F A C D"     },
        { "Gm6",      "G Bb D E"    },
        { "Cmaj7",    "C E G B"     },
        { "CM7",      "C E G B"     },
        { "CΔ",      "C E G B"     },
        { "Dm7",      "D F A C"     },
        { "G7",       "G B D F"     },
        { "F#m7b5",   "F# A C E"    },
        { "F#ø",     "F# A C E"    },
        { "Bdim7",    "B D F Ab"    },
        { "B°7",     "B D F Ab"    },
        { "CmMaj7",   "C Eb G B"    },
        { "Cm(maj7)", "C Eb G B"    },
        { "Bbmaj9",   "Bb D F A C"  },
        { "Am9",      "A C E G B"   },
        { "Am7(9)",   "A C E G B"   },
        { "A9",       "A C# E G B"  },
        { "Cadd9",    "C E G D"     },
        { "Cm(add9)", "C Eb G D"    },
        { "G13",      "G B D F A E" },
        { "G7(13)",   "G B D F A E" },
        { "E7#9",     "E G# B D F##"},
        { "E7(♯9)", "E G# B D G"  },
        { "A7b9",     "A C# E G Bb" },
        { "C6/9",     "C E G A D"   },
        { "Fmaj7#11", "F A C E B"   },
        { "G7sus4",   "G C D F"     },
        { "G9sus4",   "G C D F A"   },
        { "C7#5",     "C E G# Bb"   },
        { "C+7",      "C E G# Bb"   },
        { "CMAJ7",    "C E G B"     },
        { "CMin7",    "C Eb G Bb"   },
        { "C-7",      "C Eb G Bb"   },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct chord c = chord_of(rows[i].symbol);

        ck_assert_msg(chord_mask(&c) == classes(rows[i].tones), "%s", rows[i].symbol);
    }
}
END_TEST

START_TEST(every_chord_prints_and_parses_back)
{
    static const char *const roots[] = { "C",  "C#", "Db", "D",  "D#", "Eb", "E",  "F", "F#",
                                         "Gb", "G",  "G#", "Ab", "A",  "A#", "Bb", "B", "Cb" };
    static const char *const basses[] = { "", "/E", "/Bb", "/F#" };

    for (size_t r = 0; r < sizeof(roots) / sizeof(roots[0]); r++)
        for (int q = 0; q < CHORD_QUALITY_COUNT; q++)
            for (size_t b = 0; b < sizeof(basses) / sizeof(basses[0]); b++) {
                char symbol[64], text[CHORD_TEXT_SIZE];
                struct chord c, back;

                snprintf(symbol, sizeof(symbol), "%s%s%s", roots[r], chord_infos[q].symbol, basses[b]);
                c = chord_of(symbol);
                ck_assert_msg(c.quality == (enum chord_quality)q, "%s", symbol);
                chord_print(&c, text, sizeof(text));
                back = chord_of(text);
                ck_assert_msg(chord_is_equal(&c, &back), "%s %s", symbol, text);
            }
}
END_TEST

START_TEST(minor_stays_minor)
{
    static const char *const minor[] = { "Am",     "Amin",  "Aminor",   "A-",       "Ami",     "Am7",
                                         "Amin7",  "A-7",   "Am9",      "AmM7",     "Am6",     "AMin",
                                         "Amin11", "Am7b5", "Adim",     "Am(add9)", "Am7(b5)", "Amb5",
                                         "Am13",   "A-Δ7",  "Am7add11", "Aminmaj7" };
    static const char *const major[] = { "A",     "AM", "Amaj",  "AM7", "Amaj7",
                                         "AMaj9", "A6", "Aadd9", "A7",  "Ama7" };

    for (size_t i = 0; i < sizeof(minor) / sizeof(minor[0]); i++) {
        struct chord c = chord_of(minor[i]);

        ck_assert_msg(chord_quality_is_minor(c.quality), "%s", minor[i]);
        ck_assert(chord_has(&c, 0) && !chord_has(&c, 1));
    }
    for (size_t i = 0; i < sizeof(major) / sizeof(major[0]); i++) {
        struct chord c = chord_of(major[i]);

        ck_assert_msg(!chord_quality_is_minor(c.quality), "%s", major[i]);
        ck_assert(chord_has(&c, 1) && !chord_has(&c, 0));
    }
}
END_TEST

START_TEST(nonsense_is_refused)
{
    static const char *const bad[] = { "",     "H",    "m",   "c",    "Cfoo",  "C7x", "C/",     "C/H",
                                       "Cm7/", "C//E", "C77", "N.C.", "Cm7/9", "C7#", "Cminmin" };
    struct chord c = {
        .root = {'G', 0}
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_msg(!chord_parse(bad[i], &c), "'%s'", bad[i]);
    ck_assert_int_eq(c.root.letter, 'G');
    ck_assert(!chord_parse("C7sus4add9add11add13b9#9b5#5b9#9b5#5b9#9b5#5b9#9b5#5b9#9", &c));
}
END_TEST

START_TEST(slash_basses_are_kept)
{
    struct chord c = chord_of("F#m7b5/A");
    char text[CHORD_TEXT_SIZE];

    ck_assert(c.has_bass && c.bass.letter == 'A');
    ck_assert_int_eq(chord_bass_class(&c), 9);
    chord_print(&c, text, sizeof(text));
    ck_assert_str_eq(text, "F#m7b5/A");
    ck_assert(!chord_of("C/C").has_bass);
    c = chord_of("C6/9/E");
    ck_assert(c.quality == CHORD_69 && c.has_bass);
    ck_assert_int_eq(chord_bass_class(&c), 4);
}
END_TEST

static enum chord_quality extended(const char *base, const char *first, const char *second, bool *is_exact)
{
    const char *const list[] = { first, second };
    size_t count = first == NULL ? 0 : second == NULL ? 1 : 2;
    enum chord_quality q;

    ck_assert(chord_quality_extend((enum chord_quality)chord_quality_find(base), list, count, NULL, 0, &q,
                                   is_exact));
    return q;
}

START_TEST(extensions_find_their_row)
{
    static const struct {
        const char *base, *first, *second;
        enum chord_quality quality;
    } rows[] = {
        {"maj",   NULL,   NULL,   CHORD_MAJ    },
        { "maj",  "7",    NULL,   CHORD_7      },
        { "maj",  "maj7", NULL,   CHORD_MAJ7   },
        { "min",  "7",    NULL,   CHORD_MIN7   },
        { "min",  "maj7", NULL,   CHORD_MINMAJ7},
        { "dim",  "7",    NULL,   CHORD_DIM7   },
        { "maj",  "9",    NULL,   CHORD_9      },
        { "maj",  "maj7", "9",    CHORD_MAJ9   },
        { "maj",  "9",    "maj7", CHORD_MAJ9   },
        { "maj7", "9",    NULL,   CHORD_MAJ9   },
        { "min7", "9",    NULL,   CHORD_MIN9   },
        { "min7", "11",   NULL,   CHORD_MIN11  },
        { "maj",  "add9", NULL,   CHORD_ADD9   },
        { "maj",  "6",    "9",    CHORD_69     },
        { "min",  "6",    NULL,   CHORD_MIN6   },
        { "7",    "13",   NULL,   CHORD_13     },
        { "7",    "b9",   NULL,   CHORD_7B9    },
        { "7",    "b9",   "13",   CHORD_13B9   },
        { "7",    "#9",   NULL,   CHORD_7S9    },
        { "7",    "#11",  NULL,   CHORD_7S11   },
        { "7",    "#5",   NULL,   CHORD_7S5    },
        { "7",    "b5",   NULL,   CHORD_7B5    },
        { "7",    "b13",  NULL,   CHORD_7B13   },
        { "maj7", "#11",  NULL,   CHORD_MAJ7S11},
        { "min7", "b5",   NULL,   CHORD_MIN7B5 },
        { "min",  "b5",   NULL,   CHORD_DIM    },
        { "maj",  "#5",   NULL,   CHORD_AUG    },
        { "7",    "sus4", NULL,   CHORD_7SUS4  },
        { "maj",  "sus2", NULL,   CHORD_SUS2   },
        { "maj",  "no3",  NULL,   CHORD_5      },
        { "7",    "alt",  NULL,   CHORD_7ALT   },
        { "7",    "♭9", NULL,   CHORD_7B9    },
        { "7",    "(b9)", NULL,   CHORD_7B9    },
        { "7",    "9",    "#11",  CHORD_9S11   },
        { "7",    "(13)", NULL,   CHORD_13     },
        { "maj",  "M7",   NULL,   CHORD_MAJ7   },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool is_exact = false;
        enum chord_quality q = extended(rows[i].base, rows[i].first, rows[i].second, &is_exact);

        ck_assert_msg(q == rows[i].quality, "%s + %s: %s", rows[i].base, rows[i].first, chord_infos[q].name);
        ck_assert_msg(is_exact, "%s + %s", rows[i].base, rows[i].first);
    }
}
END_TEST

START_TEST(nearest_keeps_third_and_seventh)
{
    static const char *const odd[] = { "b5", "#5", "b9", "#9", "#11", "b13", "6", "9", "11", "13", "add9" };
    bool is_exact;
    enum chord_quality q;

    for (int base = 0; base < CHORD_QUALITY_COUNT; base++)
        for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
            ck_assert_msg(chord_quality_is_minor(extended(chord_infos[base].name, odd[i], NULL, NULL)) ==
                              chord_quality_is_minor((enum chord_quality)base),
                          "%s + %s", chord_infos[base].name, odd[i]);
    q = extended("7", "b9", "#11", &is_exact);
    ck_assert(!is_exact && chord_quality_is_dominant(q));
    ck_assert(!chord_quality_extend(CHORD_MIN, (const char *const[]){ "7", "loud" }, 2, NULL, 0, &q, NULL));
    ck_assert_int_eq(q, CHORD_MIN7);
}
END_TEST

START_TEST(guide_tones_fall_in_ii_v_i)
{
    struct chord ii = chord_of("Dm7"), v = chord_of("G7"), i = chord_of("Cmaj7");

    ck_assert_uint_eq(chord_guide_mask(&ii), classes("F C"));
    ck_assert_uint_eq(chord_guide_mask(&v), classes("B F"));
    ck_assert_uint_eq(chord_guide_mask(&i), classes("E B"));
    /* the seventh falls by step to the third, in any key */
    for (int up = 0; up < 12; up++) {
        struct chord from = chord_transpose(&ii, up, key_of("C")), to = chord_transpose(&v, up, key_of("C"));

        ck_assert_int_eq(pitch_class_up(chord_tone(&to, 1), chord_tone(&from, 3)), 1);
    }
}
END_TEST

START_TEST(masks_nest)
{
    for (int q = 0; q < CHORD_QUALITY_COUNT; q++) {
        struct chord c = {
            .root = {'E', -1},
              .quality = (enum chord_quality)q
        };
        unsigned all = chord_mask(&c);

        ck_assert_uint_eq(chord_guide_mask(&c) & ~all, 0);
        ck_assert_uint_eq(chord_colour_mask(&c) & ~all, 0);
        ck_assert_uint_eq(chord_omittable_mask(&c) & ~all, 0);
        ck_assert_uint_ne(chord_guide_mask(&c), 0);
        ck_assert_uint_eq(chord_guide_mask(&c) & chord_omittable_mask(&c), 0);
        ck_assert_int_eq(chord_quality_is_minor(chord_quality_triad(c.quality)),
                         chord_quality_is_minor(c.quality));
    }
}
END_TEST

START_TEST(tones_are_spelled)
{
    static const struct {
        const char *symbol, *names;
    } rows[] = {
        {"Cdim7",   "C Eb Gb Bbb "   },
        { "F#m7b5", "F# A C E "      },
        { "Dbmaj7", "Db F Ab C "     },
        { "E7#9",   "E G# B D F## "  },
        { "G#m",    "G# B D# "       },
        { "Bb13",   "Bb D F Ab C G " },
        { "Cm6",    "C Eb G A "      },
        { "Baug",   "B D# F## "      },
        { "Ab7b9",  "Ab C Eb Gb Bbb "},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct chord c = chord_of(rows[i].symbol);
        char all[40] = "";

        for (size_t t = 0; t < chord_infos[c.quality].count; t++) {
            char name[PITCH_TEXT_SIZE];

            pitch_print(chord_tone_name(&c, t), name, sizeof(name));
            ck_assert_int_eq(pitch_class(chord_tone_name(&c, t)), chord_tone(&c, t));
            strncat(all, name, sizeof(all) - strlen(all) - 1);
            strncat(all, " ", sizeof(all) - strlen(all) - 1);
        }
        ck_assert_str_eq(all, rows[i].names);
    }
}
END_TEST

START_TEST(scales_suit_chord_and_key)
{
    static const struct {
        const char *chord, *key;
        enum mode mode;
    } rows[] = {
        {"C",         "C",        MODE_MAJOR            },
        { "Cmaj7",    "C",        MODE_MAJOR            },
        { "Dm7",      "C",        MODE_DORIAN           },
        { "Em7",      "C",        MODE_PHRYGIAN         },
        { "Fmaj7",    "C",        MODE_LYDIAN           },
        { "G7",       "C",        MODE_MIXOLYDIAN       },
        { "Am7",      "C",        MODE_MINOR            },
        { "Bm7b5",    "C",        MODE_LOCRIAN          },
        { "E7",       "Am",       MODE_PHRYGIAN_DOMINANT},
        { "E7b9",     "Am",       MODE_PHRYGIAN_DOMINANT},
        { "Bm7b5",    "Am",       MODE_LOCRIAN          },
        { "Db7",      "C",        MODE_LYDIAN_DOMINANT  },
        { "Bb7",      "C",        MODE_LYDIAN_DOMINANT  },
        { "G7alt",    "C",        MODE_ALTERED          },
        { "Bdim7",    "C",        MODE_WHOLE_HALF       },
        { "Cmaj7#11", "C",        MODE_LYDIAN           },
        { "C7",       "C blues",  MODE_MIXOLYDIAN       },
        { "G13b9",    "C",        MODE_HALF_WHOLE       },
        { "Dm",       "D dorian", MODE_DORIAN           },
        { "Cmaj7#5",  "C",        MODE_LYDIAN_AUGMENTED },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct chord c = chord_of(rows[i].chord);
        struct scale s = chord_scale(&c, key_of(rows[i].key));

        ck_assert_msg(s.mode == rows[i].mode, "%s in %s: %s", rows[i].chord, rows[i].key, mode_names[s.mode]);
        ck_assert_int_eq(s.root, pitch_class(c.root));
    }
    for (int q = 0; q < CHORD_QUALITY_COUNT; q++)
        for (int root = 0; root < 12; root++)
            for (int mode = 0; mode < MODE_COUNT; mode++) {
                struct chord c = { .root = pitch_spell(root, (struct pitch_name){ 'C', 0 }),
                                   .quality = (enum chord_quality)q };
                struct key k = {
                    .root = {'G', 0},
                      .mode = (enum mode)mode
                };

                ck_assert_msg((chord_mask(&c) & ~scale_mask(chord_scale(&c, k))) == 0, "%s",
                              chord_infos[q].name);
            }
}
END_TEST

START_TEST(transposing_spells_in_the_key)
{
    struct chord c = chord_of("Bbmaj7/D"), up = chord_transpose(&c, 1, key_of("B"));
    char text[CHORD_TEXT_SIZE];

    chord_print(&up, text, sizeof(text));
    ck_assert_str_eq(text, "Bmaj7/D#");
    up = chord_transpose(&c, -4, key_of("Gb"));
    chord_print(&up, text, sizeof(text));
    ck_assert_str_eq(text, "Gbmaj7/Bb");
}
END_TEST

START_TEST(nearest_tone_prefers_below)
{
    struct chord c = chord_of("C");

    ck_assert_int_eq(chord_nearest(&c, 60), 60);
    ck_assert_int_eq(chord_nearest(&c, 62), 60);
    ck_assert_int_eq(chord_nearest(&c, 63), 64);
    ck_assert_int_eq(chord_nearest(&c, 71), 72);
}
END_TEST

START_TEST(enharmonic_chords_sound_equal)
{
    struct chord a = chord_of("C#m7"), b = chord_of("Dbm7"), none = { 0 };

    ck_assert(chord_sounds_equal(&a, &b) && !chord_is_equal(&a, &b));
    ck_assert(!chord_sounds_equal(&a, &none) && chord_codec.is_unset(&none));
}
END_TEST

Suite *chord_suite(void)
{
    Suite *s = suite_create("chord");
    TCase *t = tcase_create("all");

    tcase_add_test(t, table_holds);
    tcase_add_test(t, aliases_are_unique);
    tcase_add_test(t, symbols_have_their_tones);
    tcase_add_test(t, every_chord_prints_and_parses_back);
    tcase_add_test(t, minor_stays_minor);
    tcase_add_test(t, nonsense_is_refused);
    tcase_add_test(t, slash_basses_are_kept);
    tcase_add_test(t, extensions_find_their_row);
    tcase_add_test(t, nearest_keeps_third_and_seventh);
    tcase_add_test(t, guide_tones_fall_in_ii_v_i);
    tcase_add_test(t, masks_nest);
    tcase_add_test(t, tones_are_spelled);
    tcase_add_test(t, scales_suit_chord_and_key);
    tcase_add_test(t, transposing_spells_in_the_key);
    tcase_add_test(t, nearest_tone_prefers_below);
    tcase_add_test(t, enharmonic_chords_sound_equal);
    suite_add_tcase(s, t);
    return s;
}
