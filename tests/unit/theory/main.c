#include <stdlib.h>

#include "suites.h"

int main(void)
{
    SRunner *runner = srunner_create(pitch_suite());
    int failed;

    srunner_add_suite(runner, scale_suite());
    srunner_add_suite(runner, key_suite());
    srunner_add_suite(runner, metre_suite());
    srunner_add_suite(runner, chord_suite());
    srunner_add_suite(runner, roman_suite());
    srunner_add_suite(runner, spelling_suite());
    srunner_add_suite(runner, voicing_suite());
    srunner_set_fork_status(runner, CK_FORK_GETENV);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
