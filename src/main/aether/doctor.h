/* The checks of `aether doctor`: one row per item of the security checklist (doctor_checks.c). */
#ifndef MAIN_AETHER_DOCTOR_H
#define MAIN_AETHER_DOCTOR_H

#include "main/aether/command.h"
#include "store/keys.h"

enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FAIL, VERDICT_COUNT };
extern const char *const verdict_names[VERDICT_COUNT]; /* "ok", "warn", "fail" */

struct finding {
    enum verdict verdict;      /* the worst of what was said */
    const char *detail;        /* what was found, in one line */
};

struct patient {
    struct arena *arena;
    const struct config *config;
    const char *site;          /* the web server's configuration; NULL: where Debian has it */
    struct store *store;       /* NULL: there is no database yet, or it cannot be opened */
    const char *store_problem; /* why not */
    int64_t now_ms;
};

struct check {
    const char *name;          /* in --json */
    const char *asks;          /* what should be so */
    void (*run)(const struct patient *p, struct finding *out);
};
extern const struct check doctor_checks[];
extern const size_t doctor_check_count;

/* Adds to the finding: the worse verdict stays, and its texts. */
void finding_add(const struct patient *p, struct finding *f, enum verdict v, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Items with more to them than a page: doctor_files.c. */
void check_permissions(const struct patient *p, struct finding *f);
void check_tls(const struct patient *p, struct finding *f);
void check_secret_age(const struct patient *p, struct finding *f);

#endif
