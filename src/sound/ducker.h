/*
 * The side chain: how open the gate of the kick drum is, from the low end of the drums. 1 on the stroke, held for a period of
 * the lowest drums, then falling back to 0 with the release; strips that duck lose that share of their depth in dB. The level is taken relative to the loudest strokes
 * of late, so it does not matter how loud the drums are: DUCKER_RANGE_DB below them nothing gives way.
 */
#ifndef SOUND_DUCKER_H
#define SOUND_DUCKER_H

#include "sound/biquad.h"

enum { DUCKER_STEP = 32 }; /* frames between two values */
#define DUCKER_RANGE_DB 12.0
#define DUCKER_CUTOFF_HZ 110.0

struct ducker {
    struct biquad low;
    double release;      /* share that is left after a step */
    double fall_db;      /* of loudest_db in a step */
    double loudest_db;   /* of late; falls by 1 dB a second */
    double open;
    int held;            /* steps since it was as open as that */
};

/* `release_ms` is the time in which the gate closes by 90 %; clamped to 20–2,000 ms, NaN counts as 140. */
void ducker_init(struct ducker *d, double release_ms, double rate_hz);

/* Reads `frames` (a multiple of DUCKER_STEP) of the drums, which are overwritten, and writes a value for the end of each
 * step. */
void ducker_process(struct ducker *d, float *left, float *right, int frames, float *open);

#endif
