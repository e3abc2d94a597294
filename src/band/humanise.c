#include "band/humanise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "band/stops.h"

/* AR(1) with this correlation from beat to beat: measured on drummers' hats (kick and snare: .3). */
#define DRIFT_KEEP 0.55
#define BAND_DRIFT_MS 2.5

enum { SUSTAIN = 64 };
enum { SHORTEST_TICKS = 12 };
enum { NEARLY = 8, NEARLY_SIZE_MAX = 32 }; /* places that an item is moved on average; bytes of one */

/* Velocities bend softly toward these from the knees on: below the softest a General MIDI module is silent in a mix (a
 * note at 28 lies 26 dB under one at 127), above the hardest nothing is left for an accent. */
#define SOFT_KNEE 44.0
#define SOFTEST 27.0
#define HARD_KNEE 106.0
#define HARDEST 118.0

/* How each player's written lengths become sounding ones. */
static const struct {
    bool is_gated;       /* lengths are multiplied by the part's gate */
    bool is_single;      /* one note at a time */
} manners[PLAYER_COUNT] = {
    [PLAYER_BASSIST] = { true, true },     [PLAYER_COMPER] = { true, false },  [PLAYER_ARPEGGIATOR] = { true, false },
    [PLAYER_STRUMMER] = { true, false },   [PLAYER_POWER] = { true, false },   [PLAYER_LEAD] = { false, true },
    [PLAYER_COUNTER] = { false, true },     [PLAYER_PICKER] = { true, false },  [PLAYER_MONTUNO] = { true, false },
    [PLAYER_RIFFER] = { true, false },
};

struct groove_clock groove_clock_make(const struct performance *all)
{
    const struct timeline *t = all->timeline;
    struct random random = session_random(all->session, "band-drift", 0);
    struct groove_clock clock = { .timeline = t, .swing_percent = all->rhythm->swing_percent,
                                  .amount = all->rhythm->humanise, .ticks_per_ms = t->bpm * METRE_PPQ / 60000.0 };
    float *drift;
    double now = 0;

    clock.beats = (size_t)(t->end_tick / METRE_PPQ) + 2;
    drift = ARENA_ARRAY(all->session->arena, float, clock.beats);
    for (size_t i = 0; i < clock.beats; i++) {
        now = DRIFT_KEEP * now + sqrt(1 - DRIFT_KEEP * DRIFT_KEEP) * BAND_DRIFT_MS * random_normal(&random);
        drift[i] = (float)now;
    }
    clock.drift_ms = drift;
    if (clock.swing_percent > 50.5 && !metre_find(t->metre)->is_compound)
        clock.swing_ticks = all->rhythm->swing_unit == 16 ? METRE_PPQ / 4 : METRE_PPQ / 2;
    return clock;
}

int32_t groove_clock_swing(const struct groove_clock *clock, int32_t tick)
{
    int32_t bar_ticks = clock->timeline->bar_ticks, start = tick / bar_ticks * bar_ticks, within = tick - start;
    int32_t pair = clock->swing_ticks * 2;

    if (clock->swing_ticks == 0 || within >= bar_ticks / pair * pair)
        return tick;
    /* Triplets stretch with the beat that they divide. */
    if (pair == METRE_PPQ && within % METRE_PPQ == METRE_PPQ / 3)
        return start + within - METRE_PPQ / 3 + (int32_t)lround(METRE_PPQ * clock->swing_percent / 200);
    if (pair == METRE_PPQ && within % METRE_PPQ == METRE_PPQ * 2 / 3)
        return start + within - METRE_PPQ * 2 / 3 + (int32_t)lround(METRE_PPQ * clock->swing_percent / 100);
    return start + metre_swing(within, clock->swing_ticks, clock->swing_percent);
}

static int written_compare(const void *a, const void *b)
{
    const struct written *x = a, *y = b;

    if (x->tick != y->tick)
        return x->tick < y->tick ? -1 : 1;
    return (int)x->pitch - (int)y->pitch;
}

/* qsort's order, of what stands nearly in it: players write from bar to bar. Equal ones stay as they stood. */
static void sort_nearly(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    unsigned char *base = items, item[NEARLY_SIZE_MAX];
    size_t moves = 0;

    ASSERT(size <= sizeof(item));
    for (size_t i = 1; i < count && moves <= count * NEARLY; i++) {
        size_t to = i;

        while (to > 0 && compare(base + (to - 1) * size, base + i * size) > 0)
            to--;
        if (to == i)
            continue;
        moves += i - to;
        memcpy(item, base + i * size, size);
        memmove(base + (to + 1) * size, base + to * size, (i - to) * size);
        memcpy(base + to * size, item, size);
    }
    if (moves > count * NEARLY)
        qsort(items, count, size, compare);
}

static int score_note_compare(const void *a, const void *b)
{
    const struct score_note *x = a, *y = b;

    if (x->start_tick != y->start_tick)
        return x->start_tick < y->start_tick ? -1 : 1;
    if (x->pitch != y->pitch)
        return (int)x->pitch - (int)y->pitch;
    if (x->velocity != y->velocity)
        return (int)y->velocity - (int)x->velocity;
    return y->len_ticks < x->len_ticks ? -1 : y->len_ticks > x->len_ticks;
}

static double stroke_feel_ms(const struct performer *p, uint8_t pitch)
{
    const struct genre_part *part = p->part->genre;
    const struct drum_voice *voice = part->player == PLAYER_DRUMMER ? drum_voice_by_key(pitch) : NULL;

    if (voice == NULL)
        return part->feel_ms;
    return part->feel_ms + (voice->rank == 1 ? part->backbeat_ms : 0) -
           (voice->rank <= 1 && part->timing_ms > 1 ? 3 : 0);
}

struct hand {
    double drift_ms, drift_velocity;  /* the player's own */
    size_t beat;
    double jitter_ms, jitter_velocity; /* of the stroke: shared by the notes of a chord */
    int32_t tick;
    struct random drifting;            /* goes on from beat to beat, whatever is played */
    struct random striking;            /* begins anew in each bar, so that other bars stay as they are when one is changed */
    int32_t bar;
    const char *dice;
};

static void hand_move(struct hand *h, struct performer *p, const struct groove_clock *clock, int32_t tick)
{
    const struct genre_part *part = p->part->genre;
    size_t beat = (size_t)(tick / METRE_PPQ);

    for (; h->beat < beat; h->beat++) {
        double fresh = sqrt(1 - DRIFT_KEEP * DRIFT_KEEP);

        h->drift_ms = DRIFT_KEEP * h->drift_ms + fresh * 0.5 * part->timing_ms * random_normal(&h->drifting);
        h->drift_velocity = DRIFT_KEEP * h->drift_velocity +
                            fresh * 0.5 * part->velocity_spread * random_normal(&h->drifting);
    }
    if (h->tick == tick)
        return;
    h->tick = tick;
    if (h->bar != tick / clock->timeline->bar_ticks) {
        h->bar = tick / clock->timeline->bar_ticks;
        h->striking = session_random(p->all->session, h->dice, 1 + (unsigned)h->bar);
    }
    h->jitter_ms = 0.75 * part->timing_ms * random_normal(&h->striking);
    h->jitter_velocity = 0.8 * part->velocity_spread * random_normal(&h->striking);
}

static uint8_t velocity_bend(double v)
{
    if (v < SOFT_KNEE)
        v = SOFTEST + (SOFT_KNEE - SOFTEST) * exp((v - SOFT_KNEE) / (SOFT_KNEE - SOFTEST));
    if (v > HARD_KNEE)
        v = HARDEST - (HARDEST - HARD_KNEE) * exp((HARD_KNEE - v) / (HARDEST - HARD_KNEE));
    return (uint8_t)lround(v);
}

static struct score_note note_perform(struct performer *p, const struct groove_clock *clock, struct hand *h,
                                      const struct written *in)
{
    const struct genre_part *part = p->part->genre;
    int32_t end_tick = clock->timeline->end_tick;
    int32_t start = groove_clock_swing(clock, in->tick), end = groove_clock_swing(clock, in->tick + in->len_ticks);
    double ms, velocity, gate = manners[part->player].is_gated ? p->sound->gate : 1;
    struct score_note out = { .pitch = in->pitch };

    hand_move(h, p, clock, in->tick);
    ms = h->drift_ms + h->jitter_ms + 0.2 * part->timing_ms * random_normal(&h->striking) +
         clock->drift_ms[(size_t)(in->tick / METRE_PPQ)] * (part->timing_ms > 1 ? 1 : 0);
    ms = ms * clock->amount + stroke_feel_ms(p, in->pitch) + in->shift_ms;
    velocity = in->velocity + (h->drift_velocity + h->jitter_velocity + 0.3 * part->velocity_spread *
                               random_normal(&h->striking)) * clock->amount;
    gate *= 1 + 0.08 * clock->amount * random_normal(&h->striking) * (manners[part->player].is_gated ? 1 : 0);
    out.len_ticks = (int32_t)lround((end - start) * (gate > 1 ? 1 : gate));
    out.start_tick = start + (int32_t)lround(ms * clock->ticks_per_ms);
    if (out.start_tick < 0)
        out.start_tick = 0;
    if (out.start_tick > end_tick - 1)
        out.start_tick = end_tick - 1;
    if (out.len_ticks < SHORTEST_TICKS)
        out.len_ticks = SHORTEST_TICKS;
    if (in->shift_ms < 0) /* an early start does not end early */
        out.len_ticks += (int32_t)lround(-in->shift_ms * clock->ticks_per_ms);
    if (out.len_ticks > end_tick - out.start_tick)
        out.len_ticks = end_tick - out.start_tick;
    out.velocity = velocity_bend(velocity);
    return out;
}

/* Brings sorted notes into order: one of two that coincide goes, what overlaps is cut, what is too short goes. */
static size_t notes_untangle(struct score_note *notes, size_t count, bool is_single)
{
    size_t last_of[128], kept = 0;

    memset(last_of, 0xff, sizeof(last_of));
    for (size_t i = 0; i < count; i++) {
        struct score_note note = notes[i];
        size_t before = is_single ? (kept > 0 ? kept - 1 : SIZE_MAX) : last_of[note.pitch];

        if (before != SIZE_MAX && notes[before].start_tick + SHORTEST_TICKS > note.start_tick &&
            (is_single || notes[before].pitch == note.pitch)) {
            if (notes[before].velocity < note.velocity)
                notes[before].velocity = note.velocity;
            if (!is_single && notes[before].start_tick + notes[before].len_ticks < note.start_tick + note.len_ticks)
                notes[before].len_ticks = note.start_tick + note.len_ticks - notes[before].start_tick;
            continue;
        }
        if (before != SIZE_MAX && notes[before].start_tick + notes[before].len_ticks > note.start_tick)
            notes[before].len_ticks = note.start_tick - notes[before].start_tick;
        last_of[note.pitch] = kept;
        notes[kept++] = note;
    }
    return kept;
}

struct ordered {
    struct score_control control;
    size_t order;
};

static int control_compare(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;

    if (x->control.tick != y->control.tick)
        return x->control.tick < y->control.tick ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* At the end the pedal is up and the wheel in the middle: what is played next on the channel begins clean. */
static void controls_release(struct performer *p)
{
    int32_t end = p->all->timeline->end_tick, pedal_tick = -1, bend_tick = -1;
    int pedal = 0, bend = 0;

    for (size_t i = 0; i < p->control_count; i++) {
        const struct score_control *c = &p->controls[i];

        if (c->kind == SCORE_CC && c->number == SUSTAIN && c->tick >= pedal_tick) {
            pedal_tick = c->tick;
            pedal = c->value;
        }
        if (c->kind == SCORE_PITCH_BEND && c->tick >= bend_tick) {
            bend_tick = c->tick;
            bend = c->value;
        }
    }
    if (pedal != 0)
        performer_control(p, end, SUSTAIN, 0);
    if (bend != 0)
        performer_bend(p, end, 0);
}

/* Sorted by time; of several values of one controller at one tick the last one written stays. */
static void controls_finish(struct performer *p, const struct groove_clock *clock, struct score_part *out)
{
    int32_t feel = (int32_t)lround(p->part->genre->feel_ms * clock->ticks_per_ms);
    struct arena *a = p->all->session->arena;
    struct ordered *sorted = ARENA_ARRAY(a, struct ordered, p->control_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < p->control_count; i++) {
        int32_t tick = groove_clock_swing(clock, p->controls[i].tick) + (p->controls[i].tick > 0 ? feel : 0);

        sorted[i] = (struct ordered){ p->controls[i], i };
        sorted[i].control.tick = tick < 0 ? 0 : tick > clock->timeline->end_tick ? clock->timeline->end_tick : tick;
    }
    sort_nearly(sorted, p->control_count, sizeof(*sorted), control_compare);
    for (size_t i = 0; i < p->control_count; i++) {
        const struct score_control *c = &sorted[i].control, *next = &sorted[i + 1].control;
        bool is_replaced = i + 1 < p->control_count && next->tick == c->tick && next->kind == c->kind &&
                           next->number == c->number;

        if (!is_replaced)
            p->controls[count++] = *c;
    }
    out->controls = p->controls;
    out->control_count = count;
}

/* Without what falls into a stop. */
static void written_cut(struct performer *p)
{
    size_t kept = 0;

    for (size_t i = 0; i < p->note_count; i++) {
        struct written note = p->notes[i];

        if (stops_keep_written(&p->all->stops, &note))
            p->notes[kept++] = note;
    }
    p->note_count = kept;
}

void humanise_part(struct performer *p, const struct groove_clock *clock, struct score_part *out)
{
    struct hand hand = { .tick = -1, .bar = -1, .dice = arena_printf(p->all->session->arena, "hand-%s", p->part->id) };
    bool is_single = manners[p->part->genre->player].is_single && p->part->role != ROLE_VOICE;
    size_t count = 0;

    written_cut(p);
    hand.drifting = session_random(p->all->session, hand.dice, 0);
    sort_nearly(p->notes, p->note_count, sizeof(*p->notes), written_compare);
    out->notes = ARENA_ARRAY(p->all->session->arena, struct score_note, p->note_count + 1);
    for (size_t i = 0; i < p->note_count; i++) {
        out->notes[count] = note_perform(p, clock, &hand, &p->notes[i]);
        count += stops_keep_performed(&p->all->stops, p->notes[i].tick, &out->notes[count]);
    }
    sort_nearly(out->notes, count, sizeof(*out->notes), score_note_compare);
    out->note_count = notes_untangle(out->notes, count, is_single);
    controls_release(p);
    controls_finish(p, clock, out);
}
