#include <check.h>
#include <stdlib.h>

#include "suites.h"

int main(void)
{
    SRunner *runner = srunner_create(arena_suite());
    int failed;

    srunner_add_suite(runner, random_suite());
    srunner_add_suite(runner, json_suite());
    srunner_add_suite(runner, json_lines_suite());
    srunner_add_suite(runner, fields_suite());
    srunner_add_suite(runner, config_suite());
    srunner_add_suite(runner, small_suite());
    srunner_add_suite(runner, network_suite());
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
