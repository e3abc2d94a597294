/* The render pool: a master and AETHER_RENDER_WORKERS processes that work off the queue. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/config.h"
#include "core/log.h"
#include "genre/genres.h"
#include "server/notify.h"
#include "sound/soundfont.h"
#include "worker/pool.h"
#include "worker/worker.h"

enum { ARENA_BYTES = 64 * 1024 * 1024, GRACE_AFTER_TIMEOUT_MS = 15000 };

static const char help[] =
    "aether-render: claims jobs from the queue of AETHER Band Engine and renders them.\n\n"
    "usage: aether-render [--help | --version]\n\n"
    "Settings come from the environment (aether config show): AETHER_RENDER_WORKERS processes,\n"
    "AETHER_RENDER_THREADS threads each, AETHER_DATA_DIR, AETHER_SOUNDFONT, AETHER_SHUTDOWN_TIMEOUT.\n\n"
    "SIGTERM  finish the jobs in hand within AETHER_SHUTDOWN_TIMEOUT, give back the rest, exit 0\n"
    "SIGHUP   replace the workers one by one, each after its job, with genres and secrets read anew\n\n"
    "Exit status: 0 stopped as asked, 1 failed, 2 wrong use, 78 wrong settings.\n";

/* Whether workers could start with these settings. */
static bool parts_check(const struct config *c, struct arena *a, struct error *e)
{
    const char *genres = config_folder(a, c->genres_dir, "conf/genres", "/etc/aether/genres", e);

    return genres != NULL && genres_load(a, genres, e) != NULL && soundfont_find(c->soundfont, a, e) != NULL;
}

static bool check(void *arg)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct config c;
    struct error e = { 0 };
    bool ok;

    (void)arg;
    ASSERT(a != NULL);
    ok = config_load(&c, a, &e) && parts_check(&c, a, &e);
    if (!ok)
        log_error("the settings cannot be used: %s", e.detail);
    arena_free(a);
    return ok;
}

static int work(void *arg)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct config c;
    struct error e = { 0 };
    int status = 78;

    (void)arg;
    ASSERT(a != NULL);
    if (config_load(&c, a, &e))
        status = worker_run(&c);
    else
        log_error("the settings cannot be used: %s", e.detail);
    arena_free(a);
    return status;
}

static int start(void)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct pool_order order = { .work = work, .check = check, .notify = notify };
    struct config c;
    struct error e = { 0 };

    ASSERT(a != NULL);
    if (!config_load(&c, a, &e)) {
        config_complain(&e);
        arena_free(a);
        return error_info_get(e.code)->exit_status;
    }
    log_init("aether-render", (enum log_level)c.log_level, (enum log_format)c.log_format);
    if (!parts_check(&c, a, &e)) {
        log_error("cannot start: %s", e.detail);
        arena_free(a);
        return error_info_get(e.code)->exit_status;
    }
    order.count = c.render_workers;
    order.watchdog_ms = (int)notify_watchdog_ms();
    order.grace_ms = c.shutdown_timeout_s * 1000 + GRACE_AFTER_TIMEOUT_MS;
    log_info("aether-render " AETHER_VERSION ": %d %s, data in %s", order.count, order.count == 1 ? "worker" : "workers",
             c.data_dir);
    arena_free(a);
    worker_signals_block();
    return pool_run(&order);
}

int main(int argc, char **argv)
{
    umask(027);
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(help, stdout) < 0;
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return puts("aether-render " AETHER_VERSION) < 0;
    if (argc > 1) {
        fputs(help, stderr);
        return 2;
    }
    return start();
}
