#include <stdlib.h>

#include "support.h"

int main(void)
{
    SRunner *runner = srunner_create(store_suite());
    int failed;

    srunner_add_suite(runner, keys_suite());
    srunner_add_suite(runner, jobs_suite());
    srunner_add_suite(runner, leases_suite());
    srunner_add_suite(runner, plans_suite());
    srunner_add_suite(runner, artifacts_suite());
    srunner_add_suite(runner, tunes_suite());
    srunner_add_suite(runner, webhooks_suite());
    srunner_add_suite(runner, idempotency_suite());
    srunner_add_suite(runner, audit_suite());
    srunner_add_suite(runner, quota_suite());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
