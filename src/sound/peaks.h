/* The peaks for players on web pages (wavesurfer.js, peaks.js): the JSON format, version 2, of bbc/audiowaveform, as that
 * program makes it with one channel and 8 bits: the mean of both channels, least and greatest of each PEAKS_FRAMES frames. */
#ifndef SOUND_PEAKS_H
#define SOUND_PEAKS_H

#include <stdint.h>

#include "sound/part_file.h"

enum { PEAKS_FRAMES = 512 };

struct peaks {
    int64_t length; /* pixels */
    int64_t frames; /* so far */
    int least, greatest; /* of the pixel at hand, 16 bits */
    signed char *data; /* least and greatest of each */
};

bool peaks_init(struct peaks *p, int64_t frames, struct error *e);
void peaks_finish(struct peaks *p);

/* Interleaved 24-bit samples in the upper bits of 32, in order. */
void peaks_add(struct peaks *p, const int32_t *pcm, int frames);

bool peaks_write(struct peaks *p, struct part_file *to, struct error *e);

#endif
