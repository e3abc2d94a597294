#include "theory/voicing.h"

#include <string.h>

#include "suites.h"

enum { SONG_CHORDS = 100 };

static struct chord chord_of(const char *text)
{
    struct chord c = { 0 };

    ck_assert_msg(chord_parse(text, &c), "'%s'", text);
    return c;
}

static bool is_sound(const struct voicing *v, const struct chord *c, int low, int high)
{
    bool ok = v->count >= 1 && voicing_is_clear(v, c);

    for (int i = 0; i < v->count; i++)
        ok = ok && v->notes[i] >= low && v->notes[i] <= high && (i == 0 || v->notes[i] > v->notes[i - 1]) &&
             (chord_has(c, v->notes[i]) || v->notes[i] % 12 == chord_bass_class(c));
    return ok;
}

START_TEST(limits_are_those_of_the_craft)
{
    ck_assert_int_eq(voicing_interval_limit(12), 24); /* octave C1 */
    ck_assert_int_eq(voicing_interval_limit(7), 36);  /* fifth C2 */
    ck_assert_int_eq(voicing_interval_limit(4), 48);  /* major third C3 */
    ck_assert_int_eq(voicing_interval_limit(3), 50);  /* minor third D3 */
    ck_assert_int_eq(voicing_interval_limit(2), 52);  /* major second E3 */
    ck_assert_int_eq(voicing_interval_limit(1), 64);  /* minor second E4 */
}
END_TEST

START_TEST(every_chord_is_voiced_in_range)
{
    static const int ranges[][2] = {
        {52,  76},
        { 40, 60},
        { 60, 84},
        { 36, 48},
        { 48, 96}
    };
    struct voicing list[VOICING_CANDIDATES];

    for (int root = 0; root < 12; root += 5)
        for (int q = 0; q < CHORD_QUALITY_COUNT; q++)
            for (size_t r = 0; r < sizeof(ranges) / sizeof(ranges[0]); r++)
                for (int voices = 1; voices <= VOICES_MAX; voices++)
                    for (unsigned kinds = 0; kinds < 1u << VOICING_KIND_COUNT; kinds += 51) {
                        struct chord c = { .root = pitch_spell(root, (struct pitch_name){ 'C', 0 }),
                                           .quality = (enum chord_quality)q };
                        struct voicing_rules rules = { .low = ranges[r][0],
                                                       .high = ranges[r][1],
                                                       .voices = voices,
                                                       .kinds = kinds,
                                                       .bass_has_root = q % 2 == 0 };
                        size_t count = voicing_enumerate(&c, &rules, list, VOICING_CANDIDATES);
                        bool sound = count > 0;

                        for (size_t i = 0; i < count; i++)
                            sound = sound && is_sound(&list[i], &c, rules.low, rules.high) &&
                                    list[i].count <= voices;
                        ck_assert_msg(sound, "%s in %d voices", chord_infos[q].name, voices);
                    }
}
END_TEST

START_TEST(thirds_are_never_left_out)
{
    struct voicing list[VOICING_CANDIDATES];

    for (int q = 0; q < CHORD_QUALITY_COUNT; q++)
        for (int voices = 2; voices <= VOICES_MAX; voices++) {
            struct chord c = {
                .root = {'C', 0},
                  .quality = (enum chord_quality)q
            };
            struct voicing_rules rules = { .low = 55, .high = 84, .voices = voices, .bass_has_root = true };
            size_t count = voicing_enumerate(&c, &rules, list, VOICING_CANDIDATES);
            int third = chord_has(&c, 3) && chord_quality_is_minor(c.quality) ? 3 : chord_has(&c, 4) ? 4 : -1;

            for (size_t i = 0; third >= 0 && i < count; i++) {
                bool found = false;

                for (int n = 0; n < list[i].count; n++)
                    found = found || list[i].notes[n] % 12 == third;
                ck_assert_msg(found, "%s in %d voices", chord_infos[q].name, voices);
            }
        }
}
END_TEST

START_TEST(candidates_are_distinct_and_best_first)
{
    struct chord c = chord_of("Am7");
    struct voicing list[VOICING_CANDIDATES];
    size_t count = voicing_enumerate(&c, &voicing_rules_keys, list, VOICING_CANDIDATES);

    ck_assert_uint_gt(count, 4);
    for (size_t i = 1; i < count; i++) {
        ck_assert(voicing_own_cost(&list[i - 1], &c, &voicing_rules_keys) <=
                  voicing_own_cost(&list[i], &c, &voicing_rules_keys));
        for (size_t j = 0; j < i; j++)
            ck_assert(list[i].count != list[j].count ||
                      memcmp(list[i].notes, list[j].notes, list[i].count) != 0);
    }
    ck_assert_uint_eq(voicing_enumerate(&c, &voicing_rules_keys, list, 3), 3);
    ck_assert_uint_eq(voicing_enumerate(&(struct chord){ 0 }, &voicing_rules_keys, list, 3), 0);
}
END_TEST

START_TEST(kinds_have_their_shape)
{
    struct chord dm9 = chord_of("Dm9"), e5 = chord_of("E");
    struct voicing list[VOICING_CANDIDATES];
    struct voicing_rules rules = { .low = 48, .high = 76, .voices = 4, .bass_has_root = true };

    rules.kinds = VOICING_BIT(VOICING_ROOTLESS_A);
    ck_assert_uint_gt(voicing_enumerate(&dm9, &rules, list, VOICING_CANDIDATES), 0);
    /* Dm9, A form: F A C E */
    ck_assert(list[0].count == 4 && memcmp(list[0].notes, (const uint8_t[]){ 53, 57, 60, 64 }, 4) == 0);
    rules.kinds = VOICING_BIT(VOICING_ROOTLESS_B);
    ck_assert_uint_gt(voicing_enumerate(&dm9, &rules, list, VOICING_CANDIDATES), 0);
    /* B form: C E F A; its second wants E4, so the lower octave is too muddy */
    ck_assert(list[0].count == 4 && memcmp(list[0].notes, (const uint8_t[]){ 60, 64, 65, 69 }, 4) == 0);
    rules.kinds = VOICING_BIT(VOICING_POWER);
    rules.low = 40;
    rules.high = 60;
    rules.voices = 3;
    ck_assert_uint_gt(voicing_enumerate(&e5, &rules, list, VOICING_CANDIDATES), 0);
    ck_assert(list[0].count == 3 && memcmp(list[0].notes, (const uint8_t[]){ 40, 47, 52 }, 3) == 0);
}
END_TEST

START_TEST(slash_bass_lies_at_the_bottom)
{
    static const char *const symbols[] = { "C/E", "F/G", "Am7/G", "D7/F#", "Bb/C" };
    struct voicing_rules rules = { .low = 43, .high = 79, .voices = 4, .bass_has_root = false };

    for (size_t s = 0; s < sizeof(symbols) / sizeof(symbols[0]); s++) {
        struct chord c = chord_of(symbols[s]);
        struct voicing list[VOICING_CANDIDATES];
        size_t count = voicing_enumerate(&c, &rules, list, VOICING_CANDIDATES);

        ck_assert_uint_gt(count, 0);
        for (size_t i = 0; i < count; i++)
            ck_assert_int_eq(list[i].notes[0] % 12, chord_bass_class(&c));
    }
}
END_TEST

/* Four-part blocks in root position, as near C4 as the root allows: what a naive player does. */
static struct voicing block(const struct chord *c)
{
    struct voicing v = { .count = 0 };
    int root = 60 + pitch_class(c->root);

    for (size_t i = 0; i < chord_infos[c->quality].count && v.count < 4; i++)
        v.notes[v.count++] = (uint8_t)(root + chord_infos[c->quality].tones[i]);
    return v;
}

static void song_fill(struct chord chords[SONG_CHORDS])
{
    static const char *const symbols[] = { "Cmaj7", "Am7",   "Dm7", "G7",  "Em7",    "A7b9", "Dm9",
                                           "G13",   "Fmaj7", "Fm6", "Em7", "Ebdim7", "Dm7",  "Db7",
                                           "C6/9",  "Bm7b5", "E7",  "Am9", "D9",     "Gsus4" };

    for (size_t i = 0; i < SONG_CHORDS; i++)
        chords[i] = chord_of(symbols[i % (sizeof(symbols) / sizeof(symbols[0]))]);
}

START_TEST(path_moves_less_than_blocks)
{
    struct arena *a = arena_new(1 << 20);
    struct chord chords[SONG_CHORDS];
    struct voicing path[SONG_CHORDS], previous = { 0 };
    double path_sum = 0, block_sum = 0;

    song_fill(chords);
    voicing_path(chords, SONG_CHORDS, &voicing_rules_keys, NULL, a, path);
    for (size_t i = 0; i < SONG_CHORDS; i++) {
        struct voicing plain = block(&chords[i]);

        ck_assert(is_sound(&path[i], &chords[i], voicing_rules_keys.low, voicing_rules_keys.high));
        if (i > 0) {
            path_sum += voicing_movement(&path[i - 1], &path[i]);
            block_sum += voicing_movement(&previous, &plain);
        }
        previous = plain;
    }
    ck_assert(path_sum < block_sum / 2);
    ck_assert(path_sum / (SONG_CHORDS - 1) <= 2.5);
    arena_free(a);
}
END_TEST

static double path_cost(const struct voicing *path, const struct chord *chords, size_t count)
{
    double cost = 0;

    for (size_t i = 0; i < count; i++) {
        cost += voicing_own_cost(&path[i], &chords[i], &voicing_rules_keys);
        cost += voicing_step_cost(i > 0 ? &path[i - 1] : NULL, &path[i], &voicing_rules_keys);
    }
    return cost;
}

/* Against all combinations of a short row. */
START_TEST(path_is_the_best_one)
{
    struct chord chords[3] = { chord_of("Dm7"), chord_of("G7"), chord_of("Cmaj7") };
    struct voicing lists[3][VOICING_CANDIDATES], path[3];
    struct arena *a = arena_new(1 << 20);
    size_t counts[3];
    double best = 1e9;

    for (size_t i = 0; i < 3; i++)
        counts[i] = voicing_enumerate(&chords[i], &voicing_rules_keys, lists[i], VOICING_CANDIDATES);
    for (size_t x = 0; x < counts[0]; x++)
        for (size_t y = 0; y < counts[1]; y++)
            for (size_t z = 0; z < counts[2]; z++) {
                struct voicing tried[3] = { lists[0][x], lists[1][y], lists[2][z] };
                double cost = path_cost(tried, chords, 3);

                best = cost < best ? cost : best;
            }
    voicing_path(chords, 3, &voicing_rules_keys, NULL, a, path);
    ck_assert_double_eq_tol(path_cost(path, chords, 3), best, 1e-9);
    arena_free(a);
}
END_TEST

START_TEST(silence_is_passed_over)
{
    struct chord chords[4] = { [0] = chord_of("C"), [2] = chord_of("C") };
    struct voicing path[4], before = {
        .notes = {60, 64, 67, 72},
          .count = 4
    };
    struct arena *a = arena_new(1 << 20);

    voicing_path(chords, 4, &voicing_rules_keys, &before, a, path);
    ck_assert_int_eq(path[1].count, 0);
    ck_assert_int_eq(path[3].count, 0);
    ck_assert(memcmp(&path[0], &path[2], sizeof(path[0])) == 0);
    ck_assert(memcmp(path[0].notes, before.notes, 4) == 0);
    voicing_path(chords, 0, &voicing_rules_keys, NULL, a, path);
    voicing_path(chords + 1, 1, &voicing_rules_keys, NULL, a, path);
    ck_assert_int_eq(path[0].count, 0);
    arena_free(a);
}
END_TEST

START_TEST(strict_rules_cost_parallels)
{
    struct voicing c = { .notes = { 48, 55, 64 }, .count = 3 }, d = { .notes = { 50, 57, 66 }, .count = 3 };
    struct voicing_rules free_rules = voicing_rules_keys, strict = voicing_rules_keys;

    strict.is_strict = true;
    ck_assert_double_eq_tol(voicing_step_cost(&c, &d, &free_rules), 6, 1e-9);
    ck_assert_double_eq_tol(voicing_step_cost(&c, &d, &strict), 10, 1e-9);
    ck_assert_double_eq_tol(voicing_step_cost(&c, &c, &strict), 0, 1e-9);
}
END_TEST

Suite *voicing_suite(void)
{
    Suite *s = suite_create("voicing");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, limits_are_those_of_the_craft);
    tcase_add_test(t, every_chord_is_voiced_in_range);
    tcase_add_test(t, thirds_are_never_left_out);
    tcase_add_test(t, candidates_are_distinct_and_best_first);
    tcase_add_test(t, kinds_have_their_shape);
    tcase_add_test(t, slash_bass_lies_at_the_bottom);
    tcase_add_test(t, path_moves_less_than_blocks);
    tcase_add_test(t, path_is_the_best_one);
    tcase_add_test(t, silence_is_passed_over);
    tcase_add_test(t, strict_rules_cost_parallels);
    suite_add_tcase(s, t);
    return s;
}
