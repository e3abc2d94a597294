#include "band/melody_idea.h"

#include <math.h>

#include "band/measures.h"

enum { CANDIDATES = 10, RANGE_LEAST = 14, BELOW_PEAK = 15, ABOVE_PEAK = 3, REGISTER_SLACK = 3, BELOW_MOTIF = 2,
       SOLO_DEEPER = 3 };

#define NOISE 0.95
#define LINES_RUN_ON 1.0 /* a line of eighths moves: less willing to strike a note again than the tune is, by so much */

enum shape { SHAPE_ARCH, SHAPE_RISE, SHAPE_FALL, SHAPE_VALLEY, SHAPE_WAVE, SHAPE_COUNT };

static double shape_at(enum shape shape, double x)
{
    switch (shape) {
    case SHAPE_ARCH:
        return sin(M_PI * x) - 0.4;
    case SHAPE_RISE:
        return x - 0.5;
    case SHAPE_FALL:
        return 0.5 - x;
    case SHAPE_VALLEY:
        return 0.5 - sin(M_PI * x);
    case SHAPE_WAVE:
        return 0.6 * sin(2 * M_PI * x);
    case SHAPE_COUNT:
        break;
    }
    return 0;
}

/* The tune has an octave and a half to move in, the climax at its top. */
static void set_rules(const struct session *s, const struct melody_taste *taste, struct melody_idea *idea)
{
    const struct genre_melody *m = &s->genre->melody;
    struct melody_rules *r = &idea->rules;
    int shift = s->song->song_spec->register_semitones;

    idea->target = m->high + idea->character->peak + shift;
    *r = (struct melody_rules){ .low = idea->target - BELOW_PEAK, .high = idea->target + ABOVE_PEAK, .leap = m->leap,
                                .repeat = m->repeat, .colour = m->colour, .chromatic = m->chromatic,
                                .pentatonic = m->pentatonic, .blue = m->blue, .noise = NOISE, .taste = taste };
    if (r->low < m->low + shift - REGISTER_SLACK)
        r->low = m->low + shift - REGISTER_SLACK;
    if (idea->character->is_solo) {
        r->low -= SOLO_DEEPER;
        r->repeat = m->solo == SOLO_LINES ? r->repeat - LINES_RUN_ON : 0.4 * r->repeat;
        r->leap = fmax(r->leap, 0.45);
        r->chromatic = m->solo == SOLO_LINES ? fmax(m->chromatic, 0.1) : m->chromatic;
        r->pentatonic = m->solo == SOLO_LICKS ? fmax(m->pentatonic, 0.8) : m->solo == SOLO_LINES ? 0 : m->pentatonic;
    }
    r->leap *= 1 - s->advice.ease;
    if (r->high - r->low < RANGE_LEAST)
        r->low = r->high - RANGE_LEAST;
}

/* How a form uses its two bars of motif: how often the second is the first again, where a unit's last note begins and
 * how long it is silent after it, in parts of a bar; how often it runs on to the phrase's end instead. */
static const struct manner {
    double alike, last_note, silence, runs_on;
} manners[TUNE_FORM_COUNT] = {
    [TUNE_SONG] = { 0.45, 0.6, 0.125, 0.3 },     [TUNE_PERIOD] = { 0.4, 0.5, 0.125, 0.4 },
    [TUNE_SENTENCE] = { 0.35, 0.5, 0.125, 0.3 }, [TUNE_AAB] = { 0.25, 0.5, 0.125, 0.5 },
    [TUNE_RIFF] = { 0.8, 0.6, 0.125, 0.2 },      [TUNE_CALL] = { 0.35, 0.25, 0.375, 0 },
    [TUNE_SPARSE] = { 0.2, 0.125, 0.375, 0 },
};

static void draw_rhythms(const struct session *s, const struct rhythm_book *book, struct melody_idea *idea,
                         struct random *random)
{
    const struct genre_melody *m = &s->genre->melody;
    const struct manner *manner = &manners[m->form];
    int32_t bar = s->timeline->bar_ticks, pulse = metre_pulse_ticks(s->timeline->metre), half = bar / 2 / pulse * pulse;
    int32_t breath = (int32_t)(bar * manner->silence) / (METRE_PPQ / 2) * (METRE_PPQ / 2);
    int32_t last = (int32_t)(bar * manner->last_note) / (pulse / 2) * (pulse / 2);
    double notes = m->density * idea->character->density * bar / (4.0 * METRE_PPQ) *
                   (0.75 + 0.5 * s->song->song_spec->density);
    struct rhythm_bar second;

    if (m->rest > 0.22 && breath < pulse)
        breath = pulse;
    idea->motif[0] = rhythm_bar_draw(book, notes * 1.05, random);
    second = random_chance(random, manner->alike) ? idea->motif[0] : rhythm_bar_draw(book, notes, random);
    idea->ending = rhythm_bar_close(&second, bar, random_chance(random, 0.7) ? last : bar - pulse - breath, breath);
    idea->motif[1] = random_chance(random, manner->runs_on) ? second : idea->ending;
    idea->contrast = rhythm_bar_draw(book, notes, random);
    second = rhythm_bar_draw(book, notes, random);
    idea->tail = rhythm_bar_close(&second, bar, random_chance(random, 0.5) ? pulse / 2 : half / 2, bar - half);
    second = rhythm_bar_draw(book, notes, random);
    idea->close = rhythm_bar_close(random_chance(random, 0.6) ? &idea->motif[0] : &second, bar,
                                   random_chance(random, 0.6) ? half : half / 2, breath + pulse / 2);
}

static void place_motif(const struct session *s, struct melody_idea *idea, int32_t tick, struct random *random)
{
    const struct timeline *t = s->timeline;
    enum shape shape = (enum shape)random_below(random, SHAPE_COUNT);
    double middle = idea->target - 8 + 3 * random_unit(random), height = 6 + 4 * random_unit(random);
    int32_t end = tick;

    idea->note_count = 0;
    for (int bar = 0; bar < MOTIF_BARS; bar++) {
        const struct rhythm_bar *r = &idea->motif[bar];

        idea->bar_notes[bar] = r->count;
        for (int i = 0; i < r->count; i++) {
            int32_t start = tick + bar * t->bar_ticks + r->tick[i];
            double x = (start - tick) / (double)(MOTIF_BARS * t->bar_ticks);

            idea->notes[idea->note_count++] = (struct melody_cell){
                .tick = start, .len_ticks = r->len[i], .after_rest = start > end, .want_step = CELL_NO_STEP,
                .like = CELL_NO_LIKE, .ceiling = idea->target - BELOW_MOTIF, .contour = middle + height * shape_at(shape, x), .contour_weight = 0.09
            };
            end = start + r->len[i];
        }
    }
    idea->notes[idea->note_count - 1].ends_phrase = true;
}

/* 1 inside low … high, falling to 0 at `slack` outside. */
static double within(double x, double low, double high, double slack)
{
    double off = x < low ? low - x : x > high ? x - high : 0;

    return isnan(x) ? 1 : fmax(1 - off / slack, 0);
}

/* Against what good tunes measure; what one remembers has a shape, two note lengths and no more. */
static double judge(const struct session *s, const struct melody_idea *idea)
{
    struct timeline_note notes[MOTIF_NOTES_MAX];
    struct tune_measures m;
    int lengths = 0, turns = 0;
    unsigned pitches = 0;

    for (size_t i = 0; i < idea->note_count; i++) {
        const struct melody_cell *c = &idea->notes[i];
        bool is_new = true;

        notes[i] = (struct timeline_note){ c->tick, c->tick + c->len_ticks, c->pitch, 0, i == 0 };
        pitches |= 1u << c->pitch % 12;
        for (size_t j = 0; j < i; j++)
            is_new &= idea->notes[j].len_ticks != c->len_ticks;
        lengths += is_new;
        if (i >= 2)
            turns += (c->pitch - c[-1].pitch) * (c[-1].pitch - c[-2].pitch) < 0;
    }
    m = tune_measure(s->timeline, notes, idea->note_count);
    return 0.2 * within(m.chord_tones_strong, 0.7, 1, 0.5) + 0.1 * within(m.resolved, 0.5, 1, 0.5) +
           0.15 * within(m.range, 5, 12, 5) + 0.1 * within(m.steps, 0.35, 0.7, 0.4) +
           0.1 * within(m.leaps, 0.08, 0.35, 0.3) + 0.1 * within(m.repeats, 0, 0.35, 0.3) +
           0.1 * within(lengths, 2, 4, 2) + 0.1 * within(__builtin_popcount(pitches), 4, 6, 3) +
           0.05 * within(turns, 2, 6, 3);
}

void melody_idea_make(const struct session *s, const struct rhythm_book *book, const struct melody_taste *taste,
                      const char *type, unsigned index, int32_t tick, struct melody_idea *out)
{
    struct scale scale = key_scale(timeline_key_at(s->timeline, tick));
    struct melody_idea best = { .score = -1 };

    for (unsigned i = 0; i < CANDIDATES; i++) {
        struct random random = session_random(s, "melody.idea", index * CANDIDATES + i);
        struct melody_idea idea = { .type = type, .character = tune_character(type) };

        set_rules(s, taste, &idea);
        draw_rhythms(s, book, &idea, &random);
        place_motif(s, &idea, tick, &random);
        melody_path(s, idea.notes, idea.note_count, 0, &idea.rules, &random);
        idea.score = judge(s, &idea);
        if (idea.score > best.score)
            best = idea;
    }
    for (size_t i = 0; i < best.note_count; i++)
        best.steps[i] = i > 0 ? scale_distance(scale, best.notes[i - 1].pitch, best.notes[i].pitch) : CELL_NO_STEP;
    *out = best;
}
