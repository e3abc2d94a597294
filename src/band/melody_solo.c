/*
 * Solos: phrases improvised over the changes, with an arc of their own. They begin sparse and low, grow longer, busier
 * and higher to two thirds, and come down. Lines run in eighths from guide tone to guide tone (a third or seventh on the
 * beat where a chord comes in), now and then enclosed from both sides; licks are short, talk to each other, and break
 * into the genre's finest notes where it is hot.
 */
#include <math.h>
#include <stdlib.h>

#include "band/melody_compose.h"

enum { BEAT = METRE_PPQ, EIGHTH = METRE_PPQ / 2, ENCLOSING = 2, REACH = 5, EIGHTHS_LEAST = 3, EIGHTHS_MOST = 7 };
#define LIKE_PITCH 0.2 /* a phrase that is taken up again moves with the chords */
#define LIKE_STEPS 2.0
#define GUIDE_WEIGHT 3.0
#define QUICK_BELOW_BPM 180
#define FIGURE_LIKING 0.8 /* deviation in e-folds, as of the rhythms (melody_rhythm.c); figures are fewer */

struct solo_manner {
    double beats, beats_hot;    /* length of a phrase, cold and hot: up to so much more */
    double rest, rest_hot;      /* silence after it, in beats */
    double off_beat;            /* chance to begin an eighth after the beat */
    double plain, plain_hot;    /* chance of a beat with one note */
    double quick, quick_hot;    /* chance of a beat in triplets or sixteenths */
    double repeat;              /* chance that a phrase has the rhythm and shape of the one before */
    double last_beats;          /* mean length of the last note */
};
static const struct solo_manner manners[SOLO_STYLE_COUNT] = {
    /*               beats       rest        off   plain       quick       repeat last */
    [SOLO_TUNE]  = { 4,    4,    1,    1,    0.3,  0.5,  0.2,  0,    0.1,  0.4,   1.5 },
    [SOLO_LINES] = { 5,    11,   1.5,  0.5,  0.6,  0.25, 0.04, 0.05, 0.14, 0.3,   0.75 },
    [SOLO_LICKS] = { 3,    6,    1.25, 0.5,  0.5,  0.25, 0.08, 0.12, 0.45, 0.4,   1.25 },
};

/* What a beat may hold. A line of eighths is broken by another figure now and then. */
enum figure_kind { FIGURE_EVEN, FIGURE_QUICK, FIGURE_PLAIN };
static const struct figure {
    enum figure_kind kind;
    int count;
    int32_t len[4];             /* ticks; below 0: silent */
    bool straight, swung;       /* only where sixteenths are, only where they are not */
} figures[] = {
    { FIGURE_EVEN,  2, { 240, 240 },           false, false },
    { FIGURE_QUICK, 3, { 160, 160, 160 },      false, true },
    { FIGURE_QUICK, 4, { 120, 120, 120, 120 }, true,  false },
    { FIGURE_QUICK, 3, { 120, 120, 240 },      true,  false },
    { FIGURE_QUICK, 3, { 240, 120, 120 },      true,  false },
    { FIGURE_QUICK, 2, { 360, 120 },           true,  false },
    { FIGURE_PLAIN, 1, { 480 },                false, false },
    { FIGURE_PLAIN, 2, { -240, 240 },          false, false },
    { FIGURE_PLAIN, 2, { 240, -240 },          false, false },
};
_Static_assert(sizeof(figures) / sizeof(figures[0]) == FIGURES, "a liking for each figure");

struct solo {
    struct composing *c;
    const struct melody_idea *idea;
    struct passage *p;
    const struct solo_manner *manner;
    int32_t start, end;
    size_t phrase, phrase_end;  /* cells of the last phrase */
    bool upwards;
    int eighths, eighths_most;  /* that have come in a row; that may before another figure */
};

static double mix(double cold, double hot, double heat)
{
    return cold + (hot - cold) * heat;
}

/* 0–1: how far the solo has come; hottest where its climax is. */
static double heat_at(const struct solo *s, int32_t tick)
{
    double x = (tick - s->start) / (double)(s->end - s->start), d = (x - 0.68) / 0.4;

    return exp(-d * d);
}

/* A beat in eighths breaks off before it runs on like a machine: after so many of them comes another figure. */
static const struct figure *choose_figure(struct solo *s, double heat)
{
    struct random *random = &s->p->random;
    double draw = random_unit(random), weights[FIGURES];
    bool swings = s->c->s->genre->melody.grid != 4, is_fast = s->c->timeline->bpm > QUICK_BELOW_BPM;
    bool breaks = s->eighths >= s->eighths_most;
    enum figure_kind kind = FIGURE_EVEN;

    if (draw < mix(s->manner->quick, s->manner->quick_hot, heat) && !is_fast)
        kind = FIGURE_QUICK;
    else if (draw > 1 - mix(s->manner->plain, s->manner->plain_hot, heat))
        kind = FIGURE_PLAIN;
    else if (breaks)
        kind = is_fast || random_chance(random, 0.5) ? FIGURE_PLAIN : FIGURE_QUICK;
    for (size_t i = 0; i < FIGURES; i++) {
        bool fits = figures[i].kind == kind && !(swings && figures[i].straight) && !(!swings && figures[i].swung);

        weights[i] = fits ? s->c->figures[i] : 0;
    }
    return &figures[random_weighted(random, weights, FIGURES)];
}

static void lay_figure(struct solo *s, const struct figure *figure, int32_t tick)
{
    for (int i = 0; i < figure->count; i++) {
        if (figure->len[i] > 0)
            melody_add_cell(s->c, tick, figure->len[i]);
        tick += abs(figure->len[i]);
    }
    s->eighths = figure->kind == FIGURE_EVEN ? s->eighths + 2 : 0;
    if (s->eighths == 0)
        s->eighths_most = random_between(&s->p->random, EIGHTHS_LEAST, EIGHTHS_MOST);
}

/* One beat's notes from `tick`, ending before `until`. */
static int32_t lay_beat(struct solo *s, int32_t tick, int32_t until)
{
    if (tick % BEAT != 0 || tick + BEAT > until) {
        melody_add_cell(s->c, tick, EIGHTH);
        s->eighths++;
        return tick + EIGHTH;
    }
    lay_figure(s, choose_figure(s, heat_at(s, tick)), tick);
    return tick + BEAT;
}

void melody_like_figures(struct composing *c, struct random *random)
{
    for (size_t i = 0; i < FIGURES; i++)
        c->figures[i] = exp(FIGURE_LIKING * random_normal(random));
}

/* The line's direction: up in one phrase, down in the next, higher where it is hot. */
static void shape_phrase(struct solo *s)
{
    struct random *random = &s->p->random;
    int32_t from = s->c->cells[s->phrase].tick;
    double centre = s->idea->target - 10 + 5 * heat_at(s, from), height = 5 + 5 * random_unit(random);
    double wave = 0.25 + 0.3 * random_unit(random), waves = 0.6 + 1.6 * random_unit(random), phase = random_unit(random);

    for (size_t i = s->phrase; i < s->phrase_end; i++) {
        double x = (double)(i - s->phrase) / (double)(s->phrase_end - s->phrase), slope = s->upwards ? x - 0.5 : 0.5 - x;

        s->c->cells[i].contour = centre + height * (slope + wave * sin(M_PI * 2 * (x * waves + phase)));
        s->c->cells[i].contour_weight = 0.045;
    }
    s->upwards = random_chance(random, 0.8) ? !s->upwards : s->upwards;
}

/* Where a chord comes in on a beat, its third or seventh is heard. */
static void aim(struct solo *s)
{
    const struct timeline *t = s->c->timeline;

    for (size_t i = s->phrase; i < s->phrase_end; i++) {
        struct melody_cell *cell = &s->c->cells[i];
        const struct timeline_chord *chord = timeline_chord_at(t, cell->tick);
        bool comes_in = cell->tick == chord->start_tick && (cell->tick == 0 || chord == t->chords.items ||
                                                            !chord_is_equal(&chord->chord, &chord[-1].chord));

        if (comes_in && chord_is_set(&chord->chord) && !cell->ends_phrase) {
            cell->goal = chord_guide_mask(&chord->chord);
            cell->goal_weight = GUIDE_WEIGHT;
        }
    }
}

/* The last phrase once more, a whole number of bars later. Returns where it ends, or 0 when there is no room. */
static int32_t repeat_phrase(struct solo *s, int32_t tick, int32_t limit)
{
    const struct melody_cell *cells = s->c->cells;
    int32_t bar = s->c->timeline->bar_ticks, first = cells[s->phrase].tick;
    int32_t shift = (tick - first + bar - 1) / bar * bar, end;
    size_t from = s->phrase, to = s->phrase_end;

    end = cells[to - 1].tick + cells[to - 1].len_ticks + shift;
    if (end > limit || first + shift > tick + 3 * BEAT)
        return 0;
    s->phrase = s->c->cell_count;
    for (size_t i = from; i < to; i++) {
        struct melody_cell *cell = melody_add_cell(s->c, cells[i].tick + shift, cells[i].len_ticks);

        cell->like = i + 2 < to ? (int)i : CELL_NO_LIKE; /* it ends otherwise */
        cell->want_weight = LIKE_PITCH;
        cell->step_weight = LIKE_STEPS;
    }
    s->phrase_end = s->c->cell_count;
    return end;
}

static int32_t lay_phrase(struct solo *s, int32_t tick, int32_t limit)
{
    struct random *random = &s->p->random;
    double heat = heat_at(s, tick), beats = s->manner->beats + (s->manner->beats_hot - 2) * heat * random_unit(random);
    int32_t until = tick + (int32_t)(beats * BEAT) / BEAT * BEAT, len;

    if (until > limit - BEAT)
        until = limit - BEAT;
    if (random_chance(random, s->manner->off_beat))
        tick += EIGHTH;
    s->phrase = s->c->cell_count;
    s->eighths = 0;
    while (tick < until)
        tick = lay_beat(s, tick, until);
    len = (int32_t)(s->manner->last_beats * (0.6 + 0.8 * random_unit(random)) * 2 + 0.5) * EIGHTH;
    len = len < EIGHTH ? EIGHTH : len;
    melody_add_cell(s->c, tick, tick + len <= limit ? len : limit - tick);
    s->phrase_end = s->c->cell_count;
    return tick + len;
}

void melody_lay_solo(struct composing *c, const struct melody_idea *idea, struct passage *p)
{
    struct solo s = { .c = c, .idea = idea, .p = p, .manner = &manners[c->s->genre->melody.solo], .upwards = true,
                      .eighths_most = EIGHTHS_MOST };
    int32_t tick, limit;

    s.start = p->section->start_tick;
    s.end = s.start + p->bars * c->timeline->bar_ticks;
    limit = s.end - BEAT;
    for (tick = s.start; tick + 3 * BEAT <= limit;) {
        int32_t end = 0;
        double rest;

        if (s.phrase_end > s.phrase && random_chance(&p->random, s.manner->repeat))
            end = repeat_phrase(&s, tick, limit);
        if (end == 0)
            end = lay_phrase(&s, tick, limit);
        c->cells[c->cell_count - 1].ends_phrase = true;
        shape_phrase(&s);
        if (c->s->genre->melody.solo == SOLO_LINES)
            aim(&s);
        rest = mix(s.manner->rest, s.manner->rest_hot, heat_at(&s, tick)) * (0.5 + random_unit(&p->random));
        tick = (end + (int32_t)(rest * BEAT) + BEAT - 1) / BEAT * BEAT;
    }
    if (c->cell_count > 0)
        melody_end_phrase(c, true);
}

/* Whether the cells before `i` run on to it in eighths. */
static bool runs_to(const struct melody_cell *cells, size_t i)
{
    for (size_t n = i - ENCLOSING; n < i; n++)
        if (cells[n].len_ticks != EIGHTH || cells[n].tick + EIGHTH != cells[n + 1].tick || cells[n].goal != 0)
            return false;
    return true;
}

void melody_enclose(struct composing *c, struct random *random)
{
    for (size_t i = ENCLOSING + 1; i < c->cell_count; i++) {
        struct melody_cell *cell = &c->cells[i];
        int goal = cell->pitch, above;

        if (cell->goal == 0 || cell->ends_phrase || !runs_to(c->cells, i) || !random_chance(random, 0.45))
            continue;
        above = scale_step(key_scale(timeline_key_at(c->timeline, cell->tick)), goal, 1);
        if (abs(cell[-3].pitch - above) > REACH || cell[-3].pitch == above || above > cell->ceiling)
            continue;
        cell[-2].pitch = (uint8_t)above;
        cell[-1].pitch = (uint8_t)(goal - 1);
    }
}
