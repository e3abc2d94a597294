/* What the suites of this folder share: a data folder of its own for each test, and a store in it. */
#ifndef TESTS_STORE_SUPPORT_H
#define TESTS_STORE_SUPPORT_H

#include <check.h>
#include <stdio.h>

#include "core/config.h"
#include "store/jobs.h"
#include "store/keys.h"
#include "store/store.h"

#define OK(call) ck_assert_msg(call, "%s: %s", #call, problem.detail)
#define REFUSED(expected, call)                                                                              \
    do {                                                                                                     \
        ck_assert_msg(!(call), "%s was accepted", #call);                                                    \
        ck_assert_msg(problem.code == (expected), "%s: %d: %s", #call, (int)problem.code, problem.detail);   \
    } while (0)

extern struct error problem;
extern struct config settings; /* data_dir and sql_dir are set; the data folder does not exist yet */
extern struct store *store;
extern struct arena *arena;

/* Checked fixtures. */
void folder_setup(void);
void folder_teardown(void);
void store_setup(void); /* folder_setup, and `store` and `arena` open */
void store_teardown(void);

struct store *reopen(void);                                        /* another connection */
const char *submit(const char *organisation, int64_t now_ms);      /* a job; its id, in the arena */
void in_database(const char *sql);                                 /* by a connection of its own */

Suite *store_suite(void);
Suite *keys_suite(void);
Suite *jobs_suite(void);
Suite *leases_suite(void);
Suite *plans_suite(void);
Suite *artifacts_suite(void);
Suite *tunes_suite(void);
Suite *webhooks_suite(void);
Suite *idempotency_suite(void);
Suite *audit_suite(void);
Suite *quota_suite(void);

#endif
