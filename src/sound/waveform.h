/* The picture of the track's loudness: for each column the greatest and least sample (dark) and the root mean square
 * (bright), with the sections. */
#ifndef SOUND_WAVEFORM_H
#define SOUND_WAVEFORM_H

#include <stdint.h>

#include "song/score.h"
#include "sound/part_file.h"

enum { WAVEFORM_WIDTH = 1600, WAVEFORM_HEIGHT = 380, WAVEFORM_MARGIN = 24, WAVEFORM_COLUMNS = 1600 - 2 * 24 };

struct waveform {
    int64_t frames; /* of the track */
    struct {
        int32_t least, greatest; /* of both channels */
        double squares;          /* of samples of ±1 */
        int64_t count;
    } columns[WAVEFORM_COLUMNS];
};

void waveform_init(struct waveform *w, int64_t frames);

/* Interleaved 24-bit samples in the upper bits of 32, in order; `at` is the first frame's place. */
void waveform_add(struct waveform *w, const int32_t *pcm, int64_t at, int frames);

/* The picture; the captions stand below it at both ends. */
bool waveform_write(const struct waveform *w, const struct score *score, const char *left, const char *right,
                    struct part_file *to, struct error *e);

#endif
