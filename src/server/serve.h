/* One worker process: serves until it is told to go. */
#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include "server/service.h"

/* Takes connections from `listen_fd`; `ready_fd` tells the master that it does (prefork_worker_ready). SIGTERM ends
 * it: as ACCEPTOR_STOP when shared->draining is set, else as ACCEPTOR_LEAVE; all other signals are blocked in all
 * threads, because libfcgi does not go on after EINTR. Called once, by the process's first thread. Returns the exit
 * status: 0 when drained, also after cutting requests off, else that of the error that kept it from starting. */
int serve(int listen_fd, const struct service *s, int ready_fd);

#endif
