#include <stdlib.h>

#include "suites.h"

int main(void)
{
    SRunner *runner = srunner_create(brief_suite());
    int failed;

    srunner_add_suite(runner, contradictions_suite());
    srunner_add_suite(runner, documents_suite());
    srunner_add_suite(runner, output_suite());
    srunner_add_suite(runner, timeline_suite());
    srunner_set_fork_status(runner, CK_FORK_GETENV);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
