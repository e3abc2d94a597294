/* The chain of the master: high-pass → gain to the loudness asked for → glue compressor → trim → true-peak
 * limiter. Fixed size; `process` allocates nothing. */
#ifndef SOUND_FINISH_H
#define SOUND_FINISH_H

#include "song/master_spec.h"
#include "sound/audio.h"
#include "sound/biquad.h"
#include "sound/compressor.h"
#include "sound/limiter.h"

/* What mastering changes between its passes. */
struct finish_setting {
    double level_db; /* from the mix to the loudness asked for, before the compressor */
    double trim_db;  /* what compressor and limiter take away */
    double limit_db; /* the limiter's ceiling, dBTP */
};

struct finish {
    bool has_highpass;
    struct biquad highpass;
    struct compressor glue;
    struct limiter limiter;
    float level, trim; /* linear */
};

void finish_init(struct finish *f, const struct master_spec *spec, const struct finish_setting *setting);

/* The output of finish_process is this many frames late. */
int finish_delay(const struct finish *f);

/* In place, a whole chunk: first the part before the compressor, then the rest. */
void finish_begin(struct finish *f, struct audio *io);
void finish_end(struct finish *f, struct audio *io);

#endif
