/*
 * The stage "synthesis and mix": a pipeline over chunks. While the fonts synthesise one chunk, the strips and
 * stem files of earlier ones and the mix are computed by whichever thread is free; every chunk passes the
 * same tasks in the same order, so the samples do not depend on the threads.
 *
 *     step:             k           k + 1     k + 2        k + 3
 *     chunk k is        synthesised stripped  mixed        written to the stems
 */
#ifndef SOUND_PRODUCTION_H
#define SOUND_PRODUCTION_H

#include "sound/session.h"
#include "sound/sound_file.h"

struct production_result {
    int64_t frames;   /* of the song with its tail; of a loop without it, for there it is at the beginning */
    double mix_lufs;  /* integrated loudness of the mix; -HUGE_VAL when it is silent */
    double stem_peak; /* the greatest sample of all stems, with stem_gain; > 1 was clipped */
};

/* Computes the whole song with the session's fresh synths. The mix goes to the scratch file `mix_fd` as one
 * struct audio after another, the last filled up with zeros. `stems` is NULL or has an open file for each of the first
 * stem_count channels, which gets the output of the channel's strip times `stem_gain`. */
bool production_run(struct session *s, int mix_fd, struct sound_file *const *stems, double stem_gain,
                    struct production_result *out, struct error *e);

#endif
