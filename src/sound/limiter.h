/*
 * A look-ahead true-peak limiter for a stereo pair. The gain that each sample needs is found with 4 ×
 * oversampling and the summits of parabolas through its points, held over the look-ahead, released slowly and smoothed by a moving average as long as the
 * look-ahead, so it arrives in time and without a corner. Around each peak the gain is flat, so that
 * interpolating the output gives nothing new.
 */
#ifndef SOUND_LIMITER_H
#define SOUND_LIMITER_H

#include "sound/audio.h"
#include "sound/true_peak.h"

enum {
    LIMITER_LOOKAHEAD_MAX = 441, /* 10 ms */
    LIMITER_FLAT = 16,     /* frames of constant gain on each side of a peak: the interpolator's reach */
    LIMITER_HISTORY = 512, /* ≥ the greatest delay, and a multiple of AUDIO_BLOCK */
    LIMITER_RING = 512,    /* a power of two ≥ the longest hold */
};

/* The limiter aims so much below the ceiling: for rounding, for what the movement of the gain adds between samples, and for
 * the filters of other meters, which do not agree about the highest tones. */
#define LIMITER_MARGIN_DB 0.12

struct limiter {
    struct true_peak fine, referee; /* both must be satisfied: each reads more than the other on some sounds */
    float ceiling;
    float release;              /* one-pole coefficient per frame */
    int lookahead, hold, delay; /* frames */
    float samples[2][LIMITER_HISTORY + AUDIO_BLOCK];
    float peak_before[2]; /* the last interpolated peak of each channel */
    struct {
        unsigned frame;
        float gain;
    } queue[LIMITER_RING]; /* rising gains: the least of the hold is in front */
    unsigned queue_first, queue_end, frame;
    float envelope;
    int open_frames;         /* for so long nothing has been limited and the gain is 1 */
    float box[LIMITER_RING]; /* the envelope over the look-ahead … */
    double box_sum;          /* … and its sum */
};

/* Lets nothing above `ceiling_db` (dBTP) through. The look-ahead is clamped to 0.5–10 ms, the release to
 * 5–2,000 ms; NaN counts as 2 and 100 ms. */
void limiter_init(struct limiter *l, double ceiling_db, double lookahead_ms, double release_ms);

/* The output is this many frames late. */
int limiter_delay(const struct limiter *l);

/* In place; `frames` is a multiple of AUDIO_BLOCK. Samples that are no number, or beyond ±1e6, count as 0. */
void limiter_process(struct limiter *l, float *left, float *right, int frames);

#endif
