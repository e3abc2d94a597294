#include <string.h>

#include "support.h"
#include "worker/stages.h"

static struct produce_progress last;
static bool answer = true;

static bool note(void *arg, const struct produce_progress *now)
{
    (void)arg;
    ck_assert(now->fraction >= last.fraction);
    ck_assert(now->fraction >= 0 && now->fraction <= 1);
    ck_assert_int_ge(now->index, 1);
    ck_assert_int_le(now->index, now->count);
    last = *now;
    return answer;
}

static const struct produce_order order = { .progress = note };

START_TEST(the_fraction_never_falls)
{
    struct stages s;

    last = (struct produce_progress){ 0 };
    stages_init(&s, &order, _i == 1);
    ck_assert(stages_at(&s, STAGES_BAND, "composing", 0));
    ck_assert(stages_at(&s, STAGES_BAND, "arranging", 0.9));
    ck_assert(stages_at(&s, STAGES_BAND, "composing", 0.1));
    ck_assert_int_eq(last.index, 1);
    ck_assert(stages_at(&s, STAGES_BAND, "arranging", 7));
    ck_assert(stages_at(&s, STAGES_RENDER, "mix", 0.5));
    ck_assert(stages_at(&s, STAGES_FILES, "finishing", 1));
    ck_assert(last.fraction == 1);
    stages_end(&s);
    ck_assert_int_eq(s.count, 4);
    for (int i = 0; i < s.count; i++)
        ck_assert(s.done[i].seconds >= 0);
    ck_assert_str_eq(s.done[1].name, "arranging");
}
END_TEST

START_TEST(the_answer_is_passed_on)
{
    struct stages s;

    last = (struct produce_progress){ 0 };
    answer = false;
    stages_init(&s, &order, true);
    ck_assert(!stages_at(&s, STAGES_BAND, "composing", 0));
}
END_TEST

Suite *stages_suite(void)
{
    Suite *suite = suite_create("stages");
    TCase *t = tcase_create("stages");

    tcase_add_loop_test(t, the_fraction_never_falls, 0, 2);
    tcase_add_test(t, the_answer_is_passed_on);
    suite_add_tcase(suite, t);
    return suite;
}
