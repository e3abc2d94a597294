#include "band/stops.h"

#include <math.h>
#include <string.h>

enum { SUSTAIN = 64, SHORTEST_TICKS = 12 };

struct stop_list stops_make(const struct session *s, const struct timeline *t)
{
    const struct arrangement_spec *spec = s->song->arrangement_spec;
    struct stop *items = ARENA_ARRAY(s->arena, struct stop, t->sections.count + 1);
    size_t count = 0;

    for (size_t i = 0; i + 1 < t->sections.count; i++) {
        const struct arranged_transition *after = arranged_transition_after(spec, t->sections.items[i].label);
        int32_t to = t->sections.items[i].end_tick;
        double beats;

        if (after == NULL || after->technique == NULL || strcmp(after->technique, "stop") != 0)
            continue;
        beats = after->duration_beats > 0 ? after->duration_beats : STOP_DEFAULT_BEATS;
        items[count] = (struct stop){ to - (int32_t)lround(beats * METRE_PPQ), to };
        if (items[count].from_tick < t->sections.items[i].start_tick)
            items[count].from_tick = t->sections.items[i].start_tick;
        count++;
    }
    return (struct stop_list){ items, count };
}

bool stops_keep_written(const struct stop_list *stops, struct written *note)
{
    for (size_t i = 0; i < stops->count; i++) {
        const struct stop *stop = &stops->items[i];

        if (note->tick >= stop->from_tick && note->tick < stop->to_tick)
            return false;
        if (note->tick < stop->from_tick && note->tick + note->len_ticks > stop->from_tick)
            note->len_ticks = stop->from_tick - note->tick;
    }
    return true;
}

bool stops_keep_performed(const struct stop_list *stops, int32_t tick, struct score_note *note)
{
    for (size_t i = 0; i < stops->count; i++) {
        const struct stop *stop = &stops->items[i];
        int32_t end = note->start_tick + note->len_ticks;

        if (note->start_tick >= stop->from_tick && note->start_tick < stop->to_tick) {
            if (tick < stop->to_tick)
                return false;
            note->start_tick = stop->to_tick;
            note->len_ticks = end - stop->to_tick < SHORTEST_TICKS ? SHORTEST_TICKS : end - stop->to_tick;
        } else if (note->start_tick < stop->from_tick && end > stop->from_tick) {
            note->len_ticks = stop->from_tick - note->start_tick;
        }
    }
    return true;
}

void stops_lift_pedal(struct performer *p)
{
    const struct stop_list *stops = &p->all->stops;
    size_t written = p->control_count;

    for (size_t s = 0; s < stops->count; s++) {
        const struct stop *stop = &stops->items[s];
        bool is_used = false;
        int pedal = 0;

        for (size_t i = 0; i < written; i++) {
            struct score_control *c = &p->controls[i];

            if (c->kind != SCORE_CC || c->number != SUSTAIN)
                continue;
            is_used = true;
            if (c->tick < stop->to_tick && c->tick >= stop->from_tick) {
                pedal = c->value;
                c->tick = stop->to_tick;
            } else if (c->tick < stop->from_tick) {
                pedal = c->value;
            }
        }
        if (!is_used)
            continue;
        performer_control(p, stop->from_tick, SUSTAIN, 0);
        performer_control(p, stop->to_tick, SUSTAIN, pedal);
    }
}
