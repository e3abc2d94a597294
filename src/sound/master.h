/*
 * The stage "mastering": the chain of finish.h, then 24 bit with dither (and floats without). The tone comes from the octaves of the mix; how much
 * the dynamics take away is found by rehearsals on a part of the song; then the whole song is finished and measured, again with a better trim until the finished
 * samples measure right. One pass mostly is enough. What the inspection calls a fault is finished again with other settings.
 */
#ifndef SOUND_MASTER_H
#define SOUND_MASTER_H

#include "core/hash.h"
#include "sound/inspection.h"
#include "sound/session.h"

struct master_result {
    struct inspection inspection;
    int rounds;             /* 1, or more when a fault was found and other settings were tried */
    /* of the samples in pcm_fd; momentary and short-term are the greatest */
    double loudness_lufs, true_peak_dbtp, range_lu, momentary_lufs, short_term_lufs;
    char pcm_sha256[HASH_TEXT_SIZE];                /* likewise: 24 bits each, little-endian, left and right in turn */
};

/* The scratch files of the finished samples, left and right in turn. */
struct master_tapes {
    int pcm_fd;   /* 24 bits, dithered, in the upper bits of 32 */
    int float_fd; /* as they come out of the limiter, for the format that keeps floats; -1: nobody asks for it */
};

/* `mix_fd` holds `frames` frames as production_run leaves them, of the loudness `mix_lufs` (finite). The finished samples
 * go to `tapes`. ERROR_QUALITY when the loudness stays more than MASTER_TOLERANCE_LU off or a peak above the ceiling. */
bool master_run(struct session *s, int mix_fd, int64_t frames, double mix_lufs, const struct master_tapes *tapes,
                struct master_result *out, struct error *e);

/* The limiter's ceiling is so much lower: for meters that look at more than 4 points a sample, and hear more of the highest
 * tones than the limiter's. */
#define MASTER_SPARE_DB 0.06
#define MASTER_TOLERANCE_LU 0.5
#define MASTER_AIM_LU 0.2 /* passes go on until it is this near, if it can be had */

#endif
