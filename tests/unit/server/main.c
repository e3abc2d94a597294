#include <check.h>
#include <stdlib.h>

#include "core/log.h"
#include "suites.h"

int main(void)
{
    SRunner *runner = srunner_create(target_suite());
    int failed;

    log_init("unit", LOG_LEVEL_COUNT, LOG_TEXT); /* nothing: failures that are provoked are no news */
    srunner_add_suite(runner, header_suite());
    srunner_add_suite(runner, response_suite());
    srunner_add_suite(runner, rate_suite());
    srunner_add_suite(runner, token_suite());
    srunner_add_suite(runner, route_suite());
    srunner_add_suite(runner, dispatch_suite());
    srunner_add_suite(runner, client_suite());
    srunner_add_suite(runner, fcgi_suite());
    srunner_add_suite(runner, acceptor_suite());
    srunner_add_suite(runner, events_suite());
    srunner_add_suite(runner, serve_suite());
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
