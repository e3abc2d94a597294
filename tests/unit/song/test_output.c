#include <string.h>

#include "song/drum_group.h"
#include "song/general_midi.h"
#include "song/output.h"
#include "suites.h"

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

/* The media types that IANA lists, and audio/wav, which browsers send. */
static const struct {
    enum output_format format;
    const char *name, *master, *label, *stem, *media_type;
    bool is_lossy;
} formats[] = {
    { OUTPUT_WAV, "wav", "master.wav", "master_wav", "stem-lead.wav", "audio/wav", false },
    { OUTPUT_WAV16, "wav16", "master-16bit.wav", "master_16bit_wav", "stem-lead.wav", "audio/wav", false },
    { OUTPUT_WAV32F, "wav32f", "master-float.wav", "master_float_wav", "stem-lead.wav", "audio/wav", false },
    { OUTPUT_FLAC, "flac", "master.flac", "master_flac", "stem-lead.flac", "audio/flac", false },
    { OUTPUT_MP3, "mp3", "master.mp3", "master_mp3", "stem-lead.mp3", "audio/mpeg", true },
    { OUTPUT_MP3_V0, "mp3-v0", "master-v0.mp3", "master_v0_mp3", "stem-lead.mp3", "audio/mpeg", true },
    { OUTPUT_OGG, "ogg", "master.ogg", "master_ogg", "stem-lead.ogg", "audio/ogg", true },
    { OUTPUT_OPUS, "opus", "master.opus", "master_opus", "stem-lead.opus", "audio/ogg", true },
};

START_TEST(the_table_names_files_labels_and_types)
{
    const char *master = output_master_name(arena, formats[_i].format);

    ck_assert_str_eq(output_infos[formats[_i].format].name, formats[_i].name);
    ck_assert_str_eq(output_choices.names[formats[_i].format], formats[_i].name);
    ck_assert_str_eq(master, formats[_i].master);
    ck_assert_str_eq(output_label(arena, master, true), formats[_i].label);
    ck_assert_str_eq(output_stem_name(arena, "lead", formats[_i].format), formats[_i].stem);
    ck_assert_str_eq(output_media_type(master), formats[_i].media_type);
    ck_assert_int_eq(output_infos[formats[_i].format].is_lossy, formats[_i].is_lossy);
    for (int i = 0; i < _i; i++)
        ck_assert_str_ne(output_master_name(arena, formats[i].format), master);
}
END_TEST

START_TEST(the_table_is_whole)
{
    ck_assert_uint_eq(sizeof(formats) / sizeof(formats[0]), OUTPUT_COUNT);
    ck_assert_uint_eq(output_choices.count, OUTPUT_COUNT);
    ck_assert_str_eq(output_label(arena, "stem-drums-kick.wav", false), "stem_drums_kick");
    ck_assert_str_eq(output_media_type("waveform.png"), "image/png");
    ck_assert_str_eq(output_media_type("peaks.json"), "application/json");
    ck_assert_str_eq(output_media_type("master"), "application/octet-stream");
    ck_assert_str_eq(output_media_type("a.exe"), "application/octet-stream");
}
END_TEST

/* General MIDI level 1, percussion key map (MMA RP-003). */
static const struct {
    uint8_t first, last;
    enum drum_group group;
} keys[] = {
    { 0, 34, DRUM_PERCUSSION },  { 35, 36, DRUM_KICK },      { 37, 40, DRUM_SNARE },   { 41, 41, DRUM_TOMS },
    { 42, 42, DRUM_HATS },       { 43, 43, DRUM_TOMS },      { 44, 44, DRUM_HATS },    { 45, 45, DRUM_TOMS },
    { 46, 46, DRUM_HATS },       { 47, 48, DRUM_TOMS },      { 49, 49, DRUM_CYMBALS }, { 50, 50, DRUM_TOMS },
    { 51, 53, DRUM_CYMBALS },    { 54, 54, DRUM_PERCUSSION }, { 55, 55, DRUM_CYMBALS }, { 56, 56, DRUM_PERCUSSION },
    { 57, 57, DRUM_CYMBALS },    { 58, 58, DRUM_PERCUSSION }, { 59, 59, DRUM_CYMBALS }, { 60, 127, DRUM_PERCUSSION },
};

START_TEST(every_key_of_the_kit_has_its_group)
{
    int next = 0;

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        ck_assert_int_eq(keys[i].first, next);
        for (int key = keys[i].first; key <= keys[i].last; key++)
            ck_assert_msg(drum_group_of(0, (uint8_t)key) == keys[i].group, "key %d", key);
        next = keys[i].last + 1;
    }
    ck_assert_int_eq(next, 128);
}
END_TEST

/* On the orchestra's kit every stroke of the set is in the group that it is in on any other, but for what plays toms (a bass drum)
 * and the bell of the ride (a triangle) there. */
START_TEST(the_orchestras_kit_has_the_same_groups)
{
    for (uint8_t key = 35; key <= 59; key++) {
        enum drum_group group = drum_group_of(0, key), there = drum_group_of(GM_KIT_ORCHESTRA, gm_kit_key(GM_KIT_ORCHESTRA, key));

        if (group == DRUM_TOMS)
            ck_assert_int_eq(there, DRUM_KICK);
        else if (key == 53)
            ck_assert_int_eq(there, DRUM_PERCUSSION);
        else if (group != DRUM_PERCUSSION)
            ck_assert_msg(there == group, "key %d", key);
    }
    ck_assert_int_eq(drum_group_of(GM_KIT_ORCHESTRA, 45), DRUM_PERCUSSION); /* a timpano */
}
END_TEST

Suite *output_suite(void)
{
    Suite *suite = suite_create("song/output");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, the_table_names_files_labels_and_types, 0, (int)(sizeof(formats) / sizeof(formats[0])));
    tcase_add_test(tests, the_table_is_whole);
    tcase_add_test(tests, every_key_of_the_kit_has_its_group);
    tcase_add_test(tests, the_orchestras_kit_has_the_same_groups);
    suite_add_tcase(suite, tests);
    return suite;
}
