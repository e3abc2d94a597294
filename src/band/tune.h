/*
 * Who plays the tune where. The lead has it, but a good band shares: where a song has solos, the player of the
 * counter-melody takes some of them, the bridge of a head or a trio, when he is on stage there and his instrument can
 * carry a tune. Where the voice sings nobody else has it.
 */
#ifndef BAND_TUNE_H
#define BAND_TUNE_H

#include "band/stage.h"

/* The part that has the tune in section `index`; NULL: it is sung, or nobody is there to play it. */
const struct stage_part *tune_holder(const struct session *s, const struct stage *stage, size_t index);

/* Whether vocal_spec has words there. */
bool tune_is_sung(const struct session *s, size_t index);

/* Whether a part that is no lead has the tune in some section. */
bool tune_is_shared_with(const struct session *s, const struct stage *stage, const struct stage_part *part);

/* Octaves, in semitones, that bring most of the tune into low … high; 0 when that does as well. */
int tune_shift(const struct timeline *t, int low, int high);

/* The same for the part's own register, as its sound says. */
int tune_shift_of(const struct session *s, const struct stage_part *part);

/* Whether section `index` is the last return of a hook that was heard before. */
bool tune_is_last_hook(const struct timeline *t, size_t index);

#endif
