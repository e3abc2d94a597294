#include "core/json.h"

#include <math.h>
#include <string.h>

#include "suites.h"

static const struct {
    const char *text;
    bool good;
} texts[] = {
    { "{}", true },
    { " [1, -0.5e+3, true, false, null, \"a\\u00e9\\n\"] ", true },
    { "7", true },
    { "\"\\ud83c\\udfb5\"", true },
    { "\"\xe6\x97\xa5\xe6\x9c\xac\"", true },
    { "", false },
    { "{", false },
    { "{\"a\":1,}", false },
    { "[1 2]", false },
    { "{'a':1}", false },
    { "{\"a\":1,\"a\":2}", false },
    { "{\"a\":1,\"\\u0061\":2}", false },
    { "NaN", false },
    { "Infinity", false },
    { "01", false },
    { "1.", false },
    { ".5", false },
    { "+1", false },
    { "0x10", false },
    { "{} x", false },
    { "\"\x01\"", false },
    { "\"a\tb\"", false },
    { "\"\\u0000\"", false },
    { "\"\\ud800\"", false },
    { "\"\\udc00\"", false },
    { "\"\\x41\"", false },
    { "\"\xc0\xaf\"", false },
    { "\"\xed\xa0\x80\"", false },
    { "\"\xf5\x80\x80\x80\"", false },
    { "\"\xe6\x97\"", false },
    { "/* c */ {}", false },
    { "tru", false },
};

START_TEST(only_rfc_8259)
{
    struct arena *a = arena_new(1024 * 1024);
    struct error e = { 0 };
    json_object *tree = json_read(a, texts[_i].text, strlen(texts[_i].text), &e);

    ck_assert_msg((tree != NULL) == texts[_i].good, "%s: %s", texts[_i].text, e.detail);
    ck_assert_int_eq(e.code, texts[_i].good ? ERROR_NONE : ERROR_INPUT);
    arena_free(a);
}
END_TEST

START_TEST(mistakes_have_line_and_column)
{
    struct arena *a = arena_new(1024 * 1024);
    struct error e = { 0 };
    const char *text = "{\n  \"a\": 1,\n  \"b\": nope\n}";

    ck_assert_ptr_null(json_read(a, text, strlen(text), &e));
    ck_assert_ptr_nonnull(strstr(e.detail, "line 3, column 8"));
    arena_free(a);
}
END_TEST

START_TEST(depth_is_limited)
{
    char text[4000];
    struct arena *a = arena_new(1024 * 1024);
    struct error e = { 0 };

    memset(text, '[', 2000);
    memset(text + 2000, ']', 2000);
    ck_assert_ptr_null(json_read(a, text, sizeof(text), &e));
    ck_assert_ptr_nonnull(strstr(e.detail, "deep"));
    ck_assert_ptr_nonnull(json_read(a, text + 2000 - JSON_DEPTH_MAX, 2 * JSON_DEPTH_MAX, &e));
    arena_free(a);
}
END_TEST

START_TEST(an_embedded_zero_byte_is_refused)
{
    struct arena *a = arena_new(1024 * 1024);
    struct error e = { 0 };

    ck_assert_ptr_null(json_read(a, "\"a\0b\"", 5, &e));
    ck_assert_ptr_null(json_read(a, "{}\0", 3, &e));
    arena_free(a);
}
END_TEST

static const struct {
    double value;
    int decimals;
    const char *text;
} reals[] = {
    { 0.5, 4, "0.5" }, { 4, 4, "4" },     { 1.0 / 3, 4, "0.3333" }, { -14.02, 2, "-14.02" },
    { 100, 0, "100" }, { -1e-9, 4, "0" }, { 1200, 2, "1200" },
};

START_TEST(reals_print_short)
{
    json_object *real = json_real(reals[_i].value, reals[_i].decimals);

    ck_assert_str_eq(json_object_to_json_string(real), reals[_i].text);
    json_object_put(real);
    ck_assert_ptr_null(json_real(NAN, 3));
    ck_assert_ptr_null(json_real(INFINITY, 3));
}
END_TEST

START_TEST(pointers_are_escaped)
{
    struct arena *a = arena_new(4096);

    ck_assert_str_eq(json_pointer_add(a, "/x", "a/b~c"), "/x/a~1b~0c");
    ck_assert_str_eq(json_pointer_add_index(a, "/x", 3), "/x/3");
    arena_free(a);
}
END_TEST

Suite *json_suite(void)
{
    Suite *suite = suite_create("json");
    TCase *cases = tcase_create("json");

    tcase_add_loop_test(cases, only_rfc_8259, 0, sizeof(texts) / sizeof(texts[0]));
    tcase_add_test(cases, mistakes_have_line_and_column);
    tcase_add_test(cases, depth_is_limited);
    tcase_add_test(cases, an_embedded_zero_byte_is_refused);
    tcase_add_loop_test(cases, reals_print_short, 0, sizeof(reals) / sizeof(reals[0]));
    tcase_add_test(cases, pointers_are_escaped);
    suite_add_tcase(suite, cases);
    return suite;
}
