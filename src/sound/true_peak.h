/*
 * Peaks between the samples: 4 × oversampling after ITU-R BS.1770-4 Annex 2, with the interpolator of
 * libebur128 (a sinc of 49 taps under a Hann window), so that what the limiter sees is what the referee will
 * measure.
 */
#ifndef SOUND_TRUE_PEAK_H
#define SOUND_TRUE_PEAK_H

enum {
    TRUE_PEAK_HISTORY = 11, /* samples before the first that a scan reads */
    TRUE_PEAK_DELAY = 6,    /* peaks[i] is between the samples i - 6 and i - 5 */
    TRUE_PEAK_STEP = 4,     /* frames come in multiples of it */
};

/* No interpolated sample is greater than this many times the greatest of the 12 samples about it. */
#define TRUE_PEAK_BOUND 1.865f

/* peaks[i] = the greatest magnitude of the three interpolated samples. Reads samples[-TRUE_PEAK_HISTORY …
 * frames-1]. The samples must be finite. */
void true_peak_scan(const float *samples, float *peaks, int frames);

#endif
