#include "api/trail.h"

#include <pthread.h>
#include <stdatomic.h>

#include "core/clock.h"
#include "process/metrics.h"
#include "store/audit.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct audit_writer *writer;
static int users;
static atomic_bool is_failing;

bool trail_open(const struct config *c, struct error *e)
{
    bool ok;

    pthread_mutex_lock(&lock);
    users++;
    if (writer == NULL)
        writer = audit_writer_open(c, true, e);
    ok = writer != NULL;
    pthread_mutex_unlock(&lock);
    return ok;
}

void trail_close(void)
{
    pthread_mutex_lock(&lock);
    if (--users == 0) {
        audit_writer_close(writer);
        writer = NULL;
    }
    pthread_mutex_unlock(&lock);
}

bool trail_record(const void *app, struct trail_entry *entry, struct error *e)
{
    bool begins = entry->status == 0;
    struct audit_row row = {
        .time_ms = clock_wall_ms(),
        .actor_kind = entry->actor_kind,
        .actor = entry->actor,
        .actor_name = entry->actor_name,
        .organisation = entry->organisation,
        .address = entry->address,
        .action = entry->action,
        .target = entry->target,
        .outcome = entry->outcome,
        .status = begins ? AUDIT_UNSET : entry->status,
        .duration_ms = begins ? AUDIT_UNSET : entry->duration_ms,
        .request_id = entry->request_id,
        .body_sha256 = entry->body_sha256,
        .reason = entry->reason,
        .begun_seq = entry->begun_seq != 0 ? entry->begun_seq : AUDIT_UNSET,
        .count = entry->count,
    };
    bool ok;

    (void)app;
    ok = audit_append(writer, &row, e);
    if (atomic_load(&is_failing) == ok)
        atomic_store(&is_failing, !ok);
    metric_add(ok ? METRIC_AUDIT_ROWS : METRIC_AUDIT_FAILURES, 1);
    if (!ok)
        return false;
    entry->seq = row.seq;
    return true;
}

bool trail_look(struct trail_state *out, struct error *e)
{
    out->is_failing = atomic_load(&is_failing);
    return audit_writer_last_anchor(writer, &out->anchor_ms, e);
}
