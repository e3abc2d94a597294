#include "sound/resampler.h"

#include <math.h>
#include <string.h>

#include "sound/kaiser.h"
#include "sound/quad.h"

enum { BEFORE = RESAMPLER_TAPS / 2 - 1 }; /* taps before the sample at or before the place */

void resampler_init(struct resampler *r)
{
    const double beta = 0.1102 * (95 - 8.7); /* 95 dB; Kaiser's formula */

    memset(r, 0, sizeof(*r));
    r->first = -BEFORE;
    r->have = BEFORE;
    for (int p = 0; p < RESAMPLER_PHASES; p++) {
        double taps[RESAMPLER_TAPS], sum = 0;

        for (int k = 0; k < RESAMPLER_TAPS; k++) {
            double x = k - BEFORE - (double)p / RESAMPLER_PHASES;

            taps[k] = (x == 0 ? 1 : sin(M_PI * x) / (M_PI * x)) * kaiser(beta, x / (RESAMPLER_TAPS / 2));
            sum += taps[k];
        }
        for (int k = 0; k < RESAMPLER_TAPS; k++)
            r->phases[p][k] = (float)(taps[k] / sum);
    }
}

static float dot(const float *samples, const float *taps)
{
    quad sum = { 0 };

    for (int k = 0; k < RESAMPLER_TAPS; k += 4)
        sum += quad_load(samples + k) * quad_load(taps + k);
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* Everything for which the samples are there, but nothing from `end` on. */
static int produce(struct resampler *r, int64_t end, float *out)
{
    int count = 0;

    for (; r->given < end; r->given++) {
        int64_t at = r->given * RESAMPLER_STEP / RESAMPLER_PHASES - BEFORE - r->first;
        const float *taps = r->phases[r->given * RESAMPLER_STEP % RESAMPLER_PHASES];

        if (at + RESAMPLER_TAPS > r->have)
            break;
        out[2 * count] = dot(r->samples[0] + at, taps);
        out[2 * count + 1] = dot(r->samples[1] + at, taps);
        count++;
    }
    return count;
}

/* Drops what no later sample needs. */
static void forget(struct resampler *r)
{
    int64_t from = r->given * RESAMPLER_STEP / RESAMPLER_PHASES - BEFORE;
    int gone = (int)(from - r->first);

    if (gone <= 0)
        return;
    gone = gone < r->have ? gone : r->have;
    for (int c = 0; c < 2; c++)
        memmove(r->samples[c], r->samples[c] + gone, (size_t)(r->have - gone) * sizeof(float));
    r->first += gone;
    r->have -= gone;
}

static void take(struct resampler *r, const float *in, int frames)
{
    for (int i = 0; i < frames; i++) {
        r->samples[0][r->have + i] = in != NULL ? in[2 * i] : 0;
        r->samples[1][r->have + i] = in != NULL ? in[2 * i + 1] : 0;
    }
    r->have += frames;
}

int resampler_process(struct resampler *r, const float *in, int frames, float *out)
{
    int count;

    take(r, in, frames);
    r->taken += frames;
    count = produce(r, INT64_MAX, out);
    forget(r);
    return count;
}

int resampler_finish(struct resampler *r, float *out)
{
    int64_t end = (r->taken * RESAMPLER_PHASES + RESAMPLER_STEP - 1) / RESAMPLER_STEP;

    take(r, NULL, RESAMPLER_TAPS);
    return produce(r, end, out);
}
