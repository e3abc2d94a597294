#include "sound/finish.h"

#include <math.h>

#include "core/yield.h"
#include "sound/render.h"

/* The saturator's ceiling lies at full scale less its drive. */
#define CLIPPER_DRIVE_DB 6.0

enum { SLICE = 2048 }; /* of a chunk: what one processor leaves is in the cache for the next */

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

static void scale(float *samples, float gain)
{
    for (int i = 0; i < SLICE; i++)
        samples[i] *= gain;
}

void finish_shape(struct finish *f, struct audio *io)
{
    for (int at = 0; at < AUDIO_CHUNK; at += SLICE) {
        float *left = io->left + at, *right = io->right + at;

        biquads_process(f->filters, f->filter_count, left, right, SLICE);
        scale(left, f->level);
        scale(right, f->level);
        multiband_process(&f->multiband, left, right, SLICE);
        compressor_process(&f->glue, left, right, SLICE);
        saturator_process(&f->saturator, left, right, SLICE);
        stereo_process(&f->stereo, left, right, SLICE);
        yield_when_due();
    }
}

void finish_limit(struct finish *f, struct audio *io)
{
    for (int at = 0; at < AUDIO_CHUNK; at += SLICE) {
        float *left = io->left + at, *right = io->right + at;

        scale(left, f->trim);
        scale(right, f->trim);
        if (f->clipper.is_on) {
            saturator_process(&f->clipper, left, right, SLICE);
            scale(left, f->unclip);
            scale(right, f->unclip);
        }
        limiter_process(&f->limiter, left, right, SLICE);
        yield_when_due();
    }
}
