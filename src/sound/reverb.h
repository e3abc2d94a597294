/*
 * A stereo reverb: a feedback delay network of eight lines with a Hadamard matrix (Jot and Chaigne, AES 90,
 * 1991), each line with a one-pole low-pass so that high notes die first, behind two Schroeder all-passes a
 * channel that thicken the first echoes. Fixed size; `process` allocates nothing.
 */
#ifndef SOUND_REVERB_H
#define SOUND_REVERB_H

#include "sound/biquad.h"
#include "sound/quad.h"

enum { REVERB_LINES = 8, REVERB_SIZE = 4096, REVERB_ALLPASSES = 2, REVERB_ALLPASS_SIZE = 512 };

struct reverb {
    quad lines[REVERB_SIZE][2]; /* a ring; one frame of all lines together */
    quad damped[2];             /* state of the low-passes */
    quad feedback[2];
    float brightness; /* coefficient of the low-passes; 1 = open */
    float level;
    unsigned at;
    float allpasses[2][REVERB_ALLPASSES][REVERB_ALLPASS_SIZE];
    struct biquad highpass; /* 150 Hz before it, against mud */
};

/* `room` 0–1: reverberation time 0.3 to 3.5 s. `damping` 0–1: low-pass of the lines from open to 1 kHz. Out
 * of range is clamped, NaN counts as 0.5. At steady state the output is about as loud as the input. */
void reverb_init(struct reverb *r, double room, double damping);

/* The time in which it falls by 60 dB at low frequencies, for `room`. */
double reverb_time_s(double room);

/* Replaces the input by the wet sound. Samples that are no number count as 0; up to the end of the call they may be
 * heard as nothing at all. */
void reverb_process(struct reverb *r, float *left, float *right, int frames);

#endif
