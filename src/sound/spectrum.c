#include "sound/spectrum.h"

#include <kiss_fftr.h>
#include <math.h>
#include <stdlib.h>

#include "core/yield.h"
const double spectrum_octave_hz[SPECTRUM_OCTAVES] = { 31.25, 62.5, 125, 250, 500, 1000, 2000, 4000, 8000, 16000 };

enum { BINS = SPECTRUM_WINDOW / 2 + 1 };

struct spectrum {
    kiss_fftr_cfg transform;
    double rate_hz;
    double power[BINS]; /* sums over the windows and both channels */
    long windows;
    float window[SPECTRUM_WINDOW];
    float block[SPECTRUM_WINDOW];
    kiss_fft_cpx bins[BINS];
};

struct spectrum *spectrum_new(double rate_hz, struct error *e)
{
    struct spectrum *s = calloc(1, sizeof(*s));

    if (s != NULL)
        s->transform = kiss_fftr_alloc(SPECTRUM_WINDOW, 0, NULL, NULL);
    if (s == NULL || s->transform == NULL) {
        free(s);
        error_set(e, ERROR_UNAVAILABLE, "no memory for the spectrum");
        return NULL;
    }
    s->rate_hz = rate_hz;
    for (int i = 0; i < SPECTRUM_WINDOW; i++)
        s->window[i] = (float)(0.5 - 0.5 * cos(2 * M_PI * i / SPECTRUM_WINDOW));
    return s;
}

void spectrum_free(struct spectrum *s)
{
    if (s == NULL)
        return;
    kiss_fftr_free(s->transform);
    free(s);
}

static void window_add(struct spectrum *s, const float *samples)
{
    for (int i = 0; i < SPECTRUM_WINDOW; i++)
        s->block[i] = samples[i] * s->window[i];
    kiss_fftr(s->transform, s->block, s->bins);
    for (int i = 0; i < BINS; i++)
        s->power[i] += (double)(s->bins[i].r * s->bins[i].r + s->bins[i].i * s->bins[i].i);
}

void spectrum_add(struct spectrum *s, const float *left, const float *right, int frames)
{
    for (int start = 0; start + SPECTRUM_WINDOW <= frames; start += SPECTRUM_WINDOW / 2) {
        window_add(s, left + start);
        window_add(s, right + start);
        s->windows++;
        yield_when_due();
    }
}

/* With the window, Σw² = 3N/8, a sine of amplitude 1 has Σ(wx)² = 3N/16, and by Parseval's theorem the sum over its positive
 * bins is N/2 times that. */
void spectrum_octaves(const struct spectrum *s, double powers[SPECTRUM_OCTAVES])
{
    const double sine = SPECTRUM_WINDOW * (3.0 * SPECTRUM_WINDOW / 16) / 2, width_hz = s->rate_hz / SPECTRUM_WINDOW;

    for (int o = 0; o < SPECTRUM_OCTAVES; o++) {
        double low = spectrum_octave_hz[o] / M_SQRT2, high = spectrum_octave_hz[o] * M_SQRT2, sum = 0;

        for (int i = (int)ceil(low / width_hz); i < BINS && i * width_hz < high; i++)
            sum += s->power[i];
        powers[o] = s->windows > 0 ? sum / (2 * sine * (double)s->windows) : 0;
    }
}
