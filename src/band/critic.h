/* The reviewer's taste, which the composer shares: candidates are chosen by the same measures and bands that the finished
 * song is judged by. */
#ifndef BAND_CRITIC_H
#define BAND_CRITIC_H

#include "band/agent.h"
#include "genre/bands.h"

/* The genre's band of a measure, else the table's. */
struct band critic_band(const struct session *s, enum measure measure, const char **why);

/* What the measures of a tune give for these notes; those that are not of a tune are left alone. `memory` says whether
 * repetition is measured too: in a few bars there is none to find. Never looks at what was made before, so that a song
 * depends on its seed alone. */
void critic_measure_tune(const struct session *s, const struct timeline_note *notes, size_t count, bool memory,
                         double values[MEASURE_COUNT]);
void critic_measure_harmony(const struct session *s, const struct timeline_chord *chords, size_t count,
                            double values[MEASURE_COUNT]);

/* How good these values are, 0–1: the mean of band_closeness by the measures' weights. Values that are not set to a number
 * (NAN), for lack of anything to measure, count as band_closeness says. */
enum critic_scope { CRITIC_TUNE, CRITIC_HARMONY };
double critic_score(const struct session *s, enum critic_scope scope, const double values[MEASURE_COUNT]);

/* Notes a choice among candidates for the report and the account of decisions. */
void critic_note(struct session *s, const char *what, int candidates, double best, double worst);

#endif
