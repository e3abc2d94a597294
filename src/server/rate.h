/*
 * Rate limits by the generic cell rate algorithm: a client may send `burst` requests at once and `rps` a second in the
 * long run. The table lies in memory that all workers share, so the count is exact however the requests are spread.
 * It has a fixed size: an entry whose time has passed equals no entry and its place is taken; only when a shard is full
 * of clients that are being limited is the one forgotten that has the least left to wait.
 */
#ifndef SERVER_RATE_H
#define SERVER_RATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { RATE_SHARDS = 256, RATE_WAYS = 64, RATE_SALT_SIZE = 16 };

struct rate_entry {
    uint64_t client[2];   /* of a salted hash; both 0: free */
    int64_t arrival_ns;   /* the "theoretical arrival time" of ITU-T I.371; the bucket is full from then on */
};

struct rate_shard {
    pthread_mutex_t lock; /* robust: a worker that dies with it does not stop the others */
    struct rate_entry entries[RATE_WAYS];
};

struct rate_table {
    unsigned char salt[RATE_SALT_SIZE]; /* so that nobody can choose clients that share a shard */
    struct rate_shard shards[RATE_SHARDS];
};

struct rate_verdict {
    bool is_known;        /* false: no limit was applied */
    bool allowed;
    int limit, window_s;  /* the policy: so many requests in so many seconds */
    int remaining;        /* requests that would be let through now */
    int reset_s;          /* until the full burst is there again, rounded up */
    int retry_s;          /* until one more is let through, rounded up; 0 when allowed */
};

/* Once, in shared memory, before the first fork. */
void rate_init(struct rate_table *t);

/* Takes one request of `client` at `now_ns` (monotonic) if there is one to take. rps > 0, burst ≥ 1. Any thread of any
 * process. */
void rate_take(struct rate_table *t, const char *client, double rps, int burst, int64_t now_ns,
               struct rate_verdict *out);

#endif
