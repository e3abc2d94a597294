/* A title made from a brief, for those who give none: "please make a dark, aggressive chase at 140 bpm" is "Dark,
 * Aggressive Chase". */
#ifndef BAND_BRIEF_TITLE_H
#define BAND_BRIEF_TITLE_H

#include "core/arena.h"

/* At most 60 bytes, whole words; "Untitled" when the brief has none. Allocated in `a`. */
const char *brief_title(const char *brief, struct arena *a);

#endif
