/*
 * The life of one job in a worker: produce its files in a temporary folder, publish the folder, complete the job. While
 * it works it renews the lease and learns whether the job was cancelled, taken over, or must be given back.
 */
#ifndef WORKER_JOB_H
#define WORKER_JOB_H

#include "core/config.h"
#include "worker/produce.h"

enum { JOB_RENEW_EVERY_MS = 300, JOB_ARENA_BYTES = 256 * 1024 * 1024 };

struct job_crew {
    const struct config *config;
    const struct genres *genres;
    const struct soundfonts *soundfonts;
    struct store *store;
    const char *owner;                  /* who holds the leases */
    bool (*must_stop)(void *arg);       /* asked now and then: true gives the job back to the queue. May be NULL. */
    void *must_stop_arg;
    /* produce; tests put another in its place. */
    bool (*produce)(const struct produce_order *order, struct produce_request *request, struct product *out,
                    struct arena *a, struct error *e);
};

enum job_end {
    JOB_END_COMPLETED,
    JOB_END_FAILED,     /* for good, or until the next attempt: the log says which */
    JOB_END_RELEASED,   /* back in the queue, as must_stop asked or until there is room on the disk; the attempt does not count */
    JOB_END_DROPPED,    /* cancelled, or another worker's by now */
};

/* Carries out a claimed job. Never fails: what goes wrong is recorded in the job and in the log. */
enum job_end job_carry_out(const struct job_crew *crew, const struct job *job);

#endif
