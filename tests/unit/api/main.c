#include <check.h>
#include <stdlib.h>

#include "core/log.h"
#include "suites.h"

int main(void)
{
    SRunner *runner = srunner_create(routes_suite());
    int failed;

    log_init("unit", LOG_LEVEL_COUNT, LOG_TEXT);
    srunner_add_suite(runner, requests_suite());
    srunner_add_suite(runner, jobs_suite());
    srunner_add_suite(runner, downloads_suite());
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
