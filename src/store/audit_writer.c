/* Group commit: of the threads that have a row to add, the first writes for all that came meanwhile. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "core/clock.h"
#include "core/log.h"
#include "store/audit.h"

enum { BATCH_MAX = 256, ANCHOR_RETRY_S = 600, DAY_S = 86400 };

struct waiting {
    struct waiting *next;
    struct audit_row *row;
    bool is_done, ok;
    struct error error;
};

struct audit_writer {
    struct store *store; /* of the thread that has set is_writing */
    pthread_t anchors;
    bool has_anchors;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct waiting *first, **last;
    bool is_writing, is_closing;
};

/* Takes the connection. Under the lock. */
static void take_turn(struct audit_writer *w)
{
    while (w->is_writing)
        pthread_cond_wait(&w->changed, &w->lock);
    w->is_writing = true;
}

static void give_turn(struct audit_writer *w)
{
    w->is_writing = false;
    pthread_cond_broadcast(&w->changed);
}

static void write_batch(struct audit_writer *w, struct waiting *const *batch, size_t count)
{
    struct audit_row *rows[BATCH_MAX];
    struct error e = { .code = ERROR_NONE };
    bool ok;

    for (size_t i = 0; i < count; i++)
        rows[i] = batch[i]->row;
    ok = audit_add(w->store, rows, count, NULL, &e);
    for (size_t i = 0; i < count; i++) {
        batch[i]->ok = ok;
        batch[i]->error = e;
    }
}

/* Under the lock, with the turn taken. */
static void write_waiting(struct audit_writer *w)
{
    struct waiting *batch[BATCH_MAX];
    size_t count = 0;

    while (w->first != NULL && count < BATCH_MAX) {
        batch[count++] = w->first;
        w->first = w->first->next;
    }
    if (w->first == NULL)
        w->last = &w->first;
    pthread_mutex_unlock(&w->lock);
    write_batch(w, batch, count);
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < count; i++)
        batch[i]->is_done = true;
}

bool audit_append(struct audit_writer *w, struct audit_row *row, struct error *e)
{
    struct waiting me = { .row = row };

    pthread_mutex_lock(&w->lock);
    *w->last = &me;
    w->last = &me.next;
    while (!me.is_done) {
        if (w->is_writing) {
            pthread_cond_wait(&w->changed, &w->lock);
            continue;
        }
        take_turn(w);
        write_waiting(w);
        give_turn(w);
    }
    pthread_mutex_unlock(&w->lock);
    if (!me.ok && e != NULL)
        *e = me.error;
    return me.ok;
}

/* False when it could not be added. Under the lock. */
static bool anchor(struct audit_writer *w)
{
    struct audit_anchor added = { .seq = 0 };
    struct error e = { .code = ERROR_NONE };
    bool ok;

    take_turn(w);
    pthread_mutex_unlock(&w->lock);
    ok = audit_add_anchor(w->store, clock_wall_ms(), &added, &e);
    if (!ok)
        log_error("the audit trail is not anchored today: %s", e.detail);
    else if (added.seq != 0)
        log_always("audit anchor %lld:%s", (long long)added.seq, added.hash);
    pthread_mutex_lock(&w->lock);
    give_turn(w);
    return ok;
}

bool audit_writer_last_anchor(struct audit_writer *w, int64_t *out_ms, struct error *e)
{
    bool ok;

    pthread_mutex_lock(&w->lock);
    take_turn(w);
    pthread_mutex_unlock(&w->lock);
    ok = audit_last_anchor(w->store, out_ms, e);
    pthread_mutex_lock(&w->lock);
    give_turn(w);
    pthread_mutex_unlock(&w->lock);
    return ok;
}

static void *anchor_daily(void *arg)
{
    struct audit_writer *w = arg;

    pthread_mutex_lock(&w->lock);
    while (!w->is_closing) {
        int64_t now_s = clock_wall_ms() / 1000, midnight_s = now_s - now_s % DAY_S + DAY_S;
        struct timespec until = { .tv_sec = anchor(w) ? midnight_s + 1 : now_s + ANCHOR_RETRY_S };

        while (!w->is_closing && pthread_cond_timedwait(&w->changed, &w->lock, &until) != ETIMEDOUT)
            ;
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct audit_writer *audit_writer_open(const struct config *c, bool daily_anchor, struct error *e)
{
    struct store *store = audit_open(c, e);
    struct audit_writer *w;

    if (store == NULL)
        return NULL;
    w = calloc(1, sizeof(*w));
    ASSERT(w != NULL);
    w->store = store;
    w->last = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->changed, NULL);
    w->has_anchors = daily_anchor;
    if (daily_anchor)
        ASSERT(pthread_create(&w->anchors, NULL, anchor_daily, w) == 0);
    return w;
}

void audit_writer_close(struct audit_writer *w)
{
    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    w->is_closing = true;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
    if (w->has_anchors)
        pthread_join(w->anchors, NULL);
    store_close(w->store);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
