#include <stdlib.h>

#include "support.h"

int main(void)
{
    SRunner *runner = srunner_create(folder_suite());
    int failed;

    srunner_add_suite(runner, owner_suite());
    srunner_add_suite(runner, courier_suite());
    srunner_add_suite(runner, retention_suite());
    srunner_add_suite(runner, request_suite());
    srunner_add_suite(runner, stages_suite());
    srunner_add_suite(runner, produce_suite());
    srunner_add_suite(runner, job_suite());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
