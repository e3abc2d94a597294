/*
 * The picture of the track's spectrum over time: 30 Hz to 20 kHz on a logarithmic axis, level in colours. Each column is
 * a Hann window of 186 ms; a full-scale sine on both channels has 0 dB.
 */
#ifndef SOUND_SPECTROGRAM_H
#define SOUND_SPECTROGRAM_H

#include <stdint.h>

#include "song/score.h"
#include "sound/part_file.h"

enum {
    SPECTROGRAM_WIDTH = 1280,
    SPECTROGRAM_HEIGHT = 500,
    SPECTROGRAM_COLUMNS = 1280 - 56 - 84,
    SPECTROGRAM_ROWS = 500 - 36 - 32,
};

struct spectrogram;

/* Over the samples in the scratch file `pcm_fd` (master.h). NULL with ERROR_UNAVAILABLE when out of memory. */
struct spectrogram *spectrogram_new(int pcm_fd, int64_t frames, struct error *e);
void spectrogram_free(struct spectrogram *s); /* accepts NULL */

/* Computes the next column. */
bool spectrogram_step(struct spectrogram *s, struct error *e);
bool spectrogram_is_done(const struct spectrogram *s);

/* dB of a place, row 0 at the top. */
double spectrogram_level_db(const struct spectrogram *s, int column, int row);
double spectrogram_row_hz(int row);

bool spectrogram_write(const struct spectrogram *s, const struct score *score, struct part_file *to,
                       struct error *e);

#endif
