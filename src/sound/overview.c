#include "sound/overview.h"

#include <stdio.h>
#include <stdlib.h>

#include "sound/master.h"
#include "sound/peaks.h"
#include "sound/scratch.h"
#include "sound/spectrogram.h"
#include "sound/waveform.h"

const struct overview_info overview_infos[OVERVIEW_FILES] = {
    [OVERVIEW_WAVEFORM] = { "waveform.png", "picture", "Picture of the waveform with the sections" },
    [OVERVIEW_SPECTROGRAM] = { "spectrogram.png", "picture", "Picture of the spectrum over time" },
    [OVERVIEW_PEAKS] = { "peaks.json", "peaks", "Peaks for players on web pages" },
};

enum { SCAN, SPECTRUM, STEP_FRAMES = 8192 };

struct overview {
    const struct render_order *order;
    int pcm_fd;
    int64_t frames, at;
    bool is_done[OVERVIEW_TASKS];
    struct part_file *files[OVERVIEW_FILES];
    struct waveform waveform;
    struct peaks peaks;
    struct spectrogram *spectrogram;
    char music[96], loudness[96]; /* the captions */
};

static bool open_all(struct overview *o, struct error *e)
{
    for (int i = 0; i < OVERVIEW_FILES; i++) {
        o->files[i] = part_file_create(o->order->folder, overview_infos[i].name, e);
        if (o->files[i] == NULL)
            return false;
    }
    waveform_init(&o->waveform, o->frames);
    o->spectrogram = spectrogram_new(o->pcm_fd, o->frames, e);
    return o->spectrogram != NULL && peaks_init(&o->peaks, o->frames, e);
}

static void captions_make(struct overview *o, const struct master_result *master)
{
    const char *key = o->order->tags.texts[TAG_KEY_NAME], *tempo = o->order->tags.texts[TAG_TEMPO];

    snprintf(o->music, sizeof(o->music), "%s%s%s%s", key != NULL ? key : "", key != NULL && tempo != NULL ? "   " : "",
             tempo != NULL ? tempo : "", tempo != NULL ? " bpm" : "");
    snprintf(o->loudness, sizeof(o->loudness), "%.1f LUFS   %.1f dBTP   range %.1f LU", master->loudness_lufs,
             master->true_peak_dbtp, master->range_lu);
}

struct overview *overview_new(const struct render_order *order, int pcm_fd, int64_t frames,
                              const struct master_result *master, struct error *e)
{
    struct overview *o = calloc(1, sizeof(*o));

    if (o == NULL) {
        error_set(e, ERROR_UNAVAILABLE, "no memory for the pictures");
        return NULL;
    }
    o->order = order;
    o->pcm_fd = pcm_fd;
    o->frames = frames;
    captions_make(o, master);
    if (!open_all(o, e)) {
        overview_discard(o);
        return NULL;
    }
    return o;
}

static bool scan(struct overview *o, struct error *e)
{
    int32_t pcm[2 * STEP_FRAMES];
    int count = o->frames - o->at < STEP_FRAMES ? (int)(o->frames - o->at) : STEP_FRAMES;
    const size_t frame_bytes = 2 * sizeof(*pcm);

    if (!scratch_read(o->pcm_fd, pcm, (size_t)count * frame_bytes, o->at * (int64_t)frame_bytes, e))
        return false;
    waveform_add(&o->waveform, pcm, o->at, count);
    peaks_add(&o->peaks, pcm, count);
    o->at += count;
    if (o->at < o->frames)
        return true;
    o->is_done[SCAN] = true;
    return waveform_write(&o->waveform, o->order->score, o->music, o->loudness, o->files[OVERVIEW_WAVEFORM], e) &&
           peaks_write(&o->peaks, o->files[OVERVIEW_PEAKS], e);
}

static bool spectrum(struct overview *o, struct error *e)
{
    if (!spectrogram_step(o->spectrogram, e))
        return false;
    if (!spectrogram_is_done(o->spectrogram))
        return true;
    o->is_done[SPECTRUM] = true;
    return spectrogram_write(o->spectrogram, o->order->score, o->files[OVERVIEW_SPECTROGRAM], e);
}

bool overview_step(struct overview *o, int task, struct error *e)
{
    return task == SCAN ? scan(o, e) : spectrum(o, e);
}

bool overview_is_done(const struct overview *o, int task)
{
    return o->is_done[task];
}

struct part_file *overview_file(const struct overview *o, int item)
{
    return o->files[item];
}

static void close_all(struct overview *o, void (*let_go)(struct part_file *))
{
    if (o == NULL)
        return;
    for (int i = 0; i < OVERVIEW_FILES; i++)
        let_go(o->files[i]);
    spectrogram_free(o->spectrogram);
    peaks_finish(&o->peaks);
    free(o);
}

void overview_discard(struct overview *o)
{
    close_all(o, part_file_discard);
}

void overview_free(struct overview *o)
{
    close_all(o, part_file_free);
}
