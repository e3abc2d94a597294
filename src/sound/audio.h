/* How samples travel through this folder: planar stereo, 32-bit float, ±1 = full scale, in chunks of a fixed
 * size, so that nothing is allocated while sound is computed. */
#ifndef SOUND_AUDIO_H
#define SOUND_AUDIO_H

#include "sound/quad.h"

enum {
    AUDIO_BLOCK = 64,    /* frames; FluidSynth's own block: events happen on its edges */
    AUDIO_CHUNK = 32768, /* frames, 0.74 s; a multiple of AUDIO_BLOCK */
};

/* What is no number, or far beyond any sound, becomes silence: for processors whose memory never forgets. */
static inline float audio_clean(float x)
{
    return x < 1e6f && x > -1e6f ? x : 0; /* false for NaN */
}

struct audio {
    float left[AUDIO_CHUNK], right[AUDIO_CHUNK];
};

/* Adds the first `frames` of `from`, a multiple of AUDIO_BLOCK. */
static inline void audio_add(struct audio *restrict to, const struct audio *restrict from, int frames)
{
    for (int i = 0; i < frames; i += 4) {
        quad_store(to->left + i, quad_load(to->left + i) + quad_load(from->left + i));
        quad_store(to->right + i, quad_load(to->right + i) + quad_load(from->right + i));
    }
}

#endif
