/* Measures of the whole score, on a grid of sixteenths. */
#include <math.h>

#include "band/measures.h"

enum { SLOT_TICKS = METRE_PPQ / 4 };

/* Which of the 128 notes sound in a slot. */
struct sounding {
    uint64_t low, high;
};

static struct sounding raised(struct sounding s, int semitones)
{
    return (struct sounding){ s.low << semitones, s.high << semitones | s.low >> (64 - semitones) };
}

/* `upper`: the notes whose semitone below is not in the chord with them. */
static bool clash(struct sounding a, struct sounding b, struct sounding upper)
{
    struct sounding a2 = raised(a, 1), a9 = raised(a, 13), b2 = raised(b, 1), b9 = raised(b, 13);
    uint64_t low = (b.low & (a2.low | a9.low)) | (a.low & (b2.low | b9.low));
    uint64_t high = (b.high & (a2.high | a9.high)) | (a.high & (b2.high | b9.high));

    return ((low & upper.low) | (high & upper.high)) != 0;
}

/* Every note of the pitch classes in `mask`. */
static struct sounding notes_of(unsigned mask)
{
    struct sounding s = { 0 };

    for (int pitch = 0; pitch < 128; pitch++)
        if (mask >> pitch % 12 & 1)
            *(pitch < 64 ? &s.low : &s.high) |= UINT64_C(1) << pitch % 64;
    return s;
}

/* For each slot the upper notes of pairs that would clash. */
static struct sounding *clashing_notes(const struct timeline *t, int32_t count, struct arena *a)
{
    struct sounding *out = ARENA_ARRAY(a, struct sounding, (size_t)count), upper = notes_of(0xfff);
    size_t chord = 0;

    for (int32_t slot = 0; slot < count; slot++) {
        int32_t tick = slot * SLOT_TICKS;

        if (t != NULL && (slot == 0 || (chord + 1 < t->chords.count && t->chords.items[chord + 1].start_tick <= tick))) {
            unsigned tones;

            while (chord + 1 < t->chords.count && t->chords.items[chord + 1].start_tick <= tick)
                chord++;
            tones = chord_mask(&t->chords.items[chord].chord);
            upper = notes_of(~(tones & (tones << 1 | tones >> 11)));
        }
        out[slot] = upper;
    }
    return out;
}

static int32_t slot_count(const struct score *s)
{
    return s->end_tick / SLOT_TICKS + 1;
}

static bool is_silent(struct sounding s)
{
    return (s.low | s.high) == 0;
}

/* Adds what the part plays to the slots. */
static void fill(const struct score *s, const struct score_part *part, struct sounding *slots)
{
    for (size_t i = 0; i < part->note_count; i++) {
        const struct score_note *n = &part->notes[i];
        int32_t from = (n->start_tick + SLOT_TICKS / 2) / SLOT_TICKS;
        int32_t to = (n->start_tick + n->len_ticks - SLOT_TICKS / 3) / SLOT_TICKS;

        for (int32_t slot = from; slot <= to && slot < slot_count(s); slot++) {
            if (n->pitch < 64)
                slots[slot].low |= UINT64_C(1) << n->pitch;
            else
                slots[slot].high |= UINT64_C(1) << (n->pitch - 64);
        }
    }
}

double score_clash_share(const struct score *s, const struct timeline *t, struct arena *a)
{
    int32_t count = slot_count(s), sounding = 0, clashing = 0;
    struct sounding *all = ARENA_ARRAY(a, struct sounding, (size_t)count);
    const struct sounding *upper = clashing_notes(t, count, a);
    bool *clashes = ARENA_ARRAY(a, bool, (size_t)count);

    for (size_t p = 0; p < s->part_count; p++) {
        struct sounding *one = ARENA_ARRAY(a, struct sounding, (size_t)count);

        if (s->parts[p].bank == 128)
            continue;
        fill(s, &s->parts[p], one);
        for (int32_t i = 0; i < count; i++) {
            clashes[i] |= clash(one[i], all[i], upper[i]);
            all[i].low |= one[i].low;
            all[i].high |= one[i].high;
        }
    }
    for (int32_t i = 0; i < count; i++) {
        sounding += !is_silent(all[i]);
        clashing += clashes[i];
    }
    return sounding > 0 ? (double)clashing / sounding : NAN;
}

int32_t score_longest_silence(const struct score *s, struct arena *a)
{
    int32_t count = slot_count(s), run = 0, longest = 0;
    struct sounding *all = ARENA_ARRAY(a, struct sounding, (size_t)count);

    for (size_t p = 0; p < s->part_count; p++)
        fill(s, &s->parts[p], all);
    for (int32_t i = 0; i + 1 < count; i++) {
        run = is_silent(all[i]) ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest * SLOT_TICKS;
}

double score_section_difference(const struct score *s, const struct timeline *t, struct arena *a)
{
    double *weight = ARENA_ARRAY(a, double, t->sections.count), sum = 0;

    for (size_t p = 0; p < s->part_count; p++)
        for (size_t i = 0; i < s->parts[p].note_count; i++) {
            const struct score_note *n = &s->parts[p].notes[i];
            const struct timeline_section *section = timeline_section_at(t, n->start_tick);

            weight[section - t->sections.items] += (double)n->velocity / section->bars;
        }
    for (size_t i = 1; i < t->sections.count; i++) {
        double most = fmax(weight[i], weight[i - 1]);

        sum += most > 0 ? fabs(weight[i] - weight[i - 1]) / most : 0;
    }
    return sum / (double)(t->sections.count - 1);
}
