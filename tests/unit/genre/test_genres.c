#include "genre/genres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "genre/metre_grooves.h"
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

/* Each row's lines divide the bar of its metre, and its energies are a range. */
START_TEST(metre_grooves_are_right)
{
    for (size_t i = 0; i < metre_groove_count; i++) {
        const struct metre_groove *row = &metre_grooves[i];
        struct problems problems = { .arena = arena };
        struct metre metre;

        ck_assert(metre_parse(row->metre, &metre));
        ck_assert(metre.numerator != metre.denominator);
        ck_assert(row->energy_low < row->energy_high && row->lines[0] != NULL);
        for (size_t l = 0; l < sizeof(row->lines) / sizeof(row->lines[0]) && row->lines[l] != NULL; l++)
            steps_check(player_notations[row->player], row->lines[l], metre_bar_ticks(metre), row->name, &problems);
        ck_assert_msg(problems.count == 0, "%s: %s: %s", row->metre, row->name,
                      problems.count > 0 ? problems.first->detail : "");
    }
}
END_TEST

static void check_energies(const char *id, const struct genre_part *part, enum groove_family family, struct metre metre)
{
    struct part_pattern *found;
    size_t count = metre_grooves_find(part, family, metre, arena, &found);

    for (double energy = 0.05; energy < 1; energy += 0.1) {
        size_t fits = 0;

        for (size_t k = 0; k < count; k++)
            fits += energy >= found[k].energy_low && energy <= found[k].energy_high;
        ck_assert_msg(part->patterns.count == 0 || fits > 0 || energy < part->joins_at, "%s: %s in %d/%d at %.2f", id,
                      part->id, metre.numerator, metre.denominator, energy);
    }
}

/* Whoever has grooves in four has one in any other metre, at every energy; drums in 2/4 are the halves of theirs. */
START_TEST(every_part_has_a_groove_in_every_metre)
{
    struct genres *g = load();
    struct metre metre = metre_infos[_i].metre;

    for (size_t i = 0; i < genres_count(g) && metre.numerator != metre.denominator && metre.numerator != 2; i++) {
        const struct genre_players *players = &genres_at(g, i)->players;

        for (size_t p = 0; p < players->parts.count; p++)
            check_energies(genres_at(g, i)->id, &players->parts.items[p], genre_groove_family(players), metre);
    }
}
END_TEST

static const struct {
    const char *id;
    enum groove_family family;
} families[] = {
    { "jazz", FAMILY_SWING },     { "blues", FAMILY_SHUFFLE },     { "gospel", FAMILY_SHUFFLE },
    { "house", FAMILY_ELECTRONIC }, { "techno", FAMILY_ELECTRONIC }, { "trance", FAMILY_ELECTRONIC },
    { "rock", FAMILY_HEAVY },     { "metal", FAMILY_HEAVY },       { "acoustic-folk", FAMILY_FOLK },
    { "waltz", FAMILY_FOLK },     { "pop", FAMILY_POP },           { "r-and-b", FAMILY_POP },
    { "neo-soul", FAMILY_POP },   { "funk", FAMILY_POP },
};

START_TEST(families_are_told_apart)
{
    const struct genre *g = genres_find(load(), families[_i].id);

    ck_assert_ptr_ne(g, NULL);
    ck_assert_int_eq(genre_groove_family(&g->players), families[_i].family);
}
END_TEST

/* In compound metres a beat is a dotted quarter; the last group of 7/8 is one too. */
START_TEST(fills_begin_on_beats)
{
    static const struct {
        struct metre metre;
        double beats;
        bool fits;
    } cases[] = {
        { { 4, 4 }, 1, true },  { { 4, 4 }, 4, true },   { { 3, 4 }, 4, false },  { { 6, 8 }, 1, false },
        { { 6, 8 }, 1.5, true }, { { 6, 8 }, 3, true },  { { 12, 8 }, 2, false }, { { 7, 8 }, 1.5, true },
        { { 7, 8 }, 2, false }, { { 7, 8 }, 2.5, true }, { { 2, 4 }, 2, true },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_msg(metre_fill_fits(cases[i].metre, cases[i].beats) == cases[i].fits, "case %zu", i);
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
    tcase_add_test(tests, metre_grooves_are_right);
    tcase_add_loop_test(tests, every_part_has_a_groove_in_every_metre, 0, METRE_COUNT);
    tcase_add_loop_test(tests, families_are_told_apart, 0, (int)(sizeof(families) / sizeof(families[0])));
    tcase_add_test(tests, fills_begin_on_beats);
    tcase_add_test(tests, forms_begin_and_end);
    tcase_add_loop_test(tests, wrong_files_are_named, 0, (int)(sizeof(wrongs) / sizeof(wrongs[0])));
    tcase_add_test(tests, an_alias_belongs_to_one_genre);
    suite_add_tcase(suite, tests);
    return suite;
}
