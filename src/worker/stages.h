/* How far the work is: which stage, how long each took, and one fraction for all of it that never falls. */
#ifndef WORKER_STAGES_H
#define WORKER_STAGES_H

#include "worker/produce.h"

enum { STAGES_MAX = 32 };

/* The parts of the work, with the share of the whole that each is given in advance. */
enum stages_part { STAGES_BAND, STAGES_RENDER, STAGES_FILES, STAGES_PART_COUNT };

struct stages {
    const struct produce_order *order;
    bool with_audio;
    struct release_stage done[STAGES_MAX];  /* in the order in which they began */
    int count;
    int current;                            /* index in done, -1 before the first */
    int64_t since_ms;                       /* when it began (clock_monotonic_ms) */
    double fraction;
};

void stages_init(struct stages *s, const struct produce_order *order, bool with_audio);

/* The work is at `fraction` (0–1) of `name`, which belongs to `part`; part_fraction of the part is done. Tells the
 * order's progress and returns its answer. `name` must live as long as the stages. */
bool stages_at(struct stages *s, enum stages_part part, const char *name, double part_fraction);

/* Ends the current stage. */
void stages_end(struct stages *s);

#endif
