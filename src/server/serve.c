#include "server/serve.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "core/log.h"
#include "process/prefork.h"
#include "server/acceptor.h"
#include "server/fcgi.h"
#include "server/trail.h"

struct signals {
    struct acceptor *acceptor;
    const struct service *service;
};

/* Faults of the program itself stay as they are. */
static void block_signals(void)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };
    sigset_t set;

    sigfillset(&set);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        sigdelset(&set, faults[i]);
    pthread_sigmask(SIG_SETMASK, &set, NULL);
}

static void *wait_for_term(void *arg)
{
    struct signals *s = arg;
    sigset_t set;
    int got;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    while (sigwait(&set, &got) != 0)
        ;
    acceptor_drain(s->acceptor, atomic_load(&s->service->shared->draining) ? ACCEPTOR_STOP : ACCEPTOR_LEAVE,
                   heartbeat_limit_s(s->service->shutdown_timeout_s) * 1000);
    return NULL;
}

int serve(int listen_fd, const struct service *s, int ready_fd)
{
    struct error e = { .code = ERROR_NONE };
    struct signals signals = { .service = s };
    pthread_t thread;
    bool drained;

    block_signals();
    fcgi_init();
    signals.acceptor = acceptor_new(listen_fd, s, &e);
    if (signals.acceptor == NULL) {
        log_error("cannot serve: %s", e.detail);
        return error_info_get(e.code)->exit_status;
    }
    ASSERT(pthread_create(&thread, NULL, wait_for_term, &signals) == 0);
    prefork_worker_ready(ready_fd);
    drained = acceptor_run(signals.acceptor);
    trail_settle(s, true);
    if (!drained)
        _exit(0); /* threads are busy with what is being cut off */
    pthread_join(thread, NULL);
    acceptor_free(signals.acceptor);
    return 0;
}
