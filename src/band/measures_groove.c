/* Measures of how the parts move: from chord to chord, from bar to bar. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "band/measures.h"

enum { PLACES = 16, CHORD_NOTES_LEAST = 3, CHORD_NOTES_MAX = 8 };
enum { CHORD_SPREAD_TICKS = METRE_PPQ / 4 }; /* a strum, or two hands not quite together */
enum { CHORDS_APART_TICKS = 8 * METRE_PPQ }; /* after that nobody hears a voice go on */
enum { BAR_WORDS = 16, BAR_BITS = 64 * BAR_WORDS };

struct struck {             /* a chord as it was struck */
    int pitch[CHORD_NOTES_MAX];
    int count;
    int32_t tick;
};

static void add_pitch(struct struck *chord, int pitch)
{
    int at = chord->count;

    for (int i = 0; i < chord->count; i++)
        if (chord->pitch[i] == pitch)
            return;
    if (chord->count == CHORD_NOTES_MAX)
        return;
    for (; at > 0 && chord->pitch[at - 1] > pitch; at--)
        chord->pitch[at] = chord->pitch[at - 1];
    chord->pitch[at] = pitch;
    chord->count++;
}

/* The chord that begins with note *at; moves on behind it. */
static struct struck next_chord(const struct score_part *part, size_t *at)
{
    struct struck chord = { .count = 0, .tick = part->notes[*at].start_tick };

    for (; *at < part->note_count && part->notes[*at].start_tick - chord.tick < CHORD_SPREAD_TICKS; (*at)++)
        add_pitch(&chord, part->notes[*at].pitch);
    return chord;
}

/* The least sum when each note of the smaller chord goes to one of the larger. On a line the best pairing never crosses, so
 * it is found from the bottom up: sums[j] is the least for the notes so far among the first j of the larger. */
static int least_movement(const struct struck *a, const struct struck *b)
{
    const struct struck *few = a->count <= b->count ? a : b, *many = a->count <= b->count ? b : a;
    int sums[CHORD_NOTES_MAX + 1] = { 0 };

    for (int i = 0; i < few->count; i++) {
        int diagonal = sums[i];

        sums[i] = 1 << 20;
        for (int j = i + 1; j <= many->count; j++) {
            int paired = diagonal + abs(few->pitch[i] - many->pitch[j - 1]);

            diagonal = sums[j];
            sums[j] = paired < sums[j - 1] ? paired : sums[j - 1];
        }
    }
    return sums[many->count];
}

static bool has_chords(const struct score_part *part)
{
    return part->bank == 0 && (part->role == ROLE_CHORDS || part->role == ROLE_PAD || part->role == ROLE_GUITAR);
}

double score_voice_leading(const struct score *s, struct arena *a)
{
    double moved = 0, voices = 0;

    (void)a;
    for (size_t p = 0; p < s->part_count; p++) {
        const struct score_part *part = &s->parts[p];
        struct struck before = { .count = 0 };

        for (size_t i = 0; has_chords(part) && i < part->note_count;) {
            struct struck chord = next_chord(part, &i);
            bool is_same = chord.count == before.count &&
                           memcmp(chord.pitch, before.pitch, (size_t)chord.count * sizeof(chord.pitch[0])) == 0;

            if (chord.count < CHORD_NOTES_LEAST)
                continue;
            if (before.count > 0 && !is_same && chord.tick - before.tick <= CHORDS_APART_TICKS) {
                moved += least_movement(&before, &chord);
                voices += before.count < chord.count ? before.count : chord.count;
            }
            before = chord;
        }
    }
    return voices > 0 ? moved / voices : NAN;
}

static int place_of(const struct timeline *t, int32_t tick, int32_t *bar)
{
    int64_t place = ((int64_t)tick * PLACES + t->bar_ticks / 2) / t->bar_ticks;

    *bar = (int32_t)(place / PLACES);
    return (int)(place % PLACES);
}

static bool is_rhythm(const struct score_part *part, bool any_drums)
{
    if (any_drums)
        return part->role == ROLE_DRUMS || part->role == ROLE_PERCUSSION || part->role == ROLE_BASS;
    return part->role == ROLE_CHORDS || part->role == ROLE_GUITAR || part->role == ROLE_ARP || part->role == ROLE_PAD;
}

double score_groove(const struct score *s, const struct timeline *t, struct arena *a)
{
    uint16_t *bars = ARENA_ARRAY(a, uint16_t, (size_t)t->bars + 1);
    bool rhythm = false;
    double same = 0, places = 0;

    for (size_t p = 0; p < s->part_count; p++)
        rhythm |= is_rhythm(&s->parts[p], true);
    for (size_t p = 0; p < s->part_count; p++)
        for (size_t i = 0; is_rhythm(&s->parts[p], rhythm) && i < s->parts[p].note_count; i++) {
            int32_t bar;
            int place = place_of(t, s->parts[p].notes[i].start_tick, &bar);

            if (bar < t->bars)
                bars[bar] |= (uint16_t)(1u << place);
        }
    for (size_t i = 0; i < t->sections.count; i++)
        for (int bar = t->sections.items[i].start_bar + 1; bar < t->sections.items[i].start_bar + t->sections.items[i].bars;
             bar++) {
            if (bars[bar] == 0 || bars[bar - 1] == 0)
                continue;
            same += PLACES - __builtin_popcount(bars[bar] ^ bars[bar - 1]);
            places += PLACES;
        }
    return places > 0 ? same / places : NAN;
}

/* A bar as a set of notes: each is one of many bits by part, place and pitch. */
struct bar_notes {
    uint64_t words[BAR_WORDS];
    int bits;
};

static bool is_copy(const struct bar_notes *a, const struct bar_notes *b)
{
    int common = 0;

    if (10 * a->bits < 9 * b->bits || 10 * b->bits < 9 * a->bits)
        return false;
    for (int i = 0; i < BAR_WORDS; i++)
        common += __builtin_popcountll(a->words[i] & b->words[i]);
    return 10 * common >= 9 * (a->bits + b->bits - common);
}

static void bars_fill(const struct score *s, const struct timeline *t, struct bar_notes *bars)
{
    for (size_t p = 0; p < s->part_count; p++)
        for (size_t i = 0; i < s->parts[p].note_count; i++) {
            const struct score_note *n = &s->parts[p].notes[i];
            int32_t bar;
            uint32_t place = (uint32_t)place_of(t, n->start_tick, &bar), bit;

            if (bar >= t->bars)
                continue;
            bit = (((uint32_t)p * PLACES + place) * 128 + n->pitch) * UINT32_C(2654435761) >> 22;
            bars[bar].bits += !(bars[bar].words[bit / 64] >> bit % 64 & 1);
            bars[bar].words[bit / 64] |= UINT64_C(1) << bit % 64;
        }
}

double score_loops(const struct score *s, const struct timeline *t, struct arena *a)
{
    struct bar_notes *bars = ARENA_ARRAY(a, struct bar_notes, (size_t)t->bars);
    double played = 0, copies = 0;

    _Static_assert(BAR_BITS == 1 << (32 - 22), "the hash gives a bit of the set");
    bars_fill(s, t, bars);
    for (int bar = 0; bar < t->bars; bar++) {
        bool copy = false;

        if (bars[bar].bits == 0)
            continue;
        for (int before = bar - 1; before >= 0 && !copy; before--)
            copy = bars[before].bits > 0 && is_copy(&bars[before], &bars[bar]);
        played++;
        copies += copy;
    }
    return played > 0 ? copies / played : NAN;
}
