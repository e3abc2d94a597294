/*
 * The chain of the master: high-pass and tone → level → multiband compressor → glue compressor → saturation → width → trim →
 * soft clipper → true-peak limiter. Fixed size; `process` allocates nothing.
 */
#ifndef SOUND_FINISH_H
#define SOUND_FINISH_H

#include "song/master_spec.h"
#include "sound/audio.h"
#include "sound/biquad.h"
#include "sound/compressor.h"
#include "sound/limiter.h"
#include "sound/multiband.h"
#include "sound/saturator.h"
#include "sound/stereo.h"
#include "sound/tone.h"

/* What mastering finds out, and changes between its passes. */
struct finish_setting {
    struct tone tone;
    double level_db; /* from the mix to MASTER_REFERENCE_LUFS */
    double trim_db;  /* from there to the loudness asked for, with what the dynamics take away */
    double limit_db; /* the limiter's ceiling, dBTP */
    double clip_db;  /* how far above it a soft clipper takes the peaks off before, which costs no loudness; INFINITY: off */
};

struct finish {
    struct biquad filters[TONE_BANDS + 1];
    int filter_count;
    struct multiband multiband;
    struct compressor glue;
    struct saturator saturator;
    struct stereo stereo;
    struct saturator clipper;
    struct limiter limiter;
    float level, trim, unclip; /* linear; trim is in front of the clipper, unclip behind it */
};

void finish_init(struct finish *f, const struct master_spec *spec, const struct finish_setting *setting);

/* The output is this many frames late. */
int finish_delay(const struct finish *f);

/* In place, a whole chunk, the halves one after the other: everything up to the width, then trim and limiter. Each half has
 * its own state, so the second half of one chunk may run beside the first half of the next. */
void finish_shape(struct finish *f, struct audio *io);
void finish_limit(struct finish *f, struct audio *io);

#endif
