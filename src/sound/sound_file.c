#include "sound/sound_file.h"

#include <sndfile.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/yield.h"
#include "sound/metadata.h"
#include "sound/part_file.h"
#include "sound/pcm.h"
#include "sound/render.h"
#include "sound/resampler.h"

/* How a format is written. */
struct encoder {
    int format;                /* of libsndfile */
    enum metadata_kind tags;
    int bits;                  /* of a sample in the file; 0: lossy */
    int bitrate_mode;          /* of libsndfile; -1: its own */
    double compression;        /* likewise, 0 … 1 */
    double overshoot_db;
};

enum {
    STEP_FRAMES = 1024, /* that are converted at a time */
    LOSSY_FRAMES = 512, /* encoded at a time, a fraction of a millisecond's work; libsndfile 1.2.0 overruns its stack beyond 4096 */
    CBR = SF_BITRATE_MODE_CONSTANT,
    VBR = SF_BITRATE_MODE_VARIABLE,
};

/* FLAC's level 1 of 8: the usual 5 makes files 3 to 8 % shorter in nearly twice the time, and there is one for each stem. */
#define FLAC1 (1.0 / 8)

/* Compression: FLAC's level; for MP3 the bit rate, 0 = 320 kbit/s, or V0; 1 - q/10 for Vorbis; for Opus
 * (256 - rate per channel in kbit/s) / 250. */
static const struct encoder encoders[OUTPUT_COUNT] = {
    /*                   format                                    tags            bits mode comp.  over */
    [OUTPUT_WAV] =    { SF_FORMAT_WAV | SF_FORMAT_PCM_24,          METADATA_RIFF,   24, -1,  -1,    0 },
    [OUTPUT_WAV16] =  { SF_FORMAT_WAV | SF_FORMAT_PCM_16,          METADATA_RIFF,   16, -1,  -1,    0 },
    [OUTPUT_WAV32F] = { SF_FORMAT_WAV | SF_FORMAT_FLOAT,           METADATA_RIFF,   32,  -1,  -1,   0 },
    [OUTPUT_FLAC] =   { SF_FORMAT_FLAC | SF_FORMAT_PCM_24,         METADATA_FLAC,   24, -1,  FLAC1, 0 },
    [OUTPUT_MP3] =    { SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, METADATA_ID3,    0,  CBR, 0,     0.3 },
    [OUTPUT_MP3_V0] = { SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, METADATA_ID3,    0,  VBR, 0,     0.4 },
    [OUTPUT_OGG] =    { SF_FORMAT_OGG | SF_FORMAT_VORBIS,          METADATA_VORBIS, 0,  -1,  0.2,   0.4 },
    [OUTPUT_OPUS] =   { SF_FORMAT_OGG | SF_FORMAT_OPUS,            METADATA_OPUS,   0,  -1,  0.64,  0.6 },
};

struct sound_file {
    const struct encoder *encoder;
    struct part_file *part;
    struct metadata *metadata;
    int64_t at; /* libsndfile's position */
    SNDFILE *sndfile;
    struct dither dither;
    struct resampler *resampler;
    struct hash *hash;
};

bool sound_file_keeps_pcm(enum output_format format)
{
    return encoders[format].bits == 24;
}

double sound_file_overshoot_db(enum output_format format)
{
    return encoders[format].overshoot_db;
}

static sf_count_t virtual_length(void *arg)
{
    struct sound_file *f = arg;

    return metadata_length(f->metadata);
}

static sf_count_t virtual_seek(sf_count_t offset, int whence, void *arg)
{
    struct sound_file *f = arg;
    sf_count_t base = whence == SEEK_CUR ? f->at : whence == SEEK_END ? virtual_length(arg) : 0;

    f->at = base + offset;
    return f->at;
}

static sf_count_t virtual_tell(void *arg)
{
    return ((struct sound_file *)arg)->at;
}

static sf_count_t virtual_read(void *to, sf_count_t bytes, void *arg)
{
    struct sound_file *f = arg;
    size_t count = metadata_get(f->metadata, to, (size_t)bytes, f->at);

    f->at += (int64_t)count;
    return (sf_count_t)count;
}

static sf_count_t virtual_write(const void *from, sf_count_t bytes, void *arg)
{
    struct sound_file *f = arg;

    metadata_put(f->metadata, from, (size_t)bytes, f->at);
    f->at += bytes;
    return part_file_check(f->part, NULL) ? bytes : 0;
}

static bool write_failed(struct sound_file *f, struct error *e)
{
    if (!part_file_check(f->part, e))
        return false;
    return error_set(e, ERROR_IO, "cannot write '%s': %s", part_file_path(f->part),
                     f->sndfile != NULL ? sf_strerror(f->sndfile) : "the encoder failed");
}

/* libsndfile says no to the bit rate's mode, yet does it. */
static void encoder_prepare(const struct sound_file *f)
{
    int mode = f->encoder->bitrate_mode;
    double compression = f->encoder->compression;

    if (f->encoder->bits != 32)
        sf_command(f->sndfile, SFC_SET_CLIPPING, NULL, SF_TRUE);
    sf_command(f->sndfile, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE); /* it has the time of day */
    if (mode >= 0)
        sf_command(f->sndfile, SFC_SET_BITRATE_MODE, &mode, sizeof(mode));
    if (compression >= 0)
        sf_command(f->sndfile, SFC_SET_COMPRESSION_LEVEL, &compression, sizeof(compression));
}

static bool encoder_open(struct sound_file *f, const struct tags *tags, struct error *e)
{
    SF_VIRTUAL_IO io = { virtual_length, virtual_seek, virtual_read, virtual_write, virtual_tell };
    SF_INFO info = { .samplerate = RENDER_RATE_HZ, .channels = 2, .format = f->encoder->format };
    struct riff_format format = { "PCM", RENDER_RATE_HZ, f->encoder->bits };

    if (f->encoder->tags == METADATA_OPUS) {
        info.samplerate = RESAMPLER_RATE_HZ;
        f->resampler = malloc(sizeof(*f->resampler));
        if (f->resampler == NULL)
            return error_set(e, ERROR_UNAVAILABLE, "no memory for a resampler");
        resampler_init(f->resampler);
    }
    f->metadata = metadata_new(f->encoder->tags, tags, &format, f->part, e);
    if (f->metadata == NULL)
        return false;
    if (metadata_wants_checksum(f->metadata) && (f->hash = hash_new()) == NULL)
        return error_set(e, ERROR_UNAVAILABLE, "no memory for a checksum");
    f->sndfile = sf_open_virtual(&io, SFM_WRITE, &info, f);
    if (f->sndfile == NULL)
        return error_set(e, ERROR_IO, "cannot encode '%s': %s", part_file_path(f->part), sf_strerror(NULL));
    encoder_prepare(f);
    return true;
}

struct sound_file *sound_file_create(const char *folder, const char *name, enum output_format format,
                                     const struct tags *tags, struct error *e)
{
    struct sound_file *f = calloc(1, sizeof(*f));

    if (f == NULL) {
        error_set(e, ERROR_UNAVAILABLE, "no memory for a sound file");
        return NULL;
    }
    f->encoder = &encoders[format];
    f->dither.state = PCM_DITHER_START;
    f->part = part_file_create(folder, name, e);
    if (f->part == NULL || !encoder_open(f, tags, e)) {
        sound_file_discard(f);
        return NULL;
    }
    return f;
}

/* Samples as libsndfile takes them at the file's own rate. */
static bool floats_put(struct sound_file *f, const float *samples, int64_t frames)
{
    while (frames > 0) {
        sf_count_t count = frames < LOSSY_FRAMES ? frames : LOSSY_FRAMES;

        if (sf_writef_float(f->sndfile, samples, count) != count)
            return false;
        samples += 2 * count;
        frames -= count;
        yield_when_due();
    }
    return true;
}

static bool floats_encode(struct sound_file *f, const float *samples, int64_t frames)
{
    float out[2 * RESAMPLER_OUT_MAX];

    if (f->resampler == NULL)
        return floats_put(f, samples, frames);
    while (frames > 0) {
        int count = frames < RESAMPLER_BLOCK ? (int)frames : RESAMPLER_BLOCK;

        if (!floats_put(f, out, resampler_process(f->resampler, samples, count, out)))
            return false;
        samples += 2 * count;
        frames -= count;
    }
    return true;
}

/* A WAV file has its samples as they are packed for the checksum. */
static bool ints_put(struct sound_file *f, const int32_t *pcm, int frames, int bits)
{
    unsigned char packed[PCM_PACKED_BYTES(2 * STEP_FRAMES)];
    bool is_raw = f->encoder->tags == METADATA_RIFF;
    size_t bytes = is_raw || f->hash != NULL ? pcm_pack(pcm, 2 * frames, bits, packed) : 0;

    if (f->hash != NULL)
        hash_add(f->hash, packed, bytes);
    if (is_raw)
        return sf_write_raw(f->sndfile, packed, (sf_count_t)bytes) == (sf_count_t)bytes;
    return sf_writef_int(f->sndfile, pcm, frames) == frames;
}

static bool step_write(struct sound_file *f, const int32_t *pcm, int frames)
{
    int32_t rounded[2 * STEP_FRAMES];
    float floats[2 * STEP_FRAMES];
    unsigned char packed[PCM_PACKED_BYTES(2 * STEP_FRAMES)];

    if (f->encoder->bits == 16) {
        pcm_to_16_bits(pcm, rounded, 2 * frames, &f->dither);
        return ints_put(f, rounded, frames, 16);
    }
    if (f->encoder->bits == 24)
        return ints_put(f, pcm, frames, 24);
    for (int i = 0; i < 2 * frames; i++)
        floats[i] = (float)pcm[i] * (1.0f / 2147483648.0f); /* exact: 24 bits are a float's */
    if (f->encoder->bits == 32)
        return sound_file_write_float(f, floats, frames, NULL);
    if (f->hash != NULL)
        hash_add(f->hash, packed, pcm_pack(pcm, 2 * frames, 24, packed));
    return floats_encode(f, floats, frames);
}

bool sound_file_write(struct sound_file *f, const int32_t *pcm, int64_t frames, struct error *e)
{
    while (frames > 0) {
        int count = frames < STEP_FRAMES ? (int)frames : STEP_FRAMES;

        if (!step_write(f, pcm, count) || !part_file_check(f->part, NULL))
            return write_failed(f, e);
        pcm += 2 * count;
        frames -= count;
        yield_when_due();
    }
    return true;
}

bool sound_file_write_float(struct sound_file *f, const float *samples, int64_t frames, struct error *e)
{
    if (f->hash != NULL)
        hash_add(f->hash, samples, (size_t)frames * 2 * sizeof(*samples));
    if (!floats_encode(f, samples, frames) || !part_file_check(f->part, NULL))
        return write_failed(f, e);
    return true;
}

static bool rest_encode(struct sound_file *f)
{
    float out[2 * RESAMPLER_OUT_MAX];

    return f->resampler == NULL || floats_put(f, out, resampler_finish(f->resampler, out));
}

bool sound_file_end(struct sound_file *f, struct error *e)
{
    char sha256[HASH_TEXT_SIZE];
    bool ok = rest_encode(f);
    int status = sf_close(f->sndfile);

    f->sndfile = NULL;
    if (f->hash != NULL)
        hash_finish(f->hash, sha256);
    ok = metadata_finish(f->metadata, f->hash != NULL ? sha256 : NULL) && ok;
    f->hash = NULL;
    if (!ok || status != 0 || !part_file_check(f->part, NULL))
        return write_failed(f, e);
    return part_file_seal(f->part, e);
}

bool sound_file_close(struct sound_file *f, struct error *e)
{
    return (f->sndfile == NULL || sound_file_end(f, e)) && part_file_close(f->part, e);
}

const struct part_sum *sound_file_sum(const struct sound_file *f)
{
    return part_file_sum(f->part);
}

const char *sound_file_path(const struct sound_file *f)
{
    return part_file_path(f->part);
}

bool sound_file_publish(struct sound_file *f, struct error *e)
{
    return part_file_publish(f->part, e);
}

static void encoder_free(struct sound_file *f)
{
    char sha256[HASH_TEXT_SIZE];

    if (f->sndfile != NULL)
        sf_close(f->sndfile);
    if (f->hash != NULL)
        hash_finish(f->hash, sha256);
    metadata_free(f->metadata);
    free(f->resampler);
    free(f);
}

void sound_file_discard(struct sound_file *f)
{
    struct part_file *part;

    if (f == NULL)
        return;
    part = f->part;
    encoder_free(f);
    part_file_discard(part);
}

void sound_file_free(struct sound_file *f)
{
    struct part_file *part;

    if (f == NULL)
        return;
    part = f->part;
    encoder_free(f);
    part_file_free(part);
}
