#include "server/flood.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct flood_held held[FLOOD_CLIENTS + 1]; /* the last is for all that the others have no room for */

static atomic_llong held_back; /* of all; so that those who find nothing need no lock */

static void keep(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text != NULL ? text : "");
}

/* As `keep` would have kept it. */
static bool is_text(const char *kept, size_t size, const char *text)
{
    return strncmp(kept, text != NULL ? text : "", size - 1) == 0;
}

static bool is_same(const struct flood_held *h, const struct trail_entry *e)
{
    const char *actor = e->actor != NULL ? e->actor : "";

    if (h->until_ms == 0 || !is_text(h->actor, sizeof(h->actor), e->actor))
        return false;
    /* Tokens of two organisations may name the same subject, and a key may be called like one. */
    return actor[0] == '\0' ? is_text(h->address, sizeof(h->address), e->address)
                            : is_text(h->organisation, sizeof(h->organisation), e->organisation) &&
                                  is_text(h->actor_kind, sizeof(h->actor_kind), e->actor_kind);
}

/* A place that is free, or whose client has been quiet and has nothing to be recorded. */
static struct flood_held *place_find(const struct trail_entry *e, int64_t now_ms)
{
    struct flood_held *empty = NULL;

    for (struct flood_held *h = held; h < held + FLOOD_CLIENTS; h++) {
        if (is_same(h, e))
            return h;
        if (empty == NULL && (h->until_ms == 0 || (now_ms >= h->until_ms && h->count == 0)))
            empty = h;
    }
    return empty;
}

static void begin(struct flood_held *h, const struct trail_entry *e, int64_t now_ms)
{
    *h = (struct flood_held){ .until_ms = now_ms + FLOOD_WINDOW_MS };
    keep(h->actor_kind, sizeof(h->actor_kind), e->actor_kind);
    keep(h->actor, sizeof(h->actor), e->actor);
    keep(h->actor_name, sizeof(h->actor_name), e->actor_name);
    keep(h->organisation, sizeof(h->organisation), e->organisation);
    keep(h->address, sizeof(h->address), e->address);
}

bool flood_hold(const struct trail_entry *entry, int64_t now_ms)
{
    struct flood_held *h;
    bool is_held;

    pthread_mutex_lock(&lock);
    h = place_find(entry, now_ms);
    if (h == NULL)
        h = &held[FLOOD_CLIENTS];
    /* One that is over and not taken yet stays as it is: the count is recorded soon. */
    is_held = h->until_ms != 0 && (now_ms < h->until_ms || h->count > 0);
    if (is_held) {
        h->count++;
        atomic_fetch_add(&held_back, 1);
    } else {
        begin(h, entry, now_ms);
    }
    h->is_many = h == &held[FLOOD_CLIENTS];
    pthread_mutex_unlock(&lock);
    return is_held;
}

bool flood_take(int64_t now_ms, bool all, struct flood_held *out)
{
    bool found = false;

    if (atomic_load(&held_back) == 0)
        return false;
    pthread_mutex_lock(&lock);
    for (struct flood_held *h = held; h <= held + FLOOD_CLIENTS && !found; h++) {
        found = h->count > 0 && (all || now_ms >= h->until_ms);
        if (found) {
            *out = *h;
            atomic_fetch_sub(&held_back, h->count);
            h->count = 0;
            h->until_ms = 0;
        }
    }
    pthread_mutex_unlock(&lock);
    return found;
}
