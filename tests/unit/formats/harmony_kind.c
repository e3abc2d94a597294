#include "formats/harmony_kind.h"

#include <string.h>

#include "suites.h"

/* The meaning of each kind, as pitch classes above the root: MusicXML 4.0, kind-value. */
static const struct {
    const char *name;
    unsigned classes;
} kinds[] = {
    { "major", 1 << 0 | 1 << 4 | 1 << 7 },
    { "minor", 1 << 0 | 1 << 3 | 1 << 7 },
    { "diminished", 1 << 0 | 1 << 3 | 1 << 6 },
    { "augmented", 1 << 0 | 1 << 4 | 1 << 8 },
    { "suspended-second", 1 << 0 | 1 << 2 | 1 << 7 },
    { "suspended-fourth", 1 << 0 | 1 << 5 | 1 << 7 },
    { "power", 1 << 0 | 1 << 7 },
    { "major-sixth", 1 << 0 | 1 << 4 | 1 << 7 | 1 << 9 },
    { "minor-sixth", 1 << 0 | 1 << 3 | 1 << 7 | 1 << 9 },
    { "dominant", 1 << 0 | 1 << 4 | 1 << 7 | 1 << 10 },
    { "major-seventh", 1 << 0 | 1 << 4 | 1 << 7 | 1 << 11 },
    { "minor-seventh", 1 << 0 | 1 << 3 | 1 << 7 | 1 << 10 },
    { "major-minor", 1 << 0 | 1 << 3 | 1 << 7 | 1 << 11 },
    { "half-diminished", 1 << 0 | 1 << 3 | 1 << 6 | 1 << 10 },
    { "diminished-seventh", 1 << 0 | 1 << 3 | 1 << 6 | 1 << 9 },
    { "augmented-seventh", 1 << 0 | 1 << 4 | 1 << 8 | 1 << 10 },
    { "dominant-ninth", 1 << 0 | 1 << 2 | 1 << 4 | 1 << 7 | 1 << 10 },
    { "major-ninth", 1 << 0 | 1 << 2 | 1 << 4 | 1 << 7 | 1 << 11 },
    { "minor-ninth", 1 << 0 | 1 << 2 | 1 << 3 | 1 << 7 | 1 << 10 },
    { "dominant-11th", 1 << 0 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 10 },
    { "minor-11th", 1 << 0 | 1 << 2 | 1 << 3 | 1 << 5 | 1 << 7 | 1 << 10 },
    { "dominant-13th", 1 << 0 | 1 << 2 | 1 << 4 | 1 << 7 | 1 << 9 | 1 << 10 },
    { "major-13th", 1 << 0 | 1 << 2 | 1 << 4 | 1 << 7 | 1 << 9 | 1 << 11 },
    { "minor-13th", 1 << 0 | 1 << 2 | 1 << 3 | 1 << 7 | 1 << 9 | 1 << 10 },
};

static unsigned kind_classes(const char *name)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return kinds[i].classes;
    ck_abort_msg("no kind of MusicXML: %s", name);
}

/* The class of the kind's own degree: the one of its natural, lowered or raised forms that the kind has. */
static int own_class(unsigned classes, int natural)
{
    static const int order[] = { 0, -1, 1 };

    for (size_t i = 0; i < 3; i++)
        if ((classes & 1u << pitch_class_of(natural + order[i])) != 0)
            return pitch_class_of(natural + order[i]);
    ck_abort_msg("the kind has no such degree");
}

START_TEST(every_quality_keeps_its_tones)
{
    static const int naturals[14] = { [2] = 2, [3] = 4, [4] = 5, [5] = 7, [6] = 9, [7] = 10, [9] = 2, [11] = 5, [13] = 9 };

    for (int q = 0; q < CHORD_QUALITY_COUNT; q++) {
        struct harmony_kind k = harmony_kind_of((enum chord_quality)q);
        struct chord c = { .root = { 'C', 0 }, .quality = (enum chord_quality)q };
        unsigned classes = kind_classes(k.name);

        for (size_t i = 0; i < k.count; i++) {
            const struct harmony_degree *d = &k.degrees[i];

            ck_assert_int_ne(naturals[d->value], 0);
            if (d->change == DEGREE_ADD) {
                classes |= 1u << pitch_class_of(naturals[d->value] + d->alter);
            } else {
                int own = own_class(classes, naturals[d->value]);

                classes &= ~(1u << own);
                classes |= d->change == DEGREE_ALTER ? 1u << pitch_class_of(own + d->alter) : 0;
            }
        }
        ck_assert_msg(classes == chord_mask(&c), "%s as %s: %03x", chord_infos[q].name, k.name, classes);
    }
}
END_TEST

START_TEST(well_known_names)
{
    static const struct {
        enum chord_quality quality;
        const char *kind;
        size_t degrees;
    } cases[] = {
        { CHORD_MAJ, "major", 0 },           { CHORD_MIN7B5, "half-diminished", 0 },
        { CHORD_DIM7, "diminished-seventh", 0 }, { CHORD_7SUS4, "suspended-fourth", 1 },
        { CHORD_7B9, "dominant", 1 },        { CHORD_13, "dominant-13th", 0 },
        { CHORD_69, "major-sixth", 1 },      { CHORD_MIN11, "minor-11th", 0 },
        { CHORD_MINMAJ7, "major-minor", 0 }, { CHORD_7ALT, "dominant", 2 },
        { CHORD_5, "power", 0 },             { CHORD_MAJ7S5, "major-seventh", 1 },
        { CHORD_7S5, "augmented-seventh", 0 }, { CHORD_ADD9, "major", 1 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct harmony_kind k = harmony_kind_of(cases[i].quality);

        ck_assert_str_eq(k.name, cases[i].kind);
        ck_assert_msg(k.count == cases[i].degrees, "%s has %zu", k.name, k.count);
    }
}
END_TEST

Suite *harmony_kind_suite(void)
{
    Suite *s = suite_create("harmony kinds");
    TCase *t = tcase_create("all");

    tcase_add_test(t, every_quality_keeps_its_tones);
    tcase_add_test(t, well_known_names);
    suite_add_tcase(s, t);
    return s;
}
