#include "sound/crew.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "suites.h"

static atomic_int calls[1000];

static void count_call(void *arg, int index)
{
    volatile float tiny = 1e-38f;

    (void)arg;
    tiny = tiny * 0.01f;
    ck_assert_float_eq(tiny, 0); /* no denormals */
    atomic_fetch_add(&calls[index], 1);
}

START_TEST(every_task_runs_once)
{
    static const int threads[] = { 1, 2, 7 };

    for (int t = 0; t < 3; t++) {
        struct crew *c = crew_new(threads[t], NULL);

        ck_assert_int_eq(crew_threads(c), threads[t]);
        for (int step = 0; step < 50; step++)
            crew_run(c, count_call, NULL, 1000);
        crew_run(c, count_call, NULL, 0);
        crew_free(c);
        for (int i = 0; i < 1000; i++)
            ck_assert_int_eq(atomic_exchange(&calls[i], 0), 50);
    }
    crew_free(NULL);
}
END_TEST

START_TEST(default_is_one_thread_per_core)
{
    struct crew *c = crew_new(0, NULL);

    ck_assert_int_ge(crew_cores(), 1);
    ck_assert_int_eq(crew_threads(c), crew_cores());
    crew_free(c);
}
END_TEST

Suite *crew_suite(void)
{
    Suite *s = suite_create("crew");
    TCase *t = tcase_create("steps");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, every_task_runs_once);
    tcase_add_test(t, default_is_one_thread_per_core);
    suite_add_tcase(s, t);
    return s;
}
