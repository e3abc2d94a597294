/* What the suites of this folder share: a data folder of its own for each test, with a store. */
#ifndef TESTS_WORKER_SUPPORT_H
#define TESTS_WORKER_SUPPORT_H

#include <check.h>
#include <stdio.h>

#include "core/config.h"
#include "store/jobs.h"
#include "store/store.h"

#define OK(call) ck_assert_msg(call, "%s: %s", #call, problem.detail)
#define REFUSED(expected, call)                                                                              \
    do {                                                                                                     \
        ck_assert_msg(!(call), "%s was accepted", #call);                                                    \
        ck_assert_msg(problem.code == (expected), "%s: %d: %s", #call, (int)problem.code, problem.detail);   \
    } while (0)

extern struct error problem;
extern struct config settings;
extern struct store *store;
extern struct arena *arena;

void setup(void); /* also makes data_dir/output */
void teardown(void);

const char *submit(enum job_kind kind, const char *request);    /* a job; its id, in the arena */
struct job claim(const char *owner);
struct job get(const char *id);
void in_database(const char *sql);

/* "<data_dir>/output/<name>" in the arena; whether it is there; making it, a folder with one file in it. */
const char *output(const char *name);
bool is_there(const char *path);
void folder_with_file(const char *path, const char *file, const char *text);

Suite *folder_suite(void);
Suite *courier_suite(void);
Suite *retention_suite(void);
Suite *owner_suite(void);
Suite *request_suite(void);
Suite *produce_suite(void);
Suite *job_suite(void);
Suite *stages_suite(void);

#endif
