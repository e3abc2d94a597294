#include "genre/sheet.h"

#include <string.h>

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

static const char *text_of(const struct sheet *sheet)
{
    const char *out = "";

    for (size_t b = 0; b < sheet->count; b++)
        for (size_t c = 0; c < sheet->bars[b].count; c++) {
            char chord[CHORD_TEXT_SIZE];

            chord_print(&sheet->bars[b].chords[c], chord, sizeof(chord));
            out = arena_printf(arena, "%s%s%s", out, c > 0 ? " " : b > 0 ? "|" : "", chord);
        }
    return out;
}

static const struct {
    const char *text, *key, *chords;
} rows[] = {
    { "i | bVI | III | bVII", "Am", "Am|F|C|G" },
    { "I | bVII | IV | I", "E", "E|D|A|E" },
    { "ii9 V13 | Imaj9", "C", "Dm9 G13|Cmaj9" },
    { "  ii7   V7|%|I  ", "Bb", "Cm7 F7|Cm7 F7|Bb" },
    { "i i/b7 | iv V", "Am", "Am Am/G|Dm E" },
};

START_TEST(sheets_are_read)
{
    struct sheet sheet;
    struct error e = { 0 };
    struct key key;

    ck_assert(key_parse(rows[_i].key, &key));
    ck_assert_msg(sheet_read(rows[_i].text, key, &sheet, arena, &e), "%s", e.detail);
    ck_assert_str_eq(text_of(&sheet), rows[_i].chords);
}
END_TEST

static const char *const wrongs[] = { "", "|", "I | | V", "I | H", "%", "I % | V", "I II III IV V", "I ? V", "Ivi" };

START_TEST(what_is_no_sheet_is_refused)
{
    struct sheet sheet;
    struct error e = { 0 };
    struct key key;

    ck_assert(key_parse("C", &key));
    ck_assert_msg(!sheet_read(wrongs[_i], key, &sheet, arena, &e), "'%s'", wrongs[_i]);
    ck_assert_int_eq(e.code, ERROR_INPUT);
}
END_TEST

Suite *sheet_suite(void)
{
    Suite *suite = suite_create("genre/sheet");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, sheets_are_read, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_loop_test(tests, what_is_no_sheet_is_refused, 0, (int)(sizeof(wrongs) / sizeof(wrongs[0])));
    suite_add_tcase(suite, tests);
    return suite;
}
