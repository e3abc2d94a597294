#define _GNU_SOURCE
#include "sound/sound_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sound/render.h"
#include "sound/scratch.h"

/* How a format is written. */
struct encoder {
    int format;                     /* of libsndfile */
    bool has_strings;               /* libsndfile writes the tags */
    bool has_id3;                   /* we do */
    int write_frames;               /* at most so many in one call */
    void (*prepare)(SNDFILE *file); /* NULL: nothing to set */
};

static void vorbis_prepare(SNDFILE *file)
{
    double quality = 0.8; /* q8 */

    sf_command(file, SFC_SET_VBR_ENCODING_QUALITY, &quality, sizeof(quality));
}

static void mp3_prepare(SNDFILE *file)
{
    int mode = SF_BITRATE_MODE_CONSTANT;
    double compression = 0; /* the least: 320 kbit/s */

    sf_command(file, SFC_SET_BITRATE_MODE, &mode, sizeof(mode)); /* says no, yet does it */
    sf_command(file, SFC_SET_COMPRESSION_LEVEL, &compression, sizeof(compression));
}

enum {
    MANY = 1 << 20,
    VORBIS_FRAMES = 4096, /* libsndfile 1.2.0 overruns its stack on longer Vorbis writes */
};

static const struct encoder encoders[OUTPUT_COUNT] = {
    /* format                                                   strings id3    frames a write settings */
    [OUTPUT_WAV] = { SF_FORMAT_WAV | SF_FORMAT_PCM_24,          true,  false, MANY,          NULL },
    [OUTPUT_FLAC] = { SF_FORMAT_FLAC | SF_FORMAT_PCM_24,        true,  false, MANY,          NULL },
    [OUTPUT_MP3] = { SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, false, true,  MANY,          mp3_prepare },
    [OUTPUT_OGG] = { SF_FORMAT_OGG | SF_FORMAT_VORBIS,          true,  false, VORBIS_FRAMES, vorbis_prepare },
};

enum {
    BUFFER_BYTES = 256 << 10,  /* libsndfile writes 8 kB at a time, which costs the kernel twice the time */
    WRITEBACK_BYTES = 4 << 20, /* the disk begins with this much at a time, so that the end need not wait */
};

struct sound_file {
    const struct encoder *encoder;
    char path[PATH_MAX], part[PATH_MAX + 8];
    int fd;
    int error_number;  /* of the first failed write or seek; 0 = none */
    int64_t start;     /* bytes before libsndfile's file: our tag */
    int64_t at;        /* libsndfile's position */
    int64_t buffer_at; /* where the buffer belongs; it ends at `at` unless it is empty */
    size_t buffered;
    int64_t written_back;
    SNDFILE *sndfile;
    bool is_published;
    char buffer[BUFFER_BYTES];
};

static void buffer_flush(struct sound_file *f)
{
    for (size_t done = 0; done < f->buffered && f->error_number == 0;) {
        ssize_t count =
            pwrite(f->fd, f->buffer + done, f->buffered - done, f->start + f->buffer_at + (int64_t)done);

        if (count > 0)
            done += (size_t)count;
        else if (count == 0 || errno != EINTR)
            f->error_number = count < 0 ? errno : ENOSPC;
    }
    f->buffered = 0;
    if (f->at - f->written_back >= WRITEBACK_BYTES) {
        sync_file_range(f->fd, f->written_back, f->at - f->written_back, SYNC_FILE_RANGE_WRITE);
        f->written_back = f->at;
    }
}

static sf_count_t virtual_length(void *arg)
{
    struct sound_file *f = arg;
    off_t end;

    buffer_flush(f);
    end = lseek(f->fd, 0, SEEK_END);
    return end < f->start ? 0 : end - f->start;
}

static sf_count_t virtual_seek(sf_count_t offset, int whence, void *arg)
{
    struct sound_file *f = arg;
    sf_count_t base;

    buffer_flush(f);
    base = whence == SEEK_CUR ? f->at : whence == SEEK_END ? virtual_length(arg) : 0;

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
    ssize_t count;

    buffer_flush(f);
    count = pread(f->fd, to, (size_t)bytes, f->start + f->at);
    if (count < 0)
        return 0;
    f->at += count;
    return count;
}

static sf_count_t virtual_write(const void *from, sf_count_t bytes, void *arg)
{
    struct sound_file *f = arg;
    sf_count_t done = 0;

    while (done < bytes && f->error_number == 0) {
        size_t room = BUFFER_BYTES - f->buffered;
        size_t count = (size_t)(bytes - done) < room ? (size_t)(bytes - done) : room;

        if (f->buffered == 0)
            f->buffer_at = f->at;
        memcpy(f->buffer + f->buffered, (const char *)from + done, count);
        f->buffered += count;
        f->at += (int64_t)count;
        done += (sf_count_t)count;
        if (f->buffered == BUFFER_BYTES)
            buffer_flush(f);
    }
    return f->error_number == 0 ? done : 0;
}

static bool write_failed(struct sound_file *f, struct error *e)
{
    if (f->error_number != 0)
        return storage_error(e, f->error_number, "cannot write", f->part);
    return error_set(e, ERROR_IO, "cannot write '%s': %s", f->part,
                     f->sndfile != NULL ? sf_strerror(f->sndfile) : "the encoder failed");
}

static void strings_set(SNDFILE *file, const struct tags *tags)
{
    const struct {
        int type;
        const char *text;
    } strings[] = {
        { SF_STR_TITLE, tags->title },
        { SF_STR_ARTIST, tags->artist },
        { SF_STR_GENRE, tags->genre },
        { SF_STR_COMMENT, tags->comment },
    };

    for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
        if (strings[i].text != NULL && strings[i].text[0] != '\0')
            sf_set_string(file, strings[i].type, strings[i].text);
}

static bool tag_write(struct sound_file *f, const struct tags *tags, struct error *e)
{
    unsigned char tag[ID3_SIZE_MAX];
    sf_count_t len = (sf_count_t)id3_write(tags, tag);

    virtual_write(tag, len, f);
    buffer_flush(f);
    if (f->error_number != 0)
        return storage_error(e, f->error_number, "cannot write", f->part);
    f->start = len;
    f->at = 0;
    return true;
}

static bool encoder_open(struct sound_file *f, const struct tags *tags, struct error *e)
{
    SF_VIRTUAL_IO io = { virtual_length, virtual_seek, virtual_read, virtual_write, virtual_tell };
    SF_INFO info = { .samplerate = RENDER_RATE_HZ, .channels = 2, .format = f->encoder->format };

    if (tags != NULL && f->encoder->has_id3 && !tag_write(f, tags, e))
        return false;
    f->sndfile = sf_open_virtual(&io, SFM_WRITE, &info, f);
    if (f->sndfile == NULL)
        return error_set(e, ERROR_IO, "cannot encode '%s': %s", f->part, sf_strerror(NULL));
    sf_command(f->sndfile, SFC_SET_CLIPPING, NULL, SF_TRUE);
    if (f->encoder->prepare != NULL)
        f->encoder->prepare(f->sndfile);
    if (tags != NULL && f->encoder->has_strings)
        strings_set(f->sndfile, tags);
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
    f->fd = -1;
    if (snprintf(f->path, sizeof(f->path), "%s/%s", folder, name) >= (int)sizeof(f->path)) {
        error_set(e, ERROR_IO, "the path of '%s' is too long", name);
        free(f);
        return NULL;
    }
    snprintf(f->part, sizeof(f->part), "%s.part", f->path);
    f->fd = open(f->part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (f->fd < 0) {
        storage_error(e, errno, "cannot create", f->part);
        free(f);
        return NULL;
    }
    if (!encoder_open(f, tags, e)) {
        sound_file_discard(f);
        return NULL;
    }
    return f;
}

bool sound_file_write(struct sound_file *f, const int32_t *pcm, int64_t frames, struct error *e)
{
    while (frames > 0) {
        sf_count_t count = frames < f->encoder->write_frames ? frames : f->encoder->write_frames;

        if (sf_writef_int(f->sndfile, pcm, count) != count || f->error_number != 0)
            return write_failed(f, e);
        pcm += 2 * count;
        frames -= count;
    }
    return true;
}

bool sound_file_close(struct sound_file *f, struct error *e)
{
    int status = sf_close(f->sndfile);

    f->sndfile = NULL;
    buffer_flush(f);
    if (status != 0 || f->error_number != 0)
        return write_failed(f, e);
    if (fsync(f->fd) != 0)
        return storage_error(e, errno, "cannot keep", f->part);
    status = close(f->fd);
    f->fd = -1;
    return status == 0 || storage_error(e, errno, "cannot finish", f->part);
}

bool sound_file_publish(struct sound_file *f, struct error *e)
{
    if (rename(f->part, f->path) != 0)
        return storage_error(e, errno, "cannot rename", f->part);
    f->is_published = true;
    return true;
}

void sound_file_discard(struct sound_file *f)
{
    if (f == NULL)
        return;
    unlink(f->is_published ? f->path : f->part);
    sound_file_free(f);
}

void sound_file_free(struct sound_file *f)
{
    if (f == NULL)
        return;
    if (f->sndfile != NULL)
        sf_close(f->sndfile);
    if (f->fd >= 0)
        close(f->fd);
    free(f);
}
