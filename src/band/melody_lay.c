/* Form to rhythm: the bars of a plan filled with the idea's rhythms, what each note recalls, where phrases end. */
#include <math.h>
#include <string.h>

#include "band/melody_compose.h"

enum { PICKUP = METRE_PPQ / 2 };

/* How strongly a note wishes for the pitch that it recalls. */
#define WANT_MOTIF 3.0    /* the motif where it was invented */
#define WANT_HOOK 2.5     /* a hook that comes back */
#define WANT_AGAIN 2.0    /* a motif that comes back */
#define WANT_RETURN 3.0   /* the tune when its section comes back */
#define WANT_VARIED 0.35
#define GOAL_OPEN 3.0
#define GOAL_CLOSES 4.0
#define STEPS_SEQUENCE 2.2 /* and the motif's steps, from other notes */
#define STEPS_ALIKE 1.5

struct melody_cell *melody_add_cell(struct composing *c, int32_t tick, int32_t len)
{
    const struct melody_cell *before = c->cell_count > 0 ? &c->cells[c->cell_count - 1] : NULL;

    ASSERT(c->cell_count < c->cell_room);
    c->cells[c->cell_count] = (struct melody_cell){
        .tick = tick, .len_ticks = len, .want_step = CELL_NO_STEP, .like = CELL_NO_LIKE,
        .after_rest = before == NULL || before->tick + before->len_ticks < tick
    };
    return &c->cells[c->cell_count++];
}

void melody_end_phrase(struct composing *c, bool closes)
{
    struct melody_cell *last = &c->cells[c->cell_count - 1];

    last->ends_phrase = true;
    last->goal_weight = closes ? GOAL_CLOSES : GOAL_OPEN;
    last->goal = melody_degrees(timeline_key_at(c->timeline, last->tick), closes ? "1" : "257");
    if (closes && last->want_step == CELL_NO_STEP) { /* down to it, by step */
        last->want_step = -1;
        last->step_weight = 0.3;
    }
}

/* It rises to two thirds of the section and sinks again. */
static double contour_at(const struct melody_idea *idea, double x)
{
    double d = (x - 0.68) / 0.3;

    return idea->target - 9.5 + 6 * exp(-d * d) + sin(x * 25);
}

/* Which rhythm a bar has, and which of the motif's notes it follows (-1: none). */
static const struct rhythm_bar *bar_rhythm(const struct melody_idea *idea, const struct plan_bar *b, int *motif_note)
{
    *motif_note = -1;
    switch (b->unit) {
    case UNIT_MOTIF:
    case UNIT_SEQUENCE:
        *motif_note = b->within == 0 ? 0 : idea->bar_notes[0];
        return b->ends_phrase ? &idea->ending : &idea->motif[b->within];
    case UNIT_VARIED:
        *motif_note = b->within == 0 ? 0 : -1;
        return b->ends_phrase ? &idea->ending : &idea->motif[b->within];
    case UNIT_CONTRAST:
        return b->within == 0 ? &idea->contrast : b->ends_phrase ? &idea->close : &idea->ending;
    case UNIT_FRAGMENTS:
        *motif_note = 0;
        return &idea->motif[0];
    case UNIT_CLOSE:
    case UNIT_PARALLEL:
        *motif_note = b->within == 0 ? 0 : -1;
        return b->within == 0 ? &idea->motif[0] : &idea->close;
    case UNIT_REST:
        return b->within == 0 ? &idea->tail : NULL;
    case UNIT_SILENT:
    case UNIT_KIND_COUNT:
        break;
    }
    return NULL;
}

static void lay_bar(struct composing *c, const struct melody_idea *idea, const struct plan_bar *b, int32_t tick)
{
    int motif_note;
    const struct rhythm_bar *rhythm = bar_rhythm(idea, b, &motif_note);

    for (int i = 0; rhythm != NULL && i < rhythm->count; i++) {
        struct melody_cell *cell = melody_add_cell(c, tick + rhythm->tick[i], rhythm->len[i]);

        if (motif_note < 0)
            continue;
        cell->want_step = idea->steps[motif_note + i];
        cell->step_weight = b->unit == UNIT_SEQUENCE ? STEPS_SEQUENCE : STEPS_ALIKE;
        if (b->unit == UNIT_MOTIF) {
            cell->want = idea->notes[motif_note + i].pitch;
            cell->want_weight = b->unit_index == 0 ? WANT_MOTIF : idea->character->is_hook ? WANT_HOOK : WANT_AGAIN;
        }
    }
}

/* First and one past the last cell that begins in [from, to). */
static void cells_between(const struct melody_cell *cells, size_t count, int32_t from, int32_t to, size_t range[2])
{
    range[0] = 0;
    while (range[0] < count && cells[range[0]].tick < from)
        range[0]++;
    range[1] = range[0];
    while (range[1] < count && cells[range[1]].tick < to)
        range[1]++;
}

/* A bar as another one of this section was, with its pitches, as far as the chords allow. */
static void copy_bar(struct composing *c, int32_t tick, int32_t from_tick, double weight)
{
    size_t range[2];

    cells_between(c->cells, c->cell_count, from_tick, from_tick + c->timeline->bar_ticks, range);
    for (size_t i = range[0]; i < range[1]; i++) {
        struct melody_cell *cell = melody_add_cell(c, tick + c->cells[i].tick - from_tick, c->cells[i].len_ticks);

        cell->like = (int)i;
        cell->want_weight = weight;
        cell->ends_phrase = c->cells[i].ends_phrase;
        cell->goal = c->cells[i].goal;
        cell->goal_weight = c->cells[i].goal_weight;
    }
}

/* A consequent's last two bars answer the antecedent's: the first as it was, the second closing. */
static bool lay_parallel(struct composing *c, const struct plan_bar *b, int32_t tick)
{
    if (b->unit != UNIT_PARALLEL || b->within != 0)
        return false;
    copy_bar(c, tick, tick - PHRASE_BARS * c->timeline->bar_ticks, WANT_HOOK);
    return true;
}

static void end_bar(struct composing *c, const struct plan_bar *b, int32_t tick, bool is_final)
{
    struct melody_cell *last = &c->cells[c->cell_count - 1];

    if (b->unit == UNIT_REST)
        melody_end_phrase(c, true);
    else if (b->ends_phrase)
        melody_end_phrase(c, b->is_answer && (is_final || !b->ends_section));
    else if (b->within == 1 && last->tick + last->len_ticks < tick + c->timeline->bar_ticks)
        last->ends_phrase = true;
}

/* The plan's bars from bar `from` of the passage, filled with the idea. */
static void lay_period(struct composing *c, const struct melody_idea *idea, struct passage *p, int from, int bars)
{
    struct plan_bar *plan = ARENA_ARRAY(c->s->arena, struct plan_bar, (size_t)bars);
    bool is_final = from + bars >= p->bars;

    melody_plan(bars, (enum tune_form)c->s->genre->melody.form, idea->character->is_hook, &p->random, plan);
    for (int bar = 0; bar < bars; bar++) {
        size_t first = c->cell_count;
        int32_t tick = p->section->start_tick + (from + bar) * c->timeline->bar_ticks;

        if (!lay_parallel(c, &plan[bar], tick))
            lay_bar(c, idea, &plan[bar], tick);
        for (size_t i = first; i < c->cell_count; i++) {
            c->cells[i].contour = contour_at(idea, (from + bar + 0.5) / p->bars);
            c->cells[i].contour_weight = plan[bar].unit == UNIT_MOTIF && plan[bar].unit_index == 0 ? 0 : 0.045;
        }
        if (c->cell_count > first)
            end_bar(c, &plan[bar], tick, is_final);
    }
}

/* The last two bars of a period that is heard again close, whatever they did before. */
static void lay_again(struct composing *c, const struct melody_idea *idea, struct passage *p, int from, int bars,
                      int period)
{
    int32_t bar_ticks = c->timeline->bar_ticks, start = p->section->start_tick;
    bool vary = false;

    for (int bar = from; bar < from + bars; bar++) {
        int model = bars - (bar - from) <= UNIT_BARS ? period - (from + bars - bar) : bar - from;

        if ((bar - from) % UNIT_BARS == 0)
            vary = bar > from && random_chance(&p->random, idea->character->vary + c->s->advice.variation);
        copy_bar(c, start + bar * bar_ticks, start + (model < 0 ? 0 : model) * bar_ticks, vary ? WANT_VARIED : WANT_RETURN);
    }
    if (c->cell_count > 0)
        melody_end_phrase(c, true);
}

void melody_lay_new(struct composing *c, const struct melody_idea *idea, struct passage *p)
{
    int period = c->s->genre->melody.form == TUNE_AAB && p->bars % BLUES_BARS == 0 ? BLUES_BARS : PERIOD_BARS;
    int done = p->bars >= period + PHRASE_BARS ? period : p->bars;

    lay_period(c, idea, p, 0, done);
    while (done < p->bars) {
        int bars = p->bars - done < period + PHRASE_BARS && p->bars - done != period ? p->bars - done : period;

        if (bars > period)
            bars = period;
        if (done == 2 * period && bars == period && p->bars > 3 * period)
            lay_period(c, idea, p, done, bars); /* A A B A */
        else
            lay_again(c, idea, p, done, bars, period);
        done += bars;
    }
}

/* The bar of the first tune that a bar of a later one recalls; the ends correspond. */
static int recalled_bar(int bar, int bars, int model_bars)
{
    if (bars - bar <= PHRASE_BARS && model_bars >= PHRASE_BARS && bars >= PHRASE_BARS)
        return model_bars - (bars - bar);
    return bar % model_bars;
}

static const struct melody_cell *nearest(const struct melody_cell *cells, size_t count, int32_t tick)
{
    const struct melody_cell *best = cells;

    for (size_t i = 0; i < count; i++)
        if (cells[i].tick <= tick)
            best = &cells[i];
    return best;
}

/* The recalled bar: the model's cells, and how far they are moved in time and, when the key has changed, in pitch. */
struct recall {
    const struct melody_cell *cells;
    size_t count;
    int32_t shift_ticks;
    int shift;
};

static struct recall recall_make(const struct composing *c, const struct melody_idea *idea, int32_t tick, int model_bar)
{
    int32_t from = idea->model_start + model_bar * c->timeline->bar_ticks;
    struct recall r = { .shift_ticks = tick - from };
    size_t range[2];

    cells_between(idea->model, idea->model_count, from, from + c->timeline->bar_ticks, range);
    r.cells = idea->model + range[0];
    r.count = range[1] - range[0];
    r.shift = key_interval(timeline_key_at(c->timeline, from), timeline_key_at(c->timeline, tick));
    return r;
}

static struct rhythm_bar recall_rhythm(const struct recall *r, int32_t tick)
{
    struct rhythm_bar rhythm = { .count = 0 };

    for (size_t i = 0; i < r->count && i < RHYTHM_NOTES_MAX; i++) {
        rhythm.tick[i] = r->cells[i].tick + r->shift_ticks - tick;
        rhythm.len[i] = r->cells[i].len_ticks;
        rhythm.count++;
    }
    return rhythm;
}

static void recall_bar(struct composing *c, const struct recall *r, int32_t tick, bool vary, struct random *random)
{
    struct rhythm_bar rhythm = recall_rhythm(r, tick);

    if (vary && r->count > 0 && !r->cells[r->count - 1].ends_phrase)
        rhythm = rhythm_bar_vary(&rhythm, c->timeline->metre, random);
    for (int i = 0; i < rhythm.count; i++) {
        struct melody_cell *cell = melody_add_cell(c, tick + rhythm.tick[i], rhythm.len[i]);
        const struct melody_cell *like = nearest(r->cells, r->count, cell->tick - r->shift_ticks);

        cell->want = like->pitch + r->shift;
        cell->want_weight = vary ? WANT_VARIED : WANT_RETURN;
        cell->ceiling = like->ceiling > 0 ? like->ceiling + r->shift : 0;
        cell->ends_phrase = like->ends_phrase && i + 1 == rhythm.count;
        cell->goal_weight = like->goal_weight;
        if (cell->ends_phrase && like->goal != 0)
            cell->goal = (like->goal << (r->shift + 12) % 12 | like->goal >> (12 - (r->shift + 12) % 12)) & 0xfff;
    }
}

/* An upbeat to the bar that begins at `tick`, where there is silence before it. */
static void lay_pickup(struct composing *c, int32_t tick)
{
    const struct melody_cell *last = c->cell_count > 0 ? &c->cells[c->cell_count - 1] : NULL;

    if (last == NULL || last->tick + last->len_ticks > tick - 2 * PICKUP)
        return;
    melody_add_cell(c, tick - PICKUP, PICKUP);
}

void melody_lay_return(struct composing *c, const struct melody_idea *idea, struct passage *p)
{
    bool vary = false, varied = false;

    for (int bar = 0; bar < p->bars; bar++) {
        size_t first = c->cell_count;
        int32_t tick = p->section->start_tick + bar * c->timeline->bar_ticks;
        struct recall r = recall_make(c, idea, tick, recalled_bar(bar, p->bars, idea->model_bars));

        if (bar % UNIT_BARS == 0)
            vary = (bar >= UNIT_BARS || idea->character->vary > 0.5) &&
                   (random_chance(&p->random, idea->character->vary + c->s->advice.variation) ||
                    (!varied && bar + 2 * UNIT_BARS == p->bars));
        varied |= vary;
        if (bar > 0 && bar % PHRASE_BARS == 0 && r.count > 0 && r.cells[0].tick + r.shift_ticks == tick &&
            random_chance(&p->random, 0.5))
            lay_pickup(c, tick);
        recall_bar(c, &r, tick, vary, &p->random);
        for (size_t i = first; i < c->cell_count && vary; i++) {
            c->cells[i].contour = contour_at(idea, (bar + 0.5) / p->bars);
            c->cells[i].contour_weight = 0.03;
        }
    }
}
