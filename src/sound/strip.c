#include "sound/strip.h"

#include <math.h>

#include "sound/render.h"

enum { RING_FRAMES = 2 * RENDER_RATE_HZ }; /* 20 Hz at Q 0.7 has fallen by 700 dB */

void strip_init(struct strip *s, const struct mix_strip *spec)
{
    double pan = isfinite(spec->pan) ? fmin(fmax(spec->pan, -1), 1) : 0;
    double angle = (pan + 1) * M_PI / 4, width = 1 - fabs(pan);
    double same = (1 + width) / 2, other = (1 - width) / 2;

    *s = (struct strip){ .gain = 1, .has_highpass = isfinite(spec->highpass_hz) && spec->highpass_hz > 0 };
    if (s->has_highpass)
        biquad_highpass(&s->highpass, spec->highpass_hz, BIQUAD_BUTTERWORTH_Q, RENDER_RATE_HZ);
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

bool strip_process(struct strip *s, struct audio *io, int frames, bool has_sound)
{
    if (has_sound)
        s->ring_frames = s->has_highpass ? RING_FRAMES : 0;
    else if (s->ring_frames <= 0)
        return false;
    else
        s->ring_frames -= frames;
    for (int i = 0; i < frames; i += AUDIO_BLOCK) {
        float *left = io->left + i, *right = io->right + i;

        block_sanitise(left);
        block_sanitise(right);
        if (s->has_highpass)
            biquad_process(&s->highpass, left, right, AUDIO_BLOCK);
        block_pan(left, right, s->matrix, s->gain);
    }
    return true;
}
