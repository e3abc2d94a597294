/* The tune: for each type of section an idea, for each section a tune made of it, for each return a recollection with
 * something changed. All pitches of a section are chosen together (melody_path.h). */
#include <math.h>
#include <string.h>

#include "band/critic.h"
#include "band/melody_compose.h"
#include "band/tune.h"
#include "song/harmony_spec.h"

#define GOAL_FINAL 20.0 /* the tonic, wherever the line comes from */
#define QUOTE_SHARE 0.25  /* of the first period's notes: more is the tune again, not a solo on it */
enum { CELLS_BAR_MAX = RHYTHM_NOTES_MAX + 2 };
enum { TUNES = 3, TRIES_MAX = 4 }; /* candidates for a new tune; tries when they all go like a known one */

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
    melody_idea_make(c->s, &c->book, &c->taste, section->type, (unsigned)c->idea_count, section->start_tick,
                     &c->ideas[c->idea_count]);
    return &c->ideas[c->idea_count++];
}

static void lay_final_note(struct composing *c, const struct passage *p)
{
    int32_t start = p->section->start_tick + p->bars * c->timeline->bar_ticks;
    struct melody_cell *last = melody_add_cell(c, start, p->section->end_tick - start);

    melody_end_phrase(c, true);
    last->goal_weight = GOAL_FINAL;
}

static void keep_model(struct composing *c, struct melody_idea *idea, const struct passage *p)
{
    idea->model = ARENA_ARRAY(c->s->arena, struct melody_cell, c->cell_count);
    memcpy(idea->model, c->cells, c->cell_count * sizeof(*c->cells));
    idea->model_count = c->cell_count;
    idea->model_bars = p->bars;
    idea->model_start = p->section->start_tick;
}

/* What a cell recalls has its pitch now: the pitch, and the step to it when steps are wished for. */
static void recall_pitch(const struct composing *c, struct melody_cell *cell)
{
    const struct melody_cell *like = &c->cells[cell->like];

    cell->want = like->pitch;
    if (cell->step_weight > 0 && cell->like > 0 && !like->after_rest)
        cell->want_step = scale_distance(key_scale(timeline_key_at(c->timeline, like->tick)), like[-1].pitch, like->pitch);
}

/* All together but for notes that recall others of the section: these must be there first. */
static void find_pitches(struct composing *c, const struct melody_idea *idea, struct random *random)
{
    for (size_t from = 0, to; from < c->cell_count; from = to) {
        for (to = from; to < c->cell_count && (c->cells[to].like < (int)from || to == from); to++)
            if (c->cells[to].like != CELL_NO_LIKE)
                recall_pitch(c, &c->cells[to]);
        melody_path(c->s, c->cells + from, to - from, c->last_pitch, &idea->rules, random);
        c->last_pitch = c->cells[to - 1].pitch;
    }
}

/* What people remember of a solo is how it begins. */
static void keep_opening(struct composing *c, struct melody_idea *idea)
{
    size_t count = 0;

    while (count < c->cell_count && count < MOTIF_NOTES_MAX && (count == 0 || !c->cells[count - 1].ends_phrase))
        idea->notes[count] = c->cells[count], count++;
    idea->note_count = count > 0 ? count : idea->note_count;
}

static bool improvises(const struct composing *c, const struct melody_idea *idea)
{
    return idea->character->is_solo && c->s->genre->melody.solo != SOLO_TUNE;
}

static void lay_section(struct composing *c, struct melody_idea *idea, struct passage *p)
{
    c->cell_count = 0;
    if (improvises(c, idea))
        melody_lay_solo(c, idea, p);
    else if (idea->model == NULL)
        melody_lay_new(c, idea, p);
    else
        melody_lay_return(c, idea, p);
    if (c->cell_count > 0)
        melody_place_climax(c, idea, p);
    if (p->bars < p->section->bars)
        lay_final_note(c, p);
}

/* The section as it was composed once. */
struct section_try {
    struct melody_cell *cells;
    size_t cell_count;
    int last_pitch;
    struct melody_idea idea;
    double score;
    bool quotes;            /* an improvisation that goes on like the head */
    bool is_known;          /* goes like the beginning of a well-known tune for longer than chance explains */
};

/* By the reviewer's measures; what repeats is a matter of the whole song. */
static void judge(const struct composing *c, struct section_try *t)
{
    struct timeline_note *notes = ARENA_ARRAY(c->s->arena, struct timeline_note, t->cell_count + 1);
    struct band known = critic_band(c->s, MEASURE_KNOWN_TUNE, NULL);
    double values[MEASURE_COUNT];

    for (size_t i = 0; i < t->cell_count; i++) {
        const struct melody_cell *cell = &t->cells[i];

        notes[i] = (struct timeline_note){ cell->tick, cell->tick + cell->len_ticks, cell->pitch, 0,
                                           i == 0 || cell[-1].ends_phrase };
    }
    critic_measure_tune(c->s, notes, t->cell_count, false, values);
    t->score = critic_score(c->s, CRITIC_TUNE, values);
    t->is_known = values[MEASURE_KNOWN_TUNE] > known.high;
}

/* Whether so many of the notes are the same pitch at the same place as in a tune that the song has already. */
static bool quotes(const struct composing *c, const struct section_try *t, int32_t start)
{
    for (size_t k = 0; k < c->idea_count; k++) {
        const struct melody_idea *other = &c->ideas[k];
        size_t same = 0, count = 0;

        for (size_t i = 0; i < other->model_count; i++) {
            int32_t at = other->model[i].tick - other->model_start;

            if (at >= PERIOD_BARS * c->timeline->bar_ticks)
                break;
            count++;
            for (size_t j = 0; j < t->cell_count && t->cells[j].tick - start <= at; j++)
                same += t->cells[j].tick - start == at && t->cells[j].pitch == other->model[i].pitch;
        }
        if ((double)same > QUOTE_SHARE * (double)count)
            return true;
    }
    return false;
}

static struct section_try compose_once(struct composing *c, const struct melody_idea *idea, struct passage *p, int before)
{
    struct section_try t = { .idea = *idea };

    c->cells = ARENA_ARRAY(c->s->arena, struct melody_cell, c->cell_room);
    c->last_pitch = before;
    lay_section(c, &t.idea, p);
    find_pitches(c, &t.idea, &p->random);
    if (improvises(c, &t.idea) && c->s->genre->melody.solo == SOLO_LINES)
        melody_enclose(c, &p->random);
    t.cells = c->cells;
    t.cell_count = c->cell_count;
    t.last_pitch = c->last_pitch;
    judge(c, &t);
    t.quotes = improvises(c, &t.idea) && quotes(c, &t, p->section->start_tick);
    return t;
}

static int faults(const struct section_try *t)
{
    return 2 * t->is_known + t->quotes;
}

/* Of a new tune the best of several; what returns or is improvised is composed once, and again only when it is known
 * or quotes. */
static void compose_section(struct composing *c, struct melody_idea *idea, struct passage *p)
{
    bool is_new = idea->model == NULL && !improvises(c, idea);
    int before = c->last_pitch, tries = 1;
    struct section_try best;
    double worst;

    c->cell_room = (size_t)(p->bars + 1) * CELLS_BAR_MAX;
    best = compose_once(c, idea, p, before);
    worst = best.score;
    for (; tries < (is_new ? TUNES : 1) || ((best.is_known || best.quotes) && tries < TRIES_MAX); tries++) {
        struct section_try another = compose_once(c, idea, p, before);

        worst = fmin(worst, another.score);
        if (faults(&another) < faults(&best) || (faults(&another) == faults(&best) && another.score > best.score))
            best = another;
    }
    c->cells = best.cells;
    c->cell_count = best.cell_count;
    c->last_pitch = best.last_pitch;
    *idea = best.idea;
    if (tries > 1)
        critic_note(c->s, arena_printf(c->s->arena, "tune of the %s", p->section->type), tries, best.score, worst);
    if (improvises(c, idea))
        keep_opening(c, idea);
    else if (idea->model == NULL && !idea->character->is_solo)
        keep_model(c, idea, p);
}

/* The last section's tune ends where the final chord begins. */
static struct passage passage_make(const struct composing *c, size_t index)
{
    const struct timeline *t = c->timeline;
    const struct timeline_section *section = &t->sections.items[index];
    struct passage p = { .section = section, .bars = section->bars, .is_last_hook = tune_is_last_hook(t, index),
                         .random = session_random(c->s, "melody.section", (unsigned)index) };

    if (index + 1 == t->sections.count && t->hold_tick < section->end_tick && t->hold_tick > section->start_tick)
        p.bars = (t->hold_tick - section->start_tick) / t->bar_ticks;
    return p;
}

bool composer_melody(struct session *s, struct error *e)
{
    struct composing c = { .s = s, .timeline = s->timeline, .lowest = 127 };
    struct melody_spec *spec = ARENA_NEW(s->arena, struct melody_spec);
    struct random own = session_random(s, "melody.song", 0);
    size_t count = s->timeline->sections.count;

    (void)e;
    fields_init(&melody_spec_fields, spec, s->arena);
    SESSION_STAMP(s, spec, "melody_spec");
    spec->harmony_id = s->song->harmony_spec->id;
    spec->key = ARENA_NEW(s->arena, struct key_name);
    *spec->key = key_name_make(s->timeline->key);
    rhythm_book_read(&s->genre->melody, s->timeline->metre, s->arena, &c.book);
    rhythm_book_personalise(&c.book, s->arena, &own);
    c.taste = melody_taste_draw(&own);
    melody_like_figures(&c, &own);
    c.ideas = ARENA_ARRAY(s->arena, struct melody_idea, count);
    spec->section_melodies.items = ARENA_ARRAY(s->arena, struct section_melody, count);
    for (size_t i = 0; i < count; i++) {
        const struct timeline_section *section = &s->timeline->sections.items[i];
        struct passage passage = passage_make(&c, i);
        struct melody_idea *idea;

        if (!has_tune(&c, section->type))
            continue;
        idea = idea_for(&c, section);
        compose_section(&c, idea, &passage);
        melody_write_section(&c, idea, section, &spec->section_melodies.items[spec->section_melodies.count++]);
    }
    melody_write_ideas(&c, spec);
    s->song->melody_spec = spec;
    return true;
}
