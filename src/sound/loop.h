/*
 * A song that loops: what rings behind the last bar line belongs to the beginning, where the song goes on, and the master
 * is as long as the score. Both work on the scratch file of the mix, one struct audio after another.
 */
#ifndef SOUND_LOOP_H
#define SOUND_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "sound/audio.h"

/* The master's filters and compressors hear so much of the end before the first frame, so that they come to the beginning
 * as they come to it the second time: 2.2 s. */
enum { LOOP_RUNUP_FRAMES = 3 * AUDIO_CHUNK };

/* Adds the frames from the last bar line (`frames`, > 0) to the end of the mix to those from the beginning on. */
bool loop_fold(int mix_fd, int64_t frames, int64_t end_frame, struct error *e);

/* A chunk from frame `at` (may be < 0) of the endless repetition of the first `frames` frames. */
bool loop_read(int mix_fd, int64_t frames, int64_t at, struct audio *out, struct error *e);

#endif
