/* How the power of a stereo signal is spread over the octaves: a mean over Hann windows of 4096 frames that overlap by half
 * (Welch 1967), by KISS FFT. */
#ifndef SOUND_SPECTRUM_H
#define SOUND_SPECTRUM_H

#include "core/error.h"

enum { SPECTRUM_OCTAVES = 10, SPECTRUM_WINDOW = 4096 };

/* The middles of the octaves, Hz: 31.25, 62.5 … 16,000; each reaches from 1/√2 to √2 of its middle. */
extern const double spectrum_octave_hz[SPECTRUM_OCTAVES];

struct spectrum;

/* NULL with ERROR_UNAVAILABLE when out of memory. */
struct spectrum *spectrum_new(double rate_hz, struct error *e);
void spectrum_free(struct spectrum *s); /* accepts NULL */

/* Stretches may come one after the other; each is windowed by itself, and what is left over of it is not counted. */
void spectrum_add(struct spectrum *s, const float *left, const float *right, int frames);

/* Mean power per octave, both channels together; a full-scale sine on both has 1. */
void spectrum_octaves(const struct spectrum *s, double powers[SPECTRUM_OCTAVES]);

#endif
