/* The render pool: a master and AETHER_RENDER_WORKERS processes that work off the queue. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/config.h"
#include "core/log.h"
#include "core/seal.h"
#include "genre/genres.h"
#include "process/prefork.h"
#include "sound/soundfont.h"
#include "store/audit.h"
#include "worker/worker.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

static const char help[] =
    "aether-render: claims jobs from the queue of AETHER Band Engine and renders them.\n\n"
    "usage: aether-render [--check | --help | --version]\n\n"
    "Settings come from the environment (aether config show): AETHER_RENDER_WORKERS processes,\n"
    "AETHER_RENDER_THREADS threads each, AETHER_DATA_DIR, AETHER_SOUNDFONT, AETHER_SHUTDOWN_TIMEOUT.\n\n"
    "  --check    whether it could start with the settings, the genres and the SoundFont that there are\n\n"
    "SIGTERM  finish the jobs in hand within AETHER_SHUTDOWN_TIMEOUT, give back the rest, exit 0\n"
    "SIGHUP   read settings and genres anew, replace the workers one by one, each after its job\n"
    "SIGUSR2  the same, with the program file as it is now\n\n"
    "Exit status: 0 stopped as asked, 1 failed, 2 wrong use, 78 wrong settings.\n";

/* What the master reads; the last that could be used, in an arena of its own. Workers read the genres themselves. */
struct loaded {
    struct arena *arena;
    struct config config;
};

static bool read_all(void *arg, struct error *e)
{
    struct loaded *l = arg;
    const char *genres;
    const struct genres *all;
    struct soundfonts fonts;

    if (!config_load(&l->config, l->arena, e)) {
        config_complain(e);
        return error_set(e, ERROR_CONFIG, "the settings cannot be used");
    }
    log_init("aether-render", (enum log_level)l->config.log_level, (enum log_format)l->config.log_format);
    if (l->config.environment == ENVIRONMENT_PRODUCTION)
        seal_memory();
    genres = config_folder(l->arena, l->config.genres_dir, "conf/genres", "/etc/aether/genres", e);
    all = genres != NULL ? genres_load(l->arena, genres, e) : NULL;
    return all != NULL && soundfont_list(l->config.soundfont, &fonts, l->arena, e) &&
           genres_check_soundfonts(all, &fonts, l->arena, e);
}

static bool load(void *arg, struct prefork_plan *out, struct error *e)
{
    struct loaded *current = arg, next = { .arena = arena_new(ARENA_BYTES) };

    if (next.arena == NULL)
        return error_set(e, ERROR_INTERNAL, "out of memory");
    if (!arena_run(next.arena, read_all, &next, e)) {
        arena_free(next.arena);
        return false;
    }
    arena_free(current->arena);
    *current = next;
    *out = (struct prefork_plan){ next.config.render_workers, next.config.shutdown_timeout_s, next.config.watchdog_s };
    return true;
}

static int work(void *arg, int ready_fd)
{
    const struct loaded *current = arg;

    return worker_run(&current->config, ready_fd);
}

static void note(void *arg, const struct prefork_event *event)
{
    const struct loaded *current = arg;
    struct error e = { .code = ERROR_NONE };

    if (!audit_note_service(&current->config, program_names[PROGRAM_RENDER], event->name, event->outcome, event->by_uid, &e))
        log_error("'%s' is not in the audit trail: %s", event->name, e.detail);
}

static int check(void)
{
    struct loaded current = { .arena = NULL };
    struct prefork_plan plan;
    struct error e = { .code = ERROR_NONE };
    bool ok = load(&current, &plan, &e);

    if (!ok)
        fprintf(stderr, "aether-render: %s\n", e.detail);
    arena_free(current.arena);
    return ok ? 0 : error_info_get(e.code)->exit_status;
}

static int start(void)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct loaded current = { .arena = NULL };
    struct prefork_program program = {
        .program = PROGRAM_RENDER, .arg = &current, .load = load, .work = work, .note = note, .goes_first = true
    };
    struct config c;
    struct error e = { .code = ERROR_NONE };
    int status;

    log_init("aether-render", LOG_INFO, LOG_TEXT);
    ASSERT(a != NULL);
    if (!config_load(&c, a, &e)) {
        config_complain(&e);
        arena_free(a);
        return error_info_get(e.code)->exit_status;
    }
    program.run_dir = c.run_dir;
    status = prefork_run(&program);
    arena_free(current.arena);
    arena_free(a);
    return status;
}

int main(int argc, char **argv)
{
    seal_process();
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(help, stdout) < 0;
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return puts("aether-render " AETHER_VERSION) < 0;
    if (argc == 2 && strcmp(argv[1], "--check") == 0)
        return check();
    if (argc > 1) {
        fputs(help, stderr);
        return 2;
    }
    return start();
}
