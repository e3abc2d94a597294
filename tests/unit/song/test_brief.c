#include "song/brief.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "song/master_spec.h"
#include "song/output.h"
#include "suites.h"

static struct arena *arena;
static struct problems problems;

static void set_up(void)
{
    arena = arena_new(4 << 20);
    problems = (struct problems){ .arena = arena };
}

static void tear_down(void)
{
    arena_free(arena);
}

static void read_text(const struct fields *f, const char *text, void *out)
{
    struct error e = { 0 };
    json_object *tree = json_read(arena, text, strlen(text), &e);

    ck_assert_msg(tree != NULL, "%s", e.detail);
    fields_read(f, tree, out, "", false, arena, &problems);
}

START_TEST(a_short_brief_leaves_the_rest_open)
{
    struct brief b;

    read_text(&brief_fields, "{\"title\":\"T\",\"genre\":\"jazz\",\"brief\":\"calm\"}", &b);
    ck_assert_uint_eq(problems.count, 0);
    ck_assert_str_eq(b.genre, "jazz");
    ck_assert(isnan(b.bpm) && isnan(b.duration_seconds));
    ck_assert(b.key == NULL && b.mood == NULL && b.time_signature == NULL);
    ck_assert(b.seed == FIELD_LONG_UNSET && b.vocals == -1);
    ck_assert_uint_eq(b.instruments.count + b.exclude_instruments.count, 0);
}
END_TEST

static const struct wrong {
    const char *member, *pointer;
} wrongs[] = {
    { "\"bpm\":39", "/bpm" },
    { "\"bpm\":301", "/bpm" },
    { "\"bpm\":\"fast\"", "/bpm" },
    { "\"key\":\"H\"", "/key" },
    { "\"key\":\"Abm7\"", "/key" },
    { "\"key\":\"am\"", "/key" },
    { "\"duration_seconds\":29", "/duration_seconds" },
    { "\"duration_seconds\":601", "/duration_seconds" },
    { "\"seed\":-1", "/seed" },
    { "\"seed\":9007199254740992", "/seed" },
    { "\"seed\":1.5", "/seed" },
    { "\"time_signature\":\"4/5\"", "/time_signature" },
    { "\"tempo\":100", "/tempo" },
};

START_TEST(what_is_wrong_is_pointed_at)
{
    struct brief b;
    const char *text = arena_printf(arena, "{\"title\":\"T\",\"genre\":\"jazz\",\"brief\":\"calm\",%s}", wrongs[_i].member);

    read_text(&brief_fields, text, &b);
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.first->pointer, wrongs[_i].pointer);
}
END_TEST

START_TEST(the_three_required_fields)
{
    struct brief b;

    read_text(&brief_fields, "{\"title\":\"\"}", &b);
    ck_assert_uint_eq(problems.count, 3);
}
END_TEST

START_TEST(titles_count_characters)
{
    char text[2000] = "{\"genre\":\"jazz\",\"brief\":\"b\",\"title\":\"";
    struct brief b;

    for (int i = 0; i < 200; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "\xc3\xa9"); /* two bytes each */
    snprintf(text + strlen(text), sizeof(text) - strlen(text), "\"}");
    read_text(&brief_fields, text, &b);
    ck_assert_uint_eq(problems.count, 0);
}
END_TEST

START_TEST(a_track_has_the_briefs_fields_and_those_of_the_delivery)
{
    struct track_request t;

    ck_assert_uint_eq(track_request_fields.count, brief_fields.count + 4);
    ck_assert_uint_eq(delivery_fields.count, 7); /* the target, the SoundFont and its checksum belong to both */
    ck_assert_str_eq(delivery_fields.rows[0].name, "target");
    ck_assert_str_eq(delivery_fields.rows[3].name, "output_formats");
    ck_assert_ptr_nonnull(field_find(&brief_fields, "soundfont"));
    read_text(&track_request_fields, "{\"title\":\"T\",\"genre\":\"jazz\",\"brief\":\"b\",\"bpm\":90}", &t);
    ck_assert_uint_eq(problems.count, 0);
    ck_assert(t.brief.bpm == 90 && t.render_stems == 0 && t.drum_stems == 0 && t.stem_format == OUTPUT_WAV);
    ck_assert_uint_eq(output_formats_bits(t.output_formats.items, t.output_formats.count),
                      1u << OUTPUT_WAV | 1u << OUTPUT_MP3);
    ck_assert_ptr_eq(field_find(&brief_fields, "output_formats"), NULL);
}
END_TEST

/* Names as the broadcasters and the services use them; loudness and peak of EBU R 128, ATSC A/85 and Apple's Sound Check. */
START_TEST(targets_have_names_and_numbers)
{
    static const struct {
        const char *text;
        double lufs, dbtp;
    } rows[] = { { "streaming", -14, -1 }, { "apple", -16, -1 }, { "ebu-r128", -23, -1 }, { "broadcast", -23, -1 },
                 { "R128", -23, -1 },      { "atsc", -24, -2 },  { "club", -8, -0.3 },    { "Spotify", -14, -1 } };
    struct track_request t;

    read_text(&track_request_fields, "{\"title\":\"T\",\"genre\":\"g\",\"brief\":\"b\"}", &t);
    ck_assert_int_eq(t.brief.target, -1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct master_spec spec;

        fields_init(&master_spec_fields, &spec, arena);
        read_text(&track_request_fields, arena_printf(arena, "{\"title\":\"T\",\"genre\":\"g\",\"brief\":\"b\","
                                                             "\"target\":\"%s\"}", rows[i].text), &t);
        ck_assert_uint_eq(problems.count, 0);
        spec.target = t.brief.target;
        ck_assert_double_eq(master_loudness_lufs(&spec), rows[i].lufs);
        ck_assert_double_eq(master_ceiling_dbtp(&spec), rows[i].dbtp);
    }
    read_text(&track_request_fields, "{\"title\":\"T\",\"genre\":\"g\",\"brief\":\"b\",\"target\":\"louder\"}", &t);
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.first->pointer, "/target");
    ck_assert_ptr_nonnull(strstr(problems.first->detail, "ebu-r128"));
}
END_TEST

START_TEST(formats_are_checked_one_by_one)
{
    struct track_request t;

    read_text(&track_request_fields, "{\"title\":\"T\",\"genre\":\"g\",\"brief\":\"b\",\"output_formats\":[\"aiff\",\"ogg\"]}", &t);
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.first->pointer, "/output_formats/0");
    problems.count = 0;
    read_text(&track_request_fields, "{\"title\":\"T\",\"genre\":\"g\",\"brief\":\"b\",\"output_formats\":[]}", &t);
    ck_assert_uint_eq(problems.count, 1);
}
END_TEST

START_TEST(every_format_may_be_asked_for_at_once)
{
    struct track_request t;

    read_text(&track_request_fields,
              "{\"title\":\"T\",\"genre\":\"g\",\"brief\":\"b\",\"stem_format\":\"opus\",\"output_formats\":"
              "[\"wav\",\"wav16\",\"wav32f\",\"flac\",\"mp3\",\"mp3-v0\",\"ogg\",\"opus\"]}", &t);
    ck_assert_uint_eq(problems.count, 0);
    ck_assert_uint_eq(output_formats_bits(t.output_formats.items, t.output_formats.count), (1u << OUTPUT_COUNT) - 1);
    ck_assert_int_eq(t.stem_format, OUTPUT_OPUS);
    read_text(&track_request_fields,
              "{\"title\":\"T\",\"genre\":\"g\",\"brief\":\"b\",\"stem_format\":\"aiff\"}", &t);
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.first->pointer, "/stem_format");
}
END_TEST

Suite *brief_suite(void)
{
    Suite *suite = suite_create("song/brief");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_short_brief_leaves_the_rest_open);
    tcase_add_loop_test(tests, what_is_wrong_is_pointed_at, 0, (int)(sizeof(wrongs) / sizeof(wrongs[0])));
    tcase_add_test(tests, the_three_required_fields);
    tcase_add_test(tests, titles_count_characters);
    tcase_add_test(tests, a_track_has_the_briefs_fields_and_those_of_the_delivery);
    tcase_add_test(tests, targets_have_names_and_numbers);
    tcase_add_test(tests, formats_are_checked_one_by_one);
    tcase_add_test(tests, every_format_may_be_asked_for_at_once);
    suite_add_tcase(suite, tests);
    return suite;
}
