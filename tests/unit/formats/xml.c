#include "formats/xml.h"

#include <string.h>

#include "suites.h"

static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

static void check_text(const char *in, const char *out)
{
    struct arena *a = arena_new(1 << 20);
    struct xml x;
    size_t len;
    const char *text;

    xml_init(&x, a, 0, NULL);
    xml_begin(&x, "a");
    xml_attribute(&x, "b", "<\"&'>\n");
    xml_text(&x, in);
    xml_end(&x);
    text = xml_finish(&x, &len);
    ck_assert_uint_eq(len, strlen(text));
    ck_assert_str_eq(text, arena_printf(a, "%s<a b=\"&lt;&quot;&amp;'&gt;&#10;\">%s</a>\n", head, out));
    arena_free(a);
}

START_TEST(text_is_escaped)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        { "plain", "plain" },
        { "\"R&B\" <1>", "\"R&amp;B\" &lt;1&gt;" },
        { "]]>", "]]&gt;" },
        { "夜のドライブ 🎸 é", "夜のドライブ 🎸 é" },
        { "a\x01\x1f\tb\r\n", "a\tb&#13;\n" },
        { "\xef\xbf\xbe\xef\xbf\xbf.", "." },
        { "\xff\xc3(", "\xef\xbf\xbd\xef\xbf\xbd(" },
        { "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xf0\x9f", "\xef\xbf\xbd\xef\xbf\xbd" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check_text(cases[i].in, cases[i].out);
}
END_TEST

START_TEST(elements_nest_and_lines_break)
{
    struct arena *a = arena_new(1 << 20);
    struct xml x;

    xml_init(&x, a, 2, "d");
    xml_begin(&x, "root");
    xml_empty(&x, "none");
    xml_begin(&x, "one");
    xml_leaf_int(&x, "n", -3);
    xml_leaf_real(&x, "r", 104.50);
    xml_leaf_real(&x, "r", 120);
    xml_end(&x);
    xml_end(&x);
    ck_assert_str_eq(xml_finish(&x, NULL), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE d>\n<root>\n<none/>\n<one>"
                                           "<n>-3</n><r>104.5</r><r>120</r></one>\n</root>\n");
    arena_free(a);
}
END_TEST

START_TEST(it_grows)
{
    struct arena *a = arena_new(8 << 20);
    struct xml x;
    size_t len;

    xml_init(&x, a, 1, NULL);
    xml_begin(&x, "a");
    for (int i = 0; i < 100000; i++)
        xml_text(&x, "0123456789");
    xml_end(&x);
    ck_assert(xml_finish(&x, &len) != NULL);
    ck_assert_uint_eq(len, strlen(head) + 1000000 + strlen("\n<a></a>\n"));
    arena_free(a);
}
END_TEST

Suite *xml_suite(void)
{
    Suite *s = suite_create("xml");
    TCase *t = tcase_create("all");

    tcase_add_test(t, text_is_escaped);
    tcase_add_test(t, elements_nest_and_lines_break);
    tcase_add_test(t, it_grows);
    suite_add_tcase(s, t);
    return s;
}
