/* Pads: chords held as long as they last. Tones that two chords share are not struck again. With a groove the chords
 * are struck in its rhythm, as a gated pad. Where drums play a pad may duck under the kick, instead of swelling. */
#include "band/kicks.h"
#include "band/players.h"

struct pad {
    const struct voicing *voicings;
    int32_t sounding[128];     /* since when; -1: silent */
    int32_t end_tick;          /* of what sounds now */
    bool is_ducking;           /* in this section */
};

static void voices_end(struct performer *p, struct pad *pad, const struct voicing *keep, int32_t tick)
{
    for (int pitch = 0; pitch < 128; pitch++) {
        bool stays = false;

        for (int i = 0; keep != NULL && i < keep->count; i++)
            stays |= keep->notes[i] == pitch;
        if (pad->sounding[pitch] < 0 || stays)
            continue;
        performer_note_shifted(p, pad->sounding[pitch], tick - pad->sounding[pitch], pitch,
                               performer_velocity(p, 7, pad->sounding[pitch]), -p->sound->lead_in_ms);
        pad->sounding[pitch] = -1;
    }
}

static void chord_hold(struct performer *p, struct pad *pad, size_t chord, int32_t tick, int32_t end)
{
    const struct voicing *v = &pad->voicings[chord];
    int bars = (end - tick + p->all->timeline->bar_ticks - 1) / p->all->timeline->bar_ticks;
    double depth = 40 * p->sound->expression;

    voices_end(p, pad, pad->end_tick == tick ? v : NULL, pad->end_tick < tick ? pad->end_tick : tick);
    for (int i = 0; i < v->count; i++)
        if (pad->sounding[v->notes[i]] < 0)
            pad->sounding[v->notes[i]] = tick;
    if (bars >= 1 && depth > 1 && !pad->is_ducking)
        performer_swell(p, tick, end - tick, 118 - depth, 118, 0.6, 118 - depth * 0.6);
    pad->end_tick = end;
}

/* Holds every chord of a section from `start` to its last bar. */
static void section_hold(struct performer *p, struct pad *pad, const struct timeline_section *section, int32_t start)
{
    const struct timeline *t = p->all->timeline;
    int32_t end = section->end_tick < p->all->hold_tick ? section->end_tick : p->all->hold_tick;

    for (int32_t tick = start; tick < end;) {
        size_t chord = performer_chord(p, tick), last = chord;
        int32_t until;

        while (last + 1 < t->chords.count && t->chords.items[last].end_tick < end &&
               chord_is_equal(&t->chords.items[last + 1].chord, &t->chords.items[chord].chord) &&
               t->chords.items[last + 1].end_tick - tick <= 4 * t->bar_ticks)
            last++;
        until = t->chords.items[last].end_tick < end ? t->chords.items[last].end_tick : end;
        chord_hold(p, pad, chord, tick, until);
        tick = until;
    }
    voices_end(p, pad, NULL, pad->end_tick); /* a new section is struck anew: it has its own loudness */
}

static void bar_play(struct performer *p, const struct bar *bar)
{
    struct pad *pad = p->state;
    double duck = p->part->genre->duck;

    if (duck > 0 && (bar->begins || pad->is_ducking)) {
        bool has_kicks = kicks_duck(p, bar, duck);

        if (bar->begins)
            pad->is_ducking = has_kicks;
    }
    if (bar->groove == NULL) {
        if (bar->begins)
            section_hold(p, pad, &p->all->timeline->sections.items[bar->section], bar->tick);
        return;
    }
    for (size_t i = 0; i < bar->steps.count; i++) {
        const struct step_event *event = &bar->steps.events[i];
        const struct voicing *v = &pad->voicings[performer_chord(p, bar->tick + event->tick)];

        for (int n = 0; n < v->count; n++)
            performer_note(p, bar->tick + event->tick, event->len_ticks, v->notes[n],
                           performer_velocity(p, event->level, bar->tick));
    }
}

void play_pad(struct performer *p)
{
    struct pad pad = { .voicings = performer_voicings(p, VOICING_BIT(VOICING_OPEN) | VOICING_BIT(VOICING_DROP_2),
                                                      p->part->genre->voices) };

    for (int i = 0; i < 128; i++)
        pad.sounding[i] = -1;
    p->state = &pad;
    performer_each_bar(p, bar_play);
}
