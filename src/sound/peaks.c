#include "sound/peaks.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "sound/render.h"

bool peaks_init(struct peaks *p, int64_t frames, struct error *e)
{
    *p = (struct peaks){ .length = (frames + PEAKS_FRAMES - 1) / PEAKS_FRAMES, .least = INT_MAX, .greatest = INT_MIN };
    p->data = calloc((size_t)p->length + 1, 2);
    return p->data != NULL || error_set(e, ERROR_UNAVAILABLE, "no memory for the peaks");
}

void peaks_finish(struct peaks *p)
{
    free(p->data);
    p->data = NULL;
}

static void pixel_end(struct peaks *p, int64_t pixel)
{
    p->data[2 * pixel] = (signed char)(p->least / 256);
    p->data[2 * pixel + 1] = (signed char)(p->greatest / 256);
    p->least = INT_MAX;
    p->greatest = INT_MIN;
}

void peaks_add(struct peaks *p, const int32_t *pcm, int frames)
{
    for (int i = 0; i < frames; i++) {
        int sample = ((pcm[2 * i] >> 16) + (pcm[2 * i + 1] >> 16)) / 2;

        p->least = sample < p->least ? sample : p->least;
        p->greatest = sample > p->greatest ? sample : p->greatest;
        if (++p->frames % PEAKS_FRAMES == 0)
            pixel_end(p, p->frames / PEAKS_FRAMES - 1);
    }
}

bool peaks_write(struct peaks *p, struct part_file *to, struct error *e)
{
    char text[160];
    int64_t at;
    int len;

    if (p->frames % PEAKS_FRAMES != 0)
        pixel_end(p, p->frames / PEAKS_FRAMES);
    len = snprintf(text, sizeof(text),
                   "{\"version\":2,\"channels\":1,\"sample_rate\":%d,\"samples_per_pixel\":%d,\"bits\":8,"
                   "\"length\":%lld,\"data\":[",
                   RENDER_RATE_HZ, PEAKS_FRAMES, (long long)p->length);
    part_file_put(to, text, (size_t)len, 0);
    at = len;
    for (int64_t i = 0; i < 2 * p->length; i++) {
        len = snprintf(text, sizeof(text), "%s%d", i > 0 ? "," : "", p->data[i]);
        part_file_put(to, text, (size_t)len, at);
        at += len;
    }
    part_file_put(to, "]}\n", 3, at);
    return part_file_check(to, e);
}
