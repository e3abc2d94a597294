#ifndef TESTS_UNIT_SOUND_SUITES_H
#define TESTS_UNIT_SOUND_SUITES_H

#include <check.h>

Suite *adversaries_suite(void);
Suite *bands_suite(void);
Suite *biquad_suite(void);
Suite *compressor_suite(void);
Suite *crew_suite(void);
Suite *effects_suite(void);
Suite *energy_suite(void);
Suite *files_suite(void);
Suite *inspection_suite(void);
Suite *limiter_suite(void);
Suite *meter_suite(void);
Suite *mixer_suite(void);
Suite *muting_suite(void);
Suite *overview_suite(void);
Suite *pcm_suite(void);
Suite *render_suite(void);
Suite *render_failures_suite(void);
Suite *resampler_suite(void);
Suite *sequence_suite(void);
Suite *robust_suite(void);
Suite *soundfonts_suite(void);
Suite *synth_suite(void);

#endif
