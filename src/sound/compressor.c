#include "sound/compressor.h"

#include <math.h>

#include "sound/quad.h"
#include "sound/render.h"

#define WINDOW_MS 5.0

static double coefficient(double ms)
{
    return 1 - exp(-COMPRESSOR_STEP / (ms * 1e-3 * RENDER_RATE_HZ));
}

static double or_else(double value, double least, double fallback)
{
    return isfinite(value) && value >= least ? value : fallback;
}

static float linear(double db)
{
    return (float)pow(10, db / 20);
}

void compressor_init(struct compressor *c, const struct mix_compressor *spec)
{
    double ratio = or_else(spec->ratio, 1, 1);

    *c = (struct compressor){
        .threshold_db = or_else(spec->threshold_db, -120, 0),
        .slope = 1 / ratio - 1,
        .attack = coefficient(or_else(spec->attack_ms, 0.1, 10)),
        .release = coefficient(or_else(spec->release_ms, 1, 100)),
        .window = coefficient(WINDOW_MS),
        .makeup_db = or_else(spec->makeup_db, -60, 0),
    };
    c->is_on = ratio > 1 || c->makeup_db != 0;
    c->gain = linear(c->makeup_db);
}

double compressor_curve_db(const struct compressor *c, double level_db)
{
    double over = level_db - c->threshold_db, half = COMPRESSOR_KNEE_DB / 2;

    if (!(over > -half))
        return 0;
    if (over < half)
        return c->slope * (over + half) * (over + half) / (2 * COMPRESSOR_KNEE_DB);
    return c->slope * over;
}

/* The mean of the squares of both channels. */
static double step_power(const float *left, const float *right)
{
    quad sums = { 0 };

    for (int i = 0; i < COMPRESSOR_STEP; i += 4) {
        quad l = quad_load(left + i), r = quad_load(right + i);

        sums += l * l + r * r;
    }
    return (double)(sums[0] + sums[1] + sums[2] + sums[3]) / (2 * COMPRESSOR_STEP);
}

static void step_apply(float *restrict left, float *restrict right, float from, float to)
{
    const float slope = (to - from) / COMPRESSOR_STEP;

    for (int i = 0; i < COMPRESSOR_STEP; i++) {
        float gain = from + slope * (float)(i + 1);

        left[i] *= gain;
        right[i] *= gain;
    }
}

static float step_gain(struct compressor *c, const float *left, const float *right)
{
    double wanted;

    c->power += c->window * (step_power(left, right) - c->power);
    wanted = compressor_curve_db(c, 10 * log10(c->power + 1e-12));
    c->gain_db += (wanted < c->gain_db ? c->attack : c->release) * (wanted - c->gain_db);
    return linear(c->gain_db + c->makeup_db);
}

void compressor_process(struct compressor *c, float *left, float *right, int frames)
{
    if (!c->is_on)
        return;
    for (int start = 0; start < frames; start += COMPRESSOR_STEP) {
        float to = step_gain(c, left + start, right + start);

        step_apply(left + start, right + start, c->gain, to);
        c->gain = to;
    }
    if (!isfinite(c->power) || !isfinite(c->gain_db) || !isfinite(c->gain)) { /* forgets what was no sound */
        c->power = c->gain_db = 0;
        c->gain = linear(c->makeup_db);
    }
}
