#ifndef TESTS_UNIT_API_SUITES_H
#define TESTS_UNIT_API_SUITES_H

#include <check.h>

Suite *routes_suite(void);
Suite *requests_suite(void);
Suite *jobs_suite(void);
Suite *downloads_suite(void);

#endif
