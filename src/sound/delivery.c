#include "sound/delivery.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "sound/scratch.h"

enum { STEP_FRAMES = 4 * RENDER_RATE_HZ, PCM_FRAMES = 4096, FILES_MAX = OUTPUT_COUNT + CHANNELS_MAX };

struct encoding {
    struct sound_file *files[FILES_MAX]; /* without gaps: the masters, the slowest first, then the stems */
    int count, master_count;
    int pcm_fd;
    int64_t at, frames; /* of this step */
    struct error errors[FILES_MAX];
};

static struct tags tags_of(const struct render_order *order)
{
    return (struct tags){
        .title = order->title, .artist = order->artist, .genre = order->genre, .comment = order->comment
    };
}

bool delivery_open_stems(struct delivery *d, const struct session *s, struct error *e)
{
    for (int i = 0; i < s->channel_count; i++) {
        const struct score_part *part = s->channels[i].part;
        struct tags tags = { .title = part->name, .artist = s->order->artist, .genre = s->order->genre };
        char name[NAME_MAX];

        snprintf(name, sizeof(name), "stem-%s.wav", part->id);
        d->stems[i] = sound_file_create(s->order->folder, name, OUTPUT_WAV, &tags, e);
        if (d->stems[i] == NULL)
            return false;
    }
    return true;
}

static bool masters_open(struct delivery *d, const struct session *s, struct error *e)
{
    const struct tags tags = tags_of(s->order);

    for (int i = 0; i < OUTPUT_COUNT; i++) {
        char name[32];

        if (!(s->order->formats >> i & 1))
            continue;
        snprintf(name, sizeof(name), "master.%s", output_infos[i].name);
        d->masters[i] = sound_file_create(s->order->folder, name, (enum output_format)i, &tags, e);
        if (d->masters[i] == NULL)
            return false;
    }
    return true;
}

static void encode_task(void *arg, int index)
{
    struct encoding *n = arg;
    int32_t pcm[2 * PCM_FRAMES];

    for (int64_t done = 0; done < n->frames;) {
        int64_t count = n->frames - done < PCM_FRAMES ? n->frames - done : PCM_FRAMES;

        if (!scratch_read(n->pcm_fd, pcm, (size_t)count * 2 * sizeof(*pcm),
                          (n->at + done) * 2 * (int64_t)sizeof(*pcm), &n->errors[index]) ||
            !sound_file_write(n->files[index], pcm, count, &n->errors[index]))
            return;
        done += count;
    }
}

static void close_task(void *arg, int index)
{
    struct encoding *n = arg;

    sound_file_close(n->files[index], &n->errors[index]);
}

static bool all_well(const struct encoding *n, struct error *e)
{
    for (int i = 0; i < n->count; i++)
        if (n->errors[i].code != ERROR_NONE)
            return error_set(e, n->errors[i].code, "%s", n->errors[i].detail);
    return true;
}

static void files_list(struct encoding *n, const struct delivery *d)
{
    static const enum output_format slowest_first[OUTPUT_COUNT] = { OUTPUT_MP3, OUTPUT_OGG, OUTPUT_FLAC,
                                                                    OUTPUT_WAV };

    for (int i = 0; i < OUTPUT_COUNT; i++)
        if (d->masters[slowest_first[i]] != NULL)
            n->files[n->count++] = d->masters[slowest_first[i]];
    n->master_count = n->count;
    for (int i = 0; i < CHANNELS_MAX; i++)
        if (d->stems[i] != NULL)
            n->files[n->count++] = d->stems[i];
}

static bool folder_sync(const char *folder, struct error *e)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        storage_error(e, errno, "cannot keep the files of", folder);
    if (fd >= 0)
        close(fd);
    return ok;
}

bool delivery_run(struct delivery *d, struct session *s, int pcm_fd, int64_t frames, struct error *e)
{
    struct encoding n = { .pcm_fd = pcm_fd };

    if (!masters_open(d, s, e))
        return false;
    files_list(&n, d);
    for (n.at = 0; n.at < frames; n.at += n.frames) {
        n.frames = frames - n.at < STEP_FRAMES ? frames - n.at : STEP_FRAMES;
        crew_run(s->crew, encode_task, &n, n.master_count);
        if (!all_well(&n, e) ||
            !session_tell(s, RENDER_ENCODE, 0.9 * (double)(n.at + n.frames) / (double)frames, e))
            return false;
    }
    crew_run(s->crew, close_task, &n, n.count);
    if (!all_well(&n, e) || !session_tell(s, RENDER_ENCODE, 1, e))
        return false;
    for (int i = 0; i < n.count; i++)
        if (!sound_file_publish(n.files[i], e))
            return false;
    return folder_sync(s->order->folder, e);
}

void delivery_discard(struct delivery *d)
{
    for (int i = 0; i < CHANNELS_MAX; i++)
        sound_file_discard(d->stems[i]);
    for (int i = 0; i < OUTPUT_COUNT; i++)
        sound_file_discard(d->masters[i]);
    *d = (struct delivery){ .stems = { NULL } };
}

void delivery_free(struct delivery *d)
{
    for (int i = 0; i < CHANNELS_MAX; i++)
        sound_file_free(d->stems[i]);
    for (int i = 0; i < OUTPUT_COUNT; i++)
        sound_file_free(d->masters[i]);
    *d = (struct delivery){ .stems = { NULL } };
}
