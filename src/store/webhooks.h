/*
 * Calls to be made when jobs are over. A row appears in the transaction that ends a job with a callback_url, however that
 * happens, and lives until the job is removed: so a call is made at least once, also after a crash; the receiver tells
 * repetitions by the id. A call is pending → delivered | failed.
 */
#ifndef STORE_WEBHOOKS_H
#define STORE_WEBHOOKS_H

#include "store/jobs.h"

enum {
    WEBHOOK_ATTEMPTS_MAX = 8,
    WEBHOOK_PAUSE_MS = 2000,   /* before the second attempt; × 4 before each further one: the last after 3 hours */
    WEBHOOK_CLAIM_MS = 60000,  /* how long a claimed one is nobody else's */
    WEBHOOK_ID_SIZE = 37,
};

enum webhook_state { WEBHOOK_PENDING, WEBHOOK_DELIVERED, WEBHOOK_FAILED, WEBHOOK_STATE_COUNT };
extern const char *const webhook_state_names[WEBHOOK_STATE_COUNT];

struct webhook {
    char id[WEBHOOK_ID_SIZE];
    char job_id[ID_TEXT_SIZE];
    const char *organisation;
    const char *url;
    const char *type;           /* "job.completed" … */
    enum webhook_state state;
    int attempts;
    int64_t next_ms, created_ms, finished_ms;
    int http_status;            /* of the last answer; 0: none yet */
    const char *error;          /* of the last attempt */
    const char *body;           /* JSON, the same at each attempt; of a claimed one only */
};
struct webhook_list {
    struct webhook *items;      /* newest first */
    size_t count;
};

/* Takes the next call that is due, first of the organisation with the fewest under way. *found false: none is. */
bool webhook_claim(struct store *s, int64_t now_ms, struct arena *a, struct webhook *out, bool *found, struct error *e);

/* How a claimed call ended. `http_status` 0: without an answer. A failed one is tried again after a pause, unless `is_final`
 * or it was the last attempt. */
bool webhook_delivered(struct store *s, const char *id, int http_status, int64_t now_ms, struct error *e);
bool webhook_failed(struct store *s, const char *id, int http_status, const char *why, bool is_final, int64_t now_ms,
                    struct error *e);

/* Gives a claimed call back as if it had not been claimed. */
bool webhook_release(struct store *s, const char *id, struct error *e);

/* Each filter may be NULL (or -1): all. At most `limit`. */
struct webhook_filter {
    const char *organisation;
    const char *job_id;
    int state;
    int limit;
};
bool webhook_list(struct store *s, const struct webhook_filter *filter, struct arena *a, struct webhook_list *out,
                  struct error *e);

/* Makes a failed or delivered call once more, with all its attempts. ERROR_NOT_FOUND; ERROR_CONFLICT while it is pending. */
bool webhook_again(struct store *s, const char *id, int64_t now_ms, struct error *e);

#endif
