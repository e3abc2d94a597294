#include "sound/loop.h"

#include <stddef.h>
#include <stdlib.h>

#include "sound/scratch.h"

/* Where the frames of a channel are in the file; from there on to the end of the chunk they are side by side. */
static int64_t place(int64_t frame, size_t channel_offset)
{
    return frame / AUDIO_CHUNK * (int64_t)sizeof(struct audio) + (int64_t)channel_offset +
           frame % AUDIO_CHUNK * (int64_t)sizeof(float);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Frames that can be had at once from here. */
static int64_t room_at(int64_t frame)
{
    return AUDIO_CHUNK - frame % AUDIO_CHUNK;
}

static bool read_frames(int fd, int64_t frame, int64_t count, float *left, float *right, struct error *e)
{
    size_t bytes = (size_t)count * sizeof(float);

    return scratch_read(fd, left, bytes, place(frame, offsetof(struct audio, left)), e) &&
           scratch_read(fd, right, bytes, place(frame, offsetof(struct audio, right)), e);
}

static bool add_frames(int fd, int64_t from, int64_t to, int64_t count, struct audio *a, struct audio *b, struct error *e)
{
    size_t bytes = (size_t)count * sizeof(float);

    if (!read_frames(fd, from, count, a->left, a->right, e) || !read_frames(fd, to, count, b->left, b->right, e))
        return false;
    for (int64_t i = 0; i < count; i++) {
        b->left[i] += a->left[i];
        b->right[i] += a->right[i];
    }
    return scratch_write(fd, b->left, bytes, place(to, offsetof(struct audio, left)), e) &&
           scratch_write(fd, b->right, bytes, place(to, offsetof(struct audio, right)), e);
}

bool loop_fold(int mix_fd, int64_t frames, int64_t end_frame, struct error *e)
{
    struct audio *buffers = malloc(2 * sizeof(*buffers));
    bool ok = true;

    if (buffers == NULL)
        return error_set(e, ERROR_UNAVAILABLE, "no memory for the loop");
    for (int64_t from = frames, count; from < end_frame && ok; from += count) {
        int64_t to = (from - frames) % frames;

        count = least(least(room_at(from), room_at(to)), least(end_frame - from, frames - to));
        ok = add_frames(mix_fd, from, to, count, &buffers[0], &buffers[1], e);
    }
    free(buffers);
    return ok;
}

bool loop_read(int mix_fd, int64_t frames, int64_t at, struct audio *out, struct error *e)
{
    for (int64_t filled = 0, count; filled < AUDIO_CHUNK; filled += count) {
        int64_t from = ((at + filled) % frames + frames) % frames;

        count = least(least(room_at(from), frames - from), AUDIO_CHUNK - filled);
        if (!read_frames(mix_fd, from, count, out->left + filled, out->right + filled, e))
            return false;
    }
    return true;
}
