/*
 * How much louder the chain of the master makes the mix, found on a minute of the song at most: chunks spread
 * evenly over it are sent through the chain, and their K-weighted power in front of it is compared with that
 * behind. The ratio holds for the whole song within about 0.1 LU, so that the first real pass mostly is the
 * last.
 */
#ifndef SOUND_REHEARSAL_H
#define SOUND_REHEARSAL_H

#include "sound/finish.h"
#include "sound/session.h"

/* The gain in LU; 0 when there is nothing to measure. `mix_fd` holds `frames` frames as
 * production_run leaves them. The same for any number of threads. */
bool rehearsal_run(struct session *s, const struct master_spec *spec, int mix_fd, int64_t frames, const struct finish_setting *setting,
                   double *gain_lu, struct error *e);

#endif
