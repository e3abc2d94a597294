#include "sound/delay.h"

#include <math.h>
#include <string.h>

#include "sound/audio.h"

static double within(double x, double low, double high, double fallback)
{
    return isnan(x) ? fallback : fmin(fmax(x, low), high);
}

void delay_init(struct delay *d, const struct delay_setting *setting, double rate_hz)
{
    memset(d, 0, sizeof(*d));
    for (int i = 0; i < 2; i++) {
        double frames = within(setting->time_s[i], 0.001, 1e3, 0.25) * rate_hz;

        d->frames[i] = (unsigned)fmin(frames + 0.5, DELAY_SIZE - 1);
    }
    d->feedback = (float)within(setting->feedback, 0, 0.9, 0.3);
    d->damping = (float)(1 - exp(-2 * M_PI * within(setting->lowpass_hz, 200, 0.45 * rate_hz, 6000) / rate_hz));
    d->thinning = (float)(1 - exp(-2 * M_PI * within(setting->highpass_hz, 5, 2000, 200) / rate_hz));
}

/* What comes out of line `c` now, as dull and thin as the loop makes it. */
static inline float echo_read(struct delay *d, int c)
{
    float echo = d->lines[c][(d->at - d->frames[c]) % DELAY_SIZE];

    d->low[c] += d->damping * (echo - d->low[c]);
    d->high[c] += d->thinning * (d->low[c] - d->high[c]);
    return d->low[c] - d->high[c];
}

void delay_process(struct delay *d, float *left, float *right, int frames)
{
    for (int i = 0; i < frames; i++, d->at++) {
        float echo_left = echo_read(d, 0), echo_right = echo_read(d, 1);

        d->lines[0][d->at % DELAY_SIZE] = audio_clean(left[i]) + d->feedback * echo_right;
        d->lines[1][d->at % DELAY_SIZE] = audio_clean(right[i]) + d->feedback * echo_left;
        left[i] = echo_left;
        right[i] = echo_right;
    }
}
