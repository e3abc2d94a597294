/* How samples travel through this folder: planar stereo, 32-bit float, ±1 = full scale, in chunks of a fixed
 * size, so that nothing is allocated while sound is computed. */
#ifndef SOUND_AUDIO_H
#define SOUND_AUDIO_H

enum {
    AUDIO_BLOCK = 64,    /* frames; FluidSynth's own block: events happen on its edges */
    AUDIO_CHUNK = 32768, /* frames, 0.74 s; a multiple of AUDIO_BLOCK */
};

struct audio {
    float left[AUDIO_CHUNK], right[AUDIO_CHUNK];
};

#endif
