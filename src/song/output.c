#include "song/output.h"

#include <string.h>

const struct output_info output_infos[OUTPUT_COUNT] = {
    /*                   name      variant   ext.     media type    what it is                      lossy */
    [OUTPUT_WAV] =    { "wav",     "",       ".wav",  "audio/wav",  "WAV, 24 bit",                  false },
    [OUTPUT_WAV16] =  { "wav16",   "-16bit", ".wav",  "audio/wav",  "WAV, 16 bit",                  false },
    [OUTPUT_WAV32F] = { "wav32f",  "-float", ".wav",  "audio/wav",  "WAV, 32-bit float",            false },
    [OUTPUT_FLAC] =   { "flac",    "",       ".flac", "audio/flac", "FLAC, 24 bit, lossless",       false },
    [OUTPUT_MP3] =    { "mp3",     "",       ".mp3",  "audio/mpeg", "MP3, 320 kbit/s",              true },
    [OUTPUT_MP3_V0] = { "mp3-v0",  "-v0",    ".mp3",  "audio/mpeg", "MP3, variable rate V0",        true },
    [OUTPUT_OGG] =    { "ogg",     "",       ".ogg",  "audio/ogg",  "Ogg Vorbis, quality 8",        true },
    [OUTPUT_OPUS] =   { "opus",    "",       ".opus", "audio/ogg",  "Opus, 192 kbit/s, 48 kHz",     true },
};

static const char *const names[OUTPUT_COUNT] = {
    [OUTPUT_WAV] = "wav", [OUTPUT_WAV16] = "wav16",   [OUTPUT_WAV32F] = "wav32f", [OUTPUT_FLAC] = "flac",
    [OUTPUT_MP3] = "mp3", [OUTPUT_MP3_V0] = "mp3-v0", [OUTPUT_OGG] = "ogg",       [OUTPUT_OPUS] = "opus",
};
const struct choices output_choices = { names, OUTPUT_COUNT, NULL };

/* Files that are no audio. */
static const struct {
    const char *extension, *media_type;
} others[] = {
    { ".mid", "audio/midi" },
    { ".json", "application/json" },
    { ".musicxml", "application/vnd.recordare.musicxml+xml" },
    { ".lrc", "text/plain; charset=utf-8" },
    { ".png", "image/png" },
};

const char *output_master_name(struct arena *a, enum output_format format)
{
    return arena_printf(a, "master%s%s", output_infos[format].variant, output_infos[format].extension);
}

const char *output_stem_name(struct arena *a, const char *part_id, enum output_format format)
{
    return arena_printf(a, "stem-%s%s", part_id, output_infos[format].extension);
}

const char *output_label(struct arena *a, const char *file_name, bool with_extension)
{
    size_t len = with_extension ? strlen(file_name) : strcspn(file_name, ".");
    char *label = arena_strndup(a, file_name, len);

    for (char *c = label; *c != '\0'; c++)
        *c = *c == '-' || *c == '.' ? '_' : *c;
    return label;
}

const char *output_media_type(const char *file_name)
{
    const char *extension = strrchr(file_name, '.');

    if (extension == NULL)
        return "application/octet-stream";
    for (int i = 0; i < OUTPUT_COUNT; i++)
        if (strcmp(extension, output_infos[i].extension) == 0)
            return output_infos[i].media_type;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(extension, others[i].extension) == 0)
            return others[i].media_type;
    return "application/octet-stream";
}
