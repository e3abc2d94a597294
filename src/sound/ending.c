#include "sound/ending.h"

#include <math.h>

#include "sound/render.h"

enum {
    WINDOW = 1024,              /* frames looked at together */
    QUIET_FRAMES = 8 * WINDOW,  /* 0.19 s below the threshold is the end */
    LAST_FADE = 2048,           /* from next to nothing to nothing */
    LONG_FADE = RENDER_RATE_HZ, /* when it will not die */
};

void ending_init(struct ending *n, int64_t score_frames)
{
    *n = (struct ending){ .score_frames = score_frames, .end_frame = INT64_MAX, .fade_frame = INT64_MAX };
}

static float greatest(const struct audio *mix, int from, int to)
{
    float peak = 0;

    for (int i = from; i < to; i++) {
        peak = fmaxf(peak, fabsf(mix->left[i]));
        peak = fmaxf(peak, fabsf(mix->right[i]));
    }
    return peak;
}

bool ending_find(struct ending *n, const struct audio *mix, int64_t start, int frames, float threshold)
{
    const int64_t latest = n->score_frames + (int64_t)ENDING_MAX_S * RENDER_RATE_HZ;

    for (int i = 0; i < frames && n->end_frame == INT64_MAX; i += WINDOW) {
        int to = i + WINDOW < frames ? i + WINDOW : frames;

        if (start + i < n->score_frames)
            continue;
        n->quiet_frames = greatest(mix, i, to) < threshold ? n->quiet_frames + to - i : 0;
        if (n->quiet_frames < QUIET_FRAMES && start + to < latest)
            continue;
        n->end_frame = start + to;
        n->fade_frame = n->end_frame - LAST_FADE > start ? n->end_frame - LAST_FADE : start;
    }
    return n->end_frame != INT64_MAX;
}

static float ramp(int64_t frame, int64_t from, int64_t to)
{
    if (frame < from)
        return 1;
    if (frame >= to)
        return 0;
    return (float)(0.5 + 0.5 * cos(M_PI * (double)(frame - from) / (double)(to - from)));
}

void ending_fade(const struct ending *n, struct audio *io, int64_t start, int frames)
{
    const int64_t latest = n->score_frames + (int64_t)ENDING_MAX_S * RENDER_RATE_HZ;

    if (start + frames <= n->score_frames)
        return;
    for (int i = 0; i < frames; i++) {
        float gain = ramp(start + i, latest - LONG_FADE, latest);

        if (n->end_frame != INT64_MAX)
            gain *= ramp(start + i, n->fade_frame, n->end_frame);
        io->left[i] *= gain;
        io->right[i] *= gain;
    }
}
