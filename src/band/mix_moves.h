/*
 * The mix in motion: a ride of all faders from section to section, so that what the arrangement means as quieter or louder is
 * heard so by three or four LU; filters that open over a build; echoes that ring into the gap at a section's end.
 */
#ifndef BAND_MIX_MOVES_H
#define BAND_MIX_MOVES_H

#include "band/agent.h"
#include "song/mix_spec.h"

/* Writes spec->automation. Needs the strips, the score and the timeline. */
void mix_moves_make(struct session *s, struct mix_spec *spec);

#endif
