/*
 * Where a song ends: behind its last bar releases and reverb ring out. The end comes when the mix has been
 * below a threshold for a while, at the latest ENDING_MAX_S after the last bar; then it is faded out over the
 * last second.
 */
#ifndef SOUND_ENDING_H
#define SOUND_ENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "sound/audio.h"

enum { ENDING_MAX_S = 4 };

struct ending {
    int64_t score_frames; /* the last bar line */
    int64_t end_frame;    /* INT64_MAX until it is known */
    int64_t fade_frame;   /* where the last fade begins */
    int quiet_frames;     /* so long has it been quiet */
};

void ending_init(struct ending *n, int64_t score_frames);

/* Looks for the end in the next chunk of the mix, which begins at `start`. True once the end is known. */
bool ending_find(struct ending *n, const struct audio *mix, int64_t start, int frames, float threshold);

/* Fades what is behind the last bar, in the mix and in every stem alike; zeros after the end. */
void ending_fade(const struct ending *n, struct audio *io, int64_t start, int frames);

#endif
