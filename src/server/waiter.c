#define _GNU_SOURCE /* POLLRDHUP */
#include "server/waiter.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/clock.h"
#include "process/segment.h"

struct waiter {
    const struct service *service;
    void (*ready)(void *arg, struct exchange *x);
    void *arg;
    pthread_t thread;
    int wake_fd;

    pthread_mutex_t lock;
    pthread_cond_t started;
    struct exchange *added; /* not yet seen by the thread */
    size_t count;           /* added and held */
    int64_t limit_ms;
    enum { STARTING, RUNNING, FAILED, STOPPING } state;
    struct error error;

    struct exchange *held[WAITER_MAX]; /* the thread's own */
    size_t held_count;
};

static void wake(struct waiter *w)
{
    uint64_t one = 1;

    while (write(w->wake_fd, &one, sizeof(one)) < 0 && errno == EINTR)
        ;
}

/* Takes the new ones in. False when it is time to stop. */
static bool take_in(struct waiter *w, int64_t *limit_ms)
{
    bool go_on;

    pthread_mutex_lock(&w->lock);
    while (w->added != NULL) {
        struct exchange *x = w->added;

        w->added = x->next;
        x->is_streaming = x->request.wait.events != NULL;
        w->held[w->held_count++] = x;
    }
    *limit_ms = w->limit_ms;
    go_on = w->state != STOPPING;
    pthread_mutex_unlock(&w->lock);
    return go_on;
}

static void give_back(struct waiter *w, size_t index)
{
    struct exchange *x = w->held[index];

    w->held[index] = w->held[--w->held_count];
    pthread_mutex_lock(&w->lock);
    w->count--;
    pthread_mutex_unlock(&w->lock);
    w->ready(w->arg, x);
}

/* Sleeps a tick, less when woken or when a client goes. */
static void watch(struct waiter *w)
{
    struct pollfd fds[WAITER_MAX + 1];
    uint64_t ignored;

    fds[0] = (struct pollfd){ .fd = w->wake_fd, .events = POLLIN };
    for (size_t i = 0; i < w->held_count; i++)
        fds[i + 1] = (struct pollfd){ .fd = w->held[i]->fd, .events = POLLRDHUP };
    if (poll(fds, w->held_count + 1, w->held_count > 0 ? WAITER_TICK_MS : -1) <= 0)
        return;
    if (fds[0].revents != 0 && read(w->wake_fd, &ignored, sizeof(ignored)) < 0)
        return;
    for (size_t i = w->held_count; i-- > 0;) {
        if (fds[i + 1].revents == 0)
            continue;
        w->held[i]->is_gone = true;
        give_back(w, i);
    }
}

/* Whether the stream is over: told all, its peer gone, or the server about to stop, where a client does better to come
 * back at once (and finds the next worker) than to hold up the end. */
static bool send_events(struct wait *wait, bool is_last, int64_t now_ms)
{
    if (!events_send(wait->events, now_ms))
        return true;
    return is_last && (events_is_sent(wait->events) || now_ms >= wait->deadline_ms);
}

static void ask(struct waiter *w, void *thread, int64_t limit_ms)
{
    struct wait *waits[WAITER_MAX];
    int64_t now_ms = clock_monotonic_ms();
    int streams = (int)w->held_count;

    for (size_t i = 0; i < w->held_count; i++)
        waits[i] = &w->held[i]->request.wait;
    if (w->held_count > 0)
        w->service->poll(thread, waits, w->held_count);
    for (size_t i = w->held_count; i-- > 0;) {
        bool is_over = waits[i]->is_done || now_ms >= waits[i]->deadline_ms || now_ms >= limit_ms;

        if (waits[i]->events != NULL)
            is_over = send_events(waits[i], is_over || limit_ms != INT64_MAX, now_ms);
        else
            streams--;
        if (is_over)
            give_back(w, i);
    }
    heartbeat_streams(streams);
}

static void *work(void *arg)
{
    struct waiter *w = arg;
    struct error e = { .code = ERROR_NONE };
    void *thread = w->service->thread_open(w->service->app, &e);
    int64_t limit_ms, asked_ms = 0;

    pthread_mutex_lock(&w->lock);
    w->error = e;
    w->state = thread != NULL ? RUNNING : FAILED;
    pthread_cond_signal(&w->started);
    pthread_mutex_unlock(&w->lock);
    if (thread == NULL)
        return NULL;
    while (take_in(w, &limit_ms)) {
        if (clock_monotonic_ms() - asked_ms >= WAITER_TICK_MS) {
            ask(w, thread, limit_ms);
            asked_ms = clock_monotonic_ms();
        }
        watch(w);
    }
    w->service->thread_close(thread);
    return NULL;
}

struct waiter *waiter_new(const struct service *s, void (*ready)(void *arg, struct exchange *x), void *arg,
                          struct error *e)
{
    struct waiter *w = calloc(1, sizeof(*w));
    bool failed;

    if (w == NULL || (w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0) {
        free(w);
        error_set(e, ERROR_INTERNAL, "cannot make the waiter: %s", strerror(errno));
        return NULL;
    }
    w->service = s;
    w->ready = ready;
    w->arg = arg;
    w->limit_ms = INT64_MAX;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->started, NULL);
    ASSERT(pthread_create(&w->thread, NULL, work, w) == 0);
    pthread_mutex_lock(&w->lock);
    while (w->state == STARTING)
        pthread_cond_wait(&w->started, &w->lock);
    failed = w->state == FAILED;
    pthread_mutex_unlock(&w->lock);
    if (!failed)
        return w;
    if (e != NULL)
        *e = w->error;
    waiter_free(w);
    return NULL;
}

void waiter_add(struct waiter *w, struct exchange *x)
{
    bool full;

    pthread_mutex_lock(&w->lock);
    full = w->count == WAITER_MAX;
    if (!full) {
        x->next = w->added;
        w->added = x;
        w->count++;
    }
    pthread_mutex_unlock(&w->lock);
    if (full)
        w->ready(w->arg, x);
    else
        wake(w);
}

void waiter_limit(struct waiter *w, int64_t deadline_ms)
{
    pthread_mutex_lock(&w->lock);
    w->limit_ms = deadline_ms;
    pthread_mutex_unlock(&w->lock);
    wake(w);
}

void waiter_free(struct waiter *w)
{
    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    w->state = STOPPING;
    pthread_mutex_unlock(&w->lock);
    wake(w);
    pthread_join(w->thread, NULL);
    while (w->added != NULL) {
        struct exchange *x = w->added;

        w->added = x->next;
        exchange_free(x);
    }
    for (size_t i = 0; i < w->held_count; i++)
        exchange_free(w->held[i]);
    close(w->wake_fd);
    pthread_cond_destroy(&w->started);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
