/* The suites of this layer, one per noun. */
#ifndef TESTS_FORMATS_SUITES_H
#define TESTS_FORMATS_SUITES_H

#include <check.h>

Suite *midi_suite(void);
Suite *xml_suite(void);
Suite *harmony_kind_suite(void);
Suite *quantise_suite(void);
Suite *notation_suite(void);
Suite *musicxml_suite(void);

#endif
