/* A guide voice for who will sing it: the tune in the voice's own range, with time to breathe. */
#include <math.h>
#include <string.h>

#include "band/agent.h"
#include "band/singing.h"
#include "song/vocal_spec.h"

static const char agent[] = "vocalist";

/* By the middle of the range. */
static const struct {
    int middle_below;
    const char *name;
} voices[] = { { 58, "baritone" }, { 63, "tenor" }, { 68, "alto" }, { 128, "soprano" } };

static const char *voice_name(int low, int high)
{
    size_t i = 0;

    while ((low + high) / 2 >= voices[i].middle_below)
        i++;
    return voices[i].name;
}

/* Octaves, so that the tune's middle comes nearest to the voice's. */
static int choose_shift(const struct timeline *t, int low, int high)
{
    double sum = 0, count = 0, middle = (low + high) / 2.0;

    for (size_t i = 0; i < t->melody.count; i++)
        if (is_sung(t, &t->melody.items[i])) {
            sum += t->melody.items[i].pitch;
            count++;
        }
    return count > 0 ? 12 * (int)lround((middle - sum / count) / 12) : 0;
}

static int into_range(int pitch, int low, int high)
{
    while (pitch < low)
        pitch += 12;
    while (pitch > high)
        pitch -= 12;
    return pitch < low ? low : pitch;
}

/* A third below, or the chord tone that is nearest to it where the tune is long. */
static int second_voice(const struct timeline *t, const struct timeline_note *n, int pitch)
{
    const struct chord *chord = &timeline_chord_at(t, n->start_tick)->chord;
    int third = scale_step(key_scale(timeline_key_at(t, n->start_tick)), pitch, -2);

    if (n->end_tick - n->start_tick < METRE_PPQ || chord_has(chord, third))
        return third;
    third = chord_nearest(chord, third);
    return third < pitch ? third : chord_nearest(chord, pitch - 4);
}

static void write_notes(struct session *s, struct vocal_spec *spec)
{
    const struct timeline *t = s->timeline;
    size_t count = t->melody.count;

    spec->notes.items = ARENA_ARRAY(s->arena, struct vocal_note, count);
    spec->harmonies.items = ARENA_ARRAY(s->arena, struct vocal_note, count);
    for (size_t i = 0; i < count; i++) {
        const struct timeline_note *n = &t->melody.items[i];
        int pitch = into_range(n->pitch + spec->octave_shift, spec->lowest_pitch, spec->highest_pitch), second;
        int len = n->end_tick - n->start_tick;
        bool breathes = i + 1 == count || is_line_end(n, n + 1);

        if (!is_sung(t, n))
            continue;
        if (breathes && len > 3 * (int)spec->breath_ticks)
            len -= (int)spec->breath_ticks;
        spec->notes.items[spec->notes.count++] = (struct vocal_note){ n->start_tick, len, pitch };
        second = second_voice(t, n, pitch);
        if (t->sections.items[n->section].energy >= 0.8 && second >= spec->lowest_pitch - 3)
            spec->harmonies.items[spec->harmonies.count++] = (struct vocal_note){ n->start_tick, len, second };
    }
    spec->has_harmonies = spec->harmonies.count > 0;
}

bool vocalist_work(struct session *s, struct error *e)
{
    const struct timeline *t = s->timeline;
    struct vocal_spec *spec;

    (void)e;
    if (s->song->vocal_spec != NULL)
        return true;
    spec = ARENA_NEW(s->arena, struct vocal_spec);
    fields_init(&vocal_spec_fields, spec, s->arena);
    SESSION_STAMP(s, spec, "vocal_spec");
    spec->lowest_pitch = s->genre->vocals.low;
    spec->highest_pitch = s->genre->vocals.high;
    spec->voice_type = voice_name(spec->lowest_pitch, spec->highest_pitch);
    s->song->vocal_spec = spec;
    if (s->song->song_spec->has_vocals != 1)
        return true;
    spec->key = ARENA_NEW(s->arena, struct key_name);
    *spec->key = key_name_make(t->key);
    spec->octave_shift = choose_shift(t, spec->lowest_pitch, spec->highest_pitch);
    spec->sections.items = ARENA_ARRAY(s->arena, const char *, t->sections.count);
    for (size_t i = 0; i < t->sections.count; i++)
        if (is_sung_section(&t->sections.items[i]))
            spec->sections.items[spec->sections.count++] = t->sections.items[i].label;
    write_notes(s, spec);
    decide(s, agent, 0.7, arena_printf(s->arena, "a %s sings", spec->voice_type), "the tune lies %d semitones from its range",
           -spec->octave_shift);
    return true;
}
