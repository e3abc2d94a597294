/*
 * Counters and histograms for Prometheus. One table (metrics.c) has a row for each metric; programs count from any
 * process and thread, into the shared segment, so the numbers are exact across workers and outlive them.
 */
#ifndef PROCESS_METRICS_H
#define PROCESS_METRICS_H

#include "core/arena.h"
#include "process/segment.h"

enum metric {
    METRIC_HTTP_REQUESTS,
    METRIC_HTTP_DURATION,
    METRIC_HTTP_REFUSED,
    METRIC_EVENT_STREAMS,
    METRIC_GENERATION_DURATION,
    METRIC_RENDER_DURATION,
    METRIC_RENDER_FACTOR,
    METRIC_JOBS_ENDED,
    METRIC_WORKERS_STARTED,
    METRIC_WORKERS_LOST,
    METRIC_RELOADS,
    METRIC_WORKERS,
    METRIC_PROCESS_MEMORY,
    METRIC_PROCESS_CPU,
    METRIC_JOBS,
    METRIC_OLDEST_JOB,
    METRIC_AUDIT_ROWS,
    METRIC_AUDIT_FAILURES,
    METRIC_AUDIT_ANCHOR,
    METRIC_BUILD,
    METRIC_DROPPED,
    METRIC_COUNT
};

/* Where this process counts from now on; NULL: nowhere, which is so at first. Before the first thread. */
void metrics_use(struct segment *s);

/* Counts. The arguments after `amount` are the values of the metric's labels, as many as its row has. Values with odd
 * characters are escaped, long ones cut. */
void metric_add(enum metric metric, int64_t amount, ...);

/* Takes one measurement (seconds, or a ratio; at least 0) into a histogram. */
void metric_observe(enum metric metric, double value, ...);

/* What is looked at rather than counted, for one page of /metrics. */
struct metric_sample {
    enum metric metric;
    double value;
    const char *labels[4];
};
struct metric_samples {
    struct metric_sample *items;
    size_t count;
};

/* Adds the workers of both programs, their memory, processor time and event streams, as far as `max` samples go. */
void metrics_look_at_processes(struct metric_samples *samples, size_t max, struct arena *a);

/* The page: text format 0.0.4, every metric of the table with HELP and TYPE, counted and looked at together. In the
 * arena. */
const char *metrics_text(const struct metric_samples *looked, struct arena *a);

#endif
