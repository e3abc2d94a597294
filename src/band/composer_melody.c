/* The tune: for each type of section an idea, for each section a tune made of it, for each return a recollection with
 * something changed. All pitches of a section are chosen together (melody_path.h). */
#include <math.h>
#include <string.h>

#include "band/melody_compose.h"
#include "song/harmony_spec.h"

enum { PHRASE_BARS = 4, PERIOD_BARS = 8, CELLS_BAR_MAX = RHYTHM_NOTES_MAX };

static bool has_tune(const struct composing *c, const char *type)
{
    const struct genre_melody *m = &c->s->genre->melody;

    for (size_t i = 0; i < m->sections.count; i++)
        if (strcmp(m->sections.items[i], type) == 0)
            return true;
    return false;
}

static struct melody_idea *idea_for(struct composing *c, const struct timeline_section *section)
{
    for (size_t i = 0; i < c->idea_count; i++)
        if (strcmp(c->ideas[i].type, section->type) == 0)
            return &c->ideas[i];
    melody_idea_make(c->s, &c->book, section->type, (unsigned)c->idea_count, section->start_tick,
                     &c->ideas[c->idea_count]);
    return &c->ideas[c->idea_count++];
}

static void add_cell(struct composing *c, int32_t tick, int32_t len)
{
    const struct melody_cell *before = c->cell_count > 0 ? &c->cells[c->cell_count - 1] : NULL;

    ASSERT(c->cells != NULL);
    c->cells[c->cell_count++] = (struct melody_cell){
        .tick = tick, .len_ticks = len, .want_step = CELL_NO_STEP,
        .after_rest = before == NULL || before->tick + before->len_ticks < tick
    };
}

/* The highest place of a section is near two thirds of it, and there is only one. */
static double contour_at(const struct melody_idea *idea, double x, double lift)
{
    double span = idea->rules.high - idea->rules.low, d = (x - 0.68) / 0.3;

    return idea->rules.low + span * (0.26 + 0.46 * exp(-d * d) + 0.08 * sin(x * 25)) + lift;
}

static unsigned degrees(const struct composing *c, const char *list)
{
    struct scale scale = key_scale(c->timeline->key);
    unsigned mask = 0;

    for (; *list != '\0'; list++)
        mask |= 1u << pitch_class_of(scale_at(scale, *list - '1'));
    return mask;
}

static void end_phrase(struct composing *c, bool final)
{
    struct melody_cell *last = &c->cells[c->cell_count - 1];

    last->ends_phrase = true;
    last->goal = final ? degrees(c, "13") : degrees(c, "257");
}

/* Which rhythm a bar has, and which of the motif's notes it follows (-1: none). */
static const struct rhythm_bar *bar_rhythm(const struct melody_idea *idea, const struct plan_bar *b, int *motif_note)
{
    *motif_note = -1;
    switch (b->unit) {
    case UNIT_MOTIF:
        *motif_note = b->within == 0 ? 0 : idea->bar_notes[0];
        return &idea->motif[b->within];
    case UNIT_VARIED:
        *motif_note = b->within == 0 ? 0 : -1;
        return &idea->motif[b->within];
    case UNIT_CONTRAST:
        return b->within == 0 ? &idea->contrast : b->ends_phrase ? &idea->close : &idea->motif[1];
    case UNIT_FRAGMENTS:
        *motif_note = 0;
        return &idea->motif[0];
    case UNIT_CLOSE:
        *motif_note = b->within == 0 ? 0 : -1;
        return b->within == 0 ? &idea->motif[0] : &idea->close;
    case UNIT_SILENT:
        break;
    }
    return NULL;
}

static void lay_bar(struct composing *c, const struct melody_idea *idea, const struct plan_bar *b, int32_t tick)
{
    int motif_note;
    const struct rhythm_bar *rhythm = bar_rhythm(idea, b, &motif_note);
    bool exact = b->unit == UNIT_MOTIF;

    for (int i = 0; rhythm != NULL && i < rhythm->count; i++) {
        struct melody_cell *cell = &c->cells[c->cell_count];

        add_cell(c, tick + rhythm->tick[i], rhythm->len[i]);
        if (motif_note < 0)
            continue;
        cell->want_step = idea->steps[motif_note + i];
        cell->step_weight = b->within == 0 ? 1.1 : 0.9;
        if (exact) {
            cell->want = idea->notes[motif_note + i].pitch;
            cell->want_weight = b->unit_index == 0 ? 3 : idea->character->is_hook ? 1.4 : 0.9;
        }
    }
}

/* A tune that is new: the plan's bars, filled with the idea. */
static void lay_new(struct composing *c, const struct melody_idea *idea, const struct timeline_section *section,
                    int bars, struct random *random)
{
    struct plan_bar *plan = ARENA_ARRAY(c->s->arena, struct plan_bar, (size_t)bars);

    melody_plan(bars, idea->character->is_hook, random, plan);
    for (int bar = 0; bar < bars; bar++) {
        size_t first = c->cell_count;

        lay_bar(c, idea, &plan[bar], section->start_tick + bar * c->timeline->bar_ticks);
        for (size_t i = first; i < c->cell_count; i++) {
            c->cells[i].contour = contour_at(idea, (bar + 0.5) / bars, 0);
            c->cells[i].contour_weight = plan[bar].unit == UNIT_MOTIF && plan[bar].unit_index == 0 ? 0 : 0.045;
        }
        if (c->cell_count > first && (plan[bar].ends_phrase || plan[bar].within == 1)) {
            end_phrase(c, plan[bar].ends_section);
            if (!plan[bar].ends_phrase)
                c->cells[c->cell_count - 1].goal = 0;
        }
    }
}

/* The bar of the first tune that a bar of a later one recalls; the ends correspond. */
static int recalled_bar(int bar, int bars, int model_bars)
{
    if (bars - bar <= PHRASE_BARS && model_bars >= PHRASE_BARS && bars >= PHRASE_BARS)
        return model_bars - (bars - bar);
    return bar % model_bars;
}

static size_t model_bar_cells(const struct melody_idea *idea, int bar, int32_t bar_ticks, size_t *first)
{
    int32_t from = idea->model_start + bar * bar_ticks, to = from + bar_ticks;
    size_t count = 0;

    *first = 0;
    for (size_t i = 0; i < idea->model_count; i++)
        if (idea->model[i].tick >= from && idea->model[i].tick < to) {
            if (count++ == 0)
                *first = i;
        }
    return count;
}

static const struct melody_cell *nearest(const struct melody_cell *cells, size_t count, int32_t tick)
{
    const struct melody_cell *best = cells;

    for (size_t i = 0; i < count; i++)
        if (cells[i].tick <= tick)
            best = &cells[i];
    return best;
}

static void recall_bar(struct composing *c, const struct melody_idea *idea, const struct timeline_section *section, int bar,
                       int model_bar, bool vary, struct random *random)
{
    int32_t bar_ticks = c->timeline->bar_ticks, shift;
    size_t first, count = model_bar_cells(idea, model_bar, bar_ticks, &first);
    const struct melody_cell *model = &idea->model[first];
    struct rhythm_bar rhythm = { .count = 0 };

    shift = section->start_tick + bar * bar_ticks - (idea->model_start + model_bar * bar_ticks);
    for (size_t i = 0; i < count && i < RHYTHM_NOTES_MAX; i++) {
        rhythm.tick[i] = model[i].tick + shift - section->start_tick - bar * bar_ticks;
        rhythm.len[i] = model[i].len_ticks;
        rhythm.count++;
    }
    if (vary && count > 0 && !model[count - 1].ends_phrase)
        rhythm = rhythm_bar_vary(&rhythm, c->timeline->metre, random);
    for (int i = 0; i < rhythm.count; i++) {
        struct melody_cell *cell = &c->cells[c->cell_count];
        const struct melody_cell *like;

        add_cell(c, section->start_tick + bar * bar_ticks + rhythm.tick[i], rhythm.len[i]);
        like = nearest(model, count, cell->tick - shift);
        cell->want = like->pitch;
        cell->want_weight = vary ? 0.35 : 2.2;
        cell->ends_phrase = like->ends_phrase && i + 1 == rhythm.count;
        cell->goal = like->goal;
    }
}

static void lay_return(struct composing *c, const struct melody_idea *idea, const struct timeline_section *section,
                       int bars, struct random *random)
{
    bool vary = false;

    for (int bar = 0; bar < bars; bar++) {
        size_t first = c->cell_count;

        if (bar % MOTIF_BARS == 0)
            vary = (bar >= MOTIF_BARS || idea->character->vary > 0.5) && random_chance(random, idea->character->vary);
        recall_bar(c, idea, section, bar, recalled_bar(bar, bars, idea->model_bars), vary, random);
        for (size_t i = first; i < c->cell_count && vary; i++) {
            c->cells[i].contour = contour_at(idea, (bar + 0.5) / bars, 1);
            c->cells[i].contour_weight = 0.03;
        }
    }
}

static void lay_final_note(struct composing *c, const struct timeline_section *section, int bars)
{
    int32_t start = section->start_tick + bars * c->timeline->bar_ticks;

    add_cell(c, start, section->end_tick - start);
    end_phrase(c, true);
    c->cells[c->cell_count - 1].goal = degrees(c, "1");
}

static void keep_model(struct composing *c, struct melody_idea *idea, int32_t start, int bars)
{
    idea->model = ARENA_ARRAY(c->s->arena, struct melody_cell, c->cell_count);
    memcpy(idea->model, c->cells, c->cell_count * sizeof(*c->cells));
    idea->model_count = c->cell_count;
    idea->model_bars = bars;
    idea->model_start = start;
}

/* Lays and pitches `bars` bars from bar `from` of the section: new ones, or after the idea's model. */
static void compose_bars(struct composing *c, struct melody_idea *idea, const struct timeline_section *section, int from,
                         int bars, struct random *random)
{
    struct timeline_section part = *section;
    size_t first = c->cell_count;

    part.start_tick += from * c->timeline->bar_ticks;
    if (idea->model == NULL)
        lay_new(c, idea, &part, bars, random);
    else
        lay_return(c, idea, &part, bars, random);
    if (from + bars < section->bars && part.start_tick + bars * c->timeline->bar_ticks == c->timeline->hold_tick)
        lay_final_note(c, section, from + bars);
    melody_path(c->s, c->cells + first, c->cell_count - first, c->last_pitch, &idea->rules, random);
    if (c->cell_count > first)
        c->last_pitch = c->cells[c->cell_count - 1].pitch;
}

/* A long section's second half recalls its first. */
static void compose_section(struct composing *c, struct melody_idea *idea, size_t index)
{
    const struct timeline_section *section = &c->timeline->sections.items[index];
    struct random random = session_random(c->s, "melody.section", (unsigned)index);
    int bars = section->bars, first;
    bool is_last = index + 1 == c->timeline->sections.count, is_new = idea->model == NULL;

    if (is_last && c->timeline->hold_tick < section->end_tick && c->timeline->hold_tick > section->start_tick)
        bars = (c->timeline->hold_tick - section->start_tick) / c->timeline->bar_ticks;
    first = is_new && bars >= PERIOD_BARS + PHRASE_BARS ? PERIOD_BARS : bars;
    c->cells = ARENA_ARRAY(c->s->arena, struct melody_cell, (size_t)(bars + 1) * CELLS_BAR_MAX);
    c->cell_count = 0;
    compose_bars(c, idea, section, 0, first, &random);
    if (is_new)
        keep_model(c, idea, section->start_tick, first);
    if (first < bars) {
        compose_bars(c, idea, section, first, bars - first, &random);
        keep_model(c, idea, section->start_tick, bars);
    }
}

bool composer_melody(struct session *s, struct error *e)
{
    struct composing c = { .s = s, .timeline = s->timeline, .lowest = 127 };
    struct melody_spec *spec = ARENA_NEW(s->arena, struct melody_spec);
    size_t count = s->timeline->sections.count;

    (void)e;
    fields_init(&melody_spec_fields, spec, s->arena);
    SESSION_STAMP(s, spec, "melody_spec");
    spec->harmony_id = s->song->harmony_spec->id;
    spec->key = ARENA_NEW(s->arena, struct key_name);
    *spec->key = key_name_make(s->timeline->key);
    rhythm_book_read(&s->genre->melody, s->timeline->metre, s->arena, &c.book);
    c.ideas = ARENA_ARRAY(s->arena, struct melody_idea, count);
    spec->section_melodies.items = ARENA_ARRAY(s->arena, struct section_melody, count);
    for (size_t i = 0; i < count; i++) {
        const struct timeline_section *section = &s->timeline->sections.items[i];
        struct melody_idea *idea;

        if (!has_tune(&c, section->type))
            continue;
        idea = idea_for(&c, section);
        compose_section(&c, idea, i);
        melody_write_section(&c, idea, section, &spec->section_melodies.items[spec->section_melodies.count++]);
    }
    melody_write_ideas(&c, spec);
    s->song->melody_spec = spec;
    return true;
}
