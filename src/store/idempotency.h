/*
 * Requests that are sent twice (Idempotency-Key): which job stands for the first of them. A key belongs to the API key that
 * sent it, and is kept for IDEMPOTENCY_KEPT_MS.
 */
#ifndef STORE_IDEMPOTENCY_H
#define STORE_IDEMPOTENCY_H

#include "core/hash.h"
#include "store/jobs.h"

enum {
    IDEMPOTENCY_KEPT_MS = 24 * 3600 * 1000,
    IDEMPOTENCY_HOLD_MS = 60000, /* how long a held key waits for its job */
};

struct idempotency {
    const char *organisation;
    const char *key_id;                     /* NULL without authentication */
    const char *key;                        /* what the client sent */
    char request_sha256[HASH_TEXT_SIZE];    /* of all that must be the same */
};

enum idempotency_state {
    IDEMPOTENCY_FIRST,  /* this request is the one to be carried out */
    IDEMPOTENCY_REPEAT, /* `id` is the job of the first one */
    IDEMPOTENCY_HELD,   /* the first one is being carried out; its job will be `id` */
};

/* Whether a request with this key was there before, and its job. ERROR_KEY_REUSED when that was another request. */
bool idempotency_find(struct store *s, const struct idempotency *key, int64_t now_ms, char id[ID_TEXT_SIZE],
                      enum idempotency_state *out, struct error *e);

/* Queues the job as job_submit does, unless a request with this key was there before: then `id` is that one's job.
 * Errors as for both. */
bool job_submit_once(struct store *s, const struct idempotency *key, const struct job_order *order, int64_t now_ms,
                     char id[ID_TEXT_SIZE], enum idempotency_state *out, struct error *e);

/* For work without the queue (job_record): holds the key for the job that `id` names, before it is begun. `id` is replaced
 * when a request with this key was there before. A hold that is neither followed by its job nor given up ends by itself. */
bool idempotency_hold(struct store *s, const struct idempotency *key, int64_t now_ms, char id[ID_TEXT_SIZE],
                      enum idempotency_state *out, struct error *e);

/* Gives up a hold on `id` whose work failed. */
bool idempotency_release(struct store *s, const struct idempotency *key, const char *id, struct error *e);

/* Forgets what is older than IDEMPOTENCY_KEPT_MS. *count: how many. */
bool idempotency_forget(struct store *s, int64_t now_ms, int64_t *count, struct error *e);

#endif
