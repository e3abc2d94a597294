#include <stdlib.h>

#include "core/log.h"
#include "support.h"

int main(void)
{
    SRunner *runner = srunner_create(segment_suite());
    int failed;

    log_init("unit", LOG_LEVEL_COUNT, LOG_TEXT); /* nothing: failures that are provoked are no news */
    srunner_add_suite(runner, metrics_suite());
    srunner_add_suite(runner, prefork_suite());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
