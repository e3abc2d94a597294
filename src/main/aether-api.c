/* aether-api: the FastCGI service. Started by spawn-fcgi, which hands it the listening socket as descriptor
 * 0. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "core/log.h"
#include "server/prefork.h"
#include "server/serve.h"
#include "sound/soundfont.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

static const char help[] =
    "usage: spawn-fcgi -n -s SOCKET -- aether-api\n\n"
    "Serves the HTTP interface behind nginx or Apache. Settings are environment variables: 'aether config "
    "show'\n"
    "lists them. SIGHUP reads them and the genres anew, SIGTERM lets requests in flight finish.\n\n"
    "  --help     this text\n"
    "  --version  the version\n\n"
    "Exit status: 0 stopped as told, 2 wrong use, 78 wrong settings, 1 other failures.\n";

/* Everything that is read before the fork, by the arena that holds it. */
struct loaded {
    struct arena *arena;
    struct config config;
    struct api api;
};

static bool read_all(void *arg, struct error *e)
{
    struct loaded *l = arg;
    struct error soundfont = { .code = ERROR_NONE };
    const char *folder;

    if (!config_load(&l->config, l->arena, e)) {
        config_complain(e);
        return error_set(e, ERROR_CONFIG, "the settings cannot be used");
    }
    log_init("aether-api", (enum log_level)l->config.log_level, (enum log_format)l->config.log_format);
    config_warn(&l->config);
    folder = config_folder(l->arena, l->config.genres_dir, "conf/genres", "/etc/aether/genres", e);
    if (folder == NULL || (l->api.genres = genres_load(l->arena, folder, e)) == NULL)
        return false;
    l->api.config = &l->config;
    l->api.soundfont = soundfont_find(l->config.soundfont, l->arena, &soundfont);
    if (l->api.soundfont != NULL) {
        l->api.soundfont_name = soundfont_name(l->api.soundfont);
    } else {
        l->api.soundfont_problem = arena_strdup(l->arena, soundfont.detail);
        log_warning("%s", soundfont.detail);
    }
    return true;
}

static bool load(void *arg, struct prefork_plan *out, struct error *e)
{
    struct loaded **current = arg, *next;
    struct arena *a = arena_new(ARENA_BYTES);

    if (a == NULL)
        return error_set(e, ERROR_INTERNAL, "out of memory");
    next = ARENA_NEW(a, struct loaded);
    next->arena = a;
    if (!arena_run(a, read_all, next, e)) {
        for (const struct problem *p = e->problems; p != NULL; p = p->next)
            log_error("%s: %s", p->pointer, p->detail);
        e->problems = NULL;
        arena_free(a);
        return false;
    }
    if (*current != NULL)
        arena_free((*current)->arena);
    *current = next;
    *out = (struct prefork_plan){ next->config.api_workers, next->config.shutdown_timeout_s };
    return true;
}

static int work(void *arg, struct shared *shared, int ready_fd)
{
    struct loaded **current = arg;
    const struct service service = api_service(&(*current)->api, shared);

    return serve(STDIN_FILENO, &service, ready_fd);
}

int main(int argc, char **argv)
{
    struct loaded *current = NULL;
    const struct prefork program = { .arg = &current, .load = load, .work = work };
    int status;

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(help, stdout) < 0;
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return printf("aether-api %s\n", AETHER_VERSION) < 0;
    if (argc > 1) {
        fprintf(stderr, "aether-api: takes no arguments but --help and --version\n");
        return 2;
    }
    if (!prefork_is_listening(STDIN_FILENO)) {
        fprintf(stderr, "aether-api: standard input is no listening socket; start me with spawn-fcgi "
                        "(aether-api --help)\n");
        return 2;
    }
    log_init("aether-api", LOG_INFO, LOG_TEXT);
    status = prefork_run(&program);
    if (current != NULL)
        arena_free(current->arena);
    return status;
}
