/* A guide voice for who will sing it: the tune in the voice's own range, with time to breathe. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "band/agent.h"
#include "band/singing.h"
#include "song/vocal_spec.h"

static const char agent[] = "vocalist";

#define SECOND_VOICE_ENERGY 0.8 /* of sections where a second voice joins */

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

/* How many of the notes first … end - 1 that are sung lie outside the range when they are moved by `shift`. */
static int count_outside(const struct timeline *t, size_t first, size_t end, int shift, const struct vocal_spec *spec)
{
    int outside = 0;

    for (size_t i = first; i < end; i++) {
        int pitch = t->melody.items[i].pitch + shift;

        outside += is_sung(t, &t->melody.items[i]) && (pitch < spec->lowest_pitch || pitch > spec->highest_pitch);
    }
    return outside;
}

/* How far the middle of the sung notes then is from the middle of the voice, in semitones. */
static double distance(const struct timeline *t, int shift, const struct vocal_spec *spec)
{
    double sum = 0, count = 0;

    for (size_t i = 0; i < t->melody.count; i++)
        if (is_sung(t, &t->melody.items[i])) {
            sum += t->melody.items[i].pitch + shift;
            count++;
        }
    return count > 0 ? fabs(sum / count - (spec->lowest_pitch + spec->highest_pitch) / 2.0) : 0;
}

/* The octave that the voice can sing most of; of two the one that lies nearer to its middle. */
static int choose_shift(const struct timeline *t, const struct vocal_spec *spec)
{
    int best = 0, best_outside = INT_MAX;

    for (int shift = -36; shift <= 36; shift += 12) {
        int outside = count_outside(t, 0, t->melody.count, shift, spec);

        if (outside < best_outside ||
            (outside == best_outside && distance(t, shift, spec) < distance(t, best, spec))) {
            best = shift;
            best_outside = outside;
        }
    }
    return best;
}

/* A line that lies too high or too low is sung an octave away as a whole, so that its shape stays. */
static int line_shift(const struct timeline *t, size_t first, size_t end, const struct vocal_spec *spec)
{
    static const int octaves[] = { 0, -12, 12 };
    int best = 0, best_outside = INT_MAX;

    for (size_t i = 0; i < sizeof(octaves) / sizeof(octaves[0]); i++) {
        int outside = count_outside(t, first, end, spec->octave_shift + octaves[i], spec);

        if (outside < best_outside) {
            best = octaves[i];
            best_outside = outside;
        }
    }
    return spec->octave_shift + best;
}

/* A note that even so is out of reach. */
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

/* Notes first … end - 1 are a line. The second voice sings all of it or none. */
static void write_line(struct session *s, struct vocal_spec *spec, size_t first, size_t end)
{
    const struct timeline *t = s->timeline;
    int shift = line_shift(t, first, end, spec);
    bool joins = t->sections.items[t->melody.items[first].section].energy >= SECOND_VOICE_ENERGY;
    size_t harmonies = spec->harmonies.count;

    for (size_t i = first; i < end; i++) {
        const struct timeline_note *n = &t->melody.items[i];
        int pitch = into_range(n->pitch + shift, spec->lowest_pitch, spec->highest_pitch), second;
        int len = n->end_tick - n->start_tick;

        if (i + 1 == end && len > 3 * (int)spec->breath_ticks)
            len -= (int)spec->breath_ticks;
        spec->notes.items[spec->notes.count++] = (struct vocal_note){ n->start_tick, len, pitch };
        second = second_voice(t, n, pitch);
        joins &= second >= spec->lowest_pitch;
        spec->harmonies.items[harmonies++] = (struct vocal_note){ n->start_tick, len, second };
    }
    if (joins)
        spec->harmonies.count = harmonies;
}

static void write_notes(struct session *s, struct vocal_spec *spec)
{
    const struct timeline *t = s->timeline;
    size_t count = t->melody.count;

    spec->notes.items = ARENA_ARRAY(s->arena, struct vocal_note, count);
    spec->harmonies.items = ARENA_ARRAY(s->arena, struct vocal_note, count);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && !is_line_end(&t->melody.items[end - 1], &t->melody.items[end]); end++)
            ;
        if (is_sung(t, &t->melody.items[first]))
            write_line(s, spec, first, end);
    }
    spec->has_harmonies = spec->harmonies.count > 0;
}

/* Those in which there is something to sing. */
static void list_sections(struct session *s, struct vocal_spec *spec)
{
    const struct timeline *t = s->timeline;
    size_t last = SIZE_MAX;

    spec->sections.items = ARENA_ARRAY(s->arena, const char *, t->sections.count);
    for (size_t i = 0; i < t->melody.count; i++) {
        if (t->melody.items[i].section == last || !is_sung(t, &t->melody.items[i]))
            continue;
        last = t->melody.items[i].section;
        spec->sections.items[spec->sections.count++] = t->sections.items[last].label;
    }
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
    spec->octave_shift = choose_shift(t, spec);
    write_notes(s, spec);
    list_sections(s, spec);
    if (spec->notes.count > 0)
        decide(s, agent, 0.7, arena_printf(s->arena, "a %s sings", spec->voice_type),
               "its range lies %d semitones from the written tune", spec->octave_shift);
    else
        decide(s, agent, 0.7, "nobody sings", "no section with a tune is one for a voice");
    return true;
}
