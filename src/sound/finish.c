#include "sound/finish.h"

#include <math.h>

#include "sound/render.h"

void finish_init(struct finish *f, const struct master_spec *spec, const struct finish_setting *setting)
{
    f->has_highpass = isfinite(spec->highpass_hz) && spec->highpass_hz > 0;
    if (f->has_highpass)
        biquad_highpass(&f->highpass, spec->highpass_hz, BIQUAD_BUTTERWORTH_Q, RENDER_RATE_HZ);
    compressor_init(&f->glue, &spec->glue);
    limiter_init(&f->limiter, setting->limit_db, spec->limiter_lookahead_ms, spec->limiter_release_ms);
    f->level = (float)pow(10, setting->level_db / 20);
    f->trim = (float)pow(10, setting->trim_db / 20);
}

int finish_delay(const struct finish *f)
{
    return limiter_delay(&f->limiter);
}

static void scale(struct audio *io, float gain)
{
    for (int i = 0; i < AUDIO_CHUNK; i++)
        io->left[i] *= gain;
    for (int i = 0; i < AUDIO_CHUNK; i++)
        io->right[i] *= gain;
}

void finish_begin(struct finish *f, struct audio *io)
{
    if (f->has_highpass)
        biquad_process(&f->highpass, io->left, io->right, AUDIO_CHUNK);
    scale(io, f->level);
}

void finish_end(struct finish *f, struct audio *io)
{
    compressor_process(&f->glue, io->left, io->right, AUDIO_CHUNK);
    scale(io, f->trim);
    limiter_process(&f->limiter, io->left, io->right, AUDIO_CHUNK);
}
