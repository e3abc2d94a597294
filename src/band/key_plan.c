#include "band/key_plan.h"

#include <math.h>
#include <string.h>

#include "song/arrangement_spec.h"
#include "song/melody_spec.h"

static const char agent[] = "composer";

/* A lift comes late, and where the song already stands high. */
#define WISHED_FROM 0.6
#define LIFT_FROM 0.5
#define LIFT_ENERGY 0.6
#define WHOLE_TONE_CHANCE 0.6

static bool comes_before(const struct arrangement_spec *a, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(a->sections.items[i].section_type, a->sections.items[index].section_type) == 0)
            return true;
    return false;
}

/* The last section that was heard before and stands highest; the section count when there is none. */
static size_t lift_place(const struct arrangement_spec *a)
{
    size_t best = a->sections.count;

    for (size_t i = 1; i < a->sections.count; i++) {
        const struct arranged_section *section = &a->sections.items[i];

        if (section->start_bar - 1 < a->total_bars * LIFT_FROM || section->energy < LIFT_ENERGY || !comes_before(a, i))
            continue;
        if (best == a->sections.count || section->energy >= a->sections.items[best].energy)
            best = i;
    }
    return best;
}

/* Where a lift goes that is asked for: where a song would have it, else the strongest section of the last third. */
static size_t wished_place(const struct arrangement_spec *a)
{
    size_t best = lift_place(a);

    for (size_t i = a->sections.count; i-- > 1 && lift_place(a) == a->sections.count;)
        if (a->sections.items[i].start_bar - 1 >= a->total_bars * WISHED_FROM &&
            (best == a->sections.count || a->sections.items[i].energy >= a->sections.items[best].energy))
            best = i;
    return best;
}

struct key_plan key_plan_make(const struct session *s)
{
    const struct arrangement_spec *a = s->song->arrangement_spec;
    struct key_plan plan = { .shifts = ARENA_ARRAY(s->arena, int, a->sections.count + 1), .lifted = a->sections.count };
    struct random random = random_stream(s->seed, "harmony.keys", 0); /* one plan, whatever the round and the candidate */
    double dice = random_unit(&random);
    int lift = random_chance(&random, WHOLE_TONE_CHANCE) ? 2 : 1;

    for (size_t i = 0; i < a->sections.count; i++)
        plan.shifts[i] = genre_harmony_for(s->genre, a->sections.items[i].section_type)->transpose;
    if (s->song->song_spec->key_lift == 1)
        plan.lifted = wished_place(a);
    else if (s->song->song_spec->key_lift != 0 && dice < s->genre->harmony.lift)
        plan.lifted = lift_place(a);
    for (size_t i = plan.lifted; i < a->sections.count; i++)
        plan.shifts[i] += lift;
    for (size_t i = 0; i < a->sections.count; i++)
        plan.is_moved |= plan.shifts[i] != 0;
    return plan;
}

bool key_plan_dominant(const struct key_plan *plan, struct key key, size_t index, struct chord *out)
{
    int shift = plan->shifts[index + 1] - plan->shifts[index];
    struct key next = key_transpose(key, shift);

    if (shift == 0)
        return false;
    *out = (struct chord){ .root = pitch_at_fifths(pitch_fifths(next.root) + 1), .quality = CHORD_7 };
    return true;
}

static void move_chords(struct progression *p, int shift, struct key key)
{
    for (size_t i = 0; i < p->chords.count; i++) {
        struct chord chord = chord_name_get(&p->chords.items[i]), moved = chord_transpose(&chord, shift, key);

        p->chords.items[i] = chord_name_make(&moved);
    }
}

/* By the interval between the tonics, so that a sharp stays a leading note; double accidentals are written plainly. */
static struct note_name move_note(struct note_name note, int shift, struct key home, struct key key)
{
    int midi = note_midi(note) + shift;
    struct pitch_name name = pitch_at_fifths(pitch_fifths(note.pitch) + pitch_fifths(key.root) - pitch_fifths(home.root));

    if (name.accidental < -1 || name.accidental > 1 || pitch_class(name) != pitch_class_of(midi))
        return key_spell_note(key, midi);
    return note_of(midi, name);
}

static void move_tune(struct session *s, struct section_melody *m, int shift, struct key home, struct key key)
{
    for (size_t p = 0; p < m->phrases.count; p++)
        for (size_t i = 0; i < m->phrases.items[p].count; i++) {
            char text[NOTE_TEXT_SIZE];
            struct note_name note;

            if (!note_parse(m->phrases.items[p].items[i], &note))
                continue; /* a rest */
            note_print(move_note(note, shift, home, key), text, sizeof(text));
            m->phrases.items[p].items[i] = arena_strdup(s->arena, text);
        }
}

/* The tune's lowest and highest note, once it has been moved. */
static void measure_range(struct session *s, struct key key)
{
    struct melody_spec *spec = s->song->melody_spec;
    int low = 128, high = -1;
    char text[NOTE_TEXT_SIZE];

    for (size_t m = 0; m < spec->section_melodies.count; m++)
        for (size_t p = 0; p < spec->section_melodies.items[m].phrases.count; p++) {
            const struct string_list *notes = &spec->section_melodies.items[m].phrases.items[p];

            for (size_t i = 0; i < notes->count; i++) {
                struct note_name note;

                if (!note_parse(notes->items[i], &note))
                    continue;
                low = note_midi(note) < low ? note_midi(note) : low;
                high = note_midi(note) > high ? note_midi(note) : high;
            }
        }
    if (high < 0)
        return;
    note_print(key_spell_note(key, low), text, sizeof(text));
    spec->lowest_note = arena_strdup(s->arena, text);
    note_print(key_spell_note(key, high), text, sizeof(text));
    spec->highest_note = arena_strdup(s->arena, text);
}

static const char *key_text(struct session *s, struct key key)
{
    char text[KEY_TEXT_SIZE];

    key_print(key, text, sizeof(text));
    return arena_strdup(s->arena, text);
}

static const char *technique(struct session *s, const struct key_plan *plan, size_t index, struct key to)
{
    int by = plan->shifts[index] - plan->shifts[index - 1];
    char dominant[PITCH_TEXT_SIZE];

    pitch_print(pitch_at_fifths(pitch_fifths(to.root) + 1), dominant, sizeof(dominant));
    if (index == plan->lifted)
        return arena_printf(s->arena, "lifted by a %s, through %s7", by == 1 ? "semitone" : "whole tone", dominant);
    return arena_printf(s->arena, "%s, through %s7", plan->shifts[index] == 0 ? "back to the song's key" : "another key",
                        dominant);
}

/* A key that has been named before is not named again. */
static void name_key(struct harmony_spec *spec, struct key key)
{
    struct key home, other;

    if (key_name_get(&spec->primary_key, &home) && key_interval(home, key) == 0)
        return;
    for (size_t i = 0; i < spec->secondary_keys.count; i++)
        if (key_name_get(&spec->secondary_keys.items[i], &other) && key_interval(other, key) == 0)
            return;
    spec->secondary_keys.items[spec->secondary_keys.count++] = key_name_make(key);
}

static void record(struct session *s, const struct key_plan *plan, size_t index, struct key from, struct key to)
{
    const struct arranged_section *section = &s->song->arrangement_spec->sections.items[index];
    struct harmony_spec *spec = s->song->harmony_spec;
    struct modulation *m = &spec->modulations.items[spec->modulations.count++];

    *m = (struct modulation){ .start_bar = section->start_bar, .section_label = section->label,
                              .from_key = key_name_make(from), .to_key = key_name_make(to) };
    if (index > 0)
        m->technique = technique(s, plan, index, to);
    name_key(spec, to);
    decide(s, agent, 0.7, arena_printf(s->arena, "%s in %s", section->label, key_text(s, to)), "%s",
           index > 0 ? m->technique : "it begins away from the song's key");
}

void key_plan_apply(struct session *s, const struct key_plan *plan)
{
    const struct arrangement_spec *a = s->song->arrangement_spec;
    struct harmony_spec *spec = s->song->harmony_spec;
    size_t count = a->sections.count;
    struct key home, now;

    if (!plan->is_moved || !key_name_get(&spec->primary_key, &home))
        return;
    spec->modulations.items = ARENA_ARRAY(s->arena, struct modulation, count);
    spec->secondary_keys.items = ARENA_ARRAY(s->arena, struct key_name, count);
    now = home;
    for (size_t i = 0; i < count; i++) {
        struct key key = plan->shifts[i] == 0 ? home : key_transpose(home, plan->shifts[i]);

        if (key_interval(now, key) != 0)
            record(s, plan, i, now, key);
        now = key;
        if (plan->shifts[i] == 0)
            continue;
        move_chords(&spec->progressions.items[i], plan->shifts[i], key);
        for (size_t m = 0; s->song->melody_spec != NULL && m < s->song->melody_spec->section_melodies.count; m++) {
            struct section_melody *tune = &s->song->melody_spec->section_melodies.items[m];

            if (strcmp(tune->section_label, a->sections.items[i].label) == 0)
                move_tune(s, tune, plan->shifts[i], home, key);
        }
    }
    if (s->song->melody_spec != NULL)
        measure_range(s, home);
}
