/* A section has one highest note, late in it; a chorus goes higher than its verse, the last chorus higher still. */
#include <math.h>
#include <stdlib.h>

#include "band/melody_compose.h"

enum { LIFT_MIN = 1, LIFT_MAX = 5, DOWN = 1, UP = 3, HIGHEST = 2, APPROACH = 2 };
#define FROM 0.58
#define TO 0.77
#define BEST 0.68
#define WANT_CLIMAX 9.0

static struct melody_cell *climax_cell(struct composing *c, const struct passage *p)
{
    double len = (double)p->bars * c->timeline->bar_ticks, best_score = -HUGE_VAL;
    struct melody_cell *best = NULL;

    for (size_t i = 0; i < c->cell_count; i++) {
        struct melody_cell *cell = &c->cells[i];
        double x = (cell->tick - p->section->start_tick) / len;
        double score = 0.5 * fmin(cell->len_ticks / (double)METRE_PPQ, 3) +
                       metre_weight(c->timeline->metre, cell->tick % c->timeline->bar_ticks) - 3 * fabs(x - BEST) -
                       (cell->want > 0 || cell->like != CELL_NO_LIKE ? 0.6 : 0) - (cell->ends_phrase ? 1.5 : 0);

        if (x >= FROM && x <= TO && score > best_score) {
            best_score = score;
            best = cell;
        }
    }
    return best;
}

/* How far the peaks of two kinds of section are from what their characters ask: a verse five below its chorus. */
static double relation_cost(const struct composing *c, const struct melody_idea *idea, int pitch)
{
    double cost = 0;

    for (size_t i = 0; i < c->idea_count; i++) {
        const struct melody_idea *other = &c->ideas[i];

        if (other != idea && other->peak > 0)
            cost += 0.5 * abs(pitch - other->peak - (idea->character->peak - other->character->peak));
    }
    return cost;
}

static int motif_top(const struct melody_idea *idea)
{
    int top = 0;

    for (size_t i = 0; i < idea->note_count; i++)
        top = idea->notes[i].pitch > top ? idea->notes[i].pitch : top;
    return top;
}

/* The chord tone for the climax, above all of the motif. */
static int climax_pitch(const struct composing *c, const struct melody_idea *idea, int32_t tick)
{
    const struct chord *chord = &timeline_chord_at(c->timeline, tick)->chord;
    int low = motif_top(idea) + 1, best = 0;
    double best_cost = HUGE_VAL;

    if (low < idea->target - DOWN)
        low = idea->target - DOWN;
    for (int pitch = low; pitch <= idea->target + UP; pitch++) {
        double cost = abs(pitch - idea->target) + relation_cost(c, idea, pitch);

        if (chord_is_set(chord) && chord_has(chord, pitch) && cost < best_cost) {
            best_cost = cost;
            best = pitch;
        }
    }
    return best > 0 ? best : low;
}

/* The line climbs to its highest note and leaves it by small steps, whatever the motif would do there. */
static void approach(struct composing *c, size_t climax, int pitch)
{
    size_t from = climax >= APPROACH ? climax - APPROACH : 0;

    for (size_t i = from; i <= climax + APPROACH && i < c->cell_count; i++) {
        int away = abs((int)i - (int)climax);

        if (i == climax || c->cells[i].ends_phrase)
            continue;
        c->cells[i].contour = pitch - 2.5 * away;
        c->cells[i].contour_weight = 0.12;
        c->cells[i].want_step = CELL_NO_STEP;
        c->cells[i].want_weight *= 0.3;
    }
    if (climax + 1 < c->cell_count)
        c->cells[climax + 1].want_step = CELL_NO_STEP;
}

static void set_climax(struct composing *c, const struct melody_idea *idea, struct melody_cell *climax, int pitch)
{
    int top = idea->character->is_solo ? 0 : motif_top(idea), before = top > pitch - 2 ? top : pitch - 2;

    for (size_t i = 0; i < c->cell_count; i++)
        c->cells[i].ceiling = c->cells[i].tick < climax->tick && before < pitch ? before : pitch - 1;
    climax->ceiling = pitch;
    climax->want = pitch;
    climax->want_weight = WANT_CLIMAX;
    climax->like = CELL_NO_LIKE;
    climax->want_step = CELL_NO_STEP;
    climax->contour_weight = 0;
    approach(c, (size_t)(climax - c->cells), pitch);
}

/* Where the tune that is recalled had its peak. */
static struct melody_cell *recalled_climax(struct composing *c, int peak)
{
    for (size_t i = 0; i < c->cell_count; i++)
        if (c->cells[i].want >= peak)
            return &c->cells[i];
    return NULL;
}

static void lift(struct composing *c, const struct melody_idea *idea, struct melody_cell *climax, int peak)
{
    const struct chord *chord = &timeline_chord_at(c->timeline, climax->tick)->chord;
    int highest = c->s->genre->melody.high + HIGHEST;

    for (int pitch = peak + LIFT_MIN; pitch <= peak + LIFT_MAX && pitch <= highest; pitch++)
        if (chord_is_set(chord) && chord_has(chord, pitch) && pitch <= idea->rules.high) {
            set_climax(c, idea, climax, pitch);
            return;
        }
}

void melody_place_climax(struct composing *c, struct melody_idea *idea, const struct passage *p)
{
    struct melody_cell *climax;

    if (idea->model != NULL && !idea->character->is_solo) {
        int peak = idea->peak + key_interval(timeline_key_at(c->timeline, idea->model_start),
                                             timeline_key_at(c->timeline, p->section->start_tick));

        climax = !p->is_last_hook ? NULL : p->bars == idea->model_bars ? recalled_climax(c, peak) : climax_cell(c, p);
        if (climax != NULL)
            lift(c, idea, climax, peak);
        return;
    }
    climax = climax_cell(c, p);
    if (climax == NULL || p->bars < UNIT_BARS)
        return;
    idea->peak = climax_pitch(c, idea, climax->tick);
    set_climax(c, idea, climax, idea->peak);
}
