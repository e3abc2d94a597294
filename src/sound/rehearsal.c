#include "sound/rehearsal.h"

#include <math.h>
#include <stdlib.h>

#include "sound/scratch.h"

enum {
    TASKS = 4,     /* stretches of the song, each with a chain of its own */
    CHUNKS = 64,   /* in all, 48 s */
    SETTLE = 8192, /* frames of each chunk that are not counted: the chain has jumped */
};

struct weighting {
    struct biquad shelf, highpass;
};

struct stretch {
    struct finish finish;
    struct weighting before, behind;
    struct audio io, weighted;
    int count;
    double in[CHUNKS], out[CHUNKS]; /* powers */
    struct error error;
};

struct rehearsal {
    int mix_fd;
    int64_t chunk_count, stride;
    struct stretch stretches[TASKS];
};

static double power(struct stretch *s, struct weighting *w)
{
    double sum = 0;

    s->weighted = s->io;
    biquad_process(&w->shelf, s->weighted.left, s->weighted.right, AUDIO_CHUNK);
    biquad_process(&w->highpass, s->weighted.left, s->weighted.right, AUDIO_CHUNK);
    for (int i = SETTLE; i < AUDIO_CHUNK; i++)
        sum +=
            (double)(s->weighted.left[i] * s->weighted.left[i] + s->weighted.right[i] * s->weighted.right[i]);
    return sum;
}

static void task(void *arg, int index)
{
    struct rehearsal *r = arg;
    struct stretch *s = &r->stretches[index];
    int64_t steps = (r->chunk_count + r->stride - 1) / r->stride;

    for (int64_t i = steps * index / TASKS; i < steps * (index + 1) / TASKS; i++) {
        if (!scratch_read(r->mix_fd, &s->io, sizeof(s->io), i * r->stride * (int64_t)sizeof(s->io),
                          &s->error))
            return;
        s->in[s->count] = power(s, &s->before);
        finish_shape(&s->finish, &s->io);
        finish_limit(&s->finish, &s->io);
        s->out[s->count++] = power(s, &s->behind);
    }
}

/* Chunks more than 10 dB below the mean hardly pass the gate of the integrated loudness. */
static double gain(const struct rehearsal *r)
{
    double sum = 0, in = 0, out = 0;
    int count = 0;

    for (int t = 0; t < TASKS; t++)
        for (int i = 0; i < r->stretches[t].count; i++, count++)
            sum += r->stretches[t].in[i];
    for (int t = 0; t < TASKS; t++)
        for (int i = 0; i < r->stretches[t].count; i++)
            if (r->stretches[t].in[i] > 0.1 * sum / count) {
                in += r->stretches[t].in[i];
                out += r->stretches[t].out[i];
            }
    return in > 0 && out > 0 ? 10 * log10(out / in) : 0;
}

bool rehearsal_run(struct session *s, const struct master_spec *spec, int mix_fd, int64_t frames, const struct finish_setting *setting,
                   double *gain_lu, struct error *e)
{
    struct rehearsal *r = calloc(1, sizeof(*r));
    bool ok = true;

    if (r == NULL)
        return error_set(e, ERROR_UNAVAILABLE, "no memory for mastering");
    r->mix_fd = mix_fd;
    r->chunk_count = (frames + AUDIO_CHUNK - 1) / AUDIO_CHUNK;
    r->stride = (r->chunk_count + CHUNKS - 1) / CHUNKS;
    for (int t = 0; t < TASKS; t++) {
        struct stretch *stretch = &r->stretches[t];

        finish_init(&stretch->finish, spec, setting);
        biquad_k_shelf(&stretch->before.shelf, RENDER_RATE_HZ);
        biquad_k_highpass(&stretch->before.highpass, RENDER_RATE_HZ);
        stretch->behind = stretch->before;
    }
    crew_run(s->crew, task, r, TASKS);
    for (int t = 0; t < TASKS && ok; t++)
        if (r->stretches[t].error.code != ERROR_NONE)
            ok = error_set(e, r->stretches[t].error.code, "%s", r->stretches[t].error.detail);
    *gain_lu = gain(r);
    free(r);
    return ok;
}
