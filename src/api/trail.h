/* The audit trail of a worker process: one writer for all of its threads. */
#ifndef API_TRAIL_H
#define API_TRAIL_H

#include "core/config.h"
#include "core/error.h"
#include "server/trail.h"

/* Each thread that serves opens it and closes it; the first opens the writer, with the day's anchor, the last closes
 * it. trail_close must be called for each trail_open, also for one that failed. */
bool trail_open(const struct config *c, struct error *e);
void trail_close(void);

/* How the trail is. False when it cannot be read. */
struct trail_state {
    int64_t anchor_ms; /* when its head was last anchored; 0: never */
    bool is_failing;   /* the last row of this process could not be added */
};
bool trail_look(struct trail_state *out, struct error *e);

/* service->record. */
bool trail_record(const void *app, struct trail_entry *entry, struct error *e);

#endif
