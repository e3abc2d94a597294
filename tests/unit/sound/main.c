#include <stdlib.h>

#include "core/log.h"
#include "suites.h"

int main(void)
{
    SRunner *runner = srunner_create(biquad_suite());
    int failed;

    log_init("sound tests", LOG_ERROR, LOG_TEXT);
    srunner_add_suite(runner, adversaries_suite());
    srunner_add_suite(runner, bands_suite());
    srunner_add_suite(runner, effects_suite());
    srunner_add_suite(runner, compressor_suite());
    srunner_add_suite(runner, crew_suite());
    srunner_add_suite(runner, energy_suite());
    srunner_add_suite(runner, files_suite());
    srunner_add_suite(runner, inspection_suite());
    srunner_add_suite(runner, limiter_suite());
    srunner_add_suite(runner, meter_suite());
    srunner_add_suite(runner, mixer_suite());
    srunner_add_suite(runner, muting_suite());
    srunner_add_suite(runner, overview_suite());
    srunner_add_suite(runner, pcm_suite());
    srunner_add_suite(runner, resampler_suite());
    srunner_add_suite(runner, sequence_suite());
    srunner_add_suite(runner, robust_suite());
    srunner_add_suite(runner, soundfonts_suite());
    srunner_add_suite(runner, synth_suite());
    srunner_add_suite(runner, render_suite());
    srunner_add_suite(runner, render_failures_suite());
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
