/* What comes again in a tune, and in a succession of chords. */
#include <math.h>
#include <stdlib.h>

#include "band/measures.h"

enum { GROUP = 4, LINE_BREAK_TICKS = 2 * METRE_PPQ };

/* A table of what was seen: open addressing, a power of two of slots, at least twice as many as there are things. */
struct seen {
    uint64_t key;           /* never 0 */
    int32_t count, first, last;
};
struct memory {
    struct seen *slots;
    size_t mask;
};

static struct memory memory_make(size_t count, struct arena *a)
{
    size_t slots = 16;

    while (slots < 2 * count)
        slots *= 2;
    return (struct memory){ ARENA_ARRAY(a, struct seen, slots), slots - 1 };
}

static struct seen *memory_at(const struct memory *m, uint64_t key)
{
    size_t i = (key ^ key >> 32) & m->mask;

    while (m->slots[i].key != 0 && m->slots[i].key != key)
        i = (i + 1) & m->mask;
    m->slots[i].key = key;
    return &m->slots[i];
}

/* FNV-1a, a value at a time. */
static uint64_t mixed(uint64_t hash, int value)
{
    return (hash ^ (uint32_t)value) * UINT64_C(0x100000001b3);
}
#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

/* Note values by their proportion, in half octaves: twice as long is 2. */
static int proportion(double to, double from)
{
    return from > 0 && to > 0 ? (int)lround(2 * log2(to / from)) : 99;
}

/* The group that begins with n[0]; 0 when a rest parts it. */
static uint64_t group_key(const struct timeline_note *n)
{
    uint64_t key = HASH_BEGIN;

    for (int i = 1; i < GROUP; i++) {
        if (n[i].start_tick - n[i - 1].end_tick > LINE_BREAK_TICKS)
            return 0;
        key = mixed(key, n[i].pitch - n[i - 1].pitch);
        if (i > 1)
            key = mixed(key, proportion(n[i].start_tick - n[i - 1].start_tick, n[i - 1].start_tick - n[i - 2].start_tick));
    }
    return key | 1;
}

static double motifs(const struct timeline_note *notes, size_t count, struct arena *a)
{
    struct memory m = memory_make(count, a);
    int groups = 0, again = 0;

    for (size_t i = 0; i + GROUP <= count; i++) {
        uint64_t key = group_key(&notes[i]);
        struct seen *seen;

        if (key == 0)
            continue;
        seen = memory_at(&m, key);
        if (seen->count++ == 0)
            seen->first = (int32_t)i;
        seen->last = (int32_t)i;
        groups++;
    }
    for (size_t i = 0; i <= m.mask; i++)
        again += m.slots[i].last - m.slots[i].first >= GROUP ? m.slots[i].count : 0;
    return groups > 0 ? (double)again / groups : NAN;
}

static double bars(const struct timeline *t, const struct timeline_note *notes, size_t count, struct arena *a)
{
    struct memory m = memory_make(count, a);
    int bars = 0, again = 0;

    for (size_t i = 0; i < count;) {
        int32_t bar = notes[i].start_tick / t->bar_ticks;
        uint64_t key = HASH_BEGIN;

        for (; i < count && notes[i].start_tick / t->bar_ticks == bar; i++)
            key = mixed(mixed(key, notes[i].start_tick % t->bar_ticks), notes[i].pitch);
        again += memory_at(&m, key | 1)->count++ > 0;
        bars++;
    }
    return bars > 0 ? (double)again / bars : NAN;
}

struct tune_memory tune_memory_measure(const struct timeline *t, const struct timeline_note *notes, size_t count,
                                       struct arena *a)
{
    return (struct tune_memory){ .motifs = motifs(notes, count, a), .bars = bars(t, notes, count, a) };
}

static int chord_key(const struct chord *c)
{
    return pitch_class(c->root) * CHORD_QUALITY_COUNT + (int)c->quality + 1;
}

static bool is_in_key(const struct chord *chord, struct key key)
{
    struct chord triad = { .root = chord->root, .quality = chord_quality_triad(chord->quality) };
    unsigned scale = scale_mask(key_scale(key));

    if (key_is_minor(key))
        scale |= 1u << pitch_class_of(pitch_class(key.root) + 11);
    return (chord_mask(&triad) & ~scale) == 0;
}

static double share_in_key(const struct timeline *t, const struct timeline_chord *chords, size_t count)
{
    double in = 0, all = 0;

    for (size_t i = 0; i < count; i++) {
        double len = chords[i].end_tick - chords[i].start_tick;

        in += is_in_key(&chords[i].chord, timeline_key_at(t, chords[i].start_tick)) ? len : 0;
        all += len;
    }
    return all > 0 ? in / all : NAN;
}

struct harmony_measures harmony_measure(const struct timeline *t, const struct timeline_chord *chords, size_t count,
                                        struct arena *a)
{
    struct harmony_measures m = { NAN, 0, share_in_key(t, chords, count) };
    struct memory single = memory_make(count, a), triple = memory_make(count, a);
    int last[2] = { 0 }, triples = 0, different = 0;

    for (size_t i = 0; i < count; i++) {
        int key = chord_key(&chords[i].chord);

        if (key == last[1])
            continue;
        m.vocabulary += memory_at(&single, (uint64_t)key)->count++ == 0;
        if (last[0] != 0) {
            different += memory_at(&triple, mixed(mixed(mixed(HASH_BEGIN, last[0]), last[1]), key) | 1)->count++ == 0;
            triples++;
        }
        last[0] = last[1];
        last[1] = key;
    }
    m.irregularity = triples > 0 ? (double)different / triples : NAN;
    return m;
}
