#ifndef TESTS_UNIT_CORE_SUITES_H
#define TESTS_UNIT_CORE_SUITES_H

#include <check.h>

Suite *arena_suite(void);
Suite *random_suite(void);
Suite *json_suite(void);
Suite *json_lines_suite(void);
Suite *fields_suite(void);
Suite *config_suite(void);
Suite *small_suite(void);
Suite *network_suite(void);

#endif
