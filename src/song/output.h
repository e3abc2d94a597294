/* The audio formats a client may ask for. The one list: the request's fields, the command line's help, the encoders, the
 * files' names and the download's media type derive from it. */
#ifndef SONG_OUTPUT_H
#define SONG_OUTPUT_H

#include "core/arena.h"
#include "core/fields.h"

enum output_format {
    OUTPUT_WAV, OUTPUT_WAV16, OUTPUT_WAV32F, OUTPUT_FLAC, OUTPUT_MP3, OUTPUT_MP3_V0, OUTPUT_OGG, OUTPUT_OPUS, OUTPUT_COUNT
};

struct output_info {
    const char *name;       /* in output_formats and stem_format */
    const char *variant;    /* "-16bit": tells the masters of one extension apart; "" for the usual one */
    const char *extension;  /* ".wav" */
    const char *media_type;
    const char *help;       /* what it is, for people */
    bool is_lossy;
};

extern const struct output_info output_infos[OUTPUT_COUNT];
extern const struct choices output_choices; /* their names */

/* "master.wav", "master-16bit.wav". */
const char *output_master_name(struct arena *a, enum output_format format);

/* "stem-drums.flac": one format has all stems, so no variant is needed. */
const char *output_stem_name(struct arena *a, const char *part_id, enum output_format format);

/* "master-16bit.wav" gives "master_16bit_wav" and, without its extension, "stem-drums.flac" "stem_drums": what a file is
 * called in output_files. */
const char *output_label(struct arena *a, const char *file_name, bool with_extension);

/* The media type of a finished file by its extension (also mid, json, musicxml, lrc, png); application/octet-stream when
 * unknown. */
const char *output_media_type(const char *file_name);

#endif
