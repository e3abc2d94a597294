#include "sound/strip.h"

#include <math.h>

#include "core/yield.h"
#include "sound/render.h"

enum { RING_FRAMES = 2 * RENDER_RATE_HZ }; /* 20 Hz at Q 0.7 has fallen by 700 dB */

static const enum biquad_band band_kinds[MIX_BAND_COUNT] = {
    [MIX_BELL] = BAND_BELL, [MIX_LOW_SHELF] = BAND_LOW_SHELF, [MIX_HIGH_SHELF] = BAND_HIGH_SHELF
};

static double or_zero(double x)
{
    return isfinite(x) ? x : 0;
}

static void filters_init(struct strip *s, const struct mix_strip *spec)
{
    if (or_zero(spec->highpass_hz) > 0)
        biquad_highpass(&s->filters[s->filter_count++], spec->highpass_hz, BIQUAD_BUTTERWORTH_Q, RENDER_RATE_HZ);
    if (or_zero(spec->lowpass_hz) > 0 || (s->moves != NULL && s->moves->lowpass_hz.count > 0)) {
        s->lowpass_hz = or_zero(spec->lowpass_hz) > 0 ? spec->lowpass_hz : RENDER_RATE_HZ;
        s->lowpass = s->filter_count++;
        biquad_band(&s->filters[s->lowpass], BAND_LOWPASS, s->lowpass_hz, 0, BIQUAD_BUTTERWORTH_Q, RENDER_RATE_HZ);
    }
    for (size_t i = 0; i < spec->eq.count && s->filter_count < STRIP_FILTERS_MAX; i++) {
        const struct mix_eq_band *band = &spec->eq.items[i];

        if (band->kind >= 0 && band->kind < MIX_BAND_COUNT && or_zero(band->gain_db) != 0 && band->hz > 0)
            biquad_band(&s->filters[s->filter_count++], band_kinds[band->kind], band->hz, band->gain_db,
                        band->q > 0 ? band->q : BIQUAD_BUTTERWORTH_Q, RENDER_RATE_HZ);
    }
}

void strip_init(struct strip *s, const struct mix_strip *spec, const struct strip_moves *moves)
{
    double pan = fmin(fmax(or_zero(spec->pan), -1), 1), side = 1 + fmin(fmax(or_zero(spec->width), -1), 1);
    double angle = (pan + 1) * M_PI / 4, width = (1 - fabs(pan)) * side;
    double same = (1 + width) / 2, other = (1 - width) / 2;

    *s = (struct strip){ .trim = 1, .gain = 1, .moves = moves, .lowpass = -1 };
    filters_init(s, spec);
    compressor_init(&s->compressor, &spec->compressor);
    saturator_init(&s->saturator, spec->drive_db);
    s->moved = (float)pow(10, moves != NULL ? moves_level_db(moves, 0) / 20 : 0);
    s->matrix[0][0] = (float)(cos(angle) * same);
    s->matrix[0][1] = (float)(cos(angle) * other);
    s->matrix[1][0] = (float)(sin(angle) * other);
    s->matrix[1][1] = (float)(sin(angle) * same);
}

static void block_sanitise(float *restrict io)
{
    for (int i = 0; i < AUDIO_BLOCK; i++)
        io[i] = fabsf(io[i]) < 1000.0f ? io[i] : 0.0f; /* false for NaN */
}

static void block_scale(float *restrict io, float gain)
{
    for (int i = 0; i < AUDIO_BLOCK; i++)
        io[i] *= gain;
}

static void block_pan(float *restrict left, float *restrict right, float matrix[2][2], float gain)
{
    const float ll = matrix[0][0] * gain, lr = matrix[0][1] * gain;
    const float rl = matrix[1][0] * gain, rr = matrix[1][1] * gain;

    for (int i = 0; i < AUDIO_BLOCK; i++) {
        float l = left[i], r = right[i];

        left[i] = ll * l + lr * r;
        right[i] = rl * l + rr * r;
    }
}

static void block_ramp(float *restrict left, float *restrict right, float from, float to)
{
    const float slope = (to - from) / AUDIO_BLOCK;

    for (int i = 0; i < AUDIO_BLOCK; i++) {
        float gain = from + slope * (float)(i + 1);

        left[i] *= gain;
        right[i] *= gain;
    }
}

/* The level's curve, from where it stood to where it stands at the block's end. */
static void block_move(struct strip *s, float *left, float *right, int64_t end)
{
    float to = (float)pow(10, moves_level_db(s->moves, end) / 20);

    if (to != 1 || s->moved != 1)
        block_ramp(left, right, s->moved, to);
    s->moved = to;
}

static void lowpass_follow(struct strip *s, int64_t frame)
{
    double hz = curve_at(&s->moves->lowpass_hz, frame, s->lowpass_hz);

    if (hz == s->lowpass_hz)
        return;
    s->lowpass_hz = hz;
    biquad_retune(&s->filters[s->lowpass], BAND_LOWPASS, hz, BIQUAD_BUTTERWORTH_Q, RENDER_RATE_HZ);
}

void strip_filter(struct strip *s, struct audio *io, int frames)
{
    bool is_sweeping = s->moves != NULL && s->moves->lowpass_hz.count > 0;

    for (int i = 0; i < frames; i += AUDIO_BLOCK) {
        float *left = io->left + i, *right = io->right + i;

        yield_when_due();
        if (is_sweeping)
            lowpass_follow(s, s->frame + i);
        block_sanitise(left);
        block_sanitise(right);
        biquads_process(s->filters, s->filter_count, left, right, AUDIO_BLOCK);
    }
}

void strip_finish(struct strip *s, struct audio *io, int frames)
{
    bool is_working = s->compressor.is_on || s->saturator.is_on, is_moving = s->moves != NULL && moves_level(s->moves);

    for (int i = 0; i < frames; i += AUDIO_BLOCK) {
        float *left = io->left + i, *right = io->right + i;

        yield_when_due();
        if (is_working) {
            block_scale(left, s->trim);
            block_scale(right, s->trim);
            compressor_process(&s->compressor, left, right, AUDIO_BLOCK);
            saturator_process(&s->saturator, left, right, AUDIO_BLOCK);
        }
        block_pan(left, right, s->matrix, is_working ? s->gain : s->trim * s->gain);
        if (is_moving)
            block_move(s, left, right, s->frame + i + AUDIO_BLOCK);
    }
}

bool strip_process(struct strip *s, struct audio *io, int frames, bool has_sound)
{
    bool is_ringing = has_sound || s->ring_frames > 0;

    if (has_sound)
        s->ring_frames = s->filter_count > 0 ? RING_FRAMES : 0;
    else if (is_ringing)
        s->ring_frames -= frames;
    if (is_ringing) {
        strip_filter(s, io, frames);
        strip_finish(s, io, frames);
    } else if (s->moves != NULL) {
        s->moved = (float)pow(10, moves_level_db(s->moves, s->frame + frames) / 20);
    }
    s->frame += frames;
    return is_ringing;
}
