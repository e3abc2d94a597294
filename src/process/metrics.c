#include "process/metrics.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LABELS_MAX = 4, BUCKETS_MAX = SERIES_CELLS - 2, PROBES_MAX = 256, VALUE_MAX = 64 };
enum { EMPTY, BEING_NAMED, IN_USE };

static const double request_buckets[] = { 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60 };
static const double work_buckets[] = { 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320 };
static const double factor_buckets[] = { 1, 2, 5, 10, 15, 20, 25, 30, 40, 60, 80, 120 };
#define BUCKETS(array) (array), sizeof(array) / sizeof((array)[0])
#define NO_BUCKETS NULL, 0

static const struct row {
    const char *name, *type;
    const char *labels[LABELS_MAX];
    const double *buckets;
    size_t bucket_count;
    const char *help;
} rows[METRIC_COUNT] = {
    /* clang-format off */
    /*                              name                                type         labels                           buckets                  help */
    [METRIC_HTTP_REQUESTS] =      { "http_requests_total",              "counter",   { "method", "path", "status" },  NO_BUCKETS,              "Requests answered; 499: the client went first." },
    [METRIC_HTTP_DURATION] =      { "http_request_duration_seconds",    "histogram", { "method", "path" },            BUCKETS(request_buckets), "From the request to its answer, waiting included; event streams are not in it." },
    [METRIC_HTTP_REFUSED] =       { "aether_requests_refused_total",    "counter",   { "reason" },                    NO_BUCKETS,              "Requests refused before they reached a handler." },
    [METRIC_EVENT_STREAMS] =      { "aether_event_streams",             "gauge",     { NULL },                        NO_BUCKETS,              "Event streams that are open." },
    [METRIC_GENERATION_DURATION] = { "aether_generation_duration_seconds", "histogram", { "genre" },                  BUCKETS(work_buckets),   "Composing the documents of a song." },
    [METRIC_RENDER_DURATION] =    { "aether_render_duration_seconds",   "histogram", { "genre" },                     BUCKETS(work_buckets),   "A job in the render pool, from its claim to its files." },
    [METRIC_RENDER_FACTOR] =      { "aether_render_realtime_factor",    "histogram", { NULL },                        BUCKETS(factor_buckets), "Seconds of music for each second of such a job." },
    [METRIC_JOBS_ENDED] =         { "aether_job_attempts_total",        "counter",   { "kind", "end" },               NO_BUCKETS,              "Attempts at jobs by how they ended: completed, failed, released, dropped." },
    [METRIC_WORKERS_STARTED] =    { "aether_workers_started_total",     "counter",   { "program" },                   NO_BUCKETS,              "Worker processes started." },
    [METRIC_WORKERS_LOST] =       { "aether_workers_lost_total",        "counter",   { "program", "reason" },         NO_BUCKETS,              "Workers that ended unasked: died, hung (and were killed), late (and were killed)." },
    [METRIC_RELOADS] =            { "aether_reloads_total",             "counter",   { "program", "outcome" },        NO_BUCKETS,              "SIGHUP and SIGUSR2: accepted, refused." },
    [METRIC_WORKERS] =            { "aether_workers",                   "gauge",     { "program", "state" },          NO_BUCKETS,              "Worker processes by state." },
    [METRIC_PROCESS_MEMORY] =     { "aether_process_resident_bytes",    "gauge",     { "program", "worker" },         NO_BUCKETS,              "Resident memory of a worker, or of the master." },
    [METRIC_PROCESS_CPU] =        { "aether_process_cpu_seconds_total", "counter",   { "program", "worker" },         NO_BUCKETS,              "Processor time of a worker, or of the master." },
    [METRIC_JOBS] =               { "aether_jobs",                      "gauge",     { "state" },                     NO_BUCKETS,              "Jobs in the database by state." },
    [METRIC_OLDEST_JOB] =         { "aether_oldest_queued_job_seconds", "gauge",     { NULL },                        NO_BUCKETS,              "Age of the oldest queued job; 0 when none waits." },
    [METRIC_AUDIT_ROWS] =         { "aether_audit_rows_total",          "counter",   { NULL },                        NO_BUCKETS,              "Rows that requests have added to the audit trail." },
    [METRIC_AUDIT_FAILURES] =     { "aether_audit_failures_total",      "counter",   { NULL },                        NO_BUCKETS,              "Rows that could not be added; requests that change something were refused for it." },
    [METRIC_AUDIT_ANCHOR] =       { "aether_audit_anchor_age_seconds",  "gauge",     { NULL },                        NO_BUCKETS,              "Since the head of the audit trail was last written to the log; more than a day: it is not any more." },
    [METRIC_BUILD] =              { "aether_build_info",                "gauge",     { "version" },                   NO_BUCKETS,              "Always 1." },
    [METRIC_DROPPED] =            { "aether_metrics_dropped_total",     "counter",   { NULL },                        NO_BUCKETS,              "Counts lost because the table of series was full." },
    /* clang-format on */
};

static struct segment *used;

void metrics_use(struct segment *s)
{
    used = s;
}

static size_t put(char *out, size_t size, size_t at, const char *text)
{
    for (; *text != '\0' && at + 1 < size; text++)
        out[at++] = *text;
    out[at] = '\0';
    return at;
}

static size_t put_escaped(char *out, size_t size, size_t at, const char *text)
{
    for (size_t n = 0; text[n] != '\0' && n < VALUE_MAX; n++) {
        char one[3] = { text[n], '\0', '\0' };

        if (text[n] == '"' || text[n] == '\\') {
            one[0] = '\\';
            one[1] = text[n];
        } else if ((unsigned char)text[n] < 0x20) {
            one[0] = ' ';
        }
        at = put(out, size, at, one);
    }
    return at;
}

/* `name{label="value",…}` */
static void key_make(const struct row *row, const char *const *values, char out[SERIES_KEY_SIZE])
{
    size_t at = put(out, SERIES_KEY_SIZE, 0, row->name), size = SERIES_KEY_SIZE - 2; /* room for the end */

    for (size_t i = 0; i < LABELS_MAX && row->labels[i] != NULL; i++) {
        at = put(out, size, at, i == 0 ? "{" : ",");
        at = put(out, size, at, row->labels[i]);
        at = put(out, size, at, "=\"");
        at = put_escaped(out, size, at, values[i] != NULL ? values[i] : "");
        at = put(out, SERIES_KEY_SIZE, at, "\"");
    }
    if (row->labels[0] != NULL)
        put(out, SERIES_KEY_SIZE, at, "}");
}

static uint64_t key_hash(const char *key) /* FNV-1a */
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (; *key != '\0'; key++)
        h = (h ^ (unsigned char)*key) * UINT64_C(1099511628211);
    return h ^ h >> 29;
}

/* Open addressing. A process that dies while it names a place leaves it unused for good; two that name the same series at
 * once may give it two places, which are added up when they are read. */
static struct series *series_find(struct segment *s, const char *key)
{
    uint64_t hash = key_hash(key);

    for (size_t i = 0; i < PROBES_MAX; i++) {
        struct series *at = &s->series[(hash + i) % SEGMENT_SERIES];
        int state = atomic_load_explicit(&at->state, memory_order_acquire), empty = EMPTY;

        if (state == IN_USE && strcmp(at->key, key) == 0)
            return at;
        if (state != EMPTY || !atomic_compare_exchange_strong(&at->state, &empty, BEING_NAMED))
            continue;
        snprintf(at->key, sizeof(at->key), "%s", key);
        atomic_store_explicit(&at->state, IN_USE, memory_order_release);
        return at;
    }
    atomic_fetch_add(&s->dropped, 1);
    return NULL;
}

static struct series *series_of(enum metric metric, va_list values)
{
    const struct row *row = &rows[metric];
    const char *texts[LABELS_MAX] = { NULL };
    char key[SERIES_KEY_SIZE];

    for (size_t i = 0; i < LABELS_MAX && row->labels[i] != NULL; i++)
        texts[i] = va_arg(values, const char *);
    key_make(row, texts, key);
    return series_find(used, key);
}

void metric_add(enum metric metric, int64_t amount, ...)
{
    struct series *at;
    va_list values;

    if (used == NULL)
        return;
    va_start(values, amount);
    at = series_of(metric, values);
    va_end(values);
    if (at != NULL)
        atomic_fetch_add_explicit(&at->cells[0], (uint64_t)amount, memory_order_relaxed);
}

void metric_observe(enum metric metric, double value, ...)
{
    const struct row *row = &rows[metric];
    struct series *at;
    size_t bucket = 0;
    va_list values;

    if (used == NULL)
        return;
    ASSERT(row->buckets != NULL && row->bucket_count <= BUCKETS_MAX && isfinite(value) && value >= 0);
    va_start(values, value);
    at = series_of(metric, values);
    va_end(values);
    if (at == NULL)
        return;
    while (bucket < row->bucket_count && value > row->buckets[bucket])
        bucket++;
    atomic_fetch_add_explicit(&at->cells[0], (uint64_t)llround(value * 1e6), memory_order_relaxed);
    atomic_fetch_add_explicit(&at->cells[1 + bucket], 1, memory_order_relaxed);
}

/* A line of a series: `name` is the key up to its labels. */
struct found {
    char key[SERIES_KEY_SIZE];
    uint64_t cells[SERIES_CELLS];
};

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct found *)a)->key, ((const struct found *)b)->key);
}

/* All series in use, sorted, each once. */
static struct found *collect(struct arena *a, size_t *count)
{
    struct found *out;
    size_t in_use = 0, n = 0;

    *count = 0;
    for (size_t i = 0; used != NULL && i < SEGMENT_SERIES; i++)
        in_use += atomic_load_explicit(&used->series[i].state, memory_order_acquire) == IN_USE;
    out = ARENA_ARRAY(a, struct found, in_use + 1);
    for (size_t i = 0; used != NULL && i < SEGMENT_SERIES && n < in_use; i++) {
        struct series *at = &used->series[i];

        if (atomic_load_explicit(&at->state, memory_order_acquire) != IN_USE)
            continue;
        memcpy(out[n].key, at->key, sizeof(out[n].key));
        for (size_t c = 0; c < SERIES_CELLS; c++)
            out[n].cells[c] = atomic_load_explicit(&at->cells[c], memory_order_relaxed);
        n++;
    }
    if (n == 0)
        return out;
    qsort(out, n, sizeof(*out), compare);
    for (size_t i = 1; i < n; i++) {
        if (strcmp(out[*count].key, out[i].key) != 0) {
            out[++*count] = out[i];
            continue;
        }
        for (size_t c = 0; c < SERIES_CELLS; c++)
            out[*count].cells[c] += out[i].cells[c];
    }
    ++*count;
    return out;
}

struct page {
    struct arena *arena;
    char *text;
    size_t len, size;
};

static void print(struct page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void print(struct page *p, const char *format, ...)
{
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(p->text + p->len, p->size - p->len, format, args);
    va_end(args);
    ASSERT(len >= 0);
    if (p->len + (size_t)len >= p->size) {
        char *larger = arena_alloc(p->arena, p->size = 2 * (p->size + (size_t)len));

        memcpy(larger, p->text, p->len);
        p->text = larger;
        va_start(args, format);
        len = vsnprintf(p->text + p->len, p->size - p->len, format, args);
        va_end(args);
    }
    p->len += (size_t)len;
}

static void print_histogram(struct page *p, const struct row *row, const struct found *f)
{
    const char *brace = strchr(f->key, '{');
    const char *labels = brace != NULL ? brace + 1 : "";
    int len = brace != NULL ? (int)strlen(labels) - 1 : 0;
    const char *comma = len > 0 ? "," : "", *open = len > 0 ? "{" : "", *close = len > 0 ? "}" : "";
    uint64_t sum = 0;

    for (size_t i = 0; i <= row->bucket_count; i++) {
        sum += f->cells[1 + i];
        if (i < row->bucket_count)
            print(p, "%s_bucket{%.*s%sle=\"%g\"} %llu\n", row->name, len, labels, comma, row->buckets[i],
                  (unsigned long long)sum);
        else
            print(p, "%s_bucket{%.*s%sle=\"+Inf\"} %llu\n", row->name, len, labels, comma, (unsigned long long)sum);
    }
    print(p, "%s_sum%s%.*s%s %.6f\n", row->name, open, len, labels, close, (double)f->cells[0] / 1e6);
    print(p, "%s_count%s%.*s%s %llu\n", row->name, open, len, labels, close, (unsigned long long)sum);
}

static bool is_of(const char *key, const char *name)
{
    size_t len = strlen(name);

    return strncmp(key, name, len) == 0 && (key[len] == '\0' || key[len] == '{');
}

const char *metrics_text(const struct metric_samples *looked, struct arena *a)
{
    struct page page = { .arena = a, .text = arena_alloc(a, 16384), .size = 16384 };
    size_t count;
    const struct found *found = collect(a, &count);
    char key[SERIES_KEY_SIZE];

    for (size_t m = 0; m < METRIC_COUNT; m++) {
        const struct row *row = &rows[m];

        print(&page, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->help, row->name, row->type);
        for (size_t i = 0; i < count; i++) {
            if (is_of(found[i].key, row->name) && row->buckets != NULL)
                print_histogram(&page, row, &found[i]);
            else if (is_of(found[i].key, row->name))
                print(&page, "%s %lld\n", found[i].key, (long long)found[i].cells[0]);
        }
        for (size_t i = 0; i < looked->count; i++) {
            if (looked->items[i].metric != (enum metric)m)
                continue;
            key_make(row, looked->items[i].labels, key);
            print(&page, "%s %.15g\n", key, looked->items[i].value);
        }
    }
    return page.text;
}

static void look(struct metric_samples *to, size_t max, enum metric metric, double value, const char *first,
                 const char *second)
{
    if (to->count < max)
        to->items[to->count++] = (struct metric_sample){ metric, value, { first, second } };
}

/* Resident memory in bytes and processor time in seconds, by /proc (proc(5)). */
static bool process_figures(int pid, double *bytes, double *cpu_s)
{
    char path[64], line[1024];
    unsigned long user = 0, kernel = 0;
    long pages = 0;
    const char *rest;
    FILE *f;
    bool ok;

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    f = fopen(path, "r");
    if (f == NULL)
        return false;
    ok = fgets(line, sizeof(line), f) != NULL;
    fclose(f);
    rest = ok ? strrchr(line, ')') : NULL; /* the name may hold anything */
    if (rest == NULL || sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %*d %*d %*u %*u %ld",
                               &user, &kernel, &pages) != 3)
        return false;
    *bytes = (double)pages * (double)sysconf(_SC_PAGESIZE);
    *cpu_s = (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
    return true;
}

static void look_at_one(struct metric_samples *to, size_t max, const char *program, const char *worker, int pid)
{
    double bytes, cpu_s;

    if (pid <= 0 || !process_figures(pid, &bytes, &cpu_s))
        return;
    look(to, max, METRIC_PROCESS_MEMORY, bytes, program, worker);
    look(to, max, METRIC_PROCESS_CPU, cpu_s, program, worker);
}

void metrics_look_at_processes(struct metric_samples *samples, size_t max, struct arena *a)
{
    long long streams = 0;

    if (used == NULL)
        return;
    look(samples, max, METRIC_DROPPED, (double)atomic_load(&used->dropped), NULL, NULL);
    for (int p = 0; p < PROGRAM_COUNT; p++) {
        int by_state[SEAT_STATE_COUNT] = { 0 };

        look_at_one(samples, max, program_names[p], "master", atomic_load(&used->master[p]));
        for (int i = 0; i < SEGMENT_SEATS; i++) {
            struct seat *seat = &used->seats[p][i];
            int state = atomic_load(&seat->state);

            by_state[state > SEAT_FREE && state < SEAT_STATE_COUNT ? state : SEAT_FREE]++;
            if (state == SEAT_FREE)
                continue;
            streams += atomic_load(&seat->streams);
            look_at_one(samples, max, program_names[p], arena_printf(a, "%d", i), atomic_load(&seat->pid));
        }
        for (int state = SEAT_STARTING; state < SEAT_STATE_COUNT; state++)
            look(samples, max, METRIC_WORKERS, by_state[state], program_names[p], seat_state_names[state]);
    }
    look(samples, max, METRIC_EVENT_STREAMS, (double)streams, NULL, NULL);
}
