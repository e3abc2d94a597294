/*
 * A master and its worker processes. The master forks them, replaces those that end unasked (after a pause that grows
 * while they keep dying young), and passes signals on; it opens nothing and does no work itself.
 *
 *   SIGTERM, SIGINT   all workers get SIGTERM and finish; those that are still there after the grace period are killed
 *   SIGHUP            after check() has agreed, workers are replaced one by one: each gets SIGHUP, and its successor
 *                     starts when it has gone
 *
 * Workers get SIGTERM when the master dies. When one ends with the status of wrong settings (78) soon after the start,
 * the whole pool stops with that status: starting it again would not help.
 */
#ifndef WORKER_POOL_H
#define WORKER_POOL_H

#include <stdbool.h>

enum { POOL_MAX = 64, POOL_YOUNG_MS = 10000, POOL_PAUSE_MIN_MS = 100, POOL_PAUSE_MAX_MS = 30000 };

struct pool_order {
    int count;                      /* 1–POOL_MAX */
    int grace_ms;                   /* for workers after SIGTERM */
    int (*work)(void *arg);         /* in each worker; its result is the exit status */
    bool (*check)(void *arg);       /* before a reload, in the master; logs what is wrong. May be NULL. */
    void *arg;
    void (*notify)(const char *state); /* "READY=1", "STOPPING=1", "WATCHDOG=1", for systemd. May be NULL. */
    int watchdog_ms;                /* how often "WATCHDOG=1" is to be said; 0: never */
};

/* With the signals blocked (worker_signals_block). Returns when all workers have gone: 0 when they left in time, 1 when
 * one had to be killed, 78 as above. In the workers it does not return. */
int pool_run(const struct pool_order *order);

/* How long to wait before a worker's place is filled again, after so many early deaths in a row. */
int pool_pause_ms(int early_deaths);

#endif
