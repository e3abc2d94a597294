/* The suites of this layer, one per noun. */
#ifndef TESTS_THEORY_SUITES_H
#define TESTS_THEORY_SUITES_H

#include <check.h>

Suite *pitch_suite(void);
Suite *scale_suite(void);
Suite *key_suite(void);
Suite *metre_suite(void);
Suite *chord_suite(void);
Suite *roman_suite(void);
Suite *spelling_suite(void);
Suite *voicing_suite(void);

#endif
