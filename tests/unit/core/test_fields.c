#include "core/fields.h"

#include <stdio.h>
#include <string.h>

#include "suites.h"

struct leg {
    const char *name;
    int length;
};

struct beast {
    const char *name;
    int age;
    int64_t stars;
    double weight;
    int tame, colour;
    struct leg head;
    struct leg *tail;
    LIST_OF(struct leg) legs;
    LIST_OF(const char *) foods;
    LIST_OF(double) sizes;
    LIST_OF(int) codes;
    LIST_OF(struct string_list) songs;
    LIST_OF(struct real_list) beats;
};

static const char *const colour_names[] = { "red", "green" };
static const struct choices colours = { colour_names, 2, NULL };
static const struct field leg_rows[] = {
    { .name = "name", .kind = FIELD_STRING, .flags = FIELD_REQUIRED, .offset = offsetof(struct leg, name), .min = 1, .max = 5 },
    { .name = "length", .kind = FIELD_INT, .offset = offsetof(struct leg, length), .min = 1, .max = 9, .fallback = "4" },
};
static const struct fields leg_fields = FIELDS("leg", struct leg, leg_rows, "a leg");
#define AT(member) offsetof(struct beast, member)
static const struct field beast_rows[] = {
    { .name = "name", .kind = FIELD_STRING, .flags = FIELD_REQUIRED, .offset = AT(name), .min = 1, .max = 3 },
    { .name = "age", .kind = FIELD_INT, .offset = AT(age), .min = 40, .max = 300, .unit = "years" },
    { .name = "stars", .kind = FIELD_LONG, .offset = AT(stars) },
    { .name = "weight", .kind = FIELD_REAL, .offset = AT(weight), .fallback = "2.5" },
    { .name = "tame", .kind = FIELD_BOOL, .offset = AT(tame) },
    { .name = "colour", .kind = FIELD_CHOICE, .offset = AT(colour), .choices = &colours },
    { .name = "head", .kind = FIELD_OBJECT, .offset = AT(head), .of = &leg_fields },
    { .name = "tail", .kind = FIELD_OBJECT_PTR, .offset = AT(tail), .of = &leg_fields },
    { .name = "legs", .kind = FIELD_LIST, .offset = AT(legs), .of = &leg_fields, .min = 0, .max = 4 },
    { .name = "foods", .kind = FIELD_STRINGS, .offset = AT(foods), .choices = &colours },
    { .name = "sizes", .kind = FIELD_REALS, .offset = AT(sizes) },
    { .name = "codes", .kind = FIELD_INTS, .offset = AT(codes) },
    { .name = "songs", .kind = FIELD_STRING_LISTS, .offset = AT(songs) },
    { .name = "beats", .kind = FIELD_REAL_LISTS, .offset = AT(beats) },
};
static const struct fields beast_fields = FIELDS("beast", struct beast, beast_rows, "a beast");

static struct arena *arena;
static struct problems problems;

static void set_up(void)
{
    arena = arena_new(4 * 1024 * 1024);
    problems = (struct problems){ .arena = arena };
}

static void tear_down(void)
{
    arena_free(arena);
}

static struct beast read_beast(const char *text, bool lenient)
{
    struct error e = { 0 };
    json_object *in = json_read(arena, text, strlen(text), &e);
    struct beast out;

    ck_assert_msg(in != NULL, "%s", e.detail);
    fields_read(&beast_fields, in, &out, "", lenient, arena, &problems);
    return out;
}

START_TEST(everything_survives_a_round_trip)
{
    static const char text[] =
        "{\"name\":\"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\",\"age\":40,\"stars\":9007199254740991,\"weight\":0.25,"
        "\"tame\":false,\"colour\":\"green\",\"head\":{\"name\":\"h\",\"length\":2},\"tail\":{\"name\":\"t\",\"length\":4},"
        "\"legs\":[{\"name\":\"a\",\"length\":1},{\"name\":\"b\",\"length\":9}],\"foods\":[\"red\",\"green\"],"
        "\"sizes\":[1,2.5],\"codes\":[-3,4],\"songs\":[[\"E4\",\"R\"],[]],\"beats\":[[0.5,0.3333]]}";
    struct beast b = read_beast(text, false);
    json_object *out = json_hold(arena, fields_write(&beast_fields, &b));

    ck_assert_uint_eq(problems.count, 0);
    ck_assert_str_eq(json_text(arena, out, false), text);
    ck_assert_int_eq(b.legs.items[1].length, 9);
    ck_assert_str_eq(b.songs.items[0].items[1], "R");
}
END_TEST

/* What is written can be read: an object without its required members was never given. */
START_TEST(an_object_that_was_not_given_is_null)
{
    struct beast in = read_beast("{\"name\":\"ox\"}", false), again;
    json_object *out = json_hold(arena, fields_write(&beast_fields, &in)), *head;

    ck_assert(json_object_object_get_ex(out, "head", &head));
    ck_assert_ptr_null(head);
    fields_read(&beast_fields, out, &again, "", false, arena, &problems);
    ck_assert_uint_eq(problems.count, 0);
}
END_TEST

START_TEST(absent_members_are_unset_or_default)
{
    struct beast b = read_beast("{\"name\":\"a\",\"age\":null,\"head\":{\"name\":\"h\"}}", false);

    ck_assert_uint_eq(problems.count, 0);
    ck_assert_int_eq(b.age, FIELD_INT_UNSET);
    ck_assert(b.stars == FIELD_LONG_UNSET);
    ck_assert_double_eq(b.weight, 2.5);
    ck_assert_int_eq(b.tame, -1);
    ck_assert_int_eq(b.colour, -1);
    ck_assert_int_eq(b.head.length, 4);
    ck_assert_ptr_null(b.tail);
}
END_TEST

static const struct {
    const char *text, *pointer, *says;
} mistakes[] = {
    { "{}", "/name", "is required" },
    { "{\"name\":null}", "/name", "is required" },
    { "{\"name\":\"\"}", "/name", "1 to 3 characters" },
    { "{\"name\":\"abcd\"}", "/name", "not 4" },
    { "{\"name\":7}", "/name", "not 7" },
    { "{\"name\":\"a\",\"age\":4}", "/age", "an integer from 40 to 300 years" },
    { "{\"name\":\"a\",\"age\":301}", "/age", "300" },
    { "{\"name\":\"a\",\"age\":50.5}", "/age", "an integer" },
    { "{\"name\":\"a\",\"age\":\"50\"}", "/age", "an integer" },
    { "{\"name\":\"a\",\"stars\":1e300}", "/stars", "an integer" },
    { "{\"name\":\"a\",\"stars\":9007199254740993000}", "/stars", "an integer" },
    { "{\"name\":\"a\",\"tame\":1}", "/tame", "true or false" },
    { "{\"name\":\"a\",\"colour\":\"gren\"}", "/colour", "did you mean 'green'" },
    { "{\"name\":\"a\",\"colour\":\"ultraviolet\"}", "/colour", "one of red, green" },
    { "{\"name\":\"a\",\"wieght\":1}", "/wieght", "did you mean 'weight'" },
    { "{\"name\":\"a\",\"x~y/z\":1}", "/x~0y~1z", "no such field" },
    { "{\"name\":\"a\",\"weig\":1}", "/weig", "did you mean 'weight'" },
    { "{\"name\":\"a\",\"legs\":[{\"name\":\"ok\"},{\"name\":\"toolong\"}]}", "/legs/1/name", "characters" },
    { "{\"name\":\"a\",\"legs\":[{\"name\":\"ok\"},3]}", "/legs/1", "an object" },
    { "{\"name\":\"a\",\"legs\":[{},{},{},{},{}]}", "/legs", "0 to 4 items, not 5" },
    { "{\"name\":\"a\",\"foods\":[\"red\",\"exe\"]}", "/foods/1", "one of red, green" },
    { "{\"name\":\"a\",\"sizes\":[1,\"x\"]}", "/sizes/1", "a number" },
    { "{\"name\":\"a\",\"codes\":[1.5]}", "/codes/0", "an integer" },
    { "{\"name\":\"a\",\"songs\":[[\"a\"],[1]]}", "/songs/1/0", "a string" },
    { "{\"name\":\"a\",\"beats\":[1]}", "/beats/0", "an array" },
    { "[]", "", "an object" },
};

START_TEST(each_mistake_has_its_place)
{
    read_beast(mistakes[_i].text, false);
    ck_assert_uint_ge(problems.count, 1);
    if (strstr(mistakes[_i].text, "\"head\"") == NULL) { /* an absent object is no problem */
        ck_assert_str_eq(problems.first->pointer, mistakes[_i].pointer);
        ck_assert_msg(strstr(problems.first->detail, mistakes[_i].says) != NULL, "%s: %s", mistakes[_i].text,
                      problems.first->detail);
    }
}
END_TEST

START_TEST(all_mistakes_are_found_at_once)
{
    struct error e = { 0 };

    read_beast("{\"age\":1,\"tame\":2,\"colour\":\"blue\",\"unknown\":1}", false);
    ck_assert_uint_eq(problems.count, 5);
    ck_assert(!problems_none(&problems, "the beast", &e));
    ck_assert_int_eq(e.code, ERROR_VALIDATION);
    ck_assert_ptr_eq(e.problems, problems.first);
}
END_TEST

START_TEST(lenient_reading_passes_over_unknown_members)
{
    read_beast("{\"name\":\"a\",\"created_at\":1,\"head\":{\"name\":\"h\",\"more\":[]}}", true);
    ck_assert_uint_eq(problems.count, 0);
}
END_TEST

START_TEST(thousands_of_mistakes_stay_bounded)
{
    char *text = arena_alloc(arena, 100000);
    size_t n = 0, kept = 0;

    n += (size_t)sprintf(text, "{\"name\":\"a\",\"sizes\":[true");
    for (int i = 0; i < 5000; i++)
        n += (size_t)sprintf(text + n, ",true");
    sprintf(text + n, "]}");
    read_beast(text, false);
    ck_assert_uint_eq(problems.count, 5001);
    for (const struct problem *p = problems.first; p != NULL; p = p->next)
        kept++;
    ck_assert_uint_eq(kept, PROBLEMS_MAX);
}
END_TEST

START_TEST(the_schema_says_what_the_table_says)
{
    json_object *schema = json_hold(arena, fields_schema(&beast_fields));
    const char *text = json_text(arena, schema, false);

    ck_assert_ptr_nonnull(strstr(text, "\"age\":{\"type\":\"integer\",\"minimum\":40,\"maximum\":300}"));
    ck_assert_ptr_nonnull(strstr(text, "\"enum\":[\"red\",\"green\"]"));
    ck_assert_ptr_nonnull(strstr(text, "\"required\":[\"name\"]"));
    ck_assert_ptr_nonnull(strstr(text, "\"default\":2.5"));
}
END_TEST

Suite *fields_suite(void)
{
    Suite *suite = suite_create("fields");
    TCase *cases = tcase_create("fields");

    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, everything_survives_a_round_trip);
    tcase_add_test(cases, an_object_that_was_not_given_is_null);
    tcase_add_test(cases, absent_members_are_unset_or_default);
    tcase_add_loop_test(cases, each_mistake_has_its_place, 0, sizeof(mistakes) / sizeof(mistakes[0]));
    tcase_add_test(cases, all_mistakes_are_found_at_once);
    tcase_add_test(cases, lenient_reading_passes_over_unknown_members);
    tcase_add_test(cases, thousands_of_mistakes_stay_bounded);
    tcase_add_test(cases, the_schema_says_what_the_table_says);
    suite_add_tcase(suite, cases);
    return suite;
}
