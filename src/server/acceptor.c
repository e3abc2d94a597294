#define _GNU_SOURCE /* accept4 */
#include "server/acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "process/segment.h"
#include "server/pool.h"

enum {
    EVENTS = 64,
    DESCRIPTORS_WANTED = 8192,
    DESCRIPTORS_SPARE = 128, /* for databases and the like */
    IDLE_MS = 1000,          /* between two signs of life */
    TICK_MS = 100,           /* while draining, or while accept fails */
    ANSWER_MS = 500,         /* before the end: requests that wait are answered by then */
    SILENCE_DRAINING_MS = 1000,
    NO_DRAIN = -1,
};

/* A connection that has said nothing yet. */
struct silent {
    struct silent *newer, *older;
    int fd;
    int64_t since_ms;
};

struct acceptor {
    const struct service *service;
    struct pool *pool;
    int listen_fd, epoll_fd, wake_fd;
    size_t connections_max;
    struct silent *oldest, *newest;
    size_t silent_count;
    bool is_listening;
    int64_t pause_until_ms; /* after accept failed */
    atomic_int drain;       /* enum acceptor_drain or NO_DRAIN */
    atomic_int timeout_ms;
    int64_t deadline_ms; /* 0: not draining */
    uint64_t taken;      /* by threads, when last looked at */
};

static void wake(void *arg)
{
    struct acceptor *a = arg;
    uint64_t one = 1;

    while (write(a->wake_fd, &one, sizeof(one)) < 0 && errno == EINTR)
        ;
}

static void watch(struct acceptor *a, int fd, uint32_t events, void *what)
{
    struct epoll_event event = { .events = events, .data.ptr = what };

    ASSERT(epoll_ctl(a->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0);
}

static void listen_on(struct acceptor *a, bool on)
{
    if (on == a->is_listening)
        return;
    a->is_listening = on;
    if (on)
        watch(a, a->listen_fd, EPOLLIN | EPOLLEXCLUSIVE, &a->listen_fd);
    else
        epoll_ctl(a->epoll_fd, EPOLL_CTL_DEL, a->listen_fd, NULL);
}

static size_t descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    if (limit.rlim_cur < DESCRIPTORS_WANTED) {
        limit.rlim_cur = limit.rlim_max < DESCRIPTORS_WANTED ? limit.rlim_max : DESCRIPTORS_WANTED;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur;
}

struct acceptor *acceptor_new(int listen_fd, const struct service *s, struct error *e)
{
    struct acceptor *a = calloc(1, sizeof(*a));
    size_t fds = descriptors();

    ASSERT(a != NULL);
    a->service = s;
    a->listen_fd = listen_fd;
    a->connections_max = fds > 2 * DESCRIPTORS_SPARE ? fds - DESCRIPTORS_SPARE : fds / 2;
    atomic_init(&a->drain, NO_DRAIN);
    atomic_init(&a->timeout_ms, 0);
    a->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    a->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    ASSERT(a->epoll_fd >= 0 && a->wake_fd >= 0);
    fcntl(listen_fd, F_SETFL, fcntl(listen_fd, F_GETFL) | O_NONBLOCK);
    a->pool = pool_new(s, wake, a, e);
    if (a->pool == NULL) {
        acceptor_free(a);
        return NULL;
    }
    watch(a, a->wake_fd, EPOLLIN, &a->wake_fd);
    listen_on(a, true);
    return a;
}

static void add_silent(struct acceptor *a, int fd)
{
    struct silent *s = calloc(1, sizeof(*s));

    if (s == NULL) {
        close(fd);
        return;
    }
    s->fd = fd;
    s->since_ms = clock_monotonic_ms();
    s->older = a->newest;
    if (a->newest != NULL)
        a->newest->newer = s;
    else
        a->oldest = s;
    a->newest = s;
    a->silent_count++;
    watch(a, fd, EPOLLIN | EPOLLRDHUP, s);
}

static int forget_silent(struct acceptor *a, struct silent *s)
{
    int fd = s->fd;

    epoll_ctl(a->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
    *(s->older != NULL ? &s->older->newer : &a->oldest) = s->newer;
    *(s->newer != NULL ? &s->newer->older : &a->newest) = s->older;
    a->silent_count--;
    free(s);
    return fd;
}

/* Something to read, nothing yet, or a peer that is gone. */
static void sort(struct acceptor *a, int fd, bool is_new)
{
    char first;
    ssize_t got = recv(fd, &first, 1, MSG_PEEK | MSG_DONTWAIT);

    if (got > 0)
        pool_push(a->pool, fd);
    else if (got < 0 && is_new && (errno == EAGAIN || errno == EINTR))
        add_silent(a, fd);
    else
        close(fd);
}

static bool has_room(struct acceptor *a)
{
    struct pool_load load = pool_load_get(a->pool);

    return load.queued < 2 * (size_t)a->service->threads + 8 &&
           load.open + a->silent_count < a->connections_max;
}

static void accept_some(struct acceptor *a)
{
    const struct timeval patience = { .tv_sec = ACCEPTOR_IO_TIMEOUT_S };

    while (has_room(a)) {
        int fd = accept4(a->listen_fd, NULL, NULL, SOCK_CLOEXEC);

        if (fd < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            log_error("cannot accept connections: %s", strerror(errno));
            a->pause_until_ms = clock_monotonic_ms() + TICK_MS;
        }
        if (fd < 0)
            return;
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
        sort(a, fd, true);
    }
}

static void drop_silent(struct acceptor *a, int64_t now_ms)
{
    int64_t patience_ms = a->deadline_ms != 0 ? SILENCE_DRAINING_MS : ACCEPTOR_SILENCE_MS;

    while (a->oldest != NULL && now_ms - a->oldest->since_ms >= patience_ms) {
        ASSERT(a->oldest->older == NULL);
        close(forget_silent(a, a->oldest));
    }
}

static void begin_drain(struct acceptor *a, int64_t now_ms)
{
    int timeout_ms = atomic_load(&a->timeout_ms);
    int answer_ms = timeout_ms > 2 * ANSWER_MS ? ANSWER_MS : timeout_ms / 2;

    if (a->deadline_ms != 0 || atomic_load(&a->drain) == NO_DRAIN)
        return;
    a->deadline_ms = now_ms + timeout_ms;
    pool_drain(a->pool, a->deadline_ms - answer_ms);
}

/* Listens or not, as the load and the state of the drain ask for. */
static void adjust(struct acceptor *a, int64_t now_ms)
{
    bool leaves = a->deadline_ms != 0 && (atomic_load(&a->drain) == ACCEPTOR_LEAVE ||
                                          now_ms >= a->deadline_ms || pool_load_get(a->pool).old == 0);

    pool_watch(a->pool, true); /* before the look at the load, so that no change of it is missed */
    listen_on(a, !leaves && now_ms >= a->pause_until_ms && has_room(a));
    if (a->is_listening && a->deadline_ms == 0)
        pool_watch(a->pool, false);
}

/* The loop goes round, and the threads take what is queued. */
static void show_life(struct acceptor *a, const struct pool_load *load)
{
    if (load->queued == 0 || load->taken != a->taken)
        heartbeat();
    a->taken = load->taken;
}

static int sleep_ms(const struct acceptor *a, int64_t now_ms)
{
    int64_t left_ms;

    if (a->deadline_ms != 0 || now_ms < a->pause_until_ms)
        return TICK_MS;
    if (a->oldest == NULL)
        return IDLE_MS;
    left_ms = a->oldest->since_ms + ACCEPTOR_SILENCE_MS - now_ms;
    return left_ms <= 0 ? 0 : left_ms < IDLE_MS ? (int)left_ms : IDLE_MS;
}

static void take_event(struct acceptor *a, const struct epoll_event *event)
{
    uint64_t ignored;

    if (event->data.ptr == &a->listen_fd) {
        if (a->is_listening)
            accept_some(a);
    } else if (event->data.ptr == &a->wake_fd) {
        if (read(a->wake_fd, &ignored, sizeof(ignored)) < 0)
            return;
    } else {
        sort(a, forget_silent(a, event->data.ptr), false);
    }
}

bool acceptor_run(struct acceptor *a)
{
    struct epoll_event events[EVENTS];

    for (;;) {
        int64_t now_ms = clock_monotonic_ms();
        struct pool_load load;
        int count;

        begin_drain(a, now_ms);
        drop_silent(a, now_ms);
        adjust(a, now_ms);
        load = pool_load_get(a->pool);
        show_life(a, &load);
        if (a->deadline_ms != 0 && !a->is_listening && a->silent_count == 0 && load.open == 0)
            return true;
        if (a->deadline_ms != 0 && now_ms >= a->deadline_ms + SILENCE_DRAINING_MS) {
            log_warning("%zu requests were cut off", load.open);
            return false;
        }
        count = epoll_wait(a->epoll_fd, events, EVENTS, sleep_ms(a, now_ms));
        for (int i = 0; i < count; i++)
            take_event(a, &events[i]);
    }
}

void acceptor_drain(struct acceptor *a, enum acceptor_drain how, int timeout_ms)
{
    int none = NO_DRAIN;

    atomic_store(&a->timeout_ms, timeout_ms);
    atomic_compare_exchange_strong(&a->drain, &none, (int)how);
    wake(a);
}

void acceptor_free(struct acceptor *a)
{
    if (a == NULL)
        return;
    pool_free(a->pool);
    while (a->oldest != NULL) {
        ASSERT(a->oldest->older == NULL);
        close(forget_silent(a, a->oldest));
    }
    close(a->epoll_fd);
    close(a->wake_fd);
    free(a);
}
