#include "core/json_lines.h"

#include <string.h>

#include "suites.h"

static const char text[] = "{\n"
                           "  \"id\": \"a\\\"}\",\n"
                           "  \"tempo\": { \"min\": 1,\n"
                           "             \"max\": [1, 2,\n"
                           "                      {\"x\": 3}] },\n"
                           "  \"a/b~c\": [],\n"
                           "  \"list\": [\n"
                           "    [1],\n"
                           "    { \"y\": [true,\n"
                           "      null, \"]\", 7] }\n"
                           "  ]\n"
                           "}\n";

static const struct {
    const char *pointer;
    size_t line;
} places[] = {
    { "", 1 },          { "/id", 2 },           { "/tempo", 3 },      { "/tempo/min", 3 },     { "/tempo/max", 4 },
    { "/tempo/max/2", 5 }, { "/tempo/max/2/x", 5 }, { "/a~1b~0c", 6 },   { "/list", 7 },          { "/list/0/0", 8 },
    { "/list/1", 9 },   { "/list/1/y/3", 10 },  { "/missing", 1 },    { "/tempo/typical", 3 }, { "/list/9", 7 },
    { "/list/1/z", 9 }, { "/id/deeper", 2 },    { "/list/0/0/0", 8 },
};

START_TEST(a_pointer_has_a_line)
{
    ck_assert_msg(json_line_of(text, sizeof(text) - 1, places[_i].pointer) == places[_i].line, "%s: %zu",
                  places[_i].pointer, json_line_of(text, sizeof(text) - 1, places[_i].pointer));
}
END_TEST

Suite *json_lines_suite(void)
{
    Suite *suite = suite_create("json_lines");
    TCase *cases = tcase_create("json_lines");

    tcase_add_loop_test(cases, a_pointer_has_a_line, 0, sizeof(places) / sizeof(places[0]));
    suite_add_tcase(suite, cases);
    return suite;
}
