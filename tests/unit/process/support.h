#ifndef TESTS_UNIT_PROCESS_SUPPORT_H
#define TESTS_UNIT_PROCESS_SUPPORT_H

#include <check.h>

Suite *prefork_suite(void);
Suite *segment_suite(void);
Suite *metrics_suite(void);

#endif
