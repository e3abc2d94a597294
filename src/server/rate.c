#include "server/rate.h"

#include <errno.h>
#include <string.h>

#include "core/error.h"
#include "core/hash.h"
#include "core/random.h"

#define SECOND_NS INT64_C(1000000000)

enum { CLIENT_MAX = 512 }; /* bytes of a name; longer ones that begin alike count together */

void rate_init(struct rate_table *t)
{
    pthread_mutexattr_t how;

    memset(t, 0, sizeof(*t));
    random_bytes(t->salt, sizeof(t->salt));
    pthread_mutexattr_init(&how);
    pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST);
    for (size_t i = 0; i < RATE_SHARDS; i++)
        ASSERT(pthread_mutex_init(&t->shards[i].lock, &how) == 0);
    pthread_mutexattr_destroy(&how);
}

static void identify(const struct rate_table *t, const char *client, uint64_t out[2])
{
    char salted[RATE_SALT_SIZE + CLIENT_MAX];
    unsigned char digest[HASH_BYTES];
    size_t len = strnlen(client, CLIENT_MAX);

    memcpy(salted, t->salt, RATE_SALT_SIZE);
    memcpy(salted + RATE_SALT_SIZE, client, len);
    hash_bytes(salted, RATE_SALT_SIZE + len, digest);
    memcpy(out, digest, 2 * sizeof(*out));
    out[0] |= out[0] == 0 && out[1] == 0; /* not the mark of a free entry */
}

/* The client's entry, or the one to give to it. */
static struct rate_entry *entry_of(struct rate_shard *shard, const uint64_t client[2])
{
    struct rate_entry *best = &shard->entries[0];

    for (size_t i = 0; i < RATE_WAYS; i++) {
        struct rate_entry *entry = &shard->entries[i];

        if (entry->client[0] == client[0] && entry->client[1] == client[1])
            return entry;
        if (entry->arrival_ns < best->arrival_ns)
            best = entry;
    }
    best->client[0] = client[0];
    best->client[1] = client[1];
    best->arrival_ns = 0;
    return best;
}

static int ceil_s(int64_t ns)
{
    return ns <= 0 ? 0 : (int)((ns + SECOND_NS - 1) / SECOND_NS);
}

void rate_take(struct rate_table *t, const char *client, double rps, int burst, int64_t now_ns,
               struct rate_verdict *out)
{
    int64_t interval = (int64_t)((double)SECOND_NS / rps), capacity = interval * burst, next, arrival;
    struct rate_shard *shard;
    struct rate_entry *entry;
    uint64_t id[2];

    identify(t, client, id);
    shard = &t->shards[id[0] % RATE_SHARDS];
    if (pthread_mutex_lock(&shard->lock) == EOWNERDEAD)
        pthread_mutex_consistent(&shard->lock); /* an entry is at worst one request behind */
    entry = entry_of(shard, id);
    arrival = entry->arrival_ns > now_ns ? entry->arrival_ns : now_ns;
    if (arrival - now_ns > capacity)
        arrival = now_ns + capacity; /* the policy became stricter meanwhile */
    next = arrival + interval;
    out->allowed = next - now_ns <= capacity;
    if (out->allowed)
        arrival = next;
    entry->arrival_ns = arrival;
    pthread_mutex_unlock(&shard->lock);

    out->is_known = true;
    out->limit = burst;
    out->window_s = ceil_s(capacity);
    out->remaining = (int)((capacity - (arrival - now_ns)) / interval);
    out->reset_s = ceil_s(arrival - now_ns);
    out->retry_s = out->allowed ? 0 : ceil_s(next - capacity - now_ns);
}
