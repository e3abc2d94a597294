#include <math.h>
#include <string.h>

#include "band/brief_reading.h"
#include "band/kit_pieces.h"
#include "band/lexicon.h"
#include "band/palette.h"
#include "compose_fixture.h"
#include "song/general_midi.h"
#include "song/song_spec.h"
#include "test_compose.h"

static struct brief_reading reading;

static void read_brief(const char *text)
{
    brief_read(text, genres_find(compose_genres, "synthwave"), compose_genres, compose_arena, &reading);
}

static const char *joined(const char *const *items, size_t count)
{
    const char *out = "";

    for (size_t i = 0; i < count; i++)
        out = arena_printf(compose_arena, "%s%s%s", out, i > 0 ? "," : "", items[i]);
    return out;
}

static const struct {
    const char *brief, *moods, *instruments, *excluded;
} rows[] = {
    { "A dark, aggressive chase", "dark,aggressive", "", "" },
    { "Upbeat nostalgic synthwave night drive", "happy,nostalgic", "", "" },
    { "sad but hopeful, with piano and cello", "sad,uplifting", "piano,cello", "" },
    { "not sad, no drums", "", "", "drums" },
    { "Calm. No drums or bass, just electric piano", "calm", "electric piano", "drums,bass" },
    { "without any guitars, but with a saxophone solo", "", "saxophone", "guitars" },
    { "don't use strings or a choir; warm pads please", "", "warm pads", "strings,choir" },
    { "rain on the window, birds in the trees", "", "", "" },
    { "the key to my heart", "", "", "" },
    { "", "", "", "" },
    { "!!! ??? ,,, ---", "", "", "" },
};

START_TEST(words_are_understood)
{
    read_brief(rows[_i].brief);
    ck_assert_str_eq(joined(reading.moods, reading.mood_count), rows[_i].moods);
    ck_assert_str_eq(joined(reading.instruments, reading.instrument_count), rows[_i].instruments);
    ck_assert_str_eq(joined(reading.excluded, reading.excluded_count), rows[_i].excluded);
}
END_TEST

static const struct {
    const char *brief;
    double bpm, seconds;
    const char *key, *metre;
} numbers[] = {
    { "118 bpm", 118, NAN, "", "" },
    { "at 92bpm in A minor", 92, NAN, "Am", "" },
    { "two minutes", NAN, 120, "", "" },
    { "2 minutes, F sharp minor", NAN, 120, "F#m", "" },
    { "90 seconds in Bb major, 6/8", NAN, 90, "Bb", "6/8" },
    { "3:30 long, E flat major", NAN, 210, "Eb", "" },
    { "a waltz for the evening", NAN, NAN, "", "3/4" },
    { "written in a minor key", NAN, NAN, "", "" },
    { "A minor mistake", NAN, NAN, "Am", "" }, /* it reads like one */
    { "after 99 problems", NAN, NAN, "", "" },
};

START_TEST(numbers_are_understood)
{
    char key[KEY_TEXT_SIZE], metre[METRE_TEXT_SIZE];

    read_brief(numbers[_i].brief);
    key_print(reading.key, key, sizeof(key));
    metre_print(reading.metre, metre, sizeof(metre));
    ck_assert(reading.bpm == numbers[_i].bpm || (isnan(reading.bpm) && isnan(numbers[_i].bpm)));
    ck_assert(reading.seconds == numbers[_i].seconds || (isnan(reading.seconds) && isnan(numbers[_i].seconds)));
    ck_assert_str_eq(key, numbers[_i].key);
    ck_assert_str_eq(metre, numbers[_i].metre);
}
END_TEST

static const struct {
    const char *brief;
    int shape, vocals;
} shapes[] = {
    { "builds slowly to a climax", ENERGY_BUILD, -1 },
    { "a steady groove, instrumental", ENERGY_FLAT, 0 },
    { "fades away, with vocals", ENERGY_FADE, 1 },
    { "no vocals", -1, 0 },
    { "a song", -1, -1 },
};

START_TEST(shapes_and_voices_are_understood)
{
    read_brief(shapes[_i].brief);
    ck_assert_int_eq(reading.shape, shapes[_i].shape);
    ck_assert_int_eq(reading.vocals, shapes[_i].vocals);
}
END_TEST

START_TEST(long_briefs_are_read)
{
    char text[2001];

    memset(text, 'a', sizeof(text) - 1);
    for (size_t i = 1; i < sizeof(text) - 1; i += 2)
        text[i] = ' ';
    text[sizeof(text) - 1] = '\0';
    read_brief(text);
    ck_assert_uint_eq(reading.mood_count, 0);
}
END_TEST

/* Each kind of row has what it needs, phrases are plain words, and none is there twice. */
START_TEST(the_lexicon_is_in_order)
{
    static const bool has_value[LEXEME_KIND_COUNT] = {
        [LEXEME_MOOD] = true, [LEXEME_SCENE] = true, [LEXEME_ERA] = true, [LEXEME_METRE] = true, [LEXEME_MODE] = true,
        [LEXEME_FORM] = true, [LEXEME_SECTION] = true, [LEXEME_FEEL] = true, [LEXEME_PALETTE] = true,
        [LEXEME_EVERYONE] = true, [LEXEME_BEYOND] = true, [LEXEME_TARGET] = true,
    };
    const struct lexicon_index *index = lexicon_index_make(compose_arena);
    struct metre metre;

    for (size_t t = 0; t < LEXICON_TABLES; t++)
        for (size_t i = 0; i < lexicon_table(t)->count; i++) {
            const struct lexeme *l = &lexicon_table(t)->rows[i];

            ck_assert_msg(l->kind >= 0 && l->kind < LEXEME_KIND_COUNT, "%s", l->phrase);
            ck_assert_msg(has_value[l->kind] == (l->value != NULL) || l->kind == LEXEME_VERB, "%s", l->phrase);
            ck_assert_msg(fabs(l->energy) <= 0.5 && fabs(l->brightness) <= 0.5 && fabs(l->density) <= 0.5, "%s", l->phrase);
            for (const char *c = l->phrase; *c != '\0'; c++)
                ck_assert_msg(strchr(" .'", *c) != NULL || (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9'), "%s", l->phrase);
            ck_assert_msg(lexicon_find(index, l->phrase) == l, "'%s' is there twice", l->phrase);
            if (l->kind == LEXEME_MOOD || l->kind == LEXEME_SCENE)
                ck_assert_msg(lexicon_mood(l->value) != NULL, "%s", l->value);
            if (l->kind == LEXEME_METRE)
                ck_assert_msg(metre_parse(l->value, &metre), "%s", l->value);
            if (l->kind == LEXEME_MODE)
                ck_assert_msg(mode_find(l->value) >= 0, "%s", l->value);
            if (l->kind == LEXEME_FEEL)
                ck_assert_msg(genres_find(compose_genres, l->value) != NULL, "%s", l->value);
            if (l->kind == LEXEME_PALETTE)
                ck_assert_msg(palette_find(l->value) != NULL, "%s", l->value);
        }
}
END_TEST

/* Instruments that the tables ask for by name are ones that somebody can play. */
START_TEST(settings_want_known_instruments)
{
    for (size_t i = 0; i < lexicon_scenes.count; i++)
        for (const char *at = lexicon_scenes.rows[i].wants; at != NULL && *at != '\0';) {
            size_t len = strcspn(at, "|");
            const char *name = arena_strndup(compose_arena, at, len);

            ck_assert_msg(gm_program_find(name) >= 0 || gm_kit_find(name) >= 0 || kit_piece_find(name) != NULL, "%s", name);
            at += len + (at[len] == '|');
        }
}
END_TEST

static const struct song_spec *spec_of(const char *request)
{
    return compose(arena_printf(compose_arena, "\"genre\":\"synthwave\",\"seed\":7,\"duration_seconds\":60,%s", request))->song_spec;
}

START_TEST(fields_win_over_words)
{
    const struct song_spec *spec = spec_of("\"brief\":\"sad, 90 bpm, in C major, with vocals\",\"bpm\":118,\"key\":\"Am\","
                                           "\"mood\":\"happy\",\"vocals\":false");

    ck_assert(spec->bpm == 118);
    ck_assert(spec->key.root.letter == 'A' && spec->key.mode == MODE_MINOR);
    ck_assert_str_eq(spec->primary_mood, "happy");
    ck_assert_int_eq(spec->has_vocals, 0);
    ck_assert_int_eq(spec->is_instrumental, 1);
}
END_TEST

START_TEST(words_win_over_the_genre)
{
    const struct song_spec *spec = spec_of("\"brief\":\"sad, 95 bpm, in C major, in 3/4\"");

    ck_assert(spec->bpm == 95);
    ck_assert(spec->key.root.letter == 'C' && spec->key.mode == MODE_MAJOR);
    ck_assert_str_eq(spec->primary_mood, "sad");
    ck_assert_int_eq(spec->time_signature.numerator, 3);
}
END_TEST

START_TEST(an_unknown_mood_is_kept_as_a_name)
{
    ck_assert_str_eq(spec_of("\"mood\":\"swampy\"")->primary_mood, "swampy");
}
END_TEST

START_TEST(moods_move_tempo_and_energy)
{
    const struct song_spec *calm = spec_of("\"brief\":\"calm, slow, gentle\""), *wild = spec_of("\"brief\":\"furious, fast, loud\"");

    ck_assert_double_lt(calm->bpm, wild->bpm);
    ck_assert_double_lt(calm->energy + 0.2, wild->energy);
    ck_assert_double_lt(spec_of("\"brief\":\"dark\"")->brightness + 0.2, spec_of("\"brief\":\"happy\"")->brightness);
    ck_assert(calm->bpm >= 84 && wild->bpm <= 124); /* within the genre */
}
END_TEST

START_TEST(reasons_are_given)
{
    struct song *song = compose("\"genre\":\"rock\",\"seed\":1,\"brief\":\"furious\"");
    bool told = false;

    for (size_t i = 0; i < song->decisions.count; i++)
        told |= strstr(song->decisions.items[i].what, "aggressive") != NULL &&
                strstr(song->decisions.items[i].why, "furious") != NULL;
    ck_assert(told);
}
END_TEST

Suite *compose_brief_suite(void)
{
    Suite *suite = suite_create("band/brief");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, compose_set_up, compose_tear_down);
    tcase_add_loop_test(tests, words_are_understood, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_loop_test(tests, numbers_are_understood, 0, (int)(sizeof(numbers) / sizeof(numbers[0])));
    tcase_add_loop_test(tests, shapes_and_voices_are_understood, 0, (int)(sizeof(shapes) / sizeof(shapes[0])));
    tcase_add_test(tests, long_briefs_are_read);
    tcase_add_test(tests, the_lexicon_is_in_order);
    tcase_add_test(tests, settings_want_known_instruments);
    tcase_add_test(tests, fields_win_over_words);
    tcase_add_test(tests, words_win_over_the_genre);
    tcase_add_test(tests, an_unknown_mood_is_kept_as_a_name);
    tcase_add_test(tests, moods_move_tempo_and_energy);
    tcase_add_test(tests, reasons_are_given);
    suite_add_tcase(suite, tests);
    return suite;
}
