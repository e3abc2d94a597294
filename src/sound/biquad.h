/*
 * Second-order filters for a stereo pair, alone or several in a row. The high-pass alone is made by the bilinear
 * transform (R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients"). The bands of an
 * equaliser are matched to their analogue prototypes up to the highest frequencies, where the bilinear transform cramps
 * them: poles by impulse invariance, zeros so that the magnitude is right at 0, at the band and at half the rate
 * (M. Vicanek, "Matched second order digital filters", 2016). Fixed size; `process` allocates nothing.
 */
#ifndef SOUND_BIQUAD_H
#define SOUND_BIQUAD_H

typedef double biquad_pair __attribute__((vector_size(16))); /* left and right */

struct biquad {
    double b0, b1, b2, a1, a2;
    biquad_pair x1, x2, y1, y2; /* the last two samples in and out */
};

#define BIQUAD_BUTTERWORTH_Q 0.70710678118654752

/* 12 dB/octave, -3 dB at `cutoff_hz` (clamped to 1 Hz … 0.45 × rate) when q is BIQUAD_BUTTERWORTH_Q. */
void biquad_highpass(struct biquad *b, double cutoff_hz, double q, double rate_hz);

/* A band of an equaliser. Analogue prototypes with s = jf/f0, A = 10^(gain/40), as in the cookbook:
 *   bell        (s² + sA/Q + 1) / (s² + s/(AQ) + 1)
 *   low shelf   A (s² + s√A/Q + A) / (As² + s√A/Q + 1)
 *   high shelf  A (As² + s√A/Q + 1) / (s² + s√A/Q + A)
 *   low-pass    1 / (s² + s/Q + 1)
 *   high-pass   s² / (s² + s/Q + 1) */
enum biquad_band { BAND_BELL, BAND_LOW_SHELF, BAND_HIGH_SHELF, BAND_LOWPASS, BAND_HIGHPASS, BAND_COUNT };

/* `hz` is clamped to 10 Hz … 0.45 × rate, `q` to 0.1 … 20 (shelves: 1.5), `gain_db` to ±24 (passes have none). */
void biquad_band(struct biquad *b, enum biquad_band kind, double hz, double gain_db, double q, double rate_hz);

/* Another frequency for a band that runs: its state stays. */
void biquad_retune(struct biquad *b, enum biquad_band kind, double hz, double q, double rate_hz);

/* |H| of the analogue prototype at `hz`. */
double biquad_band_gain(enum biquad_band kind, double f0_hz, double gain_db, double q, double hz);

/* The two stages of the K-weighting of ITU-R BS.1770-4, for any rate by the analogue prototypes behind its
 * tables of coefficients for 48 kHz: the shelf of the head, then the high-pass. */
void biquad_k_shelf(struct biquad *b, double rate_hz);
void biquad_k_highpass(struct biquad *b, double rate_hz);

/* In place. What is no number spoils the rest of the call it comes in and none after it. */
void biquad_process(struct biquad *b, float *left, float *right, int frames);

/* The same through `count` filters in a row. */
void biquads_process(struct biquad *b, int count, float *left, float *right, int frames);

/* |H| at `hz`, for tests and for planning. */
double biquad_gain(const struct biquad *b, double hz, double rate_hz);

#endif
