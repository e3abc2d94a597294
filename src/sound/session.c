#include "sound/session.h"

#include <math.h>
#include <string.h>

#include "core/log.h"
#include "sound/sequence.h"

bool session_tell(const struct session *s, enum render_stage stage, double fraction, struct error *e)
{
    if (s->order->progress == NULL || s->order->progress(s->order->progress_arg, stage, fmin(fraction, 1)))
        return true;
    return error_set(e, ERROR_CANCELLED, "cancelled during %s", render_stage_names[stage]);
}

static struct mix_strip settings_find(const struct mix_spec *mix, const struct score_part *part)
{
    for (size_t i = 0; i < mix->strips.count; i++)
        if (mix->strips.items[i].part != NULL && strcmp(mix->strips.items[i].part, part->id) == 0)
            return mix->strips.items[i];
    log_warning("the mix has no strip for part '%s'; it gets a plain one", part->id);
    return (struct mix_strip){ .part = part->id, .bus = BUS_MUSIC, .level_lu = -6, .reverb_send_db = -60 };
}

/* Until it is measured: a voice per note and block of its length. */
static double cost_estimate(const struct score *score, const struct score_part *part)
{
    const double release_s = 0.5;
    double sum = 1;

    for (size_t i = 0; i < part->note_count; i++) {
        const struct score_note *n = &part->notes[i];
        double start_s = score_seconds(score, n->start_tick);

        sum += score_seconds(score, n->start_tick + n->len_ticks) - start_s + release_s;
    }
    return sum;
}

static void fonts_deal(struct session *s)
{
    double load[CHANNELS_MAX] = { 0 };
    bool is_dealt[CHANNELS_MAX] = { false };

    for (int round = 0; round < s->channel_count; round++) {
        int costliest = -1, lightest = 0;

        for (int i = 0; i < s->channel_count; i++)
            if (!is_dealt[i] && (costliest < 0 || s->channels[i].cost > s->channels[costliest].cost))
                costliest = i;
        for (int i = 1; i < s->font_count; i++)
            if (load[i] < load[lightest])
                lightest = i;
        s->channels[costliest].font = lightest;
        load[lightest] += s->channels[costliest].cost;
        is_dealt[costliest] = true;
    }
}

static void channels_init(struct session *s)
{
    const struct score *score = s->order->score;

    s->channel_count = (int)score->part_count;
    for (int i = 0; i < s->channel_count; i++) {
        const struct score_part *part = &score->parts[i];

        s->channels[i] = (struct channel){ .part = part,
                                           .settings = settings_find(s->order->mix, part),
                                           .cost = cost_estimate(score, part) };
    }
    s->font_count = crew_threads(s->crew) < s->channel_count ? crew_threads(s->crew) : s->channel_count;
    fonts_deal(s);
}

bool session_open(struct session *s, const struct render_order *order, struct arena *a, struct error *e)
{
    const int64_t least = RENDER_RATE_HZ / 2;

    *s = (struct session){ .order = order, .arena = a };
    s->score_frames = sequence_block_of(order->score, order->score->end_tick) * AUDIO_BLOCK;
    if (s->score_frames < least)
        s->score_frames = least;
    s->crew = crew_new(order->threads, e);
    if (s->crew == NULL)
        return false;
    channels_init(s);
    for (int i = 0; i < s->font_count; i++) {
        s->fonts[i] = font_open(order->soundfont, e);
        if (s->fonts[i] == NULL)
            return false;
    }
    return true;
}

bool session_rewind(struct session *s, struct error *e)
{
    fonts_deal(s);
    for (int i = 0; i < s->channel_count; i++) {
        struct channel *c = &s->channels[i];
        struct synth *fresh = synth_new(s->fonts[c->font], s->order->score, c->part, e);

        synth_free(c->synth); /* after the new one: the samples stay loaded */
        c->synth = fresh;
        if (fresh == NULL)
            return false;
    }
    return true;
}

void session_close(struct session *s)
{
    for (int i = 0; i < s->channel_count; i++)
        synth_free(s->channels[i].synth);
    for (int i = 0; i < s->font_count; i++)
        font_close(s->fonts[i]);
    crew_free(s->crew);
    *s = (struct session){ .order = NULL };
}
