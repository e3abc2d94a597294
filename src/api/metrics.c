/* GET /metrics: what all processes have counted, and what can be looked at now. */
#include <math.h>

#include "api/handlers.h"
#include "api/trail.h"
#include "core/clock.h"
#include "core/log.h"
#include "process/metrics.h"

enum { SAMPLES_MAX = 1200 };

static void add(struct metric_samples *to, enum metric metric, double value, const char *label)
{
    if (to->count < SAMPLES_MAX)
        to->items[to->count++] = (struct metric_sample){ metric, value, { label } };
}

bool metrics_get(struct request *req, struct response *resp, struct error *e)
{
    struct metric_samples samples = { .items = ARENA_ARRAY(req->arena, struct metric_sample, SAMPLES_MAX) };
    struct job_counts counts;
    struct trail_state trail;

    if (job_count(api_store(req), clock_wall_ms(), &counts, e)) {
        for (int i = 0; i < JOB_STATE_COUNT; i++)
            add(&samples, METRIC_JOBS, (double)counts.by_state[i], job_state_names[i]);
        add(&samples, METRIC_OLDEST_JOB, (double)counts.oldest_queued_ms / 1000, NULL);
    } else {
        log_warning("metrics: the jobs are not counted: %s", e->detail);
    }
    if (trail_look(&trail, e) && trail.anchor_ms != 0)
        add(&samples, METRIC_AUDIT_ANCHOR, fmax(0, (double)(clock_wall_ms() - trail.anchor_ms) / 1000), NULL);
    add(&samples, METRIC_BUILD, 1, AETHER_VERSION);
    metrics_look_at_processes(&samples, SAMPLES_MAX, req->arena);
    response_text(resp, 200, "text/plain; version=0.0.4; charset=utf-8", metrics_text(&samples, req->arena));
    return true;
}
