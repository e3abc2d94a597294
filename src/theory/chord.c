#include "theory/chord.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"

#define CHORD_NAME(id, name, ...) [CHORD_##id] = name,
const char *const chord_quality_names[CHORD_QUALITY_COUNT] = { CHORD_TABLE(CHORD_NAME) };
#undef CHORD_NAME

#define CHORD_INFO(id, name_, symbol_, aliases_, ...)                                                        \
    [CHORD_##id] = { .name = name_,                                                                          \
                     .symbol = symbol_,                                                                      \
                     .aliases = aliases_,                                                                    \
                     .tones = { __VA_ARGS__ },                                                               \
                     .count = sizeof((int8_t[]){ __VA_ARGS__ }) },
const struct chord_info chord_infos[CHORD_QUALITY_COUNT] = { CHORD_TABLE(CHORD_INFO) };
#undef CHORD_INFO

const struct choices chord_quality_choices = {
    .names = chord_quality_names,
    .count = CHORD_QUALITY_COUNT,
    .find = chord_quality_find,
};

static const struct chord_info *info_of(enum chord_quality q)
{
    ASSERT((unsigned)q < CHORD_QUALITY_COUNT);
    return &chord_infos[q];
}

static bool has_tone(enum chord_quality q, int semitones)
{
    const struct chord_info *info = info_of(q);

    for (size_t i = 0; i < info->count; i++)
        if (info->tones[i] == semitones)
            return true;
    return false;
}

bool chord_is_set(const struct chord *c)
{
    return pitch_is_set(c->root);
}

bool chord_quality_is_minor(enum chord_quality q)
{
    return has_tone(q, 3);
}

bool chord_quality_is_dominant(enum chord_quality q)
{
    return has_tone(q, 10) && (has_tone(q, 4) || has_tone(q, 5));
}

bool chord_quality_has_seventh(enum chord_quality q)
{
    return has_tone(q, 10) || has_tone(q, 11) || q == CHORD_DIM7;
}

enum chord_quality chord_quality_triad(enum chord_quality q)
{
    if (has_tone(q, 3))
        return has_tone(q, 6) ? CHORD_DIM : CHORD_MIN;
    if (has_tone(q, 4))
        return has_tone(q, 8) ? CHORD_AUG : CHORD_MAJ;
    if (has_tone(q, 5))
        return CHORD_SUS4;
    return has_tone(q, 2) ? CHORD_SUS2 : CHORD_5;
}

static unsigned class_bit(const struct chord *c, int semitones)
{
    return 1u << pitch_class_of(pitch_class(c->root) + semitones);
}

unsigned chord_mask(const struct chord *c)
{
    const struct chord_info *info = info_of(c->quality);
    unsigned mask = 0;

    for (size_t i = 0; i < info->count; i++)
        mask |= 1u << info->tones[i] % 12;
    return pitch_mask_turn(mask, pitch_class(c->root));
}

unsigned chord_guide_mask(const struct chord *c)
{
    static const int8_t guides[] = { 2, 3, 4, 5, 9, 10, 11 };
    unsigned mask = 0;

    for (size_t i = 0; i < sizeof(guides); i++)
        if (has_tone(c->quality, guides[i]))
            mask |= class_bit(c, guides[i]);
    return mask != 0 ? mask : class_bit(c, 7);
}

unsigned chord_colour_mask(const struct chord *c)
{
    const struct chord_info *info = info_of(c->quality);
    unsigned mask = 0;

    for (size_t i = 0; i < info->count; i++)
        if (info->tones[i] > 12)
            mask |= class_bit(c, info->tones[i]);
    return mask;
}

unsigned chord_omittable_mask(const struct chord *c)
{
    enum chord_quality q = c->quality;
    unsigned mask = 0;

    if (has_tone(q, 7) && q != CHORD_5)
        mask |= class_bit(c, 7);
    if (info_of(q)->count >= 4)
        mask |= class_bit(c, 0);
    if (has_tone(q, 14) && (has_tone(q, 17) || has_tone(q, 18) || has_tone(q, 21)))
        mask |= class_bit(c, 14);
    return mask;
}

bool chord_has(const struct chord *c, int note)
{
    return (chord_mask(c) & (1u << pitch_class_of(note))) != 0;
}

int chord_bass_class(const struct chord *c)
{
    return pitch_class(c->has_bass ? c->bass : c->root);
}

int chord_nearest(const struct chord *c, int note)
{
    for (int away = 0; away < 12; away++) {
        if (chord_has(c, note - away))
            return note - away;
        if (chord_has(c, note + away))
            return note + away;
    }
    return note;
}

int chord_tone(const struct chord *c, size_t index)
{
    const struct chord_info *info = info_of(c->quality);

    ASSERT(index < info->count);
    return pitch_class_of(pitch_class(c->root) + info->tones[index]);
}

/* Letters above the root's: a third is 2, a thirteenth 5. */
static int letters_up(enum chord_quality q, int semitones)
{
    static const int8_t simple[] = { 0, 1, 1, 2, 2, 3, 4, 4, 4, 5, 6, 6 };

    if (q == CHORD_DIM7 && semitones == 9)
        return 6;
    if (semitones < 12)
        return simple[semitones];
    if (semitones <= 15)
        return 1;
    return semitones <= 18 ? 3 : 5;
}

struct pitch_name chord_tone_name(const struct chord *c, size_t index)
{
    int class = chord_tone(c, index);
    int up = letters_up(c->quality, info_of(c->quality)->tones[index]);
    struct pitch_name p = { .letter = (char)('A' + (c->root.letter - 'A' + up) % 7) };
    int accidental = pitch_class_shortest(pitch_class(p), class);

    if (accidental < -2 || accidental > 2)
        return pitch_spell(class, c->root);
    p.accidental = (int8_t)accidental;
    return p;
}

static unsigned key_mask(struct key k)
{
    struct scale s = key_scale(k);

    if (s.mode == MODE_MAJOR_PENTATONIC || s.mode == MODE_MAJOR_BLUES)
        s.mode = MODE_MAJOR;
    if (s.mode == MODE_MINOR_PENTATONIC || s.mode == MODE_BLUES)
        s.mode = MODE_MINOR;
    return scale_mask(s);
}

struct scale chord_scale(const struct chord *c, struct key k)
{
    /* Of scales with as few foreign tones the first is taken. */
    static const enum mode modes[] = {
        MODE_MAJOR,
        MODE_MIXOLYDIAN,
        MODE_DORIAN,
        MODE_MINOR,
        MODE_LYDIAN,
        MODE_PHRYGIAN,
        MODE_LOCRIAN,
        MODE_HARMONIC_MINOR,
        MODE_MELODIC_MINOR,
        MODE_LOCRIAN_2,
        MODE_PHRYGIAN_DOMINANT,
        MODE_ALTERED,
        MODE_LYDIAN_DOMINANT,
        MODE_LYDIAN_AUGMENTED,
        MODE_WHOLE_TONE,
        MODE_HALF_WHOLE,
        MODE_WHOLE_HALF,
    };
    unsigned tones = chord_mask(c), home = key_mask(k);
    bool is_dominant = chord_quality_is_dominant(c->quality);
    bool is_substitute = is_dominant && (home & class_bit(c, 0)) == 0;
    struct scale best = { .root = (int8_t)pitch_class(c->root), .mode = MODE_MAJOR };
    int fewest = 99;

    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        struct scale s = { .root = best.root, .mode = modes[i] };
        unsigned mask = scale_mask(s);
        int foreign = __builtin_popcount(mask & ~home);

        if (s.mode == MODE_HALF_WHOLE && !is_dominant)
            continue;
        if (is_substitute && s.mode == MODE_LYDIAN_DOMINANT)
            foreign = 0;
        if ((tones & ~mask) == 0 && foreign < fewest) {
            best = s;
            fewest = foreign;
        }
    }
    return best;
}

struct chord chord_transpose(const struct chord *c, int semitones, struct key in)
{
    struct chord out = *c;

    if (chord_is_set(c))
        out.root = key_spell(in, pitch_class_of(pitch_class(c->root) + semitones));
    if (c->has_bass)
        out.bass = key_spell(in, pitch_class_of(pitch_class(c->bass) + semitones));
    return out;
}

bool chord_is_equal(const struct chord *a, const struct chord *b)
{
    return pitch_is_equal(a->root, b->root) && a->quality == b->quality && a->has_bass == b->has_bass &&
           (!a->has_bass || pitch_is_equal(a->bass, b->bass));
}

bool chord_sounds_equal(const struct chord *a, const struct chord *b)
{
    if (!chord_is_set(a) || !chord_is_set(b))
        return chord_is_set(a) == chord_is_set(b);
    return pitch_class(a->root) == pitch_class(b->root) && a->quality == b->quality &&
           chord_bass_class(a) == chord_bass_class(b);
}
