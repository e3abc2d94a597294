#include "sound/balance.h"

#include <math.h>
#include <stdlib.h>

#include "core/log.h"
#include "sound/energy.h"
#include "sound/meter.h"
#include "sound/sequence.h"

enum {
    EXCERPTS = 4,
    EXCERPT_WINDOWS = 20, /* 2 s */
    STEP_WINDOWS = 7,     /* between places where one may begin */
    RUN_IN_BLOCKS = 276,  /* 0.4 s before it, for slow attacks */
};

struct place {
    int window;
    double power; /* sum of its windows, by the score */
};

struct preview {
    struct session *session;
    double *maps[CHANNELS_MAX]; /* energy map of the part at hand; one per font */
    struct place *places[CHANNELS_MAX];
    struct audio *audio[CHANNELS_MAX];
    struct synth *synths[CHANNELS_MAX]; /* one per channel */
    struct error errors[CHANNELS_MAX];  /* one per font */
    int windows;
};

static int by_power(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    if (x->power != y->power)
        return x->power > y->power ? -1 : 1;
    return x->window - y->window;
}

static int by_window(const void *a, const void *b)
{
    return ((const struct place *)a)->window - ((const struct place *)b)->window;
}

/* The excerpts in the order of the song; returns how many. */
static int excerpts_choose(const double *map, int windows, struct place *places,
                           struct place chosen[EXCERPTS])
{
    int count = 0, kept = 0, taken = 0;

    for (int w = 0; w == 0 || w + EXCERPT_WINDOWS <= windows; w += STEP_WINDOWS) {
        struct place p = { .window = w };

        for (int i = w; i < w + EXCERPT_WINDOWS && i < windows; i++)
            p.power += map[i];
        if (p.power > 0)
            places[count++] = p;
    }
    qsort(places, (size_t)count, sizeof(*places), by_power);
    while (kept < count && places[kept].power > 0.05 * places[0].power) /* the rest hardly passes the gate */
        kept++;
    for (int i = 0; i < EXCERPTS && i < kept; i++) /* from the middle of each quarter */
        chosen[taken++] = places[kept <= EXCERPTS ? i : (2 * i + 1) * kept / (2 * EXCERPTS)];
    qsort(chosen, (size_t)taken, sizeof(*chosen), by_window);
    return taken;
}

static void peak_note(double *peak, const struct audio *audio, int frames)
{
    for (int i = 0; i < frames; i++) {
        *peak = fmax(*peak, fabs((double)audio->left[i]));
        *peak = fmax(*peak, fabs((double)audio->right[i]));
    }
}

/* Mean power of one excerpt behind the strip, in the unit of 10^(LUFS/10); below 0 on failure. */
static double excerpt_measure(struct synth *synth, struct strip *strip, int window, struct audio *audio,
                              double *peak, struct error *e)
{
    int64_t start = (int64_t)window * RENDER_RATE_HZ / ENERGY_WINDOWS_S / AUDIO_BLOCK;
    int64_t run_in = start < RUN_IN_BLOCKS ? start : RUN_IN_BLOCKS;
    int left = EXCERPT_WINDOWS * RENDER_RATE_HZ / ENERGY_WINDOWS_S / AUDIO_BLOCK * AUDIO_BLOCK;
    struct meter *meter = meter_new(METER_WINDOW, e);
    double lufs;

    if (meter == NULL)
        return -1;
    synth_seek(synth, start - run_in);
    if (run_in > 0)
        strip_process(strip, audio, (int)run_in * AUDIO_BLOCK,
                      synth_render(synth, audio, (int)run_in * AUDIO_BLOCK));
    while (left > 0) {
        int frames = left < AUDIO_CHUNK ? left : AUDIO_CHUNK;

        strip_process(strip, audio, frames, synth_render(synth, audio, frames));
        peak_note(peak, audio, frames);
        meter_add(meter, audio->left, audio->right, frames);
        left -= frames;
    }
    lufs = meter_loudness_lufs(meter);
    meter_free(meter);
    return pow(10, lufs / 10);
}

/* What the part will cost: as much as in its excerpts wherever it plays. */
static double cost_of(const struct synth *synth, int excerpts, const double *map, int windows)
{
    int playing = 0;

    for (int i = 0; i < windows; i++)
        playing += map[i] > 0;
    return excerpts > 0 ? 1 + (double)synth_work(synth) / (excerpts * EXCERPT_WINDOWS) * playing : 1;
}

static bool channel_measure(struct preview *p, struct channel *c, struct synth *synth, struct error *e)
{
    struct place excerpts[EXCERPTS];
    double *map = p->maps[c->font], measured = 0, expected = 0, level, peak = 0;
    struct strip strip;
    int count;

    energy_map(p->session->order->score, c->part, map, p->windows);
    count = excerpts_choose(map, p->windows, p->places[c->font], excerpts);
    strip_init(&strip, &c->settings);
    for (int i = 0; i < count; i++) {
        double power = excerpt_measure(synth, &strip, excerpts[i].window, p->audio[c->font], &peak, e);

        if (power < 0)
            return false;
        measured += power * EXCERPT_WINDOWS;
        expected += excerpts[i].power;
    }
    c->cost = cost_of(synth, count, map, p->windows);
    if (!(measured > 0)) {
        if (c->part->note_count > 0)
            log_warning("part '%s' makes no sound", c->part->id);
        return true;
    }
    level = 10 * log10(measured / expected * energy_gated(map, p->windows));
    c->gain_db = RENDER_REFERENCE_LUFS + (isfinite(c->settings.level_lu) ? c->settings.level_lu : 0) - level;
    c->peak = peak * pow(10, c->gain_db / 20);
    log_debug("part '%s' plays at %.1f LUFS, gain %.1f dB", c->part->id, level, c->gain_db);
    return true;
}

static void font_task(void *arg, int font)
{
    struct preview *p = arg;
    struct session *s = p->session;

    for (int i = 0; i < s->channel_count; i++)
        if (s->channels[i].font == font && s->channels[i].kit < 0 && p->errors[font].code == ERROR_NONE)
            channel_measure(p, &s->channels[i], p->synths[i], &p->errors[font]);
}

/* A group of a drum kit is as loud as it is in the kit. The first renders them all. */
static void groups_set(struct session *s)
{
    for (int i = s->mix_count; i < s->channel_count; i++) {
        struct channel *group = &s->channels[i];
        const struct channel *kit = &s->channels[group->kit];

        group->gain_db = kit->gain_db;
        group->cost = i == s->mix_count ? kit->cost : 0;
    }
}

static bool preview_open(struct preview *p, struct session *s, struct error *e)
{
    *p = (struct preview){ .session = s };
    p->windows = (int)(s->score_frames * ENERGY_WINDOWS_S / RENDER_RATE_HZ) + EXCERPT_WINDOWS;
    for (int i = 0; i < s->font_count; i++) {
        p->maps[i] = ARENA_ARRAY(s->arena, double, (size_t)p->windows);
        p->places[i] = ARENA_ARRAY(s->arena, struct place, (size_t)(p->windows / STEP_WINDOWS + 1));
        p->audio[i] = ARENA_NEW(s->arena, struct audio);
    }
    for (int i = 0; i < s->mix_count; i++) {
        p->synths[i] = synth_new(s->fonts[s->channels[i].font], s->order->score, s->channels[i].part, e);
        if (p->synths[i] == NULL)
            return false;
    }
    return true;
}

bool balance_measure(struct session *s, struct error *e)
{
    struct preview p;
    bool ok = preview_open(&p, s, e) && session_tell(s, RENDER_MEASURE, 0.3, e);

    if (ok)
        crew_run(s->crew, font_task, &p, s->font_count);
    for (int i = 0; i < s->font_count && ok; i++)
        if (p.errors[i].code != ERROR_NONE)
            ok = error_set(e, p.errors[i].code, "%s", p.errors[i].detail);
    groups_set(s);
    ok = ok && session_rewind(s, e); /* before the previews go: the samples stay loaded */
    for (int i = 0; i < s->channel_count; i++)
        synth_free(p.synths[i]);
    return ok && session_tell(s, RENDER_MEASURE, 1, e);
}
