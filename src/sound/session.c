#include "sound/session.h"

#include <math.h>
#include <string.h>

#include "core/log.h"
#include "sound/sequence.h"

enum { KIT_BANK = 128 };

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
    return (struct mix_strip){ .part = part->id, .bus = BUS_HARMONY, .level_lu = -6, .reverb_send_db = -60,
                               .delay_send_db = -60 };
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

/* `is_split`: the groups of the drum set each for itself; else they go where the set goes. */
static void fonts_deal(struct session *s, bool is_split)
{
    double load[CHANNELS_MAX] = { 0 };
    bool is_dealt[CHANNELS_MAX] = { false };

    for (int i = 0; i < s->channel_count; i++)
        is_dealt[i] = is_split ? i == s->split_kit : s->channels[i].kit >= 0;
    for (;;) {
        int costliest = -1, lightest = 0;

        for (int i = 0; i < s->channel_count; i++)
            if (!is_dealt[i] && (costliest < 0 || s->channels[i].cost > s->channels[costliest].cost))
                costliest = i;
        if (costliest < 0)
            break;
        for (int i = 1; i < s->font_count; i++)
            if (load[i] < load[lightest])
                lightest = i;
        s->channels[costliest].font = lightest;
        load[lightest] += s->channels[costliest].cost;
        is_dealt[costliest] = true;
    }
    for (int i = s->mix_count; i < s->channel_count && !is_split; i++)
        s->channels[i].font = s->channels[s->channels[i].kit].font;
}

/* The notes of one group of a kit as a part; NULL when there are none. Controllers are the kit's. */
static const struct score_part *drum_group_part(const struct session *s, const struct score_part *kit,
                                                enum drum_group group)
{
    const struct drum_group_info *info = &drum_group_infos[group];
    struct score_part *part = ARENA_NEW(s->arena, struct score_part);

    *part = *kit;
    part->id = arena_printf(s->arena, "%s-%s", kit->id, info->id);
    part->name = arena_printf(s->arena, "%s: %s", kit->name, info->name);
    part->notes = ARENA_ARRAY(s->arena, struct score_note, kit->note_count);
    part->note_count = 0;
    for (size_t i = 0; i < kit->note_count; i++)
        if (drum_group_of(kit->program, kit->notes[i].pitch) == group)
            part->notes[part->note_count++] = kit->notes[i];
    return part->note_count > 0 ? part : NULL;
}

/* The groups of the drum set (percussionists beside it are played as they are) become channels of their own behind the
 * others. */
static void drum_groups_split(struct session *s)
{
    int kit = 0;

    s->split_kit = -1;
    while (kit < s->mix_count &&
           (s->channels[kit].part->bank != KIT_BANK || s->channels[kit].part->role != ROLE_DRUMS))
        kit++;
    if (kit == s->mix_count)
        return;
    for (int group = 0; group < DRUM_GROUP_COUNT; group++) {
        const struct score_part *part = drum_group_part(s, s->channels[kit].part, (enum drum_group)group);

        if (part != NULL)
            s->channels[s->channel_count++] = (struct channel){ .part = part,
                                                                .kit = kit,
                                                                .settings = s->channels[kit].settings,
                                                                .cost = cost_estimate(s->order->score, part) };
    }
    if (s->channel_count > s->mix_count)
        s->split_kit = kit;
}

/* A mix that was given without an arrangement may mute everybody who was found to play it. */
static bool somebody_is_heard(const struct session *s, struct error *e)
{
    for (int i = 0; i < s->mix_count; i++)
        if (s->channels[i].is_mixed)
            return true;
    return s->mix_count == 0 || error_set(e, ERROR_QUALITY, "nothing is heard: mix_spec mutes every part that plays");
}

static void channels_init(struct session *s)
{
    const struct score *score = s->order->score;

    s->channel_count = (int)score->part_count;
    for (int i = 0; i < s->channel_count; i++) {
        const struct score_part *part = &score->parts[i];

        s->channels[i] = (struct channel){ .part = part,
                                           .kit = -1,
                                           .settings = settings_find(s->order->mix, part),
                                           .moves = automation_make(s->order->mix, score, part->id, s->arena),
                                           .cost = cost_estimate(score, part) };
    }
    s->mix_count = s->channel_count;
    for (int i = 0; i < s->mix_count; i++)
        s->channels[i].is_mixed = mix_strip_is_heard(s->order->mix, &s->channels[i].settings);
    drum_groups_split(s);
    s->stem_count = s->order->drum_stems ? s->channel_count : s->mix_count;
    s->font_count = crew_threads(s->crew) < s->channel_count ? crew_threads(s->crew) : s->channel_count;
    fonts_deal(s, false);
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
    if (!somebody_is_heard(s, e))
        return false;
    for (int i = 0; i < s->font_count; i++) {
        s->fonts[i] = font_open(order->soundfont, e);
        if (s->fonts[i] == NULL)
            return false;
    }
    return true;
}

struct strip session_strip(const struct session *s, int channel)
{
    const struct channel *c = &s->channels[channel];
    struct strip strip;

    strip_init(&strip, &c->settings, &c->moves);
    strip.trim = (float)pow(10, c->trim_db / 20);
    strip.gain = (float)pow(10, c->gain_db / 20);
    return strip;
}

bool session_rewind(struct session *s, struct error *e)
{
    fonts_deal(s, true);
    for (int i = 0; i < s->channel_count; i++) {
        struct channel *c = &s->channels[i];
        struct synth *fresh;

        if (i == s->split_kit)
            continue;
        fresh = synth_new(s->fonts[c->font], s->order->score, c->part, e);
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
