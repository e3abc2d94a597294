/*
 * Buses, the shared reverb and delay, and the side chain: the strips' outputs are summed into their buses, those that duck
 * give way to the kick drum, each bus gets its compressor and gain, and the mix is the sum of the buses and of the effects,
 * which are fed by the strips' sends. Sums are made in the order of the parts, so the samples do not depend on the threads
 * that made them.
 */
#ifndef SOUND_MIXER_H
#define SOUND_MIXER_H

#include "core/error.h"
#include "song/mix_spec.h"
#include "sound/audio.h"
#include "sound/automation.h"

struct mixer;

/* What is mixed: one row per part, in the order in which mixer_process takes them. */
struct mixer_input {
    const struct mix_strip *strip;
    const struct strip_moves *moves; /* NULL: nothing moves; kept */
};

/* Buses that the mix does not mention have gain 0 dB and no compressor. `quarter_s` is the length of a quarter note, for the
 * delay. NULL with ERROR_UNAVAILABLE when out of memory. */
struct mixer *mixer_new(const struct mix_spec *mix, const struct mixer_input *inputs, int input_count, double quarter_s,
                        struct error *e);
void mixer_free(struct mixer *m); /* accepts NULL */

/* `inputs[i]` is the output of strip i, NULL when it is silent. `frames` is a multiple of AUDIO_BLOCK. */
void mixer_process(struct mixer *m, const struct audio *const *inputs, struct audio *out, int frames);

#endif
