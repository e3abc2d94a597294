#include <stdlib.h>

#include "suites.h"

int main(void)
{
    SRunner *runner = srunner_create(midi_suite());
    int failed;

    srunner_add_suite(runner, xml_suite());
    srunner_add_suite(runner, harmony_kind_suite());
    srunner_add_suite(runner, quantise_suite());
    srunner_add_suite(runner, notation_suite());
    srunner_add_suite(runner, musicxml_suite());
    srunner_set_fork_status(runner, CK_FORK_GETENV);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
