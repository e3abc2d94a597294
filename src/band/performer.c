/* What players have in common: writing notes, reading grooves, dynamics, voicings. */
#include "band/players.h"

#include <math.h>
#include <string.h>

enum { EXPRESSION = 11, SIXTEENTH = METRE_PPQ / 4 };

/* Velocities from the quietest to the fullest section, and by how much those who are alone come forward. */
enum { ENERGY_VELOCITY = 34, BARE_LIFT = 10, TOUCH_VELOCITY = 16 };

/* A step of dynamics, as from mp to mf. */
enum { STEP_VELOCITY = 9 };

static void *list_grow(struct arena *a, void *items, size_t count, size_t *capacity, size_t size)
{
    void *out;

    if (count < *capacity)
        return items;
    *capacity = *capacity == 0 ? 256 : *capacity * 2;
    out = arena_alloc_array(a, *capacity, size);
    if (count > 0)
        memcpy(out, items, count * size);
    return out;
}

void performer_dice(struct performer *p, int32_t tick)
{
    p->random = session_random(p->all->session, p->dice, (unsigned)(tick / p->all->timeline->bar_ticks));
}

/* Of the section, 0-based. */
static int first_bar(const struct performer *p, size_t section)
{
    const struct arrangement_spec *spec = p->all->session->song->arrangement_spec;

    return p->part->instrument != NULL ? arranged_section_entry(&spec->sections.items[section], p->part->instrument->name) - 1 : 0;
}

/* Whether the part comes into its section only after this tick. */
static bool waits_at(const struct performer *p, int32_t tick)
{
    const struct timeline *t = p->all->timeline;
    const struct timeline_section *section;

    if (p->part->instrument == NULL)
        return false;
    section = timeline_section_at(t, tick);
    return tick < section->start_tick + first_bar(p, (size_t)(section - t->sections.items)) * t->bar_ticks;
}

void performer_note_shifted(struct performer *p, int32_t tick, int32_t len_ticks, int pitch, double velocity,
                            double shift_ms)
{
    if (len_ticks < 1 || pitch < 0 || pitch > 127 || tick < 0 || tick >= p->all->timeline->end_tick ||
        waits_at(p, tick))
        return;
    p->notes = list_grow(p->all->session->arena, p->notes, p->note_count, &p->note_capacity, sizeof(*p->notes));
    p->notes[p->note_count++] = (struct written){ .tick = tick, .len_ticks = len_ticks, .velocity = (float)velocity,
                                                  .shift_ms = (float)shift_ms, .pitch = (uint8_t)pitch };
}

void performer_note(struct performer *p, int32_t tick, int32_t len_ticks, int pitch, double velocity)
{
    performer_note_shifted(p, tick, len_ticks, pitch, velocity, 0);
}

static void control_add(struct performer *p, int32_t tick, enum score_control_kind kind, int number, int value)
{
    if (tick < 0 || tick > p->all->timeline->end_tick)
        return;
    p->controls = list_grow(p->all->session->arena, p->controls, p->control_count, &p->control_capacity,
                            sizeof(*p->controls));
    p->controls[p->control_count++] = (struct score_control){ .tick = tick, .kind = (uint8_t)kind,
                                                              .number = (uint8_t)number, .value = (int16_t)value };
}

void performer_control(struct performer *p, int32_t tick, int number, int value)
{
    control_add(p, tick, SCORE_CC, number, value < 0 ? 0 : value > 127 ? 127 : value);
}

void performer_bend(struct performer *p, int32_t tick, int value)
{
    control_add(p, tick, SCORE_PITCH_BEND, 0, value < -8192 ? -8192 : value > 8191 ? 8191 : value);
}

void performer_swell(struct performer *p, int32_t tick, int32_t len_ticks, double from, double peak, double peak_at,
                     double to)
{
    int steps = len_ticks / 160;
    int last = -1;

    if (steps < 2)
        steps = 2;
    if (steps > 16)
        steps = 16;
    for (int i = 0; i < steps; i++) {
        double at = (double)i / steps;
        double value = at < peak_at ? from + (peak - from) * at / peak_at
                                    : peak + (to - peak) * (at - peak_at) / (1 - peak_at);
        int rounded = (int)lround(value);

        if (rounded != last)
            performer_control(p, tick + (int32_t)lround(at * len_ticks), EXPRESSION, rounded);
        last = rounded;
    }
}

static size_t section_index(const struct performer *p, int32_t tick)
{
    return (size_t)(timeline_section_at(p->all->timeline, tick) - p->all->timeline->sections.items);
}

bool performer_plays_at(const struct performer *p, int32_t tick)
{
    return stage_plays(p->all->session, p->all->stage, p->part, section_index(p, tick));
}

/* What a part plays when nobody wrote it a groove. */
static const char *plain_line(const struct performer *p)
{
    switch (player_notations[p->part->genre->player]) {
    case NOTATION_DEGREES:
        return "1@0";
    case NOTATION_LADDER:
        return "1.2.3.2.";
    case NOTATION_DRUMS:
    case NOTATION_STROKES:
    case NOTATION_COUNT:
        break;
    }
    return "x---";
}

static void bar_read(const struct performer *p, struct bar *bar)
{
    enum notation notation = player_notations[p->part->genre->player];
    bool is_written = bar->groove != NULL && bar->groove->lines.count > 0 && bar->groove->notation == (int)notation;
    const char *line = is_written ? bar->groove->lines.items[0] : plain_line(p);
    struct steps_bar next;

    bar->carried_ticks = 0;
    bar->steps.count = 0;
    if (notation == NOTATION_DRUMS)
        return;
    if (steps_read(notation, line, (size_t)bar->within, bar->len_ticks, &bar->steps) != NULL)
        steps_read(notation, "x", 0, bar->len_ticks, &bar->steps);
    if (steps_read(notation, line, (size_t)bar->within + 1, bar->len_ticks, &next) == NULL)
        bar->carried_ticks = next.carried_ticks;
}

void performer_each_bar(struct performer *p, void (*play)(struct performer *p, const struct bar *bar))
{
    const struct timeline *t = p->all->timeline;

    for (size_t s = 0; s < t->sections.count; s++) {
        const struct timeline_section *section = &t->sections.items[s];
        struct bar bar = { .section = s,
                           .len_ticks = t->bar_ticks,
                           .stage = p->all->stage,
                           .arranged = &p->all->session->song->arrangement_spec->sections.items[s] };
        int first;

        if (!stage_plays(p->all->session, p->all->stage, p->part, s))
            continue;
        first = first_bar(p, s);
        bar.rhythm = rhythm_section_find(p->all->rhythm, section->label, section->type);
        bar.groove = bar.rhythm != NULL ? rhythm_part_find(bar.rhythm, p->part->id) : NULL;
        for (int b = first; b < section->bars; b++) {
            bar.within = b;
            bar.begins = b == first;
            bar.index = section->start_bar + b;
            bar.tick = section->start_tick + b * t->bar_ticks;
            p->key = timeline_key_at(t, bar.tick);
            if (bar.tick >= p->all->hold_tick)
                return;
            bar_read(p, &bar);
            performer_dice(p, bar.tick);
            play(p, &bar);
        }
    }
}

double performer_energy(const struct performer *p, int32_t tick)
{
    const struct timeline *t = p->all->timeline;
    const struct timeline_section *section = timeline_section_at(t, tick);
    double energy = section->energy;
    int32_t ramp = 4 * t->bar_ticks;

    /* A build: the last bars lead half-way up to a stronger section. */
    if (section + 1 < t->sections.items + t->sections.count && section[1].energy > energy + 0.15 &&
        tick > section->end_tick - ramp)
        energy += 0.5 * (section[1].energy - energy) * (tick - (section->end_tick - ramp)) / ramp;
    return energy;
}

double performer_velocity(const struct performer *p, int level, int32_t tick)
{
    const struct genre_part *part = p->part->genre;
    double slope = part->player == PLAYER_DRUMMER ? 12 : part->player == PLAYER_BASSIST ? 10 : 8;
    size_t section = (size_t)(timeline_section_at(p->all->timeline, tick) - p->all->timeline->sections.items);
    double forward = (p->all->is_bare[section] ? BARE_LIFT : 0) +
                     p->all->timeline->sections.items[section].dynamics_shift * STEP_VELOCITY;

    if (part->player == PLAYER_DRUMMER)
        forward += TOUCH_VELOCITY * p->all->session->song->song_spec->drum_touch;
    return part->velocity + (level - 7) * slope + (performer_energy(p, tick) - 0.5) * ENERGY_VELOCITY + forward;
}

size_t performer_chord(const struct performer *p, int32_t tick)
{
    const struct timeline *t = p->all->timeline;

    if (tick >= t->end_tick)
        tick = t->end_tick - 1;
    return (size_t)(timeline_chord_at(t, tick) - t->chords.items);
}

size_t performer_stroke_chord(const struct performer *p, int32_t tick, int32_t len_ticks, bool anticipates)
{
    const struct timeline *t = p->all->timeline;
    size_t chord = performer_chord(p, tick);
    int32_t change = t->chords.items[chord].end_tick;

    if (anticipates)
        return performer_chord(p, tick + len_ticks);
    if (chord + 1 < t->chords.count && change - tick <= SIXTEENTH && change < tick + len_ticks)
        chord++;
    return chord;
}

struct voicing *performer_voicings(struct performer *p, unsigned kinds, int voices)
{
    const struct timeline *t = p->all->timeline;
    struct arena *a = p->all->session->arena;
    const struct genre_part *part = p->part->genre;
    struct voicing_rules rules = { .low = p->low, .high = p->high, .voices = voices, .kinds = kinds,
                                   .bass_has_root = true, .leading_class = -1 };
    struct chord *chords = ARENA_ARRAY(a, struct chord, t->chords.count);
    struct voicing *path = ARENA_ARRAY(a, struct voicing, t->chords.count);
    struct voicing *out = ARENA_ARRAY(a, struct voicing, t->chords.count);
    size_t *place = ARENA_ARRAY(a, size_t, t->chords.count);
    size_t count = 0;

    if (p->voicings != NULL)
        return p->voicings;
    if (part->voicings.count > 0)
        rules.kinds = 0;
    for (size_t i = 0; i < part->voicings.count; i++)
        for (unsigned k = 0; k < VOICING_KIND_COUNT; k++)
            if (strcmp(voicing_kind_names[k], part->voicings.items[i]) == 0)
                rules.kinds |= VOICING_BIT(k);
    for (size_t i = 0; i < t->chords.count; i++) { /* chords that go on are one chord */
        if (count == 0 || !chord_is_equal(&chords[count - 1], &t->chords.items[i].chord))
            chords[count++] = t->chords.items[i].chord;
        place[i] = count - 1;
    }
    voicing_path(chords, count, &rules, NULL, a, path);
    for (size_t i = 0; i < t->chords.count; i++)
        out[i] = path[place[i]];
    return p->voicings = out;
}

int chord_degree_semitones(const struct chord *c, int degree)
{
    static const struct {
        int degree, low, high;
    } ranges[] = { { 3, 3, 4 }, { 3, 5, 5 }, { 3, 2, 2 },   { 5, 7, 7 },
                   { 5, 6, 6 }, { 5, 8, 8 }, { 7, 10, 11 }, { 7, 9, 9 } };
    const struct chord_info *info = &chord_infos[c->quality];

    for (size_t r = 0; r < sizeof(ranges) / sizeof(ranges[0]); r++)
        for (size_t i = 1; i < info->count && ranges[r].degree == degree; i++)
            if (info->tones[i] >= ranges[r].low && info->tones[i] <= ranges[r].high)
                return info->tones[i];
    return -1;
}

int pitch_near(int pitch_class, int near, int low, int high)
{
    int pitch = near + pitch_class_shortest(pitch_class_of(near), pitch_class);

    while (pitch < low)
        pitch += 12;
    while (pitch > high)
        pitch -= 12;
    return pitch < low ? pitch + 12 : pitch;
}
