#include "genre/genres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suites.h"

/* The unit tests run in the project's folder. */
static const char folder[] = "conf/genres";

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(64 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static struct genres *load(void)
{
    struct error e = { 0 };
    struct genres *g = genres_load(arena, folder, &e);

    ck_assert_msg(g != NULL, "%s", e.detail);
    return g;
}

START_TEST(the_genres_are_read)
{
    struct genres *g = load();

    ck_assert_uint_ge(genres_count(g), 4);
    for (size_t i = 1; i < genres_count(g); i++)
        ck_assert_str_lt(genres_at(g, i - 1)->id, genres_at(g, i)->id);
}
END_TEST

static const struct {
    const char *name, *id;
} names[] = {
    { "synthwave", "synthwave" },        { "Outrun", "synthwave" },      { "RETROWAVE", "synthwave" },
    { "Lo-Fi Hip Hop", "lo-fi-hip-hop" }, { "lofi_beats", "lo-fi-hip-hop" }, { "study beats", "lo-fi-hip-hop" },
    { "Hard Bop", "jazz" },              { "post bop", "jazz" },         { "Rock and Roll", "rock" },
    { "rock & roll", "rock" },           { "polka-metal", NULL },        { "", NULL },
    { "--", NULL },
};

START_TEST(genres_have_many_names)
{
    const struct genre *g = genres_find(load(), names[_i].name);

    if (names[_i].id == NULL) {
        ck_assert_ptr_eq(g, NULL);
    } else {
        ck_assert_ptr_ne(g, NULL);
        ck_assert_str_eq(g->id, names[_i].id);
    }
}
END_TEST

START_TEST(near_names_are_suggested)
{
    struct genres *g = load();

    ck_assert_str_eq(genres_suggest(g, "synthwawe"), "synthwave");
    ck_assert_str_eq(genres_suggest(g, "Outrn"), "synthwave");
    ck_assert_ptr_eq(genres_suggest(g, "gamelan"), NULL);
}
END_TEST

/* Every genre can make a song in a major and in a minor key: chords for every section type of its forms, an ending. */
static void check_third(const struct genre *g, const struct genre_chords *chords, size_t count, const char *what, bool minor)
{
    for (size_t i = 0; i < count; i++)
        if (genre_third_fits(chords[i].third, minor) && chords[i].weight > 0)
            return;
    ck_abort_msg("%s has no %s in %s keys", g->id, what, minor ? "minor" : "major");
}

static void check_genre(const struct genre *g, bool minor)
{
    check_third(g, g->harmony.endings.items, g->harmony.endings.count, "ending", minor);
    for (size_t f = 0; f < g->forms.count; f++)
        for (size_t i = 0; i < g->forms.items[f].sections.count; i++) {
            const char *type = g->forms.items[f].sections.items[i].type;
            const struct genre_section_harmony *h = genre_harmony_for(g, type);

            check_third(g, h->loops.items, h->loops.count, type, minor);
        }
}

START_TEST(genres_are_complete)
{
    struct genres *g = load();

    for (size_t i = 0; i < genres_count(g); i++) {
        check_genre(genres_at(g, i), false);
        check_genre(genres_at(g, i), true);
    }
}
END_TEST

/* Songs may be short: what stays of a form is small, and the end is never left out. */
START_TEST(forms_begin_and_end)
{
    struct genres *g = load();

    for (size_t i = 0; i < genres_count(g); i++)
        for (size_t f = 0; f < genres_at(g, i)->forms.count; f++) {
            const struct genre_form *form = &genres_at(g, i)->forms.items[f];

            ck_assert_int_eq(form->sections.items[form->sections.count - 1].keep, 3);
            ck_assert_uint_ge(form->more.count, 2);
        }
}
END_TEST

static char scratch[] = "/tmp/genres-XXXXXX";

static void put_file(const char *name, const char *text)
{
    char path[200];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", scratch, name);
    file = fopen(path, "w");
    ck_assert_ptr_ne(file, NULL);
    fputs(text, file);
    fclose(file);
}

static void remove_file(const char *name)
{
    char path[200];

    snprintf(path, sizeof(path), "%s/%s", scratch, name);
    unlink(path);
}

static const char *file_text(const char *name)
{
    struct error e = { 0 };
    json_object *tree = json_read_file(arena, arena_printf(arena, "%s/%s", folder, name), 1 << 20, &e);

    ck_assert_msg(tree != NULL, "%s", e.detail);
    return json_text(arena, tree, false);
}

static const char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    ck_assert_msg(at != NULL, "'%s'", from);
    return arena_printf(arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static const struct {
    const char *from, *to, *complaint;
} wrongs[] = {
    { "\"id\":\"jazz\"", "\"id\":\"jass\"", "/id" },
    { "\"harmony\":", "\"harmonie\":", "harmon" },
    { "V13", "Q13", "/harmony/sections" },
    { "{", "", "jazz.json" },
    { "\"min\":110", "\"min\":190", "/tempo" },
};

START_TEST(wrong_files_are_named)
{
    struct error e = { 0 };

    ck_assert_ptr_ne(mkdtemp(scratch), NULL);
    put_file("jazz.json", replaced(file_text("jazz.json"), wrongs[_i].from, wrongs[_i].to));
    ck_assert_ptr_eq(genres_load(arena, scratch, &e), NULL);
    ck_assert_int_eq(e.code, ERROR_CONFIG);
    ck_assert_msg(strstr(e.detail, "jazz.json") != NULL && strstr(e.detail, wrongs[_i].complaint) != NULL, "%s", e.detail);
    remove_file("jazz.json");
    rmdir(scratch);
}
END_TEST

START_TEST(an_alias_belongs_to_one_genre)
{
    struct error e = { 0 };

    ck_assert_ptr_ne(mkdtemp(scratch), NULL);
    put_file("jazz.json", file_text("jazz.json"));
    put_file("rock.json", replaced(file_text("rock.json"), "\"Hard Rock\"", "\"hard bop\""));
    ck_assert_ptr_eq(genres_load(arena, scratch, &e), NULL);
    ck_assert_msg(strstr(e.detail, "/aliases") != NULL, "%s", e.detail);
    remove_file("jazz.json");
    remove_file("rock.json");
    ck_assert_ptr_eq(genres_load(arena, scratch, &e), NULL); /* an empty folder */
    rmdir(scratch);
    ck_assert_ptr_eq(genres_load(arena, scratch, &e), NULL); /* none */
    ck_assert_int_eq(e.code, ERROR_CONFIG);
}
END_TEST

Suite *genres_suite(void)
{
    Suite *suite = suite_create("genre/genres");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, the_genres_are_read);
    tcase_add_loop_test(tests, genres_have_many_names, 0, (int)(sizeof(names) / sizeof(names[0])));
    tcase_add_test(tests, near_names_are_suggested);
    tcase_add_test(tests, genres_are_complete);
    tcase_add_test(tests, forms_begin_and_end);
    tcase_add_loop_test(tests, wrong_files_are_named, 0, (int)(sizeof(wrongs) / sizeof(wrongs[0])));
    tcase_add_test(tests, an_alias_belongs_to_one_genre);
    suite_add_tcase(suite, tests);
    return suite;
}
