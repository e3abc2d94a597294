#include "band/measures.h"

#include <math.h>
#include <stdlib.h>

enum { LEAP = 5, LINE_BREAK_TICKS = 2 * METRE_PPQ };

struct tally {
    int strong, strong_tones, foreign, resolved, moves, steps, leaps, followed, recovered, repeats, ends, end_tones;
    double time, tone_time, scale_time, sharp_time;
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
    struct tally out = { 0 };
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
        if (i > 0)
            tally_move(&n[-1], n, &out);
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
    m.phrase_ends = share(out.end_tones, out.ends);
    return m;
}
