#include "sound/ducker.h"

#include <math.h>

#define SILENCE_DB (-60.0) /* drums below it do not duck anything */
#define FALL_DB_S 1.0
enum { HOLD_STEPS = 14 }; /* 10 ms at 44.1 kHz: half a period of 50 Hz */

void ducker_init(struct ducker *d, double release_ms, double rate_hz)
{
    double ms = isnan(release_ms) ? 140 : fmin(fmax(release_ms, 20), 2000);

    *d = (struct ducker){ .release = pow(0.1, DUCKER_STEP / (ms * 1e-3 * rate_hz)),
                          .fall_db = FALL_DB_S * DUCKER_STEP / rate_hz, .loudest_db = SILENCE_DB };
    biquad_band(&d->low, BAND_LOWPASS, DUCKER_CUTOFF_HZ, 0, BIQUAD_BUTTERWORTH_Q, rate_hz);
}

static double step_db(const float *left, const float *right)
{
    double power = 0;

    for (int i = 0; i < DUCKER_STEP; i++)
        power += (double)(left[i] * left[i] + right[i] * right[i]);
    return 10 * log10(power / (2 * DUCKER_STEP) + 1e-12);
}

void ducker_process(struct ducker *d, float *left, float *right, int frames, float *open)
{
    biquad_process(&d->low, left, right, frames);
    for (int step = 0; step < frames / DUCKER_STEP; step++) {
        double level_db = step_db(left + step * DUCKER_STEP, right + step * DUCKER_STEP), now;

        d->loudest_db = fmax(fmax(level_db, d->loudest_db - d->fall_db), SILENCE_DB);
        now = 1 + (level_db - d->loudest_db) / DUCKER_RANGE_DB;
        if (d->loudest_db <= SILENCE_DB || now < 0)
            now = 0;
        if (now >= d->open) {
            d->open = now;
            d->held = 0;
        } else if (++d->held > HOLD_STEPS) {
            d->open = fmax(now, d->open * d->release);
        }
        open[step] = (float)d->open;
    }
}
