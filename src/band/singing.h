/* What the lyricist and the vocalist agree on: which notes are sung, and where a line of words ends. */
#ifndef BAND_SINGING_H
#define BAND_SINGING_H

#include "song/timeline.h"

/* Solos, drops and the outro are left to the instruments; in dance music the voice has the breakdown, or the drop when no
 * other section has a tune. */
bool is_sung(const struct timeline *t, const struct timeline_note *n);

/* Whether a line ends with `n`: a new phrase, a new section or a rest follows. */
bool is_line_end(const struct timeline_note *n, const struct timeline_note *next);

#endif
