#include "theory/scale.h"

#include <string.h>

#include "suites.h"

static struct scale scale_of(int root, enum mode mode)
{
    return (struct scale){ .root = (int8_t)root, .mode = mode };
}

START_TEST(table_holds)
{
    for (int i = 0; i < MODE_COUNT; i++) {
        const struct mode_info *info = &mode_infos[i];

        ck_assert_int_eq(mode_find(info->name), i);
        ck_assert_str_eq(mode_names[i], info->name);
        ck_assert(info->count >= 5 && info->count <= 8);
        ck_assert_int_eq(info->tones[0].semitones, 0);
        ck_assert_int_eq(info->tones[0].degree, 1);
        for (size_t t = 1; t < info->count; t++) {
            ck_assert_int_gt(info->tones[t].semitones, info->tones[t - 1].semitones);
            ck_assert_int_ge(info->tones[t].degree, info->tones[t - 1].degree);
            ck_assert_int_lt(info->tones[t].semitones, 12);
        }
        for (int j = 0; j < i; j++)
            ck_assert_uint_ne(scale_mask(scale_of(0, (enum mode)i)), scale_mask(scale_of(0, (enum mode)j)));
    }
}
END_TEST

START_TEST(aliases_find_their_mode)
{
    ck_assert_int_eq(mode_find("aeolian"), MODE_MINOR);
    ck_assert_int_eq(mode_find("Ionian"), MODE_MAJOR);
    ck_assert_int_eq(mode_find("harmonic minor"), MODE_HARMONIC_MINOR);
    ck_assert_int_eq(mode_find("HARMONIC_MINOR"), MODE_HARMONIC_MINOR);
    ck_assert_int_eq(mode_find("minorish"), -1);
    ck_assert_int_eq(mode_find(""), -1);
    ck_assert_int_eq(mode_find("a-name-that-is-far-too-long-to-be-one-of-the-modes"), -1);
}
END_TEST

START_TEST(church_modes_rotate_the_major_scale)
{
    static const struct {
        enum mode mode;
        int root;
    } white_keys[] = {
        {MODE_MAJOR,       0 },
        { MODE_DORIAN,     2 },
        { MODE_PHRYGIAN,   4 },
        { MODE_LYDIAN,     5 },
        { MODE_MIXOLYDIAN, 7 },
        { MODE_MINOR,      9 },
        { MODE_LOCRIAN,    11}
    };

    for (size_t i = 0; i < sizeof(white_keys) / sizeof(white_keys[0]); i++)
        ck_assert_uint_eq(scale_mask(scale_of(white_keys[i].root, white_keys[i].mode)), 0xab5);
}
END_TEST

START_TEST(thirds_decide_minor)
{
    ck_assert(mode_is_minor(MODE_MINOR) && mode_is_minor(MODE_DORIAN) && mode_is_minor(MODE_PHRYGIAN));
    ck_assert(mode_is_minor(MODE_HARMONIC_MINOR) && mode_is_minor(MODE_BLUES) && mode_is_minor(MODE_LOCRIAN));
    ck_assert(!mode_is_minor(MODE_MAJOR) && !mode_is_minor(MODE_LYDIAN) && !mode_is_minor(MODE_MIXOLYDIAN));
    ck_assert(!mode_is_minor(MODE_PHRYGIAN_DOMINANT) && !mode_is_minor(MODE_MAJOR_BLUES));
}
END_TEST

START_TEST(degrees_are_places)
{
    struct scale a_minor = scale_of(9, MODE_MINOR);

    ck_assert_int_eq(scale_degree(a_minor, 69), 0);
    ck_assert_int_eq(scale_degree(a_minor, 60), 2);
    ck_assert_int_eq(scale_degree(a_minor, 67), 6);
    ck_assert_int_eq(scale_degree(a_minor, 68), -1);
}
END_TEST

START_TEST(ladder_is_complete_and_ascending)
{
    for (int mode = 0; mode < MODE_COUNT; mode++)
        for (int root = 0; root < 12; root++) {
            struct scale s = scale_of(root, (enum mode)mode);

            for (int note = -13; note < 140; note++) {
                int rung = scale_rung(s, note);

                ck_assert_int_le(scale_at(s, rung), note);
                ck_assert_int_gt(scale_at(s, rung + 1), note);
                ck_assert_int_eq(scale_at(s, rung) == note, scale_has(s, note));
            }
        }
}
END_TEST

START_TEST(steps_walk_the_scale)
{
    struct scale c = scale_of(0, MODE_MAJOR);

    ck_assert_int_eq(scale_step(c, 60, 1), 62);
    ck_assert_int_eq(scale_step(c, 60, -1), 59);
    ck_assert_int_eq(scale_step(c, 64, 2), 67);
    ck_assert_int_eq(scale_step(c, 60, 7), 72);
    ck_assert_int_eq(scale_step(c, 61, 1), 62);
    ck_assert_int_eq(scale_step(c, 61, -1), 60);
    ck_assert_int_eq(scale_step(c, 66, -2), 64);
    ck_assert_int_eq(scale_step(c, 61, 0), 60);
    ck_assert_int_eq(scale_distance(c, 60, 72), 7);
    ck_assert_int_eq(scale_distance(c, 67, 64), -2);
}
END_TEST

START_TEST(nearest_prefers_below)
{
    struct scale c = scale_of(0, MODE_MAJOR), pentatonic = scale_of(9, MODE_MINOR_PENTATONIC);

    ck_assert_int_eq(scale_nearest(c, 61), 60);
    ck_assert_int_eq(scale_nearest(c, 60), 60);
    ck_assert_int_eq(scale_nearest(pentatonic, 66), 67);
    ck_assert_int_eq(scale_nearest(pentatonic, 65), 64);
}
END_TEST

Suite *scale_suite(void)
{
    Suite *s = suite_create("scale");
    TCase *t = tcase_create("all");

    tcase_add_test(t, table_holds);
    tcase_add_test(t, aliases_find_their_mode);
    tcase_add_test(t, church_modes_rotate_the_major_scale);
    tcase_add_test(t, thirds_decide_minor);
    tcase_add_test(t, degrees_are_places);
    tcase_add_test(t, ladder_is_complete_and_ascending);
    tcase_add_test(t, steps_walk_the_scale);
    tcase_add_test(t, nearest_prefers_below);
    suite_add_tcase(s, t);
    return s;
}
