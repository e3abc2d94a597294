/* The bassist: degrees at slots, always from the chord that sounds; the written bass of slash chords is the root.
 * Where the chord changes between two written notes he plays the new one's bass. Electronic basses may glide from the
 * end of a phrase into the next, pulse on long notes, and duck under the kick. */
#include "band/bass_touch.h"
#include "band/kicks.h"
#include "band/players.h"

#include <string.h>

enum { PICKUP_TICKS = METRE_PPQ / 2 };

struct line {
    int last;        /* the note before; -1 at the start */
    int root;        /* where the chord's bass note was put */
};

static int bass_pitch(const struct performer *p, const struct chord *c, int near)
{
    int high = p->low + 14 < p->high ? p->low + 14 : p->high; /* the low end of the register keeps the weight */

    return pitch_near(chord_bass_class(c), near, p->low, high);
}

/* A half or whole step from the next chord's bass note, on the side the line comes from; now and then its fifth. */
static int approach_pitch(struct performer *p, const struct chord *now, const struct chord *next, int last)
{
    int target = bass_pitch(p, next, last), side = last > target ? 1 : -1;
    double dice = random_unit(&p->random);
    int pitch;

    if (chord_is_equal(now, next)) {
        pitch = pitch_near(pitch_class_of(target + 7), last, p->low, p->high);
        return chord_has(now, pitch) ? pitch : target;
    }
    if (dice < 0.5)
        pitch = target + side;
    else if (dice < 0.8)
        pitch = scale_step(chord_scale(next, p->key), target, side);
    else
        pitch = pitch_near(pitch_class_of(target + 7), last, p->low, p->high);
    return pitch < p->low ? target + 1 : pitch > p->high ? target - 1 : pitch;
}

static int degree_pitch(struct performer *p, enum degree degree, const struct chord *c, const struct chord *next,
                        struct line *line)
{
    int root_class = pitch_class(c->root), semitones, pitch;

    switch (degree) {
    case DEGREE_BASS:
        return line->root;
    case DEGREE_ROOT:
        return pitch_near(root_class, line->root, p->low, p->high);
    case DEGREE_OCTAVE:
        return line->root + 12 <= p->high ? line->root + 12 : line->root;
    case DEGREE_THIRD:
        semitones = chord_degree_semitones(c, 3);
        break;
    case DEGREE_SIXTH:
        semitones = scale_has(chord_scale(c, p->key), root_class + 9) ? 9 : -1;
        break;
    case DEGREE_SEVENTH:
        semitones = chord_degree_semitones(c, 7);
        break;
    case DEGREE_APPROACH:
        return approach_pitch(p, c, next, line->last);
    case DEGREE_NEXT:
        return bass_pitch(p, next, line->last);
    case DEGREE_FIFTH:
    case DEGREE_FIFTH_BELOW:
    default:
        semitones = chord_degree_semitones(c, 5);
        break;
    }
    if (semitones < 0)
        semitones = chord_degree_semitones(c, 5);
    if (semitones < 0)
        return line->root;
    pitch = pitch_near(pitch_class_of(root_class + semitones), line->root + 5, line->root, line->root + 12);
    if (degree == DEGREE_FIFTH_BELOW)
        pitch -= pitch - 12 >= p->low ? 12 : 0;
    return pitch <= p->high ? pitch : pitch - 12 >= p->low ? pitch - 12 : line->root;
}

/* Writes one note, its end brought back to where the chord changes when the next chord does not hold it. */
static void note_write(struct performer *p, struct line *line, enum degree degree, int32_t tick, int32_t len_ticks,
                       int level)
{
    const struct timeline_chord *now = &p->all->timeline->chords.items[performer_chord(p, tick)];
    const struct timeline_chord *next = &p->all->timeline->chords.items[performer_chord(p, tick + len_ticks)];
    int near = line->root >= 0 ? line->root : p->low + 6;
    int pitch;

    if (!chord_is_set(&now->chord))
        return;
    if (!chord_is_set(&next->chord))
        next = now;
    line->root = bass_pitch(p, &now->chord, near);
    if (line->last < 0)
        line->last = line->root;
    pitch = degree_pitch(p, degree, &now->chord, &next->chord, line);
    performer_note(p, tick, len_ticks, pitch, performer_velocity(p, level, tick));
    line->last = pitch;
}

/* A chord that begins inside the bar, where nothing is written, is played all the same. */
static void change_write(struct performer *p, struct line *line, const struct bar *bar, int32_t from, int32_t until)
{
    const struct timeline *t = p->all->timeline;

    for (size_t i = performer_chord(p, from) + 1; i < t->chords.count; i++) {
        int32_t tick = t->chords.items[i].start_tick;
        int32_t end = t->chords.items[i].end_tick < until ? t->chords.items[i].end_tick : until;

        if (tick >= until || tick >= bar->tick + bar->len_ticks)
            return;
        note_write(p, line, DEGREE_BASS, tick, end - tick, 6);
    }
}

static void events_play(struct performer *p, const struct bar *bar, struct line *line)
{
    const struct steps_bar *steps = &bar->steps;
    const struct timeline *t = p->all->timeline;

    if (steps->count > 0 && steps->events[0].tick > 0)
        change_write(p, line, bar, bar->tick, bar->tick + steps->events[0].tick);
    for (size_t i = 0; i < steps->count; i++) {
        const struct step_event *event = &steps->events[i];
        int32_t tick = bar->tick + event->tick;
        int32_t until = i + 1 < steps->count ? bar->tick + steps->events[i + 1].tick : bar->tick + bar->len_ticks;
        int32_t change = t->chords.items[performer_chord(p, tick)].end_tick;
        int32_t len = event->len_ticks;
        bool pushes = performer_stroke_chord(p, tick, len, false) != performer_chord(p, tick);

        if (pushes) /* a note just before the change brings the new chord early */
            note_write(p, line, DEGREE_NEXT, tick, len, event->level);
        else
            note_write(p, line, (enum degree)event->value, tick,
                       event->value != DEGREE_NEXT && change < until && tick + len > change ? change - tick : len,
                       event->level);
        change_write(p, line, bar, pushes ? change : tick, until);
    }
}

/* With the kicks: roots, and at the end of a phrase the last one after the third beat may rise to the fifth or the
 * octave. Without drums one long root. */
static void kicks_play(struct performer *p, const struct bar *bar, struct line *line)
{
    struct kick kicks[KICKS_MAX];
    size_t count = kicks_read(bar, kicks);
    struct bar own = *bar;
    bool rises = bar->within % 4 == 3 && random_chance(&p->random, 0.6);

    own.steps = (struct steps_bar){ .count = 0 };
    if (count == 0)
        kicks[count++] = (struct kick){ 0, 7 };
    for (size_t i = 0; i < count; i++) {
        int32_t until = i + 1 < count ? kicks[i + 1].tick : bar->len_ticks;
        bool is_last = count > 1 && i + 1 == count && kicks[i].tick * 2 >= bar->len_ticks;

        own.steps.events[own.steps.count++] = (struct step_event){
            .tick = kicks[i].tick, .len_ticks = until - kicks[i].tick, .level = (uint8_t)(kicks[i].level > 7 ? 8 : 7),
            .value = (uint8_t)(!is_last || !rises ? DEGREE_BASS : random_chance(&p->random, 0.5) ? DEGREE_FIFTH
                                                                                                  : DEGREE_OCTAVE)
        };
    }
    events_play(p, &own, line);
}

/* Whether the arrangement asks for a pick-up into the next section, and this is the bar for it. */
static bool is_pickup(const struct performer *p, const struct bar *bar)
{
    const struct timeline_section *section = &p->all->timeline->sections.items[bar->section];
    const struct arranged_transition *after =
        arranged_transition_after(p->all->session->song->arrangement_spec, section->label);

    return bar->within + 1 == section->bars && after != NULL && after->technique != NULL &&
           strcmp(after->technique, "pickup") == 0 && performer_plays_at(p, section->end_tick - 1) &&
           section->end_tick < p->all->hold_tick;
}

/* The groove up to the last two eighths, then the fifth and a step into the next section. */
static void pickup_play(struct performer *p, const struct bar *bar, struct line *line)
{
    struct bar own = *bar;
    int32_t from = bar->len_ticks - 2 * PICKUP_TICKS;
    size_t kept = 0;

    while (kept < own.steps.count && own.steps.events[kept].tick < from)
        kept++;
    if (kept > 0 && own.steps.events[kept - 1].tick + own.steps.events[kept - 1].len_ticks > from)
        own.steps.events[kept - 1].len_ticks = from - own.steps.events[kept - 1].tick;
    own.steps.count = kept;
    for (int i = 0; i < 2 && own.steps.count < STEPS_BAR_MAX; i++)
        own.steps.events[own.steps.count++] = (struct step_event){
            .tick = from + i * PICKUP_TICKS, .len_ticks = PICKUP_TICKS, .level = 7,
            .value = (uint8_t)(i == 0 ? DEGREE_FIFTH : DEGREE_APPROACH)
        };
    events_play(p, &own, line);
}

static void bar_play(struct performer *p, const struct bar *bar)
{
    struct line *line = p->state;

    if (p->part->genre->duck > 0)
        kicks_duck(p, bar, p->part->genre->duck);
    if (bar->steps.word == BASS_WORD_NONE && is_pickup(p, bar)) {
        pickup_play(p, bar, line);
        return;
    }
    switch (bar->steps.word) {
    case BASS_WORD_WALK:
        bass_walk_bar(p, bar, &line->last);
        break;
    case BASS_WORD_TWO:
        bass_two_bar(p, bar, &line->last);
        break;
    case BASS_WORD_KICK:
        kicks_play(p, bar, line);
        return;
    case BASS_WORD_NONE:
    case BASS_WORD_COUNT:
        events_play(p, bar, line);
        return;
    }
    line->root = line->last;
}

void play_bassist(struct performer *p)
{
    struct line line = { .last = -1, .root = -1 };

    p->state = &line;
    performer_each_bar(p, bar_play);
    bass_glide(p);
    bass_wobble(p);
}

void finish_bassist(struct performer *p)
{
    const struct timeline_chord *last = &p->all->timeline->chords.items[performer_chord(p, p->all->hold_tick)];

    if (chord_is_set(&last->chord))
        performer_note(p, p->all->hold_tick, p->all->hold_len_ticks, bass_pitch(p, &last->chord, p->low + 5),
                       performer_velocity(p, 7, p->all->hold_tick));
}
