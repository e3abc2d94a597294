/*
 * Quotas: how many tracks, and how many minutes of them, an organisation and each of its keys may order in a day and in a
 * month (UTC). A track counts from its order, with the length asked for, and in the end with the length that it has; what
 * fails or is cancelled does not count. To a key counts what the keys that come from it (store/keys.h) order, too. The account (table usage) outlives the jobs.
 */
#ifndef STORE_QUOTA_H
#define STORE_QUOTA_H

#include <stdint.h>

#include "core/arena.h"
#include "core/fields.h"
#include "store/store.h"

enum quota_period { QUOTA_DAY, QUOTA_MONTH, QUOTA_PERIOD_COUNT };
extern const char *const quota_period_names[QUOTA_PERIOD_COUNT]; /* "day", "month" */

/* NaN: no limit. */
struct quota {
    double tracks_per_day, tracks_per_month;   /* tracks */
    double minutes_per_day, minutes_per_month; /* minutes of finished tracks */
};
extern const struct fields quota_fields;
extern const struct quota quota_none; /* no limits at all */
bool quota_is_none(const struct quota *q);

enum quota_holder { QUOTA_OF_ORGANISATION, QUOTA_OF_KEY, QUOTA_HOLDER_COUNT };
extern const char *const quota_holder_names[QUOTA_HOLDER_COUNT]; /* "organisation", "key" */

/* Sets the quota of an organisation, or of a key by its id, in place of the one before. */
bool quota_set(struct store *s, enum quota_holder holder, const char *id, const struct quota *q, struct error *e);

/* No limits when none were set. */
bool quota_get(struct store *s, enum quota_holder holder, const char *id, struct quota *out, struct error *e);

struct usage {
    enum quota_holder holder;
    const char *id;                             /* organisation's name, or key's id */
    const char *organisation;
    struct quota quota;
    double tracks[QUOTA_PERIOD_COUNT];          /* in the day and the month of now_ms */
    double minutes[QUOTA_PERIOD_COUNT];
    int64_t since_ms[QUOTA_PERIOD_COUNT], until_ms[QUOTA_PERIOD_COUNT];
};

/* What the holder has used. For an organisation `id` and `organisation` are the same. Texts are borrowed. */
bool usage_get(struct store *s, enum quota_holder holder, const char *id, const char *organisation, int64_t now_ms,
               struct usage *out, struct error *e);

/* Every organisation and key that has ordered something this month or has a quota; of `organisation` only unless NULL. */
struct usage_list {
    struct usage *items; /* by organisation, itself before its keys */
    size_t count;
};
bool usage_list(struct store *s, const char *organisation, int64_t now_ms, struct arena *a, struct usage_list *out,
                struct error *e);

/* The rest within the transaction of store/jobs.c that does what they speak of. */

/* Charges the job `job_id`, which was just inserted, to its organisation and its key (may be NULL). ERROR_QUOTA as
 * quota_check. Only jobs that make a track are charged. */
bool usage_charge(struct store *s, const char *job_id, const char *organisation, const char *key_id, int64_t now_ms,
                  struct error *e);

/* The job is completed: the length that its result (JSON) tells is what counts. */
bool usage_settle(struct store *s, const char *job_id, const char *result, struct error *e);

/* ERROR_QUOTA, with the reason and e->retry_s until the period is over, when the organisation or the key (may be NULL) has
 * more than it may. */
bool quota_check(struct store *s, const char *organisation, const char *key_id, int64_t now_ms, struct error *e);

#endif
