/* The chunks with which a WAV file says what it is: the broadcast extension (EBU Tech 3285, version 2 with the loudness of
 * its supplement), LIST/INFO, and for tempo and key, which those do not know, an ID3 tag. */
#ifndef SOUND_RIFF_CHUNKS_H
#define SOUND_RIFF_CHUNKS_H

#include "sound/tags.h"

struct riff_format {
    const char *algorithm; /* of the coding history: "PCM" */
    int rate_hz, bits;
};

/* Writes the chunks to `out`, which has room for tags_size_max, and returns their length, which is even. */
size_t riff_chunks_write(const struct tags *tags, const struct riff_format *format, unsigned char *out);

#endif
