#include "sound/balance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "sound/energy.h"
#include "sound/meter.h"
#include "sound/preset_levels.h"
#include "sound/quad.h"
#include "sound/sequence.h"
#include "sound/unmask.h"

enum {
    EXCERPTS = 4,
    EXCERPT_WINDOWS = 20, /* 2 s */
    STEP_WINDOWS = 7,     /* between places where one may begin */
    RUN_IN_BLOCKS = 276,  /* 0.4 s before it, for slow attacks */
};

/* A stretch of a part's sound. */
enum { EXCERPT_FRAMES = EXCERPT_WINDOWS * RENDER_RATE_HZ / ENERGY_WINDOWS_S / AUDIO_BLOCK * AUDIO_BLOCK,
       EXCERPT_CHUNKS = (RUN_IN_BLOCKS * AUDIO_BLOCK + EXCERPT_FRAMES + AUDIO_CHUNK - 1) / AUDIO_CHUNK };

struct excerpt {
    int run_in, frames; /* frames in all, the run-in included */
    struct audio chunks[EXCERPT_CHUNKS];
};

/* Where a part was listened to. */
struct listening {
    const double *map;
    int windows;
    const struct place *places;
    int count;
};

struct place {
    int window;
    double power; /* sum of its windows, by the score */
};

struct preview {
    struct session *session;
    double *maps[CHANNELS_MAX]; /* energy map of the part at hand; one per font */
    struct place *places[CHANNELS_MAX];
    struct excerpt *excerpts[CHANNELS_MAX]; /* EXCERPTS of them; one set per font */
    struct audio *groups[CHANNELS_MAX];     /* of a group of the drum set; one per font */
    struct synth *synths[CHANNELS_MAX];     /* one per channel, none for a set that is the sum of its groups */
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

/* The next frames of a channel, or of all groups of a drum set. */
static void channel_render(const struct preview *p, int channel, struct audio *io, int frames)
{
    const struct session *s = p->session;
    struct audio *group = p->groups[s->channels[channel].font];

    if (channel != s->split_kit) {
        synth_render(p->synths[channel], io, frames);
        return;
    }
    memset(io, 0, sizeof(*io));
    for (int i = s->mix_count; i < s->channel_count; i++)
        if (synth_render(p->synths[i], group, frames))
            audio_add(io, group, frames);
}

static void channel_seek(const struct preview *p, int channel, int64_t block)
{
    const struct session *s = p->session;

    for (int i = 0; i < s->channel_count; i++)
        if (i == channel ? i != s->split_kit : s->channels[i].kit == channel)
            synth_seek(p->synths[i], block);
}

/* One excerpt behind the strip's filters, with its run-in, kept for the second half. */
static void excerpt_take(const struct preview *p, int channel, struct strip *strip, int window, struct excerpt *out)
{
    int64_t start = (int64_t)window * RENDER_RATE_HZ / ENERGY_WINDOWS_S / AUDIO_BLOCK;
    int64_t run_in = start < RUN_IN_BLOCKS ? start : RUN_IN_BLOCKS;

    out->run_in = (int)run_in * AUDIO_BLOCK;
    out->frames = out->run_in + EXCERPT_FRAMES;
    channel_seek(p, channel, start - run_in);
    for (int at = 0; at < out->frames;) {
        int frames = out->frames - at < AUDIO_CHUNK ? out->frames - at : AUDIO_CHUNK;
        struct audio *io = &out->chunks[at / AUDIO_CHUNK];

        channel_render(p, channel, io, frames);
        strip_filter(strip, io, frames);
        at += frames;
    }
}

/* Mean power of what follows the run-in, in the unit of 10^(LUFS/10); below 0 on failure. */
static double excerpt_measure(const struct excerpt *x, struct error *e)
{
    struct meter *meter = meter_new(METER_WINDOW, e);
    double lufs;

    if (meter == NULL)
        return -1;
    for (int at = x->run_in; at < x->frames;) {
        int within = at % AUDIO_CHUNK, frames = AUDIO_CHUNK - within;

        frames = x->frames - at < frames ? x->frames - at : frames;
        meter_add(meter, x->chunks[at / AUDIO_CHUNK].left + within, x->chunks[at / AUDIO_CHUNK].right + within, frames);
        at += frames;
    }
    lufs = meter_loudness_lufs(meter);
    meter_free(meter);
    return pow(10, lufs / 10);
}

/* The second half of the strip over what the first half left. */
static void excerpt_finish(struct strip *strip, struct excerpt *x)
{
    for (int at = 0; at < x->frames; at += AUDIO_CHUNK)
        strip_finish(strip, &x->chunks[at / AUDIO_CHUNK], x->frames - at < AUDIO_CHUNK ? x->frames - at : AUDIO_CHUNK);
}

/* What the part, or each group of it, will cost: as much as in its excerpts wherever it plays. */
static void costs_set(struct preview *p, int channel, const struct listening *l)
{
    struct session *s = p->session;
    int playing = 0;

    for (int i = 0; i < l->windows; i++)
        playing += l->map[i] > 0;
    for (int i = 0; i < s->channel_count; i++)
        if (i == channel ? i != s->split_kit : s->channels[i].kit == channel)
            s->channels[i].cost =
                l->count > 0 ? 1 + (double)synth_work(p->synths[i]) / (l->count * EXCERPT_WINDOWS) * playing : 1;
}

/* Loudness of the part through the song, from that of its excerpts; -HUGE_VAL when they are silent, NAN on failure. */
static double level_of(const struct listening *l, const struct excerpt *excerpts, struct error *e)
{
    double measured = 0, expected = 0;

    for (int i = 0; i < l->count; i++) {
        double power = excerpt_measure(&excerpts[i], e);

        if (power < 0)
            return NAN;
        measured += power * EXCERPT_WINDOWS;
        expected += l->places[i].power;
    }
    return measured > 0 ? 10 * log10(measured / expected * energy_gated(l->map, l->windows)) : -HUGE_VAL;
}

/* Peak and octaves of the finished excerpts, as they will stand in the mix. */
static bool listen(struct channel *c, const struct listening *l, const struct excerpt *excerpts, struct error *e)
{
    double gain = pow(10, c->gain_db / 20);
    struct spectrum *spectrum = spectrum_new(RENDER_RATE_HZ, e);

    if (spectrum == NULL)
        return false;
    c->peak = 0;
    for (int i = 0; i < l->count; i++)
        for (int at = 0; at < excerpts[i].frames; at += AUDIO_CHUNK) {
            const struct audio *io = &excerpts[i].chunks[at / AUDIO_CHUNK];
            int frames = excerpts[i].frames - at < AUDIO_CHUNK ? excerpts[i].frames - at : AUDIO_CHUNK;

            c->peak = fmax(c->peak, (double)quad_peak(io->right, frames, quad_peak(io->left, frames, 0)));
            spectrum_add(spectrum, io->left, io->right, frames);
        }
    c->peak *= gain;
    spectrum_octaves(spectrum, c->octaves);
    for (int o = 0; o < SPECTRUM_OCTAVES; o++)
        c->octaves[o] *= gain * gain;
    spectrum_free(spectrum);
    return true;
}

static bool channel_measure(struct preview *p, int channel, struct error *e)
{
    struct channel *c = &p->session->channels[channel];
    struct excerpt *excerpts = p->excerpts[c->font];
    struct place places[EXCERPTS];
    struct listening l = { .map = p->maps[c->font], .windows = p->windows, .places = places };
    double level, wanted = RENDER_REFERENCE_LUFS + (isfinite(c->settings.level_lu) ? c->settings.level_lu : 0);
    struct strip strip;

    energy_map(p->session->order->score, c->part, c->exponent, p->maps[c->font], p->windows);
    l.count = excerpts_choose(l.map, p->windows, p->places[c->font], places);
    strip_init(&strip, &c->settings, NULL);
    for (int i = 0; i < l.count; i++)
        excerpt_take(p, channel, &strip, places[i].window, &excerpts[i]);
    costs_set(p, channel, &l);
    level = level_of(&l, excerpts, e);
    if (isnan(level))
        return false;
    if (level == -HUGE_VAL) {
        if (c->part->note_count > 0)
            log_warning("part '%s' makes no sound", c->part->id);
        return true;
    }
    c->trim_db = RENDER_REFERENCE_LUFS - level;
    strip.trim = (float)pow(10, c->trim_db / 20);
    for (int i = 0; i < l.count; i++)
        excerpt_finish(&strip, &excerpts[i]);
    level = level_of(&l, excerpts, e);
    if (isnan(level))
        return false;
    c->gain_db = wanted - level;
    log_debug("part '%s': trim %.1f dB, %.1f LUFS behind its strip, gain %.1f dB", c->part->id, c->trim_db, level,
              c->gain_db);
    return listen(c, &l, excerpts, e);
}

static void font_task(void *arg, int font)
{
    struct preview *p = arg;
    struct session *s = p->session;

    for (int i = 0; i < s->channel_count; i++)
        if (s->channels[i].font == font && s->channels[i].kit < 0 && p->errors[font].code == ERROR_NONE)
            channel_measure(p, i, &p->errors[font]);
}

/* A group of a drum set is as loud as it is in the set. */
static void groups_set(struct session *s)
{
    for (int i = s->mix_count; i < s->channel_count; i++) {
        struct channel *group = &s->channels[i];
        const struct channel *kit = &s->channels[group->kit];

        group->settings = kit->settings;
        group->moves = kit->moves;
        group->trim_db = kit->trim_db;
        group->gain_db = kit->gain_db;
    }
}

/* One after the other, on one font: only what nobody has measured before takes time. */
static bool levels_get(struct session *s, struct error *e)
{
    const struct render_order *order = s->order;
    struct preset_levels *levels = preset_levels_open(order->levels_folder, order->soundfont_sha256, s->arena);

    for (int i = 0; i < s->mix_count; i++) {
        const struct score_part *part = s->channels[i].part;
        struct preset_level level;

        if (!preset_levels_get(levels, s->fonts[0], part->bank, part->program, &level, e))
            return false;
        if (isnan(level.loud_lufs))
            log_warning("program %d:%d of the SoundFont makes no sound", part->bank, part->program);
        s->channels[i].exponent = preset_level_exponent(&level);
    }
    preset_levels_keep(levels);
    return true;
}

static bool preview_open(struct preview *p, struct session *s, struct error *e)
{
    *p = (struct preview){ .session = s };
    p->windows = (int)(s->score_frames * ENERGY_WINDOWS_S / RENDER_RATE_HZ) + EXCERPT_WINDOWS;
    for (int i = 0; i < s->font_count; i++) {
        p->maps[i] = ARENA_ARRAY(s->arena, double, (size_t)p->windows);
        p->places[i] = ARENA_ARRAY(s->arena, struct place, (size_t)(p->windows / STEP_WINDOWS + 1));
        p->excerpts[i] = calloc(EXCERPTS, sizeof(*p->excerpts[i])); /* not in the arena: megabytes, for a while */
        if (p->excerpts[i] == NULL)
            return error_set(e, ERROR_UNAVAILABLE, "no memory for the balance");
        p->groups[i] = ARENA_NEW(s->arena, struct audio);
    }
    for (int i = 0; i < s->channel_count; i++) {
        if (i == s->split_kit)
            continue;
        p->synths[i] = synth_new(s->fonts[s->channels[i].font], s->order->score, s->channels[i].part, e);
        if (p->synths[i] == NULL)
            return false;
    }
    return true;
}

bool balance_measure(struct session *s, struct error *e)
{
    struct preview p = { .session = s };
    bool ok = levels_get(s, e) && preview_open(&p, s, e) && session_tell(s, RENDER_MEASURE, 0.3, e);

    if (ok)
        crew_run(s->crew, font_task, &p, s->font_count);
    for (int i = 0; i < s->font_count && ok; i++)
        if (p.errors[i].code != ERROR_NONE)
            ok = error_set(e, p.errors[i].code, "%s", p.errors[i].detail);
    if (ok)
        unmask(s);
    groups_set(s);
    ok = ok && session_rewind(s, e); /* before the previews go: the samples stay loaded */
    for (int i = 0; i < s->channel_count; i++)
        synth_free(p.synths[i]);
    for (int i = 0; i < s->font_count; i++)
        free(p.excerpts[i]);
    return ok && session_tell(s, RENDER_MEASURE, 1, e);
}
