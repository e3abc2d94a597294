/*
 * Soft saturation for a stereo pair: f(x) = x - 4x³/27, flat from |x| = 1.5 on, driven and brought back, so that quiet
 * signals pass unchanged. A sine of amplitude a gets a third harmonic of a(da)²/27 with the drive d, and no even ones. The
 * harmonics that would fold back from above half the rate are held down by antiderivative anti-aliasing (Parker, Zavalishin
 * and Le Bivic, DAFx 2016), which delays by half a sample.
 */
#ifndef SOUND_SATURATOR_H
#define SOUND_SATURATOR_H

#include <stdbool.h>

struct saturator {
    bool is_on;
    float drive, level; /* level = 1 / drive */
    float before[2];    /* the last driven sample of each channel */
};

/* `drive_db` 0–24; 0, less or NaN is off. */
void saturator_init(struct saturator *s, double drive_db);

/* In place. */
void saturator_process(struct saturator *s, float *left, float *right, int frames);

#endif
