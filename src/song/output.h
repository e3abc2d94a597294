/* The audio formats a client may ask for. The one list: the request's field, the encoders and the download's media type
 * derive from it. */
#ifndef SONG_OUTPUT_H
#define SONG_OUTPUT_H

#include "core/fields.h"

enum output_format { OUTPUT_WAV, OUTPUT_FLAC, OUTPUT_MP3, OUTPUT_OGG, OUTPUT_COUNT };

struct output_info {
    const char *name;       /* in output_formats, and the file's extension */
    const char *media_type;
    const char *help;
};

extern const struct output_info output_infos[OUTPUT_COUNT];
extern const struct choices output_choices; /* their names */

/* The media type of a finished file by its extension (also mid, json, musicxml, lrc); application/octet-stream when unknown. */
const char *output_media_type(const char *file_name);

#endif
