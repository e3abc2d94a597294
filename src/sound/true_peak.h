/*
 * Peaks between the samples: 4 × oversampling after ITU-R BS.1770-4 Annex 2, and finer. Two interpolators, both windowed
 * sincs: that of libebur128, with which a measurement by it can be foretold, and a finer one for the limiter,
 * because libebur128's 12 taps a phase read up to 0.5 dB too little where there is much above 15 kHz.
 */
#ifndef SOUND_TRUE_PEAK_H
#define SOUND_TRUE_PEAK_H

enum {
    TRUE_PEAK_STEP = 4, /* frames come in multiples of it */
    TRUE_PEAK_PHASES = 3,
    TRUE_PEAK_TAPS_MAX = 24,
};

struct true_peak {
    int taps; /* a scan reads taps - 1 samples before the first; even */
    float phases[TRUE_PEAK_PHASES][TRUE_PEAK_TAPS_MAX];
    float bound; /* no peak that is found is greater than so many times the greatest of the samples about it */
};

/* 12 taps a phase under a Hann window (libebur128 below 96 kHz). */
void true_peak_init_referee(struct true_peak *t);

/* 24 taps a phase under a Kaiser window: within 0.1 dB up to 19 kHz. */
void true_peak_init_fine(struct true_peak *t);

/* A tone's peak is at most so many times the greatest of the points about it, at half the rate. */
#define TRUE_PEAK_RISE 1.0824f /* 1 / cos(pi / 8) */

/* peaks[i] = the greatest magnitude of the sample i - taps / 2, the three interpolated ones behind it and, where it can be above
 * `worth`, of parabolas through these and their neighbours: four points for each sample miss up to 0.3 dB of the peak at a
 * third of the rate, and 0.7 dB at half of it; with the parabola it is 0.02 and 0.08 dB. Reads
 * samples[1 - taps - TRUE_PEAK_STEP … frames - 1], which must be finite. */
void true_peak_scan_finely(const struct true_peak *t, const float *samples, float *peaks, int frames, float worth);

/* peaks[i] = the greatest magnitude of the three interpolated samples between the samples i - taps / 2 and
 * the one after it. Reads samples[1 - taps … frames - 1], which must be finite. */
void true_peak_scan(const struct true_peak *t, const float *samples, float *peaks, int frames);

#endif
