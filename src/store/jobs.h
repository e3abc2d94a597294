/*
 * The queue. A job is queued → running → completed | failed | cancelled; from running it may go back to queued.
 *
 *   job_submit                    → queued
 *   job_claim      queued         → running    under a lease, which job_renew extends; attempts + 1
 *                  lease run out  → running    claimed anew by any worker, or → failed after JOB_ATTEMPTS_MAX
 *   job_complete   running        → completed  with its artifacts, in one transaction
 *   job_fail       running        → queued (to be tried again after a pause) or failed
 *   job_release    running        → queued     untouched: the attempt does not count
 *   job_postpone   running        → queued     the same, to wait until a time, with the reason
 *   job_cancel     queued, running → cancelled; the worker learns of it at its next renewal
 *   job_retry      failed, cancelled → queued  as if it were new
 *
 * Fair: the next job is of the organisation with the fewest running jobs, among equals of the one whose last start lies
 * longest ago, so that nobody's hundred jobs hold up another's one, whatever the number of workers. Within an
 * organisation the higher priority goes first, then the older job: a priority is no way past another organisation.
 *
 * Times are passed in, in milliseconds since 1970 (clock_wall_ms). Calls by a worker name the job and the owner that
 * claimed it and change nothing when the lease has gone to another.
 */
#ifndef STORE_JOBS_H
#define STORE_JOBS_H

#include <stdint.h>

#include "core/arena.h"
#include "core/fields.h"
#include "core/id.h"
#include "store/artifacts.h"
#include "store/store.h"

enum {
    JOB_ATTEMPTS_MAX = 3,
    JOB_LEASE_MS = 30000,     /* how long a worker may be silent */
    JOB_PAUSE_MS = 2000,      /* before the second attempt; × 4 before the third */
    JOB_PAGE_MAX = 100,       /* items of a job_list */
};

enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_COMPLETED, JOB_FAILED, JOB_CANCELLED, JOB_STATE_COUNT };
extern const char *const job_state_names[JOB_STATE_COUNT]; /* "queued", … in the database and the API */
bool job_state_is_final(enum job_state state);

/*               from what                   makes what */
enum job_kind {
    JOB_GENERATE, /* a brief                 documents */
    JOB_RENDER,   /* documents               audio and files */
    JOB_TRACKS,   /* a brief                 all of it */
    JOB_KIND_COUNT
};
extern const char *const job_kind_names[JOB_KIND_COUNT]; /* "generate", "render", "tracks" */

enum job_priority { JOB_LOW = -1, JOB_NORMAL = 0, JOB_HIGH = 1 };

/* Texts live in the arena of the call that returned the job; NULL when there is none. Times are 0 when not yet. */
struct job {
    char id[ID_TEXT_SIZE];
    enum job_kind kind;
    enum job_state state;
    const char *organisation;
    const char *key_id;         /* who asked */
    const char *request_id;     /* of the HTTP request */
    const char *request;        /* JSON: the body as it was accepted */
    int64_t seed;               /* drawn at submission, so that an attempt repeats the one before; -1: in the documents */
    const char *stage;          /* what a running job is at, for people */
    double progress;            /* 0–1 */
    int attempts;
    int64_t created_ms, started_ms, finished_ms;
    int64_t not_before_ms;      /* a queued job waits until then, after a failed attempt */
    enum job_priority priority;
    const char *callback_url;   /* called when the job is over (store/webhooks.h) */
    const char *lease_owner;    /* of a running job */
    const char *result;         /* JSON (store/results.h), of a completed job */
    const char *error;          /* slug (core/error.h), of a failed job or of the attempt before */
    const char *error_detail;
};

struct job_order {
    enum job_kind kind;
    const char *organisation;   /* required */
    const char *key_id;         /* NULL without authentication */
    const char *request_id;     /* may be NULL */
    const char *request;        /* JSON, checked by the caller */
    int64_t seed;               /* 0 – 2^53, or -1 */
    enum job_priority priority;
    const char *callback_url;   /* may be NULL */
    int queue_max;              /* jobs that may be queued at once, of all; 0: any number */
    int key_max;                /* jobs of this key that may be queued or running at once; 0: any number */
};

/* Queues a job and writes its id. ERROR_QUEUE_FULL and ERROR_JOBS_MAX when there are too many; ERROR_QUOTA when the
 * organisation or the key has ordered what it may (store/quota.h). */
bool job_submit(struct store *s, const struct job_order *order, int64_t now_ms, char id[ID_TEXT_SIZE],
                struct error *e);

/* Records work that was done without the queue (documents composed while the client waited) as a completed job without
 * files. `id` is a new one (id_new), which the result may mention. */
bool job_record(struct store *s, const struct job_order *order, const char *id, const char *result, int64_t started_ms,
                int64_t now_ms, struct error *e);

/* The job `id` if it belongs to `organisation` (NULL: any); else ERROR_NOT_FOUND, as for an id that is none. */
bool job_get(struct store *s, const char *id, const char *organisation, struct arena *a, struct job *out,
             struct error *e);

/* The same without request and result, which may be long. */
bool job_peek(struct store *s, const char *id, const char *organisation, struct arena *a, struct job *out,
              struct error *e);

struct job_filter {
    const char *organisation;   /* NULL: all */
    int state;                  /* enum job_state; -1: all */
    int kind;                   /* enum job_kind; -1: all */
    const char *key_id;         /* who asked; NULL: all */
    int64_t since_ms, until_ms; /* submitted at or after, before; 0: any time */
    const char *before_id;      /* the id of the last job of the page before, NULL for the first page */
    int limit;                  /* 1–JOB_PAGE_MAX */
};
struct job_list {
    struct job *items;          /* newest first; without request and result */
    size_t count;
    bool has_more;              /* another page follows items[count - 1].id */
};
bool job_list(struct store *s, const struct job_filter *filter, struct arena *a, struct job_list *out,
              struct error *e);

/* Cancels a job of the organisation (NULL: any). True also when it was cancelled before; ERROR_CONFLICT when it is
 * completed or failed; ERROR_NOT_FOUND. */
bool job_cancel(struct store *s, const char *id, const char *organisation, int64_t now_ms, struct error *e);

/* Queues a failed or cancelled job of the organisation (NULL: any) anew, with all its attempts. It counts in the account
 * again, but no quota refuses it: who may call this is the administrator. ERROR_CONFLICT when it is in another state;
 * ERROR_NOT_FOUND. */
bool job_retry(struct store *s, const char *id, const char *organisation, struct error *e);

/* For /metrics: jobs by state, and the age of the oldest queued one (0 when there is none). */
struct job_counts {
    int64_t by_state[JOB_STATE_COUNT];
    int64_t oldest_queued_ms;
};
bool job_count(struct store *s, int64_t now_ms, struct job_counts *out, struct error *e);

/* The same of queued and running jobs only, the others as 0: takes no longer however many are over. */
bool job_count_open(struct store *s, int64_t now_ms, struct job_counts *out, struct error *e);

/* Takes the next job for `owner` (a name unique to the worker, 1–64 bytes) until now_ms + JOB_LEASE_MS. True with
 * *found false when nothing is to be done; that costs a read only. */
bool job_claim(struct store *s, const char *owner, int64_t now_ms, struct arena *a, struct job *out, bool *found,
               struct error *e);

/* What a worker still has of its job. */
enum job_hold {
    JOB_HELD,
    JOB_HOLD_CANCELLED, /* stop and leave nothing; no further call is needed */
    JOB_HOLD_LOST,      /* the lease ran out and another worker has the job, or it is over: the same */
};

/* Renews the lease and records stage (may be NULL: as it was) and progress. */
bool job_renew(struct store *s, const char *id, const char *owner, const char *stage, double progress, int64_t now_ms,
               enum job_hold *out, struct error *e);

/* ERROR_CANCELLED when the job was cancelled meanwhile and ERROR_CONFLICT when another worker has it: its files must
 * then go. `result` is JSON; the artifacts' job_id is not looked at. */
bool job_complete(struct store *s, const char *id, const char *owner, const char *result,
                  const struct artifact *artifacts, size_t artifact_count, int64_t now_ms, struct error *e);

/* Records why it failed. With `retry` and attempts left it is queued again after a pause (*out JOB_QUEUED), else it is
 * JOB_FAILED. Errors as for job_complete. `out` may be NULL. */
bool job_fail(struct store *s, const char *id, const char *owner, const struct error *why, bool retry, int64_t now_ms,
              enum job_state *out, struct error *e);

/* Gives the job back as if it had not been claimed. Errors as for job_complete. */
bool job_release(struct store *s, const char *id, const char *owner, struct error *e);

/* Gives the job back, to be claimed from `not_before_ms` on, and records why. The attempt does not count. Errors as for
 * job_complete. */
bool job_postpone(struct store *s, const char *id, const char *owner, const struct error *why, int64_t not_before_ms,
                  struct error *e);

/* The owners of the leases that run, each once, in the arena. */
bool job_owners(struct store *s, struct arena *a, struct string_list *out, struct error *e);

/* `owner` is known to be gone: its jobs need not wait for the end of their leases, and can be claimed again at once, or
 * are failed when they have had all their attempts. The attempt counts. *count: how many jobs it held. */
bool job_release_owner(struct store *s, const char *owner, int64_t now_ms, int *count, struct error *e);

/* Fails the jobs whose lease ran out and that have had all their attempts, as job_claim does. *count: how many. */
bool job_fail_exhausted(struct store *s, int64_t now_ms, int *count, struct error *e);

#endif
