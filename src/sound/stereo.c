#include "sound/stereo.h"

#include <math.h>

enum { SLICE = 256 };

void stereo_init(struct stereo *s, double width, double mono_below_hz, double rate_hz)
{
    *s = (struct stereo){ .width = isnan(width) ? 1 : (float)fmin(fmax(width, 0), 2),
                          .has_mono_bass = mono_below_hz > 0 };
    if (s->has_mono_bass)
        biquad_highpass(&s->side, mono_below_hz, BIQUAD_BUTTERWORTH_Q, rate_hz);
    s->is_on = s->has_mono_bass || s->width != 1;
}

static void slice_process(struct stereo *s, float *left, float *right, int frames)
{
    float side[SLICE], other[SLICE];

    for (int i = 0; i < frames; i++) {
        float half = (left[i] - right[i]) / 2;

        left[i] -= half; /* the middle */
        side[i] = other[i] = half * s->width;
    }
    if (s->has_mono_bass)
        biquad_process(&s->side, side, other, frames);
    for (int i = 0; i < frames; i++) {
        right[i] = left[i] - side[i];
        left[i] += side[i];
    }
}

void stereo_process(struct stereo *s, float *left, float *right, int frames)
{
    for (int start = 0; start < frames && s->is_on; start += SLICE)
        slice_process(s, left + start, right + start, frames - start < SLICE ? frames - start : SLICE);
}
