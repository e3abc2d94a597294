#ifndef TESTS_UNIT_SERVER_SUITES_H
#define TESTS_UNIT_SERVER_SUITES_H

#include <check.h>

Suite *target_suite(void);
Suite *header_suite(void);
Suite *response_suite(void);
Suite *rate_suite(void);
Suite *route_suite(void);
Suite *dispatch_suite(void);
Suite *client_suite(void);
Suite *fcgi_suite(void);
Suite *acceptor_suite(void);
Suite *events_suite(void);
Suite *serve_suite(void);
Suite *token_suite(void);

#endif
