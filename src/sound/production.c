#include "sound/production.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sound/ending.h"
#include "sound/loop.h"
#include "sound/meter.h"
#include "sound/mixer.h"
#include "sound/pcm.h"
#include "sound/scratch.h"

enum {
    SLOTS = 4, /* chunks on their way: synthesis, strip, mix, stem */
    PCM_FRAMES = 2048,
};

struct slot {
    struct audio audio[CHANNELS_MAX];
    bool has_sound[CHANNELS_MAX];
};

struct production {
    struct session *session;
    struct slot slots[SLOTS];
    struct strip strips[CHANNELS_MAX];
    struct mixer *mixer;
    struct meter *meter;
    struct ending ending; /* the mix looks for it, and between the steps … */
    struct ending known;  /* … the other tasks learn of it */
    struct audio mix, all; /* what is heard, and with it what only stems have */
    int mix_fd;
    struct sound_file *const *stems;
    float stem_gain;
    float stem_peaks[CHANNELS_MAX]; /* of what can clip */
    struct dither stem_dithers[CHANNELS_MAX];
    int64_t step;
    int64_t chunk_count;                   /* INT64_MAX until the end is known */
    struct error errors[CHANNELS_MAX + 1]; /* of each channel's stem, then of the mix */
};

static struct slot *slot_of(struct production *p, int64_t chunk)
{
    return &p->slots[chunk % SLOTS];
}

/* What is not mixed sounds in its stem, if there are stems. */
static bool is_wanted(const struct production *p, int channel)
{
    const struct channel *c = &p->session->channels[channel];

    return p->stems != NULL || (c->kit >= 0 ? p->session->channels[c->kit].is_mixed : c->is_mixed);
}

static void synthesise(struct production *p, int font, int64_t chunk)
{
    const struct session *s = p->session;
    struct slot *slot = slot_of(p, chunk);

    for (int i = 0; i < s->channel_count; i++)
        if (i != s->split_kit && s->channels[i].font == font && is_wanted(p, i))
            slot->has_sound[i] = synth_render(s->channels[i].synth, &slot->audio[i], AUDIO_CHUNK);
}

static void strip_run(struct production *p, int channel, struct slot *slot)
{
    slot->has_sound[channel] =
        strip_process(&p->strips[channel], &slot->audio[channel], AUDIO_CHUNK, slot->has_sound[channel]);
}

/* The drum set out of its groups, before they go through the strips of their stems. */
static void groups_sum(const struct session *s, struct slot *slot)
{
    struct audio *sum = &slot->audio[s->split_kit];

    slot->has_sound[s->split_kit] = false;
    memset(sum, 0, sizeof(*sum));
    for (int i = s->mix_count; i < s->channel_count; i++)
        if (slot->has_sound[i]) {
            audio_add(sum, &slot->audio[i], AUDIO_CHUNK);
            slot->has_sound[s->split_kit] = true;
        }
}

/* One task has a drum set and its groups. */
static void strips_run(struct production *p, int channel, int64_t chunk)
{
    const struct session *s = p->session;
    struct slot *slot = slot_of(p, chunk);

    if (s->channels[channel].kit >= 0)
        return;
    if (channel == s->split_kit) {
        groups_sum(s, slot);
        for (int i = s->mix_count; i < s->stem_count; i++)
            strip_run(p, i, slot);
    }
    strip_run(p, channel, slot);
}

/* -60 dBFS in the master: as far as one knows its gain before the song is over. */
static float quiet_threshold(const struct production *p)
{
    double lufs = meter_loudness_lufs(p->meter), target = master_loudness_lufs(p->session->order->master);

    return (float)pow(10, (-60 - (isfinite(lufs) ? target - lufs : 0)) / 20);
}

/* What must have rung out before the end: the mix and, where there are stems, those of muted parts. */
static const struct audio *all_sum(struct production *p, const struct slot *slot)
{
    const struct session *s = p->session;

    p->all = p->mix;
    for (int i = 0; i < s->mix_count; i++)
        if (slot->has_sound[i] && !s->channels[i].is_mixed)
            audio_add(&p->all, &slot->audio[i], AUDIO_CHUNK);
    return &p->all;
}

static void mix_run(struct production *p, int64_t chunk, struct error *e)
{
    const struct audio *inputs[CHANNELS_MAX];
    struct slot *slot = slot_of(p, chunk);
    int64_t start = chunk * AUDIO_CHUNK;

    for (int i = 0; i < p->session->mix_count; i++)
        inputs[i] = slot->has_sound[i] && p->session->channels[i].is_mixed ? &slot->audio[i] : NULL;
    mixer_process(p->mixer, inputs, &p->mix, AUDIO_CHUNK);
    if (start + AUDIO_CHUNK > p->ending.score_frames) {
        ending_find(&p->ending, all_sum(p, slot), start, AUDIO_CHUNK, quiet_threshold(p));
        ending_fade(&p->ending, &p->mix, start, AUDIO_CHUNK);
    }
    meter_add(p->meter, p->mix.left, p->mix.right, AUDIO_CHUNK);
    scratch_write(p->mix_fd, &p->mix, sizeof(p->mix), chunk * (int64_t)sizeof(p->mix), e);
}

static bool stem_floats_write(struct production *p, int channel, const struct audio *audio, int from, int count,
                              struct error *e)
{
    float samples[2 * PCM_FRAMES];

    for (int i = 0; i < count; i++) {
        samples[2 * i] = audio->left[from + i] * p->stem_gain;
        samples[2 * i + 1] = audio->right[from + i] * p->stem_gain;
    }
    return sound_file_write_float(p->stems[channel], samples, count, e);
}

static bool stem_ints_write(struct production *p, int channel, const struct audio *audio, int from, int count,
                            bool has_sound, struct error *e)
{
    int32_t pcm[2 * PCM_FRAMES] = { 0 };

    if (has_sound)
        p->stem_peaks[channel] = pcm_from_stem(audio->left + from, audio->right + from, p->stem_gain, pcm, count,
                                               p->stem_peaks[channel], &p->stem_dithers[channel]);
    return sound_file_write(p->stems[channel], pcm, count, e);
}

static void stem_write(struct production *p, int channel, int64_t chunk, struct error *e)
{
    struct slot *slot = slot_of(p, chunk);
    struct audio *audio = &slot->audio[channel];
    int64_t start = chunk * AUDIO_CHUNK, left = p->known.end_frame - start;
    int frames = left < AUDIO_CHUNK ? (int)left : AUDIO_CHUNK;
    bool has_sound = slot->has_sound[channel], ok = true;

    if (has_sound)
        ending_fade(&p->known, audio, start, frames);
    for (int i = 0; i < frames && ok; i += PCM_FRAMES) {
        int count = frames - i < PCM_FRAMES ? frames - i : PCM_FRAMES;

        if (has_sound && p->session->order->stem_format == OUTPUT_WAV32F)
            ok = stem_floats_write(p, channel, audio, i, count, e);
        else
            ok = stem_ints_write(p, channel, audio, i, count, has_sound, e);
    }
}

static bool is_due(const struct production *p, int64_t chunk)
{
    return chunk >= 0 && chunk < p->chunk_count;
}

/* Tasks of a step: the fonts (the longest first), the mix, the channels. A channel's stem is written before
 * its strip runs again, each in its own slot. */
static void task(void *arg, int index)
{
    struct production *p = arg;
    int fonts = p->session->font_count, channel = index - fonts - 1;

    if (index < fonts && is_due(p, p->step))
        synthesise(p, index, p->step);
    if (index == fonts && is_due(p, p->step - 2))
        mix_run(p, p->step - 2, &p->errors[CHANNELS_MAX]);
    if (channel >= 0 && is_due(p, p->step - 1))
        strips_run(p, channel, p->step - 1);
    if (channel >= 0 && channel < p->session->stem_count && is_due(p, p->step - 3) && p->stems != NULL)
        stem_write(p, channel, p->step - 3, &p->errors[channel]);
}

static bool failed(const struct production *p, struct error *e)
{
    for (int i = 0; i <= CHANNELS_MAX; i++)
        if (p->errors[i].code != ERROR_NONE)
            return !error_set(e, p->errors[i].code, "%s", p->errors[i].detail);
    return false;
}

static bool run(struct production *p, struct error *e)
{
    struct session *s = p->session;
    const double steps = (double)s->score_frames / AUDIO_CHUNK + 3;

    for (p->step = 0; p->chunk_count == INT64_MAX || p->step < p->chunk_count + SLOTS - 1; p->step++) {
        crew_run(s->crew, task, p, s->font_count + 1 + s->channel_count);
        p->known = p->ending;
        if (p->chunk_count == INT64_MAX && p->known.end_frame != INT64_MAX)
            p->chunk_count = p->step - 1; /* the mix was at step - 2, and that is the last one */
        if (failed(p, e) || !session_tell(s, RENDER_SYNTHESIS, (double)(p->step + 1) / steps, e))
            return false;
    }
    return true;
}

static bool open_all(struct production *p, struct error *e)
{
    struct session *s = p->session;
    struct mixer_input inputs[CHANNELS_MAX];

    for (int i = 0; i < s->channel_count; i++) {
        inputs[i] = (struct mixer_input){ &s->channels[i].settings, &s->channels[i].moves };
        p->strips[i] = session_strip(s, i);
        p->stem_dithers[i].state = PCM_DITHER_START;
    }
    p->mixer = mixer_new(s->order->mix, inputs, s->mix_count, 60 / s->order->score->tempos[0].bpm, e);
    p->meter = p->mixer != NULL ? meter_new(METER_SONG, e) : NULL;
    ending_init(&p->ending, s->score_frames);
    p->known = p->ending;
    p->chunk_count = INT64_MAX;
    return p->meter != NULL;
}

bool production_run(struct session *s, int mix_fd, struct sound_file *const *stems, double stem_gain,
                    struct production_result *out, struct error *e)
{
    struct production *p = calloc(1, sizeof(*p));
    bool ok;

    if (p == NULL)
        return error_set(e, ERROR_UNAVAILABLE, "no memory for the mix");
    p->session = s;
    p->mix_fd = mix_fd;
    p->stems = stems;
    p->stem_gain = (float)stem_gain;
    ok = open_all(p, e) && run(p, e) &&
         (!s->order->loops || loop_fold(mix_fd, s->score_frames, p->ending.end_frame, e));
    if (ok) {
        *out = (struct production_result){ .frames = s->order->loops ? s->score_frames : p->ending.end_frame,
                                           .mix_lufs = meter_loudness_lufs(p->meter) };
        for (int i = 0; i < s->channel_count; i++)
            out->stem_peak = fmax(out->stem_peak, (double)p->stem_peaks[i]);
    }
    mixer_free(p->mixer);
    meter_free(p->meter);
    free(p);
    return ok;
}
