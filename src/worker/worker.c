#include "worker/worker.h"

#include <errno.h>
#include <linux/ioprio.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/disk.h"
#include "core/log.h"
#include "genre/genres.h"
#include "process/prefork.h"
#include "process/segment.h"
#include "sound/soundfont.h"
#include "worker/courier.h"
#include "worker/folder.h"
#include "worker/job.h"
#include "worker/owner.h"

enum { NICE = 10, STOP_EARLY_MS = 3000, POLL_MS = 150, SETUP_ARENA_BYTES = 64 << 20, CLAIM_ARENA_BYTES = 16 << 20,
       CLAIM_FAILURES_MAX = 5, LOOK_ROUND_MS = 500, SWEEP_EVERY_MS = 10000 };

struct worker {
    const struct config *config;
    int ready_fd;           /* to the master */
    bool finishing;         /* claim no more */
    int64_t stop_at_ms;     /* when the job in hand must be given back (clock_monotonic_ms); 0: never */
    int64_t looked_ms, swept_ms; /* when it last looked round, and swept */
    bool disk_is_full;           /* as far as was said */
};

/* Where the scheduler shares the processor between sessions first (sched(7), autogroup), niceness counts within ours only:
 * so the session yields as well, when it is ours and no shell's. Control groups, as systemd makes them, go before both. */
static void session_yield(void)
{
    FILE *f = getsid(0) == getppid() ? fopen("/proc/self/autogroup", "w") : NULL;

    if (f == NULL)
        return;
    fprintf(f, "%d", NICE);
    fclose(f);
}

/* Rendering takes all the processor that it can get and nobody minds how fast; requests are waited for. */
static void yield_to_requests(void)
{
    errno = 0;
    if (getpriority(PRIO_PROCESS, 0) < NICE && errno == 0)
        setpriority(PRIO_PROCESS, 0, NICE);
    session_yield();
    syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, IOPRIO_NR_LEVELS - 1));
}

/* Giving a job back takes a moment too. */
static int64_t stop_after_ms(const struct config *c)
{
    int64_t limit_ms = heartbeat_limit_s(c->shutdown_timeout_s) * INT64_C(1000);

    return limit_ms - (limit_ms / 3 < STOP_EARLY_MS ? limit_ms / 3 : STOP_EARLY_MS);
}

/* Takes the signals that wait, or one that comes within `wait_ms`. SIGINT is the master's: a terminal sends it to all. */
static void signals_take(struct worker *w, int wait_ms)
{
    struct timespec wait = { .tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000L };
    sigset_t set;
    int signal_number;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    while ((signal_number = sigtimedwait(&set, NULL, &wait)) > 0 || errno == EINTR) {
        wait = (struct timespec){ 0 };
        if (signal_number <= 0)
            continue;
        w->finishing = true;
        if (signal_number == SIGTERM && w->stop_at_ms == 0)
            w->stop_at_ms = clock_monotonic_ms() + stop_after_ms(w->config);
    }
}

static bool must_stop(void *arg)
{
    struct worker *w = arg;

    heartbeat();
    signals_take(w, 0);
    return w->stop_at_ms != 0 && clock_monotonic_ms() >= w->stop_at_ms;
}

/* What workers that were killed left behind: their jobs, to be claimed again, and their folders. */
static bool look_round(struct worker *w, const struct job_crew *crew, struct arena *a, struct error *e)
{
    int64_t now_ms = clock_monotonic_ms();
    struct string_list owners;
    int lost = 0, failed = 0;

    if (now_ms - w->looked_ms < LOOK_ROUND_MS)
        return true;
    w->looked_ms = now_ms;
    if (!job_owners(crew->store, a, &owners, e))
        return false;
    for (size_t i = 0; i < owners.count; i++) {
        int count = 0;

        if (!owner_is_gone(owners.items[i]))
            continue;
        if (!job_release_owner(crew->store, owners.items[i], clock_wall_ms(), &count, e))
            return false;
        if (count > 0)
            log_warning("the '%s' is gone: its job is tried again", owners.items[i]);
        lost += count;
    }
    if (!job_fail_exhausted(crew->store, clock_wall_ms(), &failed, e))
        return false;
    if (lost + failed > 0 || now_ms - w->swept_ms >= SWEEP_EVERY_MS) {
        folder_sweep(crew->store, w->config->data_dir, lost + failed == 0);
        w->swept_ms = now_ms;
    }
    return true;
}

/* Whether there is room for another job: without it the queue waits. */
static bool has_room(struct worker *w)
{
    struct error e;
    bool room = disk_check(w->config, DISK_FOR_NEW, &e);

    if (!room && !w->disk_is_full)
        log_error("no job is begun: %s", e.detail);
    if (room && w->disk_is_full)
        log_info("there is room on the disk again");
    w->disk_is_full = !room;
    return room;
}

/* One turn: a job, or a pause. */
static bool turn(struct worker *w, const struct job_crew *crew, struct error *e)
{
    struct arena *a = arena_new(CLAIM_ARENA_BYTES);
    struct job job;
    bool found = false;
    bool ok;

    ASSERT(a != NULL);
    heartbeat();
    ok = look_round(w, crew, a, e) && (!has_room(w) || job_claim(crew->store, crew->owner, clock_wall_ms(), a, &job, &found, e));
    if (found)
        job_carry_out(crew, &job);
    else
        signals_take(w, ok ? POLL_MS : 1000);
    arena_free(a);
    return ok;
}

static bool work(struct worker *w, const struct job_crew *crew, struct error *e)
{
    int failures = 0;

    log_info("worker ready: %s", soundfont_name(crew->soundfonts->paths.items[0]));
    prefork_worker_ready(w->ready_fd);
    signals_take(w, 0);
    while (!w->finishing) {
        if (turn(w, crew, e)) {
            failures = 0;
        } else if (++failures >= CLAIM_FAILURES_MAX) {
            return error_wrap(e, "the queue cannot be read");
        }
        signals_take(w, 0);
    }
    return true;
}

static bool open_and_work(struct worker *w, struct arena *a, struct error *e)
{
    char owner[OWNER_SIZE];
    struct soundfonts fonts;
    struct job_crew crew = { .config = w->config, .must_stop = must_stop, .must_stop_arg = w, .produce = produce };
    const char *genres = config_folder(a, w->config->genres_dir, "conf/genres", "/etc/aether/genres", e);
    bool ok;

    if (genres == NULL || (crew.genres = genres_load(a, genres, e)) == NULL ||
        !soundfont_list(w->config->soundfont, &fonts, a, e) || !genres_check_soundfonts(crew.genres, &fonts, a, e))
        return false;
    owner_name(owner);
    crew.owner = owner;
    crew.soundfonts = &fonts;
    crew.store = store_open(w->config, e);
    if (crew.store == NULL)
        return false;
    ok = folder_make(folder_of_output(a, w->config->data_dir), e);
    if (ok) {
        struct courier *courier = courier_start(w->config);

        folder_sweep(crew.store, w->config->data_dir, false);
        ok = work(w, &crew, e);
        courier_stop(courier);
    }
    store_close(crew.store);
    return ok;
}

int worker_run(const struct config *c, int ready_fd)
{
    struct worker w = { .config = c, .ready_fd = ready_fd };
    struct arena *a = arena_new(SETUP_ARENA_BYTES);
    struct error e = { 0 };
    bool ok;

    ASSERT(a != NULL);
    yield_to_requests();
    ok = open_and_work(&w, a, &e);
    if (ok)
        log_info("worker done");
    else
        log_error("worker stops: %s", e.detail);
    arena_free(a);
    return ok ? 0 : error_info_get(e.code)->exit_status;
}
