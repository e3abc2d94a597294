#define _GNU_SOURCE /* pipe2 */
#include "process/prefork.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "process/metrics.h"
#include "process/notify.h"
#include "process/upgrade.h"

enum {
    SLOTS = SEGMENT_SEATS,
    TICK_MS = 100,      /* while something is on its way */
    IDLE_MS = 1000,     /* between two looks at the signs of life */
    START_MS = 60000,   /* a worker that is not ready by then is killed */
    KILLED_MS = 5000,   /* between two attempts at killing one */
    TELL_MS = 2000,
    TELL_LAST_MS = 10000,
};

struct slot {
    int state;           /* enum seat_state */
    pid_t pid;
    int ready_fd;        /* while starting */
    unsigned generation; /* of the configuration */
    int64_t since_ms;    /* started, ready, or told to go */
    int64_t kill_ms;
    bool is_watched;     /* it has a seat in our segment */
    bool is_killed;      /* by us */
};

struct master {
    const struct prefork_program *program;
    struct prefork_plan plan;
    struct segment *segment;
    struct slot slots[SLOTS];
    int signal_fd, lock_fd;
    unsigned generation;
    int deaths;          /* in a row */
    int64_t retry_ms, turned_ms;
    int64_t watchdog_ms, watched_ms; /* systemd's */
    int64_t asked_by, checked_by; /* who sent the last signal, and who that for an upgrade: user ids, -1 */
    pid_t checker;       /* of the program file that we are to become; 0: none */
    bool is_successor; /* of the same process with the program file of before */
    bool has_served, is_stopping, is_reloading, had_to_kill;
    int exit_status;     /* of a worker that ended before any had served; -1: none */
};

static const char *name_of(const struct master *m)
{
    return program_names[m->program->program];
}

int prefork_pause_ms(int deaths, bool alone)
{
    int max_ms = alone ? PREFORK_PAUSE_ALONE_MS : PREFORK_PAUSE_MAX_MS, pause_ms = PREFORK_PAUSE_FIRST_MS;

    for (int i = 2; i < deaths && pause_ms < max_ms; i++)
        pause_ms *= 2;
    return deaths <= 1 ? 0 : pause_ms < max_ms ? pause_ms : max_ms;
}

void prefork_worker_ready(int ready_fd)
{
    if (ready_fd < 0)
        return;
    if (write(ready_fd, "R", 1) != 1)
        log_warning("nobody waits for this worker");
    close(ready_fd);
}

static struct seat *seat_of(const struct master *m, const struct slot *s)
{
    return &m->segment->seats[m->program->program][s - m->slots];
}

static void slot_set(struct master *m, struct slot *s, int state)
{
    s->state = state;
    atomic_store(&seat_of(m, s)->state, state);
    atomic_store(&seat_of(m, s)->pid, state == SEAT_FREE ? 0 : s->pid);
    if (state == SEAT_FREE || state == SEAT_STARTING)
        atomic_store(&seat_of(m, s)->streams, 0);
}

/* How many are in this state; of this generation, or of all others. */
static int count(const struct master *m, int state, bool current)
{
    int n = 0;

    for (int i = 0; i < SLOTS; i++)
        n += m->slots[i].state == state && (m->slots[i].generation == m->generation) == current;
    return n;
}

static struct slot *slot_of(struct master *m, pid_t pid)
{
    for (int i = 0; i < SLOTS; i++)
        if (m->slots[i].state != SEAT_FREE && m->slots[i].pid == pid)
            return &m->slots[i];
    return NULL;
}

static _Noreturn void become_worker(struct master *m, struct slot *s, pid_t parent, int ready_fd)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(0);
    for (int i = 0; i < SLOTS; i++)
        if (m->slots[i].state == SEAT_STARTING)
            close(m->slots[i].ready_fd);
    close(m->signal_fd);
    if (m->lock_fd >= 0)
        close(m->lock_fd);
    heartbeat_take_seat(seat_of(m, s));
    heartbeat();
    exit(m->program->work(m->program->arg, ready_fd));
}

static void spawn(struct master *m)
{
    struct slot *s = NULL;
    pid_t parent = getpid(), pid;
    int ends[2];

    for (int i = 0; i < SLOTS && s == NULL; i++)
        if (m->slots[i].state == SEAT_FREE)
            s = &m->slots[i];
    if (s == NULL || pipe2(ends, O_CLOEXEC) != 0) {
        m->retry_ms = clock_monotonic_ms() + PREFORK_PAUSE_ALONE_MS;
        return;
    }
    atomic_store(&seat_of(m, s)->limit_s, m->plan.shutdown_timeout_s);
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        become_worker(m, s, parent, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        log_error("cannot fork: %s", strerror(errno));
        close(ends[0]);
        m->retry_ms = clock_monotonic_ms() + PREFORK_PAUSE_ALONE_MS;
        return;
    }
    *s = (struct slot){ .pid = pid, .generation = m->generation, .ready_fd = ends[0], .is_watched = true };
    s->since_ms = clock_monotonic_ms();
    s->kill_ms = s->since_ms + START_MS;
    slot_set(m, s, SEAT_STARTING);
    metric_add(METRIC_WORKERS_STARTED, 1, name_of(m));
}

/* The master opens no database: what is recorded, a child records. It is waited for so long; then it goes on alone. */
static void tell(struct master *m, const char *name, const char *outcome, int64_t by_uid)
{
    const struct prefork_event event = { name, outcome, by_uid };
    const struct timespec pause = { 0, 2000000 };
    int64_t until_ms = clock_monotonic_ms() + (m->is_stopping ? TELL_LAST_MS : TELL_MS);
    pid_t pid = m->program->note != NULL ? fork() : 0;

    if (m->program->note == NULL)
        return;
    if (pid == 0) {
        m->program->note(m->program->arg, &event);
        _exit(0);
    }
    if (pid < 0)
        log_error("cannot fork: %s; '%s' is not in the audit trail", strerror(errno), name);
    while (pid > 0 && waitpid(pid, NULL, WNOHANG) == 0 && clock_monotonic_ms() < until_ms)
        nanosleep(&pause, NULL);
}

/* At the end, or to make room for a successor. */
static void dismiss(struct master *m, struct slot *s)
{
    bool politely = m->program->goes_first && !m->is_stopping && s->state != SEAT_STARTING;

    if (s->state == SEAT_STARTING)
        close(s->ready_fd);
    s->since_ms = clock_monotonic_ms();
    s->kill_ms = politely ? INT64_MAX : s->since_ms + m->plan.shutdown_timeout_s * INT64_C(1000) + PREFORK_GRACE_MS;
    slot_set(m, s, SEAT_LEAVING);
    atomic_store(&seat_of(m, s)->limit_s, m->plan.shutdown_timeout_s);
    kill(s->pid, politely ? SIGHUP : SIGTERM);
}

static void note_death(struct master *m, struct slot *s, int status)
{
    int64_t now_ms = clock_monotonic_ms();
    bool alone, ended = WIFEXITED(status);

    if (ended && WEXITSTATUS(status) == 0 && s->state == SEAT_LEAVING) {
        log_debug("worker %d has gone", (int)s->pid);
        return;
    }
    if (ended)
        log_error("worker %d ended with status %d", (int)s->pid, WEXITSTATUS(status));
    else
        log_error("worker %d died of signal %d (%s)", (int)s->pid, WTERMSIG(status), strsignal(WTERMSIG(status)));
    if (!s->is_killed)
        metric_add(METRIC_WORKERS_LOST, 1, name_of(m), "died");
    if (s->state == SEAT_LEAVING)
        return;
    if (!m->has_served && ended)
        m->exit_status = WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : 1;
    m->deaths = s->state == SEAT_SERVING && now_ms - s->since_ms >= PREFORK_STEADY_MS ? 1 : m->deaths + 1;
    slot_set(m, s, SEAT_FREE);
    alone = count(m, SEAT_SERVING, true) + count(m, SEAT_SERVING, false) == 0;
    m->retry_ms = now_ms + prefork_pause_ms(m->deaths, alone);
}

static void become_program(struct master *m)
{
    struct upgrade_worker left[SLOTS];
    size_t n = 0;

    for (int i = 0; i < SLOTS; i++) {
        if (m->slots[i].state == SEAT_STARTING)
            dismiss(m, &m->slots[i]);
        if (m->slots[i].state != SEAT_FREE)
            left[n++] = (struct upgrade_worker){ m->slots[i].pid, i, m->slots[i].state == SEAT_LEAVING };
    }
    log_info("becoming %s anew", upgrade_program());
    notify("RELOADING=1");
    upgrade_become(left, n);
    log_error("cannot run '%s': %s; going on as before", upgrade_program(), strerror(errno));
    notify("READY=1");
}

static void note_check(struct master *m, int status)
{
    bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;

    m->checker = 0;
    if (m->is_stopping)
        return;
    metric_add(METRIC_RELOADS, 1, name_of(m), good ? "accepted" : "refused");
    tell(m, "upgrade", good ? "done" : "refused", m->checked_by);
    if (good)
        become_program(m);
    else
        log_error("'%s --check' does not succeed; going on as before", upgrade_program());
}

static void reap(struct master *m)
{
    pid_t pid;
    int status;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct slot *s = slot_of(m, pid);

        if (s == NULL) {
            if (pid == m->checker)
                note_check(m, status);
            continue;
        }
        if (s->state == SEAT_STARTING)
            close(s->ready_fd);
        note_death(m, s, status);
        slot_set(m, s, SEAT_FREE);
    }
}

static void reload(struct master *m)
{
    struct error e = { .code = ERROR_NONE };
    struct prefork_plan plan;

    if (m->is_stopping)
        return;
    if (!m->program->load(m->program->arg, &plan, &e)) {
        tell(m, "reload", "refused", m->asked_by);
        log_error("the new configuration is not used: %s", e.detail);
        metric_add(METRIC_RELOADS, 1, name_of(m), "refused");
        return;
    }
    metric_add(METRIC_RELOADS, 1, name_of(m), "accepted");
    tell(m, "reload", "done", m->asked_by);
    m->plan = plan;
    m->generation++;
    m->deaths = 0;
    m->retry_ms = 0;
    m->is_reloading = true;
    notify("RELOADING=1");
    log_info("replacing the workers");
}

static void stop(struct master *m)
{
    if (m->is_stopping)
        return;
    m->is_stopping = true;
    if (m->program->stopping != NULL)
        m->program->stopping(m->program->arg);
    notify("STOPPING=1");
    if (m->has_served)
        log_info("stopping; work in flight has %d s", m->plan.shutdown_timeout_s);
    for (int i = 0; i < SLOTS; i++) /* also those that leave already: they may have been told to take their time */
        if (m->slots[i].state != SEAT_FREE)
            dismiss(m, &m->slots[i]);
}

static void take_signals(struct master *m)
{
    struct signalfd_siginfo got;

    while (read(m->signal_fd, &got, sizeof(got)) == (ssize_t)sizeof(got)) {
        if (got.ssi_signo != SIGCHLD && !m->is_stopping)
            m->asked_by = got.ssi_code == SI_USER || got.ssi_code == SI_QUEUE ? (int64_t)got.ssi_uid : -1;
        if (got.ssi_signo == SIGHUP) {
            reload(m);
        } else if (got.ssi_signo == SIGUSR2 && !m->is_stopping && m->checker == 0) {
            m->checked_by = m->asked_by;
            m->checker = upgrade_check();
        } else if (got.ssi_signo != SIGCHLD && got.ssi_signo != SIGUSR2) {
            stop(m);
        }
    }
}

static void note_ready(struct master *m, struct slot *s)
{
    char byte;

    if (read(s->ready_fd, &byte, 1) != 1)
        return; /* it ended: SIGCHLD follows */
    close(s->ready_fd);
    s->since_ms = clock_monotonic_ms();
    s->kill_ms = INT64_MAX;
    slot_set(m, s, SEAT_SERVING);
    if (!m->has_served) {
        m->has_served = true;
        notify("READY=1");
        log_info("ready");
    }
}

/* One step toward plan.workers that serve with the present configuration and no others. While others serve, one new
 * worker starts at a time; an old one goes only when there are enough without it. */
static void replace_ahead(struct master *m, int64_t now_ms)
{
    int starting = count(m, SEAT_STARTING, true), serving = count(m, SEAT_SERVING, true);
    int old = count(m, SEAT_SERVING, false);

    while (starting + serving < m->plan.workers && now_ms >= m->retry_ms && !(old > 0 && starting > 0)) {
        spawn(m);
        starting++;
    }
    for (int i = 0; i < SLOTS; i++) {
        struct slot *s = &m->slots[i];

        if (s->generation == m->generation)
            continue;
        if (s->state == SEAT_STARTING || (s->state == SEAT_SERVING && old-- > m->plan.workers - serving))
            dismiss(m, s);
    }
}

/* The same where an old one goes first: never more than plan.workers at once, and one that goes at a time. */
static void replace_behind(struct master *m, int64_t now_ms)
{
    int starting = count(m, SEAT_STARTING, true), old = count(m, SEAT_SERVING, false);
    int leaving = count(m, SEAT_LEAVING, true) + count(m, SEAT_LEAVING, false);
    int all = starting + count(m, SEAT_SERVING, true) + old + leaving + count(m, SEAT_STARTING, false);

    for (; all < m->plan.workers && now_ms >= m->retry_ms; all++)
        spawn(m);
    for (int i = 0; i < SLOTS; i++) {
        struct slot *s = &m->slots[i];
        bool goes = s->state == SEAT_STARTING || (s->state == SEAT_SERVING && leaving == 0 && starting == 0);

        if (s->generation == m->generation || !goes)
            continue;
        leaving++;
        dismiss(m, s);
    }
}

static void reconcile(struct master *m, int64_t now_ms)
{
    if (m->is_stopping)
        return;
    if (m->program->goes_first)
        replace_behind(m, now_ms);
    else
        replace_ahead(m, now_ms);
    if (m->is_reloading && m->has_served && count(m, SEAT_SERVING, false) == 0) {
        m->is_reloading = false;
        notify("READY=1");
    }
}

static void kill_slot(struct master *m, struct slot *s, const char *why, const char *reason, int64_t now_ms)
{
    log_error("worker %d %s; killing it", (int)s->pid, why);
    metric_add(METRIC_WORKERS_LOST, 1, name_of(m), reason);
    m->had_to_kill = m->had_to_kill || m->is_stopping;
    s->kill_ms = now_ms + KILLED_MS;
    s->is_watched = false;
    s->is_killed = true;
    kill(s->pid, SIGKILL);
}

/* When the master itself could not run for a while, nobody's silence says much. */
static bool was_away(struct master *m, int64_t now_ms)
{
    bool away = now_ms - m->turned_ms > m->plan.watchdog_s * INT64_C(500) + IDLE_MS;

    if (away)
        for (int i = 0; i < SLOTS; i++)
            atomic_store(&m->segment->seats[m->program->program][i].beat_ms, now_ms);
    m->turned_ms = now_ms;
    return away;
}

static void kill_overdue(struct master *m, int64_t now_ms)
{
    int64_t silence_ms = m->plan.watchdog_s * INT64_C(1000);

    if (was_away(m, now_ms))
        return;
    for (int i = 0; i < SLOTS; i++) {
        struct slot *s = &m->slots[i];

        if (s->state == SEAT_FREE)
            continue;
        if (now_ms >= s->kill_ms)
            kill_slot(m, s, s->state == SEAT_LEAVING ? "has not gone in time" : "has not become ready in time", "late",
                      now_ms);
        else if (silence_ms > 0 && s->is_watched && s->state != SEAT_STARTING &&
                 now_ms - atomic_load(&seat_of(m, s)->beat_ms) > silence_ms)
            kill_slot(m, s, "gives no sign of life", "hung", now_ms);
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
        busy = busy || m->slots[i].state == SEAT_STARTING || m->slots[i].state == SEAT_LEAVING;
        if (m->slots[i].state != SEAT_STARTING)
            continue;
        slots[n] = &m->slots[i];
        fds[n++] = (struct pollfd){ .fd = m->slots[i].ready_fd, .events = POLLIN };
    }
    if (poll(fds, n, busy ? TICK_MS : m->watchdog_ms > 0 && m->watchdog_ms < IDLE_MS ? (int)m->watchdog_ms : IDLE_MS) <= 0)
        return;
    for (nfds_t i = 1; i < n; i++)
        if (fds[i].revents != 0)
            note_ready(m, slots[i]);
    if (fds[0].revents != 0)
        take_signals(m);
}

static bool has_children(const struct master *m)
{
    for (int i = 0; i < SLOTS; i++)
        if (m->slots[i].state != SEAT_FREE)
            return true;
    return false;
}

static int run(struct master *m)
{
    if (!m->is_successor)
        tell(m, "start", "done", -1);
    m->turned_ms = clock_monotonic_ms();
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
    tell(m, "stop", m->exit_status >= 0 || m->had_to_kill ? "failed" : "done", m->asked_by);
    log_info("stopped");
    return m->exit_status >= 0 ? m->exit_status : m->had_to_kill ? 1 : 0;
}

static int open_signals(void)
{
    static const int ours[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGCHLD, SIGUSR2 };
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        sigaddset(&set, ours[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The workers of the program that this process was before. They serve with an old configuration, so they are replaced. */
static void inherit(struct master *m)
{
    struct upgrade_worker left[SLOTS];
    size_t n = upgrade_inherit(left, SLOTS, &m->is_successor);

    for (size_t i = 0; i < n; i++) {
        struct slot *s = &m->slots[left[i].place];

        *s = (struct slot){ .pid = left[i].pid, .generation = m->generation - 1, .since_ms = clock_monotonic_ms() };
        s->kill_ms = !left[i].is_leaving         ? INT64_MAX
                     : m->program->goes_first    ? INT64_MAX
                                                 : s->since_ms + m->plan.shutdown_timeout_s * INT64_C(1000) + PREFORK_GRACE_MS;
        /* Else it beats in the segment of another version, which this one does not see. */
        s->is_watched = atomic_load(&seat_of(m, s)->pid) == left[i].pid;
        slot_set(m, s, left[i].is_leaving ? SEAT_LEAVING : SEAT_SERVING);
    }
    m->has_served = m->is_reloading = n > 0;
}

static bool prepare(struct master *m, struct error *e)
{
    const struct prefork_program *p = m->program;

    if (!p->load(p->arg, &m->plan, e))
        return false;
    ASSERT(m->plan.workers >= 1 && m->plan.workers <= PREFORK_WORKERS_MAX);
    if (p->run_dir != NULL && (m->lock_fd = upgrade_lock(p->run_dir, name_of(m), e)) < 0)
        return false;
    m->segment = segment_map(p->run_dir, e);
    if (m->segment == NULL)
        return false;
    metrics_use(m->segment);
    atomic_store(&m->segment->master[p->program], getpid());
    inherit(m);
    for (int i = 0; i < SLOTS; i++)
        if (m->slots[i].state == SEAT_FREE)
            slot_set(m, &m->slots[i], SEAT_FREE);
    return true;
}

int prefork_run(const struct prefork_program *p)
{
    struct master m = { .program = p, .exit_status = -1, .lock_fd = -1, .generation = 1, .asked_by = -1, .checked_by = -1 };
    struct error e = { .code = ERROR_NONE };
    int status;

    m.watchdog_ms = notify_watchdog_ms();
    upgrade_remember();
    if (!prepare(&m, &e)) {
        log_error("cannot start: %s", e.detail);
        return error_info_get(e.code)->exit_status;
    }
    m.signal_fd = open_signals();
    ASSERT(m.signal_fd >= 0);
    status = run(&m);
    atomic_store(&m.segment->master[p->program], 0);
    metrics_use(NULL);
    close(m.signal_fd);
    if (m.lock_fd >= 0)
        close(m.lock_fd);
    segment_unmap(m.segment);
    return status;
}
