#include "sound/saturator.h"

#include <math.h>

#define FLAT 1.5f
/* F(x) = x²/2 - x⁴/27, and |x| - 9/16 from 1.5 on. */
#define FLAT_OFFSET 0.5625f
#define EVEN_STEP 1e-3f /* differences below it would be noise */

void saturator_init(struct saturator *s, double drive_db)
{
    double db = isfinite(drive_db) ? fmin(fmax(drive_db, 0), 24) : 0;

    *s = (struct saturator){ .is_on = db > 0, .drive = (float)pow(10, db / 20), .level = (float)pow(10, -db / 20) };
}

static inline float curve(float x)
{
    return x > FLAT ? 1 : x < -FLAT ? -1 : x - 4.0f / 27 * x * x * x;
}

static inline float integral(float x)
{
    float m = fabsf(x);

    return m > FLAT ? m - FLAT_OFFSET : x * x / 2 - x * x * x * x / 27;
}

/* (F(b) - F(a)) / (b - a); between the flats it is a polynomial, without a division. */
static inline float mean_between(float a, float b)
{
    if (fabsf(a) <= FLAT && fabsf(b) <= FLAT)
        return (a + b) / 2 - (a + b) * (a * a + b * b) / 27;
    if (fabsf(b - a) < EVEN_STEP)
        return curve((a + b) / 2);
    return (integral(b) - integral(a)) / (b - a);
}

static void channel_process(const struct saturator *s, float *before, float *io, int frames)
{
    float last = *before;

    for (int i = 0; i < frames; i++) {
        float now = io[i] * s->drive;

        io[i] = mean_between(last, now) * s->level;
        last = now;
    }
    *before = isfinite(last) ? last : 0;
}

void saturator_process(struct saturator *s, float *left, float *right, int frames)
{
    if (!s->is_on)
        return;
    channel_process(s, &s->before[0], left, frames);
    channel_process(s, &s->before[1], right, frames);
}
