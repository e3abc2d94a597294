#include "sound/limiter.h"

#include <math.h>
#include <string.h>

#include "sound/quad.h"
#include "sound/render.h"

static double clamp(double x, double low, double high, double fallback)
{
    return isnan(x) ? fallback : fmin(fmax(x, low), high);
}

void limiter_init(struct limiter *l, double ceiling_db, double lookahead_ms, double release_ms)
{
    double release_frames = clamp(release_ms, 5, 2000, 100) * 1e-3 * RENDER_RATE_HZ;

    memset(l, 0, sizeof(*l));
    l->ceiling = (float)pow(10, (clamp(ceiling_db, -60, 0, -1) - LIMITER_MARGIN_DB) / 20);
    l->release = (float)(1 - exp(-1 / release_frames));
    l->lookahead = (int)(clamp(lookahead_ms, 0.5, 10, 2) * 1e-3 * RENDER_RATE_HZ);
    l->hold = l->lookahead + 2 * LIMITER_FLAT;
    true_peak_init_fine(&l->fine);
    true_peak_init_referee(&l->referee);
    l->delay = l->fine.taps / 2 + l->lookahead - 1 + LIMITER_FLAT;
    l->envelope = 1;
    for (int i = 0; i < l->lookahead; i++)
        l->box[i] = 1;
    l->box_sum = l->lookahead;
}

int limiter_delay(const struct limiter *l)
{
    return l->delay;
}

/* peaks[i] = the greatest magnitude at and about the sample half a filter before the block's i-th. */
static void channel_peaks(struct limiter *l, int channel, float peaks[AUDIO_BLOCK])
{
    const float *block = l->samples[channel] + LIMITER_HISTORY;
    const int taps = l->fine.taps;
    const int earlier = (l->fine.taps - l->referee.taps) / 2; /* the middle of the longer filter */
    float between[AUDIO_BLOCK], refereed[AUDIO_BLOCK];

    if (quad_peak(block - taps, AUDIO_BLOCK + taps, 0) * l->fine.bound < l->ceiling) {
        l->peak_before[channel] = 0;
        return;
    }
    true_peak_scan_finely(&l->fine, block, between, AUDIO_BLOCK, l->ceiling);
    true_peak_scan(&l->referee, block - earlier, refereed, AUDIO_BLOCK);
    for (int i = 0; i < AUDIO_BLOCK; i++)
        between[i] = refereed[i] > between[i] ? refereed[i] : between[i];
    for (int i = 0; i < AUDIO_BLOCK; i++) {
        float before = i > 0 ? between[i - 1] : l->peak_before[channel];
        float at = fabsf(block[i - taps / 2]);
        float peak = before > between[i] ? before : between[i];

        peak = at > peak ? at : peak;
        peaks[i] = peak > peaks[i] ? peak : peaks[i];
    }
    l->peak_before[channel] = between[AUDIO_BLOCK - 1];
}

/* The least of the last `hold` gains, by a queue in which a gain throws out all greater ones before it. */
static float hold_least(struct limiter *l, float gain)
{
    while (l->queue_end != l->queue_first && l->queue[(l->queue_end - 1) % LIMITER_RING].gain >= gain)
        l->queue_end--;
    l->queue[l->queue_end % LIMITER_RING].frame = l->frame;
    l->queue[l->queue_end % LIMITER_RING].gain = gain;
    l->queue_end++;
    if (l->frame - l->queue[l->queue_first % LIMITER_RING].frame >= (unsigned)l->hold)
        l->queue_first++;
    return l->queue[l->queue_first % LIMITER_RING].gain;
}

static float smooth(struct limiter *l, float least)
{
    const float nearly_open = 0.99999f;
    unsigned place = l->frame % (unsigned)l->lookahead;

    l->envelope = least < l->envelope ? least : l->envelope + l->release * (least - l->envelope);
    if (least == 1 && l->envelope > nearly_open)
        l->envelope = 1;
    l->open_frames = l->envelope < 1 ? 0 : l->open_frames + 1;
    l->box_sum += (double)l->envelope - (double)l->box[place];
    l->box[place] = l->envelope;
    return (float)(l->box_sum / l->lookahead);
}

/* The gain of each frame that leaves now. */
static void block_gains(struct limiter *l, const float peaks[AUDIO_BLOCK], float gains[AUDIO_BLOCK])
{
    /* Open for longer than the hold and the average reach, and nothing to limit: the state would stay as it
     * is. */
    if (l->open_frames > LIMITER_RING && quad_peak(peaks, AUDIO_BLOCK, 0) <= l->ceiling) {
        for (int i = 0; i < AUDIO_BLOCK; i++)
            gains[i] = 1;
        l->box_sum = l->lookahead; /* without the rounding of many sums */
        return;
    }
    for (int i = 0; i < AUDIO_BLOCK; i++) {
        float needed = peaks[i] > l->ceiling ? l->ceiling / peaks[i] : 1;

        gains[i] = smooth(l, hold_least(l, needed));
        l->frame++;
    }
}

static void block_apply(float *restrict out, const float *restrict delayed, const float *restrict gains)
{
    for (int i = 0; i < AUDIO_BLOCK; i++)
        out[i] = gains[i] * delayed[i];
}

static void block_process(struct limiter *l, float *left, float *right)
{
    float *const io[2] = { left, right };
    float peaks[AUDIO_BLOCK] = { 0 }, gains[AUDIO_BLOCK];

    for (int c = 0; c < 2; c++) {
        float *block = l->samples[c] + LIMITER_HISTORY;

        memmove(l->samples[c], l->samples[c] + AUDIO_BLOCK, LIMITER_HISTORY * sizeof(float));
        for (int i = 0; i < AUDIO_BLOCK; i++)
            block[i] = fabsf(io[c][i]) < 1e6f ? io[c][i] : 0; /* false for NaN */
        channel_peaks(l, c, peaks);
    }
    block_gains(l, peaks, gains);
    for (int c = 0; c < 2; c++)
        block_apply(io[c], l->samples[c] + LIMITER_HISTORY - l->delay, gains);
}

void limiter_process(struct limiter *l, float *left, float *right, int frames)
{
    for (int i = 0; i < frames; i += AUDIO_BLOCK)
        block_process(l, left + i, right + i);
}
