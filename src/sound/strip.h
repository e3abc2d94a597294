/*
 * A channel strip in two halves: filters and equaliser, which part's own loudness is measured behind, then trim →
 * compressor → saturation → level → width and pan. What leaves it is the part's stem; buses and sends take it from here.
 *
 * Pan has constant power, cos and sin of (pan + 1) × 45°: -3 dB on both sides at the centre. A stereo source
 * is narrowed by 1 - |pan|, so that nothing of it is lost at the sides.
 */
#ifndef SOUND_STRIP_H
#define SOUND_STRIP_H

#include <stdbool.h>

#include "song/mix_spec.h"
#include "sound/audio.h"
#include "sound/automation.h"
#include "sound/biquad.h"
#include "sound/compressor.h"
#include "sound/saturator.h"

enum { STRIP_FILTERS_MAX = MIX_BANDS_MAX + 2 };

struct strip {
    struct biquad filters[STRIP_FILTERS_MAX];
    int filter_count, lowpass; /* which of them; -1: none */
    double lowpass_hz;
    struct compressor compressor;
    struct saturator saturator;
    const struct strip_moves *moves; /* NULL: nothing moves */
    float matrix[2][2]; /* [out][in], without the gain */
    float trim, gain;   /* in front of the compressor and behind the saturation */
    float moved;        /* the level's factor at the end of the last block */
    int64_t frame;      /* of the song, of the next sample */
    int ring_frames;    /* how long the filters still ring after silence */
};

/* `spec` as written; unset or impossible values count as 0 (off, centre). Trim and gain are 1. `moves` is kept, may be
 * NULL. */
void strip_init(struct strip *s, const struct mix_strip *spec, const struct strip_moves *moves);

/* In place, the first `frames` of `io`, a multiple of AUDIO_BLOCK. Values that are no number, or beyond
 * ±1000, become 0. `has_sound` false says that `io` is all zeros, which saves the work. Returns whether `io`
 * may hold anything but zeros. */
bool strip_process(struct strip *s, struct audio *io, int frames, bool has_sound);

/* The halves of it, for measurements: nothing of the first half depends on trim and gain. */
void strip_filter(struct strip *s, struct audio *io, int frames);
void strip_finish(struct strip *s, struct audio *io, int frames);

#endif
