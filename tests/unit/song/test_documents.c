#include <math.h>
#include <string.h>

#include "song/arrangement_spec.h"
#include "song/harmony_spec.h"
#include "song/song.h"
#include "song/song_spec.h"
#include "suites.h"

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(16 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static json_object *tree_of(const char *text)
{
    struct error e = { 0 };
    json_object *tree = json_read(arena, text, strlen(text), &e);

    ck_assert_msg(tree != NULL, "%s", e.detail);
    return tree;
}

static void check_rows(const struct fields *f, int depth)
{
    ck_assert_int_lt(depth, 6);
    for (size_t i = 0; i < f->count; i++) {
        const struct field *row = &f->rows[i];

        ck_assert_msg(field_find(f, row->name) == row, "%s: '%s' is there twice", f->name, row->name);
        ck_assert_msg(row->help != NULL && row->help[0] != '\0', "%s: '%s' has no help", f->name, row->name);
        ck_assert_msg(row->offset < f->size, "%s: '%s'", f->name, row->name);
        if (row->kind == FIELD_OBJECT || row->kind == FIELD_OBJECT_PTR || row->kind == FIELD_LIST) {
            ck_assert_msg(row->of != NULL, "%s: '%s' has no fields", f->name, row->name);
            check_rows(row->of, depth + 1);
        }
        if (row->kind == FIELD_CHOICE)
            ck_assert_msg(row->choices != NULL, "%s: '%s' has no choices", f->name, row->name);
        if (row->kind == FIELD_CODEC)
            ck_assert_msg(row->codec != NULL, "%s: '%s' has no codec", f->name, row->name);
    }
}

START_TEST(every_document_is_described)
{
    const struct document *d = &song_documents[_i];
    void *document = arena_alloc(arena, d->fields->size);

    ck_assert_str_eq(d->name, d->fields->name);
    check_rows(d->fields, 0);
    fields_init(d->fields, document, arena);
    json_object_put(fields_write(d->fields, document));
    json_object_put(fields_schema(d->fields));
    for (int i = 0; i < _i; i++)
        ck_assert(song_documents[i].offset != d->offset && strcmp(song_documents[i].name, d->name) != 0);
}
END_TEST

START_TEST(twelve_documents)
{
    ck_assert_uint_eq(song_document_count, 12);
}
END_TEST

/* As another program writes it: members of its own, names of instruments of its own. */
static const char foreign[] =
    "{\"output_formats\":[\"wav\"],\"song_spec\":{\"title\":\"Neon\",\"genre_id\":\"synthwave\",\"bpm\":118,"
    "\"key\":{\"root\":\"A\",\"mode\":\"minor\"},\"time_signature\":\"4/4\",\"mystery\":[1],\"album_id\":null},"
    "\"harmony_spec\":{\"primary_key\":{\"root\":\"A\",\"mode\":\"minor\"},\"voice_leading_rules\":[],"
    "\"progressions\":[{\"section_type\":\"verse\",\"chords\":[{\"root\":\"A\",\"quality\":\"min\",\"bass_note\":null,"
    "\"extensions\":[\"7\"],\"alterations\":[]}],\"roman_numerals\":[\"i\"],\"durations_beats\":[4.0]}]}}";

START_TEST(documents_of_other_programs_are_read)
{
    struct problems problems = { .arena = arena };
    struct song song = { 0 };
    struct chord chord;

    song_read(tree_of(foreign), &song, arena, &problems);
    ck_assert_uint_eq(problems.count, 0);
    ck_assert_str_eq(song.song_spec->title, "Neon");
    ck_assert_int_eq(song.song_spec->key.mode, MODE_MINOR);
    ck_assert_int_eq(song.song_spec->has_vocals, 0);
    ck_assert_ptr_eq(song.arrangement_spec, NULL);
    chord = chord_name_get(&song.harmony_spec->progressions.items[0].chords.items[0]);
    ck_assert_int_eq((int)chord.quality, CHORD_MIN7);
}
END_TEST

START_TEST(what_is_read_is_written_again)
{
    struct problems problems = { .arena = arena };
    struct song song = { 0 }, again = { 0 };
    json_object *out = json_hold(arena, json_object_new_object()), *second = json_hold(arena, json_object_new_object());

    song_read(tree_of(foreign), &song, arena, &problems);
    song_write(&song, out);
    song_read(out, &again, arena, &problems);
    song_write(&again, second);
    ck_assert_uint_eq(problems.count, 0);
    ck_assert(json_object_equal(out, second));
    ck_assert(json_object_object_get(out, "decisions") != NULL);
    ck_assert(json_object_object_get(out, "mix_spec") == NULL);
}
END_TEST

static const struct {
    const char *text, *pointer;
} wrongs[] = {
    { "{}", "/song_spec" },
    { "{\"song_spec\":3}", "/song_spec" },
    { "{\"song_spec\":{\"title\":\"T\",\"genre_id\":\"g\"}}", "/song_spec/bpm" },
    { "{\"song_spec\":{\"title\":\"T\",\"genre_id\":\"g\",\"bpm\":90,\"key\":{\"root\":\"H\",\"mode\":\"minor\"}}}",
      "/song_spec/key/root" },
    { "{\"song_spec\":{\"title\":\"T\",\"genre_id\":\"g\",\"bpm\":90},\"harmony_spec\":{\"primary_key\":{\"root\":\"C\","
      "\"mode\":\"major\"},\"progressions\":[{\"section_type\":\"verse\",\"chords\":[{\"root\":\"C\",\"quality\":\"nice\"}]}]}}",
      "/harmony_spec/progressions/0/chords/0/quality" },
    { "{\"song_spec\":{\"title\":\"T\",\"genre_id\":\"g\",\"bpm\":90},\"arrangement_spec\":{\"sections\":[]}}",
      "/arrangement_spec/sections" },
};

START_TEST(mistakes_are_pointed_at)
{
    struct problems problems = { .arena = arena };
    struct song song = { 0 };

    song_read(tree_of(wrongs[_i].text), &song, arena, &problems);
    ck_assert_uint_ge(problems.count, 1);
    ck_assert_str_eq(problems.first->pointer, wrongs[_i].pointer);
}
END_TEST

START_TEST(chords_come_back_from_their_names)
{
    static const char *const chords[] = { "C", "F#m7b5", "Bbmaj9", "G13", "Am/G", "Db7b9", "Esus4", "C6/9" };

    for (size_t i = 0; i < sizeof(chords) / sizeof(chords[0]); i++) {
        struct chord chord, back;
        struct chord_name name;

        ck_assert(chord_parse(chords[i], &chord));
        name = chord_name_make(&chord);
        back = chord_name_get(&name);
        ck_assert_msg(chord_is_equal(&chord, &back), "%s", chords[i]);
    }
}
END_TEST

START_TEST(energies_have_names)
{
    static const struct {
        double energy;
        const char *level, *dynamics;
    } rows[] = { { 0.1, "very_low", "pp" }, { 0.3, "low", "p" },     { 0.5, "medium", "mp" },
                 { 0.6, "medium", "mf" },   { 0.75, "high", "f" },   { 1, "very_high", "ff" } };
    struct arranged_section section = { .energy = NAN };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ck_assert_str_eq(energy_level_name(rows[i].energy), rows[i].level);
        ck_assert_str_eq(dynamics_name(rows[i].energy), rows[i].dynamics);
        section.energy_level = rows[i].level;
        ck_assert_str_eq(energy_level_name(arranged_energy(&section)), rows[i].level);
    }
    section.energy = 0.42;
    ck_assert(arranged_energy(&section) == 0.42);
    section = (struct arranged_section){ .energy = NAN, .energy_level = "loud" };
    ck_assert(arranged_energy(&section) == 0.5);
}
END_TEST

Suite *documents_suite(void)
{
    Suite *suite = suite_create("song/documents");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, every_document_is_described, 0, (int)song_document_count);
    tcase_add_test(tests, twelve_documents);
    tcase_add_test(tests, documents_of_other_programs_are_read);
    tcase_add_test(tests, what_is_read_is_written_again);
    tcase_add_loop_test(tests, mistakes_are_pointed_at, 0, (int)(sizeof(wrongs) / sizeof(wrongs[0])));
    tcase_add_test(tests, chords_come_back_from_their_names);
    tcase_add_test(tests, energies_have_names);
    suite_add_tcase(suite, tests);
    return suite;
}
