/* aether-api: the FastCGI service. Started by spawn-fcgi, which hands it the listening socket as descriptor
 * 0. */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/api.h"
#include "core/log.h"
#include "core/seal.h"
#include "process/prefork.h"
#include "server/serve.h"
#include "sound/soundfont.h"
#include "store/audit.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

static const char help[] =
    "usage: spawn-fcgi -n -s SOCKET -- aether-api\n\n"
    "Serves the HTTP interface behind nginx or Apache. Settings are environment variables: 'aether config "
    "show'\n"
    "lists them. SIGHUP reads them and the genres anew, SIGUSR2 the program file as well; SIGTERM\n"
    "lets requests in flight finish.\n\n"
    "  --check    whether it could start with the settings and the genres that there are\n"
    "  --help     this text\n"
    "  --version  the version\n\n"
    "Exit status: 0 stopped as told, 2 wrong use, 78 wrong settings, 1 other failures.\n";

/* Everything that is read before the fork, by the arena that holds it. */
struct loaded {
    struct arena *arena;
    struct config config;
    struct api api;
};

/* A Unix socket belongs to the web server, which has its own say in who may come; so does one on loopback. */
static bool is_reachable(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage room;
    } name = { .room.ss_family = AF_UNSPEC };
    socklen_t len = sizeof(name);

    if (getsockname(fd, &name.any, &len) != 0)
        return false;
    if (name.any.sa_family == AF_INET)
        return ntohl(name.v4.sin_addr.s_addr) >> 24 != 127;
    return name.any.sa_family == AF_INET6 && !IN6_IS_ADDR_LOOPBACK(&name.v6.sin6_addr);
}

static bool check_reach(const struct config *c, struct error *e)
{
    if (c->auth_enabled == 1 || c->allow_unauthenticated == 1 || !is_reachable(STDIN_FILENO))
        return true;
    return error_set(e, ERROR_CONFIG,
                     "AETHER_AUTH_ENABLED is false and the socket can be reached from other machines; expected "
                     "authentication, a socket on loopback, or AETHER_ALLOW_UNAUTHENTICATED=true");
}

static bool read_all(void *arg, struct error *e)
{
    struct loaded *l = arg;
    struct error soundfont = { .code = ERROR_NONE };
    const char *folder;

    if (!config_load(&l->config, l->arena, e)) {
        config_complain(e);
        return error_set(e, ERROR_CONFIG, "the settings cannot be used");
    }
    if (!config_refuse_dangers(&l->config, l->arena, e)) {
        config_complain(e);
        return error_set(e, ERROR_CONFIG, "the settings cannot be used in production");
    }
    if (!check_reach(&l->config, e))
        return false;
    log_init("aether-api", (enum log_level)l->config.log_level, (enum log_format)l->config.log_format);
    config_warn(&l->config);
    if (l->config.environment == ENVIRONMENT_PRODUCTION)
        seal_memory();
    folder = config_folder(l->arena, l->config.genres_dir, "conf/genres", "/etc/aether/genres", e);
    if (folder == NULL || (l->api.genres = genres_load(l->arena, folder, e)) == NULL)
        return false;
    l->api.genres_text = api_genres_text(l->api.genres, l->arena);
    l->api.config = &l->config;
    l->api.cors_origins = config_origins(&l->config, l->arena);
    if (!network_list_parse(l->config.trusted_proxies, l->arena, &l->api.trusted_proxies, e) ||
        !network_list_parse(l->config.webhook_networks, l->arena, &l->api.webhook_networks, e))
        return false;
    if (soundfont_list(l->config.soundfont, &l->api.soundfonts, l->arena, &soundfont)) {
        if (!genres_check_soundfonts(l->api.genres, &l->api.soundfonts, l->arena, e))
            return false;
    } else {
        l->api.soundfonts.names.count = 0;
        l->api.soundfont_problem = arena_strdup(l->arena, soundfont.detail);
        log_warning("%s", soundfont.detail);
    }
    return true;
}

struct service_program {
    struct loaded *current;
    struct shared *shared;
};

static bool load(void *arg, struct prefork_plan *out, struct error *e)
{
    struct service_program *p = arg;
    struct loaded *next;
    struct arena *a = arena_new(ARENA_BYTES);

    if (a == NULL)
        return error_set(e, ERROR_INTERNAL, "out of memory");
    next = ARENA_NEW(a, struct loaded);
    next->arena = a;
    if (!arena_run(a, read_all, next, e)) {
        for (const struct problem *one = e->problems; one != NULL; one = one->next)
            log_error("%s: %s", one->pointer, one->detail);
        e->problems = NULL;
        arena_free(a);
        return false;
    }
    if (p->current != NULL)
        arena_free(p->current->arena);
    p->current = next;
    *out = (struct prefork_plan){ next->config.api_workers, next->config.shutdown_timeout_s, next->config.watchdog_s };
    return true;
}

static int work(void *arg, int ready_fd)
{
    const struct service_program *p = arg;
    const struct service service = api_service(&p->current->api, p->shared);

    return serve(STDIN_FILENO, &service, ready_fd);
}

static void stopping(void *arg)
{
    struct service_program *p = arg;

    atomic_store(&p->shared->draining, true);
}

static void note(void *arg, const struct prefork_event *event)
{
    const struct service_program *p = arg;
    struct error e = { .code = ERROR_NONE };

    if (!audit_note_service(&p->current->config, program_names[PROGRAM_API], event->name, event->outcome, event->by_uid, &e))
        log_error("'%s' is not in the audit trail: %s", event->name, e.detail);
}

static int check(void)
{
    struct service_program p = { .current = NULL };
    struct prefork_plan plan;
    struct error e = { .code = ERROR_NONE };
    bool ok = load(&p, &plan, &e);

    if (!ok)
        fprintf(stderr, "aether-api: %s\n", e.detail);
    else
        arena_free(p.current->arena);
    return ok ? 0 : error_info_get(e.code)->exit_status;
}

static int start(void)
{
    struct service_program p = { .current = NULL };
    struct prefork_program program = { .program = PROGRAM_API, .arg = &p, .load = load, .work = work, .stopping = stopping,
                                       .note = note };
    struct arena *a = arena_new(ARENA_BYTES);
    struct config c;
    struct error e = { .code = ERROR_NONE };
    int status;

    ASSERT(a != NULL);
    if (!config_load(&c, a, &e)) {
        config_complain(&e);
        arena_free(a);
        return error_info_get(e.code)->exit_status;
    }
    p.shared = shared_map(&e);
    if (p.shared == NULL) {
        log_error("cannot start: %s", e.detail);
        arena_free(a);
        return error_info_get(e.code)->exit_status;
    }
    program.run_dir = c.run_dir;
    status = prefork_run(&program);
    if (p.current != NULL)
        arena_free(p.current->arena);
    shared_unmap(p.shared);
    arena_free(a);
    return status;
}

static bool is_listening(int fd)
{
    int listens = 0;
    socklen_t size = sizeof(listens);

    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
}

int main(int argc, char **argv)
{
    seal_process();
    seal_heap();
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(help, stdout) < 0;
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return printf("aether-api %s\n", AETHER_VERSION) < 0;
    log_init("aether-api", LOG_INFO, LOG_TEXT);
    if (argc == 2 && strcmp(argv[1], "--check") == 0)
        return check();
    if (argc > 1) {
        fprintf(stderr, "aether-api: takes no arguments but --check, --help and --version\n");
        return 2;
    }
    if (!is_listening(STDIN_FILENO)) {
        fprintf(stderr, "aether-api: standard input is no listening socket; start me with spawn-fcgi "
                        "(aether-api --help)\n");
        return 2;
    }
    return start();
}
