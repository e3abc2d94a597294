#include "core/random.h"

#include <math.h>
#include <stdlib.h>

#include "suites.h"

enum { DRAWS = 200000 };

START_TEST(one_stream_repeats_and_others_differ)
{
    struct random a = random_stream(42, "bass", 0), b = random_stream(42, "bass", 0);
    struct random others[] = { random_stream(43, "bass", 0), random_stream(42, "drums", 0), random_stream(42, "bass", 1) };
    int same = 0;

    for (int i = 0; i < 1000; i++) {
        uint32_t x = random_u32(&a);

        ck_assert_uint_eq(x, random_u32(&b));
        for (int k = 0; k < 3; k++)
            same += random_u32(&others[k]) == x;
    }
    ck_assert_int_le(same, 1);
}
END_TEST

START_TEST(below_is_uniform)
{
    struct random r = random_stream(7, "uniform", 0);
    int counts[6] = { 0 };

    for (int i = 0; i < DRAWS; i++)
        counts[random_below(&r, 6)]++;
    for (int k = 0; k < 6; k++) /* five standard deviations of the binomial */
        ck_assert_int_lt(abs(counts[k] - DRAWS / 6), (int)(5 * sqrt(DRAWS / 6.0 * 5 / 6)));
}
END_TEST

START_TEST(between_includes_both_ends)
{
    struct random r = random_stream(7, "between", 0);
    bool low = false, high = false;

    for (int i = 0; i < 1000; i++) {
        int x = random_between(&r, -3, 3);

        ck_assert(x >= -3 && x <= 3);
        low |= x == -3;
        high |= x == 3;
    }
    ck_assert(low && high);
}
END_TEST

START_TEST(normal_has_mean_0_and_deviation_1)
{
    struct random r = random_stream(7, "normal", 0);
    double sum = 0, squares = 0;

    for (int i = 0; i < DRAWS; i++) {
        double x = random_normal(&r);

        sum += x;
        squares += x * x;
    }
    ck_assert_double_lt(fabs(sum / DRAWS), 5 / sqrt(DRAWS));
    ck_assert_double_lt(fabs(squares / DRAWS - 1), 0.02);
}
END_TEST

START_TEST(weights_are_kept_and_zero_is_never_drawn)
{
    static const double weights[] = { 0, 1, 3, 0 };
    struct random r = random_stream(7, "weighted", 0);
    int counts[4] = { 0 };

    for (int i = 0; i < DRAWS; i++)
        counts[random_weighted(&r, weights, 4)]++;
    ck_assert_int_eq(counts[0], 0);
    ck_assert_int_eq(counts[3], 0);
    ck_assert_double_eq_tol(counts[2] / (double)counts[1], 3, 0.1);
}
END_TEST

START_TEST(drawn_seeds_fit_in_json)
{
    for (int i = 0; i < 1000; i++)
        ck_assert_uint_lt(random_seed_draw(), UINT64_C(1) << 53);
}
END_TEST

Suite *random_suite(void)
{
    Suite *suite = suite_create("random");
    TCase *cases = tcase_create("random");

    tcase_add_test(cases, one_stream_repeats_and_others_differ);
    tcase_add_test(cases, below_is_uniform);
    tcase_add_test(cases, between_includes_both_ends);
    tcase_add_test(cases, normal_has_mean_0_and_deviation_1);
    tcase_add_test(cases, weights_are_kept_and_zero_is_never_drawn);
    tcase_add_test(cases, drawn_seeds_fit_in_json);
    suite_add_tcase(suite, cases);
    return suite;
}
