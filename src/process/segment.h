/*
 * What the processes of both programs share: <run_dir>/shared, a mapped file of C11 atomics that every master maps before
 * it forks. It holds a seat for each worker, where the worker shows that it is alive, and the counters of /metrics
 * (process/metrics.h), which outlive the workers and the masters that count. Nothing in it is ever locked, so a process
 * that is killed leaves it whole.
 */
#ifndef PROCESS_SEGMENT_H
#define PROCESS_SEGMENT_H

#include <stdatomic.h>
#include <stdint.h>

#include "core/error.h"

enum program { PROGRAM_API, PROGRAM_RENDER, PROGRAM_COUNT };
extern const char *const program_names[PROGRAM_COUNT]; /* "aether-api", "aether-render" */

enum { SEGMENT_SEATS = 256, SEGMENT_SERIES = 4096, SERIES_KEY_SIZE = 192, SERIES_CELLS = 18 };

enum seat_state { SEAT_FREE, SEAT_STARTING, SEAT_SERVING, SEAT_LEAVING, SEAT_STATE_COUNT };
extern const char *const seat_state_names[SEAT_STATE_COUNT];

/* A worker's: the master writes pid, state and limit. */
struct seat {
    atomic_int pid, state;
    atomic_int limit_s;      /* how long its work in hand may take after SIGTERM */
    atomic_int streams;      /* event streams that it holds open */
    _Atomic int64_t beat_ms; /* monotonic: the last sign of life */
};

/* One line or histogram of /metrics. */
struct series {
    atomic_int state;                       /* 0 empty, 1 being named, 2 in use */
    char key[SERIES_KEY_SIZE];              /* name, and labels as they are printed: `http_requests_total{method="GET"}` */
    _Atomic uint64_t cells[SERIES_CELLS];   /* [0] the value; of a histogram the sum, then a count for each bucket */
};

struct segment {
    char magic[24];
    atomic_int master[PROGRAM_COUNT];       /* process ids */
    struct seat seats[PROGRAM_COUNT][SEGMENT_SEATS];
    struct series series[SEGMENT_SERIES];
    _Atomic uint64_t dropped;               /* counts for which there was no place */
};

/* Maps the file, making it when it is missing or another version's; processes that have that one mapped keep it. NULL
 * with ERROR_IO, or ERROR_STORAGE when there is no room for it. run_dir NULL: memory of this process and its children. */
struct segment *segment_map(const char *run_dir, struct error *e);
void segment_unmap(struct segment *s);

/* This worker is alive. Any thread, as often as one likes; nothing happens in a process that has no seat. */
void heartbeat(void);

/* So many event streams are open in this process. */
void heartbeat_streams(int count);

/* How long the master gives the work in hand after SIGTERM: by his settings, which may be newer than this worker's. `otherwise` in a
 * process that has no seat. */
int heartbeat_limit_s(int otherwise);

/* The seat that heartbeats write to from now on, in this process. */
void heartbeat_take_seat(struct seat *seat);

#endif
