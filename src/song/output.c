#include "song/output.h"

#include <string.h>

const struct output_info output_infos[OUTPUT_COUNT] = {
    /* name              media type     what it is */
    [OUTPUT_WAV] = { "wav", "audio/wav", "WAV, 24 bit" },
    [OUTPUT_FLAC] = { "flac", "audio/flac", "FLAC, 24 bit, lossless" },
    [OUTPUT_MP3] = { "mp3", "audio/mpeg", "MP3, 320 kbit/s" },
    [OUTPUT_OGG] = { "ogg", "audio/ogg", "Ogg Vorbis, quality 8" },
};

static const char *const names[OUTPUT_COUNT] = {
    [OUTPUT_WAV] = "wav", [OUTPUT_FLAC] = "flac", [OUTPUT_MP3] = "mp3", [OUTPUT_OGG] = "ogg",
};
const struct choices output_choices = { names, OUTPUT_COUNT, NULL };

const char *output_media_type(const char *file_name)
{
    const char *extension = strrchr(file_name, '.');

    if (extension == NULL)
        return "application/octet-stream";
    for (int i = 0; i < OUTPUT_COUNT; i++)
        if (strcmp(extension + 1, output_infos[i].name) == 0)
            return output_infos[i].media_type;
    if (strcmp(extension, ".mid") == 0)
        return "audio/midi";
    if (strcmp(extension, ".json") == 0)
        return "application/json";
    if (strcmp(extension, ".musicxml") == 0)
        return "application/vnd.recordare.musicxml+xml";
    if (strcmp(extension, ".lrc") == 0)
        return "text/plain; charset=utf-8";
    return "application/octet-stream";
}
