/* The guide voice: the vocalist's notes as they are, with a phrase's breath of expression. */
#include "band/players.h"

#include "song/vocal_spec.h"

static void line_sing(struct performer *p, const struct vocal_note *notes, size_t count, double softer)
{
    const struct timeline *t = p->all->timeline;
    const struct key_name *key = p->all->session->song->vocal_spec->key;
    int shift = key != NULL ? timeline_transposition(t, key) : t->melody_shift;

    for (size_t i = 0; i < count; i++) {
        const struct vocal_note *note = &notes[i];
        int32_t len = note->len_ticks;
        double weight;

        if (note->tick < 0 || note->tick >= t->end_tick)
            continue;
        if (len > t->end_tick - note->tick)
            len = t->end_tick - note->tick;
        weight = metre_weight(t->metre, note->tick % t->bar_ticks);
        performer_note(p, note->tick, len, note->pitch + shift,
                       performer_velocity(p, 7, note->tick) + (weight - 0.4) * 8 - softer);
        if (softer <= 0 && len >= 480)
            performer_swell(p, note->tick, len, 100, 118, 0.5, 98);
    }
}

void play_voice(struct performer *p)
{
    const struct vocal_spec *vocal = p->all->session->song->vocal_spec;

    if (vocal == NULL)
        return;
    performer_control(p, 0, 11, 108);
    line_sing(p, vocal->notes.items, vocal->notes.count, 0);
    line_sing(p, vocal->harmonies.items, vocal->harmonies.count, 14);
}
