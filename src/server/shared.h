/* What the processes of the server share besides counters: memory that the master maps before the first fork, and keeps
 * when it becomes its program anew (process/prefork.h). */
#ifndef SERVER_SHARED_H
#define SERVER_SHARED_H

#include <stdatomic.h>

#include "core/error.h"
#include "server/rate.h"

struct shared {
    atomic_bool draining; /* the whole server is about to stop: /ready says so at once, in every worker */
    struct rate_table rate;
};

/* NULL with ERROR_IO. */
struct shared *shared_map(struct error *e);
void shared_unmap(struct shared *s);

#endif
