/* The suites of this layer, one per noun. */
#ifndef TESTS_FORMATS_SUITES_H
#define TESTS_FORMATS_SUITES_H

#include <check.h>

Suite *midi_suite(void);

#endif
