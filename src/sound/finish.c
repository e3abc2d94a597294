#include "sound/finish.h"

#include <math.h>

#include "sound/render.h"

/* The saturator's ceiling lies at full scale less its drive. */
#define CLIPPER_DRIVE_DB 6.0

void finish_init(struct finish *f, const struct master_spec *spec, const struct finish_setting *setting)
{
    const struct mix_compressor bands[MULTIBAND_BANDS] = { spec->multiband.low, spec->multiband.mid, spec->multiband.high };

    f->filter_count = tone_filters(&setting->tone, f->filters, RENDER_RATE_HZ);
    if (isfinite(spec->highpass_hz) && spec->highpass_hz > 0)
        biquad_highpass(&f->filters[f->filter_count++], spec->highpass_hz, BIQUAD_BUTTERWORTH_Q, RENDER_RATE_HZ);
    multiband_init(&f->multiband, spec->multiband.low_hz, spec->multiband.high_hz, bands, RENDER_RATE_HZ);
    compressor_init(&f->glue, &spec->glue);
    saturator_init(&f->saturator, spec->drive_db);
    stereo_init(&f->stereo, 1 + (isfinite(spec->width) ? spec->width : 0), spec->mono_below_hz, RENDER_RATE_HZ);
    limiter_init(&f->limiter, setting->limit_db, spec->limiter_lookahead_ms, spec->limiter_release_ms);
    f->level = (float)pow(10, setting->level_db / 20);
    f->trim = (float)pow(10, setting->trim_db / 20);
    f->unclip = 1;
    saturator_init(&f->clipper, isfinite(setting->clip_db) ? CLIPPER_DRIVE_DB : 0);
    if (f->clipper.is_on) { /* whose own ceiling is brought to the one that is wanted */
        f->unclip = (float)pow(10, (setting->limit_db + setting->clip_db + CLIPPER_DRIVE_DB) / 20);
        f->trim /= f->unclip;
    }
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

void finish_shape(struct finish *f, struct audio *io)
{
    biquads_process(f->filters, f->filter_count, io->left, io->right, AUDIO_CHUNK);
    scale(io, f->level);
    multiband_process(&f->multiband, io->left, io->right, AUDIO_CHUNK);
    compressor_process(&f->glue, io->left, io->right, AUDIO_CHUNK);
    saturator_process(&f->saturator, io->left, io->right, AUDIO_CHUNK);
    stereo_process(&f->stereo, io->left, io->right, AUDIO_CHUNK);
}

void finish_limit(struct finish *f, struct audio *io)
{
    scale(io, f->trim);
    if (f->clipper.is_on) {
        saturator_process(&f->clipper, io->left, io->right, AUDIO_CHUNK);
        scale(io, f->unclip);
    }
    limiter_process(&f->limiter, io->left, io->right, AUDIO_CHUNK);
}
