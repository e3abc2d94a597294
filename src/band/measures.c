#include "band/measures.h"

#include <math.h>
#include <stdlib.h>

enum { LEAP = 5, LINE_BREAK_TICKS = 2 * METRE_PPQ };
#define BREATH_S 0.15        /* a rest that is long enough for one */
#define LONG_NOTE_S 0.5      /* that can give some of its end for one */
#define BREATH_LASTS_S 10.0
#define SUNG_NOTE_S 0.12     /* an eighth of a second, and the rounding of ticks */

struct tally {
    int strong, strong_tones, foreign, resolved, moves, steps, leaps, followed, recovered, repeats, ends, end_tones, easy;
    double time, tone_time, scale_time, sharp_time;
    int32_t breath_tick;     /* when the last breath was taken */
};

static double share(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

static void tally_note(const struct timeline *t, const struct timeline_note *n, bool foreign, struct tally *out)
{
    const struct chord *chord = &timeline_chord_at(t, n->start_tick)->chord;
    unsigned tones = chord_mask(chord), bit = 1u << n->pitch % 12, below = 1u << (n->pitch + 11) % 12;
    struct key key = timeline_key_at(t, n->start_tick);
    double len = n->end_tick - n->start_tick;

    out->time += len;
    out->tone_time += foreign ? 0 : len;
    if (!foreign || scale_mask(key_scale(key)) & bit || scale_mask(chord_scale(chord, key)) & bit)
        out->scale_time += len;
    if (foreign && tones & below && len >= METRE_PPQ)
        out->sharp_time += len;
    if (metre_weight(t->metre, n->start_tick % t->bar_ticks) > 0.5) {
        out->strong++;
        out->strong_tones += !foreign;
    }
}

static bool is_easy_interval(int semitones)
{
    return semitones <= 12 && semitones != 6 && semitones != 10 && semitones != 11;
}

static void tally_voice(const struct timeline *t, const struct timeline_note *from, const struct timeline_note *to,
                        struct tally *out)
{
    double tick_s = 60 / (t->bpm * METRE_PPQ), rest_s = (to->start_tick - from->end_tick) * tick_s;
    double len_s = (from->end_tick - from->start_tick) * tick_s;

    if (rest_s >= BREATH_S || (to->starts_phrase && len_s >= LONG_NOTE_S))
        out->breath_tick = to->start_tick;
    if (to->start_tick - from->end_tick > LINE_BREAK_TICKS)
        return;
    out->easy += is_easy_interval(abs(to->pitch - from->pitch)) && len_s >= SUNG_NOTE_S &&
                 (to->end_tick - out->breath_tick) * tick_s <= BREATH_LASTS_S;
}

static void tally_move(const struct timeline_note *from, const struct timeline_note *to, struct tally *out)
{
    int size = abs(to->pitch - from->pitch);

    if (to->start_tick - from->end_tick > LINE_BREAK_TICKS)
        return;
    out->moves++;
    out->repeats += size == 0;
    out->steps += size == 1 || size == 2;
    out->leaps += size >= LEAP;
}

static void tally_recovery(const struct timeline_note *n, struct tally *out)
{
    int leap = n[1].pitch - n[0].pitch, next = n[2].pitch - n[1].pitch;

    if (abs(leap) < LEAP || n[2].start_tick - n[1].end_tick > LINE_BREAK_TICKS)
        return;
    out->followed++;
    out->recovered += abs(next) <= 2 || (leap > 0) != (next > 0);
}

struct tune_measures tune_measure(const struct timeline *t, const struct timeline_note *notes, size_t count)
{
    struct tune_measures m = { .notes = count };
    struct tally out = { .breath_tick = count > 0 ? notes[0].start_tick : 0 };
    int low = 127, high = 0, run = 0;

    for (size_t i = 0; i < count; i++) {
        const struct timeline_note *n = &notes[i];
        bool foreign = !chord_has(&timeline_chord_at(t, n->start_tick)->chord, n->pitch);
        bool ends = i + 1 == count || n[1].starts_phrase;

        tally_note(t, n, foreign, &out);
        low = n->pitch < low ? n->pitch : low;
        high = n->pitch > high ? n->pitch : high;
        run = i > 0 && n[-1].pitch == n->pitch ? run + 1 : 1;
        m.longest_run = run > m.longest_run ? run : m.longest_run;
        out.ends += ends;
        out.end_tones += ends && !foreign;
        if (foreign && i + 1 < count) {
            int size = abs(n[1].pitch - n->pitch);

            out.foreign++;
            out.resolved += size == 1 || size == 2 ||
                            (size == 0 && chord_has(&timeline_chord_at(t, n[1].start_tick)->chord, n->pitch));
        }
        if (i > 0) {
            tally_move(&n[-1], n, &out);
            tally_voice(t, &n[-1], n, &out);
        }
        if (i + 2 < count)
            tally_recovery(n, &out);
    }
    m.range = count > 0 ? high - low : 0;
    m.chord_tones_strong = share(out.strong_tones, out.strong);
    m.chord_tones_time = share(out.tone_time, out.time);
    m.in_scale_time = share(out.scale_time, out.time);
    m.sharp_time = share(out.sharp_time, out.time);
    m.resolved = share(out.resolved, out.foreign);
    m.steps = share(out.steps, out.moves);
    m.leaps = share(out.leaps, out.moves);
    m.repeats = share(out.repeats, out.moves);
    m.recovered = share(out.recovered, out.followed);
    m.singability = share(out.easy, out.moves);
    m.phrase_ends = share(out.end_tones, out.ends);
    return m;
}
