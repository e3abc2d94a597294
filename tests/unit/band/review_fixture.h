/* Hand-made timelines and scores whose measures are known by theory. */
#ifndef TESTS_BAND_REVIEW_FIXTURE_H
#define TESTS_BAND_REVIEW_FIXTURE_H

#include "compose_fixture.h"
#include "song/timeline.h"

/* C major, 4/4, 120 beats a minute (a quarter lasts half a second); a chord a bar ("C | Dm9"), one section over all bars. */
struct timeline *timeline_of(const char *chords);

/* "C4:1 F#4:.5 R:2 …": notes or rests with their quarters; "/" begins a phrase. They become the timeline's melody. */
void tune_of(struct timeline *t, const char *text);

/* A part of quarters: chords of notes joined by "+", "C4+E4+G4:4 R:4". */
struct score_part part_of(const char *id, enum score_role role, const char *text);

/* A folder of genres with this one alone, its "review" replaced by the JSON array. */
struct genres *genres_with_review(const char *genre, const char *review);

#endif
