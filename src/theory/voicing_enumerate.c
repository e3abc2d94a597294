/*
 * The voicings of one chord: shapes (a kind on an inversion) above the root, each moved through the octaves
 * of the range; the best by their own cost are kept.
 */
#include <string.h>

#include "theory/voicing.h"

enum { OCTAVE = 12 };

/* Notes as semitones above the chord's root, ascending. */
struct shape {
    int notes[VOICES_MAX + 1];
    int count;
};

struct listing {
    const struct chord *chord;
    const struct voicing_rules *rules;
    int low, high;
    int voices; /* of the shapes, without a bass that is added below */
    bool add_bass;
    struct voicing *out;
    double *costs;
    size_t count, max;
};

static bool has(const struct chord *c, int semitones)
{
    const struct chord_info *info = &chord_infos[c->quality];

    for (size_t i = 0; i < info->count; i++)
        if (info->tones[i] == semitones)
            return true;
    return false;
}

/* Of the tones in `wanted` the first that the chord has; -1 when it has none. */
static int first_of(const struct chord *c, const int8_t *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (has(c, wanted[i]))
            return wanted[i];
    return -1;
}
#define FIRST_OF(c, ...) first_of((c), (const int8_t[]){ __VA_ARGS__ }, sizeof((int8_t[]){ __VA_ARGS__ }))

static void keep(struct listing *l, const struct voicing *v)
{
    double cost = voicing_own_cost(v, l->chord, l->rules);
    size_t at = l->count;

    for (size_t i = 0; i < l->count; i++)
        if (l->out[i].count == v->count && memcmp(l->out[i].notes, v->notes, v->count) == 0)
            return;
    while (at > 0 && l->costs[at - 1] > cost)
        at--;
    if (at == l->max)
        return;
    if (l->count < l->max)
        l->count++;
    memmove(l->out + at + 1, l->out + at, (l->count - at - 1) * sizeof(*l->out));
    memmove(l->costs + at + 1, l->costs + at, (l->count - at - 1) * sizeof(*l->costs));
    l->out[at] = *v;
    l->costs[at] = cost;
}

static void place(struct listing *l, enum voicing_kind kind, struct shape s)
{
    int root = pitch_class(l->chord->root);

    if (l->add_bass) {
        int gap = pitch_class_up(chord_bass_class(l->chord), root + s.notes[0]);

        memmove(s.notes + 1, s.notes, (size_t)s.count * sizeof(s.notes[0]));
        s.notes[0] = s.notes[1] - (gap == 0 ? OCTAVE : gap);
        s.count++;
    }
    for (int base = root - 2 * OCTAVE; base + s.notes[s.count - 1] <= l->high; base += OCTAVE) {
        struct voicing v = { .count = (uint8_t)s.count, .kind = (uint8_t)kind };

        if (base + s.notes[0] < l->low)
            continue;
        for (int i = 0; i < s.count; i++)
            v.notes[i] = (uint8_t)(base + s.notes[i]);
        if (voicing_is_clear(&v, l->chord))
            keep(l, &v);
    }
}

/* Sorts, and drops a shape that has one note twice. */
static bool settle(struct shape *s)
{
    for (int i = 1; i < s->count; i++)
        for (int j = i; j > 0 && s->notes[j - 1] >= s->notes[j]; j--) {
            int note = s->notes[j];

            if (s->notes[j - 1] == note)
                return false;
            s->notes[j] = s->notes[j - 1];
            s->notes[j - 1] = note;
        }
    return true;
}

/* The chord's tones within an octave, ascending, thinned to the number of voices. */
static struct shape tones_choose(const struct listing *l)
{
    static const int8_t expendable[] = { 7, 0, 14, 17, 18, 13, 15, 20, 21, 6, 8, 9, 11, 10 };
    const struct chord_info *info = &chord_infos[l->chord->quality];
    bool kept[2 * OCTAVE] = { false };
    int count = (int)info->count;
    struct shape s = { .count = 0 };

    if (l->voices == 1)
        return (struct shape){ .count = 1 };
    for (size_t i = 0; i < info->count; i++)
        kept[info->tones[i]] = true;
    for (size_t i = 0; i < sizeof(expendable) && count > l->voices; i++) {
        bool is_root = expendable[i] == 0;

        /* A triad without its root is another chord, and so is a power chord without its fifth. */
        if (!kept[expendable[i]] || (is_root && info->count < 4) || info->count < 3)
            continue;
        kept[expendable[i]] = false;
        count--;
    }
    for (int class = 0; class < OCTAVE; class ++)
        if (kept[class] || kept[class + OCTAVE])
            s.notes[s.count++] = class;
    return s;
}

static void place_dropped(struct listing *l, enum voicing_kind kind, struct shape close, int from_top)
{
    if (close.count <= from_top)
        return;
    close.notes[close.count - 1 - from_top] -= OCTAVE;
    if (settle(&close))
        place(l, kind, close);
}

static void place_spread(struct listing *l, struct shape close)
{
    for (int i = 1; i < close.count; i += 2)
        close.notes[i] += OCTAVE;
    if (close.count > 2 && settle(&close))
        place(l, VOICING_OPEN, close);
}

static void list_inversions(struct listing *l, unsigned kinds)
{
    struct shape tones = tones_choose(l);

    for (int inversion = 0; inversion < tones.count; inversion++) {
        struct shape close = { .count = l->voices };

        for (int i = 0; i < l->voices; i++) {
            int step = inversion + i;

            close.notes[i] = tones.notes[step % tones.count] + OCTAVE * (step / tones.count);
        }
        if ((kinds & VOICING_BIT(VOICING_CLOSE)) != 0)
            place(l, VOICING_CLOSE, close);
        if ((kinds & VOICING_BIT(VOICING_DROP_2)) != 0)
            place_dropped(l, VOICING_DROP_2, close, 1);
        if ((kinds & VOICING_BIT(VOICING_DROP_3)) != 0)
            place_dropped(l, VOICING_DROP_3, close, 2);
        if ((kinds & VOICING_BIT(VOICING_OPEN)) != 0)
            place_spread(l, close);
    }
}

/* Stacks classes upward, each above the one before; -1 is left out. */
static struct shape stack(const int *classes, int count, int most)
{
    struct shape s = { .count = 0 };

    for (int i = 0; i < count && s.count < most; i++) {
        int note = classes[i] % OCTAVE;

        if (classes[i] < 0)
            continue;
        while (s.count > 0 && note <= s.notes[s.count - 1])
            note += OCTAVE;
        s.notes[s.count++] = note;
    }
    return s;
}

static void list_rootless(struct listing *l, unsigned kinds)
{
    const struct chord *c = l->chord;
    int third = FIRST_OF(c, 3, 4, 5, 2), seventh = FIRST_OF(c, 10, 11, 9), ninth = FIRST_OF(c, 14, 13, 15);
    int fifth = FIRST_OF(c, 21, 20, 7, 6, 8);

    if (seventh < 0 || third < 0 || l->voices < 2)
        return;
    if (l->voices < 4 && ninth >= 0)
        fifth = -1;
    if ((kinds & VOICING_BIT(VOICING_ROOTLESS_A)) != 0)
        place(l, VOICING_ROOTLESS_A, stack((int[]){ third, fifth, seventh, ninth }, 4, l->voices));
    if ((kinds & VOICING_BIT(VOICING_ROOTLESS_B)) != 0)
        place(l, VOICING_ROOTLESS_B, stack((int[]){ seventh, ninth, third, fifth }, 4, l->voices));
}

static void list_power(struct listing *l)
{
    int fifth = FIRST_OF(l->chord, 7, 6, 8);

    place(l, VOICING_POWER, stack((int[]){ 0, fifth, 0 }, 3, l->voices));
}

static void list_shells(struct listing *l)
{
    int third = FIRST_OF(l->chord, 3, 4, 5, 2, 7), seventh = FIRST_OF(l->chord, 10, 11, 9);

    if (seventh < 0) {
        place(l, VOICING_SHELL, stack((int[]){ 0, third }, 2, l->voices));
    } else if (l->voices > 2 && !l->rules->bass_has_root) {
        place(l, VOICING_SHELL, stack((int[]){ 0, third, seventh }, 3, l->voices));
        place(l, VOICING_SHELL, stack((int[]){ 0, seventh, third }, 3, l->voices));
    } else {
        place(l, VOICING_SHELL, stack((int[]){ third, seventh }, 2, l->voices));
        place(l, VOICING_SHELL, stack((int[]){ seventh, third }, 2, l->voices));
    }
}

static void list_all(struct listing *l, unsigned kinds)
{
    if ((kinds & VOICING_KEYS) != 0)
        list_inversions(l, kinds);
    list_rootless(l, kinds);
    if ((kinds & VOICING_BIT(VOICING_POWER)) != 0)
        list_power(l);
    if ((kinds & VOICING_BIT(VOICING_SHELL)) != 0)
        list_shells(l);
}

size_t voicing_enumerate(const struct chord *c, const struct voicing_rules *rules, struct voicing *out,
                         size_t max)
{
    double costs[VOICING_CANDIDATES];
    unsigned kinds = rules->kinds != 0 ? rules->kinds : VOICING_KEYS;
    int voices = rules->voices < 1 ? 1 : rules->voices > VOICES_MAX ? VOICES_MAX : rules->voices;
    struct listing l = {
        .chord = c,
        .rules = rules,
        .low = rules->low < 0 ? 0 : rules->low,
        .out = out,
        .costs = costs,
        .max = max < VOICING_CANDIDATES ? max : VOICING_CANDIDATES,
    };

    if (!chord_is_set(c) || max == 0)
        return 0;
    l.high = rules->high < l.low + OCTAVE ? l.low + OCTAVE : rules->high;
    if (l.high >= MIDI_NOTES) {
        l.high = MIDI_NOTES - 1;
        l.low = l.low > l.high - OCTAVE ? l.high - OCTAVE : l.low;
    }
    l.add_bass = c->has_bass && !rules->bass_has_root && voices > 1;
    for (l.voices = voices - (l.add_bass ? 1 : 0); l.voices >= 1 && l.count == 0; l.voices--)
        list_all(&l, kinds);
    if (l.count == 0) { /* kinds that do not suit the chord or the range */
        l.add_bass = false;
        for (l.voices = voices; l.voices >= 1 && l.count == 0; l.voices--)
            list_inversions(&l, VOICING_BIT(VOICING_CLOSE));
    }
    return l.count;
}
