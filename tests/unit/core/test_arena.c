#include "core/arena.h"

#include <stdint.h>
#include <string.h>

#include "suites.h"

static int cleaned[4], cleaned_count;

static void clean(void *object)
{
    cleaned[cleaned_count++] = *(int *)object;
}

START_TEST(memory_is_zeroed_and_aligned)
{
    struct arena *a = arena_new(1024 * 1024);

    for (size_t size = 1; size < 200000; size = size * 3 + 1) {
        unsigned char *p = arena_alloc(a, size);

        ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            ck_assert_int_eq(p[i], 0);
        memset(p, 0xff, size);
    }
    arena_free(a);
}
END_TEST

START_TEST(cleanups_run_last_first)
{
    struct arena *a = arena_new(4096);
    static int objects[3] = { 1, 2, 3 };

    cleaned_count = 0;
    for (int i = 0; i < 3; i++)
        arena_defer(a, clean, &objects[i]);
    arena_free(a);
    ck_assert_int_eq(cleaned_count, 3);
    ck_assert_int_eq(cleaned[0], 3);
    ck_assert_int_eq(cleaned[2], 1);
}
END_TEST

/* The next task finds nothing of the one before, and as much room. */
START_TEST(a_reset_arena_is_as_new)
{
    struct arena *a = arena_new(100000);
    static int object = 7;

    cleaned_count = 0;
    for (int round = 0; round < 3; round++) {
        unsigned char *p = arena_alloc(a, 3000), *q = arena_alloc(a, 90000);

        for (int i = 0; i < 90000; i++)
            ck_assert_int_eq(q[i] | (i < 3000 ? p[i] : 0), 0);
        memset(p, 0xff, 3000);
        memset(q, 0xff, 90000);
        arena_defer(a, clean, &object);
        arena_reset(a);
        ck_assert_int_eq(cleaned_count, round + 1);
        ck_assert_uint_eq(arena_used(a), 0);
    }
    arena_free(a);
    ck_assert_int_eq(cleaned_count, 3);
}
END_TEST

static bool greedy(void *arg, struct error *e)
{
    (void)e;
    for (int i = 0; i < 1000; i++)
        arena_alloc(arg, 1000);
    return true;
}

static bool overflowing(void *arg, struct error *e)
{
    (void)e;
    arena_alloc_array(arg, SIZE_MAX / 2, 4);
    return true;
}

START_TEST(a_full_arena_fails_the_task_only)
{
    struct arena *a = arena_new(100000);
    struct error e = { 0 };

    ck_assert(!arena_run(a, greedy, a, &e));
    ck_assert_int_eq(e.code, ERROR_TOO_LARGE);
    ck_assert_uint_le(arena_used(a), 100000);
    ck_assert(!arena_run(a, overflowing, a, &e));
    ck_assert_int_eq(e.code, ERROR_TOO_LARGE);
    arena_free(a);
}
END_TEST

START_TEST(texts)
{
    struct arena *a = arena_new(4096);

    ck_assert_str_eq(arena_printf(a, "%d %s", 7, "bars"), "7 bars");
    ck_assert_str_eq(arena_strndup(a, "abcdef", 3), "abc");
    ck_assert_ptr_null(arena_strdup(a, NULL));
    arena_free(a);
    arena_free(NULL);
}
END_TEST

Suite *arena_suite(void)
{
    Suite *suite = suite_create("arena");
    TCase *cases = tcase_create("arena");

    tcase_add_test(cases, memory_is_zeroed_and_aligned);
    tcase_add_test(cases, cleanups_run_last_first);
    tcase_add_test(cases, a_reset_arena_is_as_new);
    tcase_add_test(cases, a_full_arena_fails_the_task_only);
    tcase_add_test(cases, texts);
    suite_add_tcase(suite, cases);
    return suite;
}
