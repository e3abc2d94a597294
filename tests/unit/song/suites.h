#ifndef TESTS_UNIT_SONG_SUITES_H
#define TESTS_UNIT_SONG_SUITES_H

#include <check.h>

Suite *brief_suite(void);
Suite *contradictions_suite(void);
Suite *documents_suite(void);
Suite *output_suite(void);
Suite *timeline_suite(void);

#endif
