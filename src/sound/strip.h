/*
 * A channel strip: high-pass → gain → width and pan. What leaves it is the part's stem; buses and the reverb
 * send take it from here.
 *
 * Pan has constant power, cos and sin of (pan + 1) × 45°: -3 dB on both sides at the centre. A stereo source
 * is narrowed by 1 - |pan|, so that nothing of it is lost at the sides.
 */
#ifndef SOUND_STRIP_H
#define SOUND_STRIP_H

#include <stdbool.h>

#include "song/mix_spec.h"
#include "sound/audio.h"
#include "sound/biquad.h"

struct strip {
    struct biquad highpass;
    bool has_highpass;
    float matrix[2][2]; /* [out][in], without the gain */
    float gain;
    int ring_frames; /* how long the high-pass still rings after silence */
};

/* `spec` as written; unset or impossible values count as 0 (off, centre). The gain is 1. */
void strip_init(struct strip *s, const struct mix_strip *spec);

/* In place, the first `frames` of `io`, a multiple of AUDIO_BLOCK. Values that are no number, or beyond
 * ±1000, become 0. `has_sound` false says that `io` is all zeros, which saves the work. Returns whether `io`
 * may hold anything but zeros. */
bool strip_process(struct strip *s, struct audio *io, int frames, bool has_sound);

#endif
