#define _GNU_SOURCE /* pipe2 */
#include "server/prefork.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "server/notify.h"

enum {
    SLOTS = 4 * PREFORK_WORKERS_MAX, /* those that leave stand beside those that serve */
    TICK_MS = 100,
    START_MS = 60000,     /* a worker that is not ready by then is killed */
    GRACE_MS = 3000,      /* a worker that is told to go has its time limit and this */
    STEADY_MS = 10000,    /* a worker that lived so long did not die of how it was started */
    PAUSE_FIRST_MS = 100, /* before another try; doubles up to the next, while others still serve */
    PAUSE_MAX_MS = 5000,
};

struct slot {
    enum { SLOT_FREE, SLOT_STARTING, SLOT_SERVING, SLOT_LEAVING } state;
    pid_t pid;
    int ready_fd;        /* while starting */
    unsigned generation; /* of the configuration */
    int64_t since_ms;    /* started, or told to go */
    int64_t kill_ms;
};

struct master {
    const struct prefork *program;
    struct prefork_plan plan;
    struct shared *shared;
    struct slot slots[SLOTS];
    int signal_fd;
    unsigned generation;
    int64_t pause_ms, retry_ms;
    int64_t watchdog_ms, watched_ms;
    bool has_served, is_stopping;
    int exit_status; /* of a worker that died before any had served; -1: none */
};

bool prefork_is_listening(int fd)
{
    int listens = 0;
    socklen_t size = sizeof(listens);

    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
}

/* How many are in this state; of this generation, or of all others. */
static int count(const struct master *m, int state, bool current)
{
    int n = 0;

    for (int i = 0; i < SLOTS; i++)
        n += (int)m->slots[i].state == state && (m->slots[i].generation == m->generation) == current;
    return n;
}

static struct slot *slot_of(struct master *m, pid_t pid)
{
    for (int i = 0; i < SLOTS; i++)
        if (m->slots[i].state != SLOT_FREE && m->slots[i].pid == pid)
            return &m->slots[i];
    return NULL;
}

static _Noreturn void become_worker(struct master *m, pid_t parent, int ready_fd)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(0);
    for (int i = 0; i < SLOTS; i++)
        if (m->slots[i].state == SLOT_STARTING)
            close(m->slots[i].ready_fd);
    close(m->signal_fd);
    exit(m->program->work(m->program->arg, m->shared, ready_fd));
}

static void spawn(struct master *m)
{
    struct slot *s = NULL;
    pid_t parent = getpid(), pid;
    int ends[2];

    for (int i = 0; i < SLOTS && s == NULL; i++)
        if (m->slots[i].state == SLOT_FREE)
            s = &m->slots[i];
    if (s == NULL || pipe2(ends, O_CLOEXEC) != 0) {
        m->retry_ms = clock_monotonic_ms() + PAUSE_MAX_MS;
        return;
    }
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        become_worker(m, parent, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        log_error("cannot fork: %s", strerror(errno));
        close(ends[0]);
        m->retry_ms = clock_monotonic_ms() + PAUSE_MAX_MS;
        return;
    }
    *s = (struct slot){ .state = SLOT_STARTING, .pid = pid, .generation = m->generation };
    s->ready_fd = ends[0];
    s->since_ms = clock_monotonic_ms();
    s->kill_ms = s->since_ms + START_MS;
}

static void dismiss(struct master *m, struct slot *s)
{
    if (s->state == SLOT_STARTING)
        close(s->ready_fd);
    s->state = SLOT_LEAVING;
    s->since_ms = clock_monotonic_ms();
    s->kill_ms = s->since_ms + (int64_t)m->plan.shutdown_timeout_s * 1000 + GRACE_MS;
    kill(s->pid, SIGTERM);
}

static void note_death(struct master *m, struct slot *s, int status)
{
    int64_t now_ms = clock_monotonic_ms();
    bool alone;

    if (s->state == SLOT_STARTING)
        close(s->ready_fd);
    if (s->state == SLOT_LEAVING) {
        log_debug("worker %d has gone", (int)s->pid);
        return;
    }
    if (WIFSIGNALED(status))
        log_error("worker %d died of signal %d (%s)", (int)s->pid, WTERMSIG(status),
                  strsignal(WTERMSIG(status)));
    else
        log_error("worker %d ended with status %d", (int)s->pid, WEXITSTATUS(status));
    if (!m->has_served)
        m->exit_status = WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : 1;
    if (s->state == SLOT_SERVING && now_ms - s->since_ms >= STEADY_MS)
        m->pause_ms = 0;
    s->state = SLOT_FREE;
    alone = count(m, SLOT_SERVING, true) + count(m, SLOT_SERVING, false) == 0;
    m->retry_ms = now_ms + (alone && m->pause_ms > PAUSE_FIRST_MS ? PAUSE_FIRST_MS : m->pause_ms);
    m->pause_ms = m->pause_ms == 0 ? PAUSE_FIRST_MS : 2 * m->pause_ms;
    if (m->pause_ms > PAUSE_MAX_MS)
        m->pause_ms = PAUSE_MAX_MS;
}

static void reap(struct master *m)
{
    pid_t pid;
    int status;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct slot *s = slot_of(m, pid);

        if (s == NULL)
            continue;
        note_death(m, s, status);
        s->state = SLOT_FREE;
    }
}

static void reload(struct master *m)
{
    struct error e = { .code = ERROR_NONE };
    struct prefork_plan plan;

    if (m->is_stopping)
        return;
    if (!m->program->load(m->program->arg, &plan, &e)) {
        log_error("the new configuration is not used: %s", e.detail);
        return;
    }
    m->plan = plan;
    m->generation++;
    m->pause_ms = 0;
    m->retry_ms = 0;
    log_info("replacing the workers");
}

static void stop(struct master *m)
{
    if (m->is_stopping)
        return;
    m->is_stopping = true;
    atomic_store(&m->shared->draining, true);
    notify("STOPPING=1");
    if (m->has_served)
        log_info("stopping; requests have %d s", m->plan.shutdown_timeout_s);
    for (int i = 0; i < SLOTS; i++)
        if (m->slots[i].state == SLOT_STARTING || m->slots[i].state == SLOT_SERVING)
            dismiss(m, &m->slots[i]);
}

static void take_signal(struct master *m)
{
    struct signalfd_siginfo got;

    if (read(m->signal_fd, &got, sizeof(got)) != (ssize_t)sizeof(got))
        return;
    if (got.ssi_signo == SIGHUP)
        reload(m);
    else if (got.ssi_signo != SIGCHLD)
        stop(m);
}

static void note_ready(struct master *m, struct slot *s)
{
    char byte;

    if (read(s->ready_fd, &byte, 1) != 1)
        return; /* it ended: SIGCHLD follows */
    close(s->ready_fd);
    s->state = SLOT_SERVING;
    s->since_ms = clock_monotonic_ms();
    s->kill_ms = INT64_MAX;
    if (!m->has_served) {
        m->has_served = true;
        notify("READY=1");
        log_info("ready");
    }
}

/* One step toward plan.workers that serve with the present configuration and no others. While others serve,
 * one new worker starts at a time; an old one goes only when there are enough without it. */
static void reconcile(struct master *m, int64_t now_ms)
{
    int starting = count(m, SLOT_STARTING, true), serving = count(m, SLOT_SERVING, true);
    int old = count(m, SLOT_SERVING, false);

    if (m->is_stopping)
        return;
    while (starting + serving < m->plan.workers && now_ms >= m->retry_ms && !(old > 0 && starting > 0)) {
        spawn(m);
        starting++;
    }
    for (int i = 0; i < SLOTS; i++) {
        struct slot *s = &m->slots[i];

        if (s->generation == m->generation)
            continue;
        if (s->state == SLOT_STARTING || (s->state == SLOT_SERVING && old-- > m->plan.workers - serving))
            dismiss(m, s);
    }
}

static void kill_overdue(struct master *m, int64_t now_ms)
{
    for (int i = 0; i < SLOTS; i++) {
        struct slot *s = &m->slots[i];

        if (s->state == SLOT_FREE || now_ms < s->kill_ms)
            continue;
        log_error("worker %d %s; killing it", (int)s->pid,
                  s->state == SLOT_LEAVING ? "has not gone in time" : "has not become ready in time");
        s->kill_ms = now_ms + GRACE_MS;
        kill(s->pid, SIGKILL);
    }
}

static void feed_watchdog(struct master *m, int64_t now_ms)
{
    if (m->watchdog_ms == 0 || now_ms - m->watched_ms < m->watchdog_ms)
        return;
    m->watched_ms = now_ms;
    notify("WATCHDOG=1");
}

static void wait_for_something(struct master *m)
{
    struct pollfd fds[SLOTS + 1];
    struct slot *slots[SLOTS + 1];
    nfds_t n = 0;
    bool busy = m->retry_ms > clock_monotonic_ms();

    fds[n++] = (struct pollfd){ .fd = m->signal_fd, .events = POLLIN };
    for (int i = 0; i < SLOTS; i++) {
        busy = busy || m->slots[i].state == SLOT_STARTING || m->slots[i].state == SLOT_LEAVING;
        if (m->slots[i].state != SLOT_STARTING)
            continue;
        slots[n] = &m->slots[i];
        fds[n++] = (struct pollfd){ .fd = m->slots[i].ready_fd, .events = POLLIN };
    }
    if (poll(fds, n, busy ? TICK_MS : m->watchdog_ms > 0 ? (int)m->watchdog_ms : -1) <= 0)
        return;
    for (nfds_t i = 1; i < n; i++)
        if (fds[i].revents != 0)
            note_ready(m, slots[i]);
    if (fds[0].revents != 0)
        take_signal(m);
}

static bool has_children(const struct master *m)
{
    for (int i = 0; i < SLOTS; i++)
        if (m->slots[i].state != SLOT_FREE)
            return true;
    return false;
}

static int run(struct master *m)
{
    for (;;) {
        int64_t now_ms = clock_monotonic_ms();

        if (m->exit_status >= 0)
            stop(m);
        if (m->is_stopping && !has_children(m))
            break;
        reconcile(m, now_ms);
        kill_overdue(m, now_ms);
        feed_watchdog(m, now_ms);
        wait_for_something(m);
        reap(m);
    }
    log_info("stopped");
    return m->exit_status >= 0 ? m->exit_status : 0;
}

static int open_signals(void)
{
    static const int ours[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGCHLD };
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        sigaddset(&set, ours[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int prefork_run(const struct prefork *p)
{
    struct master m = { .program = p, .exit_status = -1, .watchdog_ms = notify_watchdog_ms() };
    struct error e = { .code = ERROR_NONE };
    int status;

    if (!p->load(p->arg, &m.plan, &e) || (m.shared = shared_map(&e)) == NULL) {
        log_error("cannot start: %s", e.detail);
        return error_info_get(e.code)->exit_status;
    }
    ASSERT(m.plan.workers >= 1 && m.plan.workers <= PREFORK_WORKERS_MAX);
    m.signal_fd = open_signals();
    ASSERT(m.signal_fd >= 0);
    status = run(&m);
    close(m.signal_fd);
    shared_unmap(m.shared);
    return status;
}
