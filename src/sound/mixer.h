/*
 * Buses and the shared reverb: the strips' outputs are summed into their buses, each bus gets its compressor
 * and gain, and the mix is the sum of the buses and of the reverb, which is fed by the strips' sends. Sums
 * are made in the order of the parts, so the samples do not depend on the threads that made them.
 */
#ifndef SOUND_MIXER_H
#define SOUND_MIXER_H

#include "core/error.h"
#include "song/mix_spec.h"
#include "sound/audio.h"

struct mixer;

/* `strips` has one row per part, in the order in which mixer_process takes them. Buses that the mix does not
 * mention have gain 0 dB and no compressor. NULL with ERROR_UNAVAILABLE when out of memory. */
struct mixer *mixer_new(const struct mix_spec *mix, const struct mix_strip *strips, int strip_count,
                        struct error *e);
void mixer_free(struct mixer *m); /* accepts NULL */

/* `inputs[i]` is the output of strip i, NULL when it is silent. `frames` is a multiple of AUDIO_BLOCK. */
void mixer_process(struct mixer *m, const struct audio *const *inputs, struct audio *out, int frames);

#endif
