#ifndef TESTS_UNIT_GENRE_SUITES_H
#define TESTS_UNIT_GENRE_SUITES_H

#include <check.h>

Suite *sheet_suite(void);
Suite *genres_suite(void);

#endif
