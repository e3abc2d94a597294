#include "worker/pool.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/error.h"
#include "core/log.h"

struct place {
    pid_t pid;              /* 0: empty */
    int64_t started_ms;     /* clock_monotonic_ms */
    int64_t start_at_ms;    /* when an empty place is filled */
    int early_deaths;       /* in a row */
    bool retiring;          /* was asked to go, by SIGHUP */
    bool stale;             /* is to be asked */
};

struct pool {
    const struct pool_order *order;
    struct place places[POOL_MAX];
    int64_t began_ms;
    bool stopping;
    int64_t kill_at_ms;
    bool killed;
    int status;
};

int pool_pause_ms(int early_deaths)
{
    int pause_ms = POOL_PAUSE_MIN_MS;

    for (int i = 1; i < early_deaths && pause_ms < POOL_PAUSE_MAX_MS; i++)
        pause_ms *= 2;
    return early_deaths == 0 ? 0 : pause_ms < POOL_PAUSE_MAX_MS ? pause_ms : POOL_PAUSE_MAX_MS;
}

static int settings_status(void)
{
    return error_info_get(ERROR_CONFIG)->exit_status;
}

static void place_fill(struct pool *p, struct place *at)
{
    pid_t master = getpid(), pid = fork();

    if (pid < 0) {
        log_error("cannot fork a worker: %s", strerror(errno));
        at->start_at_ms = clock_monotonic_ms() + pool_pause_ms(++at->early_deaths);
        return;
    }
    if (pid == 0) {
        /* The master may have died before this was asked for. */
        if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != master)
            _exit(1);
        exit(p->order->work(p->order->arg));
    }
    at->pid = pid;
    at->started_ms = clock_monotonic_ms();
    at->retiring = false;
    at->stale = false;
}

static int send_all(struct pool *p, int signal_number)
{
    int sent = 0;

    for (int i = 0; i < p->order->count; i++)
        if (p->places[i].pid > 0 && kill(p->places[i].pid, signal_number) == 0)
            sent++;
    return sent;
}

static void tell(const struct pool *p, const char *state)
{
    if (p->order->notify != NULL)
        p->order->notify(state);
}

static void stop(struct pool *p)
{
    if (p->stopping)
        return;
    p->stopping = true;
    p->kill_at_ms = clock_monotonic_ms() + p->order->grace_ms;
    tell(p, "STOPPING=1");
    log_info("stopping: waiting for %d workers", send_all(p, SIGTERM));
}

static void place_left(struct pool *p, struct place *at, int status)
{
    int64_t now_ms = clock_monotonic_ms();
    bool early = now_ms - at->started_ms < POOL_YOUNG_MS;
    int pid = (int)at->pid;

    at->pid = 0;
    if (WIFSIGNALED(status) && !(p->stopping && WTERMSIG(status) == SIGKILL))
        log_error("worker %d died of signal %d (%s)", pid, WTERMSIG(status), strsignal(WTERMSIG(status)));
    if (p->stopping)
        return;
    if (at->retiring && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        at->early_deaths = 0;
    } else {
        at->early_deaths = early ? at->early_deaths + 1 : 0;
        if (!WIFSIGNALED(status))
            log_error("worker %d ended with status %d", pid, WEXITSTATUS(status));
    }
    at->start_at_ms = now_ms + pool_pause_ms(at->early_deaths);
    if (WIFEXITED(status) && WEXITSTATUS(status) == settings_status() && now_ms - p->began_ms < POOL_YOUNG_MS) {
        p->status = settings_status();
        stop(p);
    }
}

static void reap(struct pool *p)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (int i = 0; i < p->order->count; i++)
            if (p->places[i].pid == pid)
                place_left(p, &p->places[i], status);
}

static void reload(struct pool *p)
{
    if (p->stopping)
        return;
    if (p->order->check != NULL && !p->order->check(p->order->arg)) {
        log_error("not reloading: the workers go on as they are");
        return;
    }
    log_info("reloading: replacing the workers one by one");
    for (int i = 0; i < p->order->count; i++)
        p->places[i].stale = p->places[i].pid > 0 && !p->places[i].retiring;
}

/* One at a time: the next is asked when nobody is leaving and every place is filled. */
static void retire_next(struct pool *p)
{
    struct place *next = NULL;

    for (int i = 0; i < p->order->count; i++) {
        if (p->places[i].retiring || p->places[i].pid == 0)
            return;
        if (p->places[i].stale && next == NULL)
            next = &p->places[i];
    }
    if (next == NULL)
        return;
    next->retiring = true;
    kill(next->pid, SIGHUP);
}

static void fill(struct pool *p)
{
    for (int i = 0; i < p->order->count; i++)
        if (p->places[i].pid == 0 && clock_monotonic_ms() >= p->places[i].start_at_ms)
            place_fill(p, &p->places[i]);
}

/* Waits for a signal, or until something is due. */
static int wait_for_signal(const struct pool *p)
{
    int64_t now_ms = clock_monotonic_ms(), until_ms = now_ms + 60000, wait_ms;
    struct timespec wait;
    sigset_t set;

    for (int i = 0; i < p->order->count && !p->stopping; i++)
        if (p->places[i].pid == 0 && p->places[i].start_at_ms < until_ms)
            until_ms = p->places[i].start_at_ms;
    if (p->stopping && !p->killed && p->kill_at_ms < until_ms)
        until_ms = p->kill_at_ms;
    if (p->order->watchdog_ms > 0 && now_ms + p->order->watchdog_ms < until_ms)
        until_ms = now_ms + p->order->watchdog_ms;
    wait_ms = until_ms > now_ms ? until_ms - now_ms : 0;
    wait = (struct timespec){ .tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000L };
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGCHLD);
    return sigtimedwait(&set, NULL, &wait);
}

static bool is_empty(const struct pool *p)
{
    for (int i = 0; i < p->order->count; i++)
        if (p->places[i].pid > 0)
            return false;
    return true;
}

static void turn(struct pool *p)
{
    int signal_number;

    if (!p->stopping) {
        fill(p);
        retire_next(p);
    }
    signal_number = wait_for_signal(p);
    if (p->order->watchdog_ms > 0)
        tell(p, "WATCHDOG=1");
    if (signal_number == SIGTERM || signal_number == SIGINT)
        stop(p);
    if (signal_number == SIGHUP)
        reload(p);
    reap(p); /* always: several deaths may come as one SIGCHLD */
    if (p->stopping && !p->killed && clock_monotonic_ms() >= p->kill_at_ms) {
        p->killed = send_all(p, SIGKILL) > 0;
        if (p->killed)
            log_error("workers did not stop in time and were killed; their jobs will be claimed again");
    }
}

int pool_run(const struct pool_order *order)
{
    struct pool p = { .order = order, .began_ms = clock_monotonic_ms() };

    ASSERT(order->count >= 1 && order->count <= POOL_MAX);
    fill(&p);
    tell(&p, "READY=1");
    while (!p.stopping || !is_empty(&p))
        turn(&p);
    log_info("stopped");
    return p.status != 0 ? p.status : p.killed ? 1 : 0;
}
