/*
 * Stops: the moment before a drop or a big chorus in which nobody plays. arrangement_spec asks for one with a transition
 * whose technique is "stop"; its duration_beats before the boundary are silent in every part. What sounds is cut, what
 * would begin there is left out; only rooms ring on.
 */
#ifndef BAND_STOPS_H
#define BAND_STOPS_H

#include "band/players.h"

#define STOP_DEFAULT_BEATS 1.0

/* A stretch of time without a note, from_tick ≤ t < to_tick, as it sounds (swung). */
struct stop {
    int32_t from_tick, to_tick;
};

/* The arrangement's stops in order, in the session's arena. */
struct stop_list stops_make(const struct session *s, const struct timeline *t);

/* Shortens a note on paper that a stop cuts. False when it falls into a stop and is left out. */
bool stops_keep_written(const struct stop_list *stops, struct written *note);

/* The same for its performance, written at `tick`: one that comes early waits for the boundary, one that is late into the
 * stop is left out. */
bool stops_keep_performed(const struct stop_list *stops, int32_t tick, struct score_note *note);

/* Lifts the sustain pedal (controller 64) for each stop, and takes it again after it where it was taken. */
void stops_lift_pedal(struct performer *p);

#endif
