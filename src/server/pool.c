#include "server/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/waiter.h"

enum { SPARES_MAX = 64 };

struct queue {
    struct exchange *first, **last;
};

struct pool {
    const struct service *service;
    void (*changed)(void *arg);
    void *arg;
    struct waiter *waiter;
    pthread_t *threads;
    int thread_count; /* of the thread that calls pool_new and pool_free */
    int started, failed;
    struct error error; /* of a thread that could not start */

    pthread_mutex_t lock;
    pthread_cond_t more;  /* work, or the end */
    pthread_cond_t begun; /* a thread has started or failed */
    struct queue light, heavy;
    struct exchange *spares; /* without a connection */
    size_t spare_count;
    int heavy_running, idle;
    uint64_t generation;
    bool is_ending;

    /* Changed under the lock; the acceptor reads them without, because it looks at every connection. */
    atomic_size_t queued, open, old;
    _Atomic uint64_t taken;
    atomic_bool is_watched;
};

static void queue_add(struct queue *q, struct exchange *x)
{
    x->next = NULL;
    *q->last = x;
    q->last = &x->next;
}

static struct exchange *queue_take(struct queue *q)
{
    struct exchange *x = q->first;

    if (x == NULL)
        return NULL;
    q->first = x->next;
    if (q->first == NULL)
        q->last = &q->first;
    return x;
}

/* Under the lock. */
static struct exchange *next(struct pool *p, bool *is_heavy)
{
    int heavy_max = p->service->threads > 1 ? p->service->threads - 1 : 1;
    struct exchange *x = queue_take(&p->light);

    *is_heavy = false;
    if (x != NULL || p->heavy_running >= heavy_max)
        return x;
    x = queue_take(&p->heavy);
    *is_heavy = x != NULL;
    return x;
}

/* Under the lock: waits for work. NULL at the end. */
static struct exchange *take(struct pool *p, bool *is_heavy)
{
    struct exchange *x;

    while ((x = next(p, is_heavy)) == NULL && !p->is_ending) {
        p->idle++;
        pthread_cond_wait(&p->more, &p->lock);
        p->idle--;
    }
    if (x != NULL) {
        p->queued--;
        p->taken++;
        p->heavy_running += *is_heavy;
    }
    return x;
}

/* Under the lock. True when a thread must be woken, which is done without the lock, or it would wake to wait for that; a
 * thread that is awake looks for more before it sleeps. */
static bool add(struct pool *p, struct queue *q, struct exchange *x)
{
    queue_add(q, x);
    p->queued++;
    return p->idle > 0;
}

/* Under the lock, which it gives back. */
static void add_light(struct pool *p, struct exchange *x)
{
    bool wakes = add(p, &p->light, x);

    pthread_mutex_unlock(&p->lock);
    if (wakes)
        pthread_cond_signal(&p->more);
}

/* Under the lock. One that has no connection yet, or NULL. */
static struct exchange *spare_take(struct pool *p)
{
    struct exchange *x = p->spares;

    if (x != NULL) {
        p->spares = x->next;
        p->spare_count--;
    }
    return x;
}

/* Under the lock. */
static void spare_keep(struct pool *p, struct exchange *x)
{
    if (p->spare_count == SPARES_MAX) {
        exchange_free(x);
        return;
    }
    x->next = p->spares;
    p->spares = x;
    p->spare_count++;
}

/* Without the lock. What the outcome means for the exchange itself; whoever else has it by then may not be touched. */
static void part_with(struct pool *p, struct exchange *x, enum exchange_outcome outcome)
{
    if (outcome == EXCHANGE_WAITS)
        waiter_add(p->waiter, x);
    else if (outcome == EXCHANGE_OVER)
        exchange_close(x);
}

static void serve(struct pool *p, void *thread)
{
    struct exchange *x;
    bool is_heavy;

    pthread_mutex_lock(&p->lock);
    while ((x = take(p, &is_heavy)) != NULL) {
        uint64_t generation = x->generation;
        enum exchange_outcome outcome;

        pthread_mutex_unlock(&p->lock);
        outcome = exchange_run(x, thread);
        part_with(p, x, outcome);
        pthread_mutex_lock(&p->lock);
        if (outcome == EXCHANGE_HEAVY) {
            if (add(p, &p->heavy, x))
                pthread_cond_signal(&p->more);
        } else if (outcome == EXCHANGE_OVER) {
            p->open--;
            p->old -= generation < p->generation;
            spare_keep(p, x);
        }
        if (is_heavy) {
            p->heavy_running--;
            pthread_cond_signal(&p->more);
        }
        if (atomic_load(&p->is_watched))
            p->changed(p->arg);
    }
    pthread_mutex_unlock(&p->lock);
}

static void *work(void *arg)
{
    struct pool *p = arg;
    struct error e = { .code = ERROR_NONE };
    void *thread = p->service->thread_open(p->service->app, &e);

    pthread_mutex_lock(&p->lock);
    p->started++;
    if (thread == NULL) {
        p->failed++;
        p->error = e;
    }
    pthread_cond_signal(&p->begun);
    pthread_mutex_unlock(&p->lock);
    if (thread == NULL)
        return NULL;
    serve(p, thread);
    p->service->thread_close(thread);
    return NULL;
}

static void resume(void *arg, struct exchange *x)
{
    struct pool *p = arg;

    pthread_mutex_lock(&p->lock);
    add_light(p, x);
}

static bool start(struct pool *p, struct error *e)
{
    p->waiter = waiter_new(p->service, resume, p, e);
    if (p->waiter == NULL)
        return false;
    for (; p->thread_count < p->service->threads; p->thread_count++)
        ASSERT(pthread_create(&p->threads[p->thread_count], NULL, work, p) == 0);
    pthread_mutex_lock(&p->lock);
    while (p->started < p->thread_count)
        pthread_cond_wait(&p->begun, &p->lock);
    if (p->failed > 0 && e != NULL)
        *e = p->error;
    pthread_mutex_unlock(&p->lock);
    return p->failed == 0;
}

struct pool *pool_new(const struct service *s, void (*changed)(void *arg), void *arg, struct error *e)
{
    struct pool *p = calloc(1, sizeof(*p));

    ASSERT(p != NULL && s->threads > 0);
    p->threads = calloc((size_t)s->threads, sizeof(*p->threads));
    ASSERT(p->threads != NULL);
    p->service = s;
    p->changed = changed;
    p->arg = arg;
    p->light.last = &p->light.first;
    p->heavy.last = &p->heavy.first;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->more, NULL);
    pthread_cond_init(&p->begun, NULL);
    if (start(p, e))
        return p;
    pool_free(p);
    return NULL;
}

void pool_push(struct pool *p, int fd)
{
    struct exchange *x;

    pthread_mutex_lock(&p->lock);
    x = spare_take(p);
    if (x == NULL) {
        pthread_mutex_unlock(&p->lock);
        x = exchange_new(p->service);
        if (x == NULL) {
            close(fd);
            return;
        }
        pthread_mutex_lock(&p->lock);
    }
    exchange_open(x, fd);
    x->generation = p->generation;
    p->open++;
    add_light(p, x);
}

struct pool_load pool_load_get(struct pool *p)
{
    return (struct pool_load){ atomic_load(&p->queued), atomic_load(&p->open), atomic_load(&p->old),
                               atomic_load(&p->taken) };
}

void pool_watch(struct pool *p, bool on)
{
    atomic_store(&p->is_watched, on);
}

void pool_drain(struct pool *p, int64_t wait_until_ms)
{
    pthread_mutex_lock(&p->lock);
    p->generation++;
    p->old = atomic_load(&p->open);
    pthread_mutex_unlock(&p->lock);
    waiter_limit(p->waiter, wait_until_ms);
}

void pool_free(struct pool *p)
{
    if (p == NULL)
        return;
    pthread_mutex_lock(&p->lock);
    p->is_ending = true;
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->thread_count; i++)
        pthread_join(p->threads[i], NULL);
    waiter_free(p->waiter);
    while (p->spares != NULL)
        exchange_free(spare_take(p));
    pthread_cond_destroy(&p->begun);
    pthread_cond_destroy(&p->more);
    pthread_mutex_destroy(&p->lock);
    free(p->threads);
    free(p);
}
