/* A second-order filter for a stereo pair, by the bilinear transform (R. Bristow-Johnson, "Cookbook formulae
 * for audio equalizer biquad filter coefficients"). Fixed size; `process` allocates nothing. */
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

/* The two stages of the K-weighting of ITU-R BS.1770-4, for any rate by the analogue prototypes behind its
 * tables of coefficients for 48 kHz: the shelf of the head, then the high-pass. */
void biquad_k_shelf(struct biquad *b, double rate_hz);
void biquad_k_highpass(struct biquad *b, double rate_hz);

/* In place. The input must be finite: one NaN stays for ever. */
void biquad_process(struct biquad *b, float *left, float *right, int frames);

/* |H| at `hz`, for tests and for planning. */
double biquad_gain(const struct biquad *b, double hz, double rate_hz);

#endif
