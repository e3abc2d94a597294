#define _GNU_SOURCE
#include "sound/crew.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include "core/yield.h"

enum { THREADS_MAX = 64 };

struct crew {
    pthread_t threads[THREADS_MAX];
    int thread_count; /* besides the caller */
    pthread_mutex_t lock;
    pthread_cond_t start, done;
    unsigned step; /* number of the current step */
    int busy;      /* threads that have not finished it */
    bool is_over;
    void (*task)(void *arg, int index);
    void *arg;
    int count;
    atomic_int next;
};

/* Decaying filters and reverbs end in denormals, which cost a hundred times more. */
static unsigned denormals_flush(void)
{
#if defined(__SSE__)
    const unsigned flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
    unsigned before = _mm_getcsr();

    _mm_setcsr(before | flush_to_zero | denormals_are_zero);
    return before;
#else
    return 0;
#endif
}

static void denormals_restore(unsigned before)
{
#if defined(__SSE__)
    _mm_setcsr(before);
#else
    (void)before;
#endif
}

int crew_cores(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

    return count > 0 ? count : 1;
}

static void work(struct crew *c)
{
    for (int i = atomic_fetch_add(&c->next, 1); i < c->count; i = atomic_fetch_add(&c->next, 1)) {
        c->task(c->arg, i);
        yield_when_due();
    }
}

static void *member(void *arg)
{
    struct crew *c = arg;
    unsigned seen = 0;

    denormals_flush();
    pthread_mutex_lock(&c->lock);
    for (;;) {
        while (c->step == seen && !c->is_over)
            pthread_cond_wait(&c->start, &c->lock);
        if (c->is_over)
            break;
        seen = c->step;
        pthread_mutex_unlock(&c->lock);
        work(c);
        pthread_mutex_lock(&c->lock);
        if (--c->busy == 0)
            pthread_cond_signal(&c->done);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

struct crew *crew_new(int threads, struct error *e)
{
    struct crew *c = calloc(1, sizeof(*c));
    sigset_t all, before;

    if (c == NULL) {
        error_set(e, ERROR_UNAVAILABLE, "no memory for the threads");
        return NULL;
    }
    if (threads <= 0)
        threads = crew_cores();
    if (threads > THREADS_MAX)
        threads = THREADS_MAX;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->start, NULL);
    pthread_cond_init(&c->done, NULL);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (c->thread_count < threads - 1 &&
           pthread_create(&c->threads[c->thread_count], NULL, member, c) == 0)
        c->thread_count++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return c;
}

void crew_free(struct crew *c)
{
    if (c == NULL)
        return;
    pthread_mutex_lock(&c->lock);
    c->is_over = true;
    pthread_cond_broadcast(&c->start);
    pthread_mutex_unlock(&c->lock);
    for (int i = 0; i < c->thread_count; i++)
        pthread_join(c->threads[i], NULL);
    pthread_cond_destroy(&c->done);
    pthread_cond_destroy(&c->start);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

int crew_threads(const struct crew *c)
{
    return c->thread_count + 1;
}

void crew_run(struct crew *c, void (*task)(void *arg, int index), void *arg, int count)
{
    unsigned float_mode = denormals_flush();

    pthread_mutex_lock(&c->lock);
    c->task = task;
    c->arg = arg;
    c->count = count;
    atomic_store(&c->next, 0);
    c->busy = c->thread_count;
    c->step++;
    pthread_cond_broadcast(&c->start);
    pthread_mutex_unlock(&c->lock);
    work(c);
    pthread_mutex_lock(&c->lock);
    while (c->busy > 0)
        pthread_cond_wait(&c->done, &c->lock);
    pthread_mutex_unlock(&c->lock);
    denormals_restore(float_mode);
}
