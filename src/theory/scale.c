#include "theory/scale.h"

#include <string.h>

#include "core/error.h"
#include "theory/aliases.h"
#include "theory/pitch.h"

#define MODE_NAME(id, name, ...) [MODE_##id] = name,
const char *const mode_names[MODE_COUNT] = { MODE_TABLE(MODE_NAME) };
#undef MODE_NAME

#define MODE_INFO(id, name_, aliases_, signature_, ...)                                                      \
    [MODE_##id] = { .name = name_,                                                                           \
                    .aliases = aliases_,                                                                     \
                    .signature = signature_,                                                                 \
                    .tones = { __VA_ARGS__ },                                                                \
                    .count = sizeof((struct scale_tone[]){ __VA_ARGS__ }) / sizeof(struct scale_tone) },
const struct mode_info mode_infos[MODE_COUNT] = { MODE_TABLE(MODE_INFO) };
#undef MODE_INFO

const struct choices mode_choices = { .names = mode_names, .count = MODE_COUNT, .find = mode_find };

int mode_find(const char *text)
{
    char name[32];
    size_t len = strlen(text);

    if (len >= sizeof(name))
        return -1;
    for (size_t i = 0; i <= len; i++) {
        char c = text[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        name[i] = c == '_' || c == ' ' ? '-' : c;
    }
    for (int i = 0; i < MODE_COUNT; i++)
        if (strcmp(mode_infos[i].name, name) == 0 || aliases_have(mode_infos[i].aliases, name))
            return i;
    return -1;
}

static const struct mode_info *info_of(enum mode mode)
{
    ASSERT((unsigned)mode < MODE_COUNT);
    return &mode_infos[mode];
}

bool mode_is_minor(enum mode mode)
{
    unsigned mask = scale_mask((struct scale){ .root = 0, .mode = mode });

    return (mask & (1u << 3)) != 0 && (mask & (1u << 4)) == 0;
}

unsigned scale_mask(struct scale s)
{
    const struct mode_info *info = info_of(s.mode);
    unsigned mask = 0;

    for (size_t i = 0; i < info->count; i++) /* each within the octave */
        mask |= 1u << info->tones[i].semitones;
    return pitch_mask_turn(mask, s.root);
}

bool scale_has(struct scale s, int note)
{
    return scale_degree(s, note) >= 0;
}

int scale_degree(struct scale s, int note)
{
    const struct mode_info *info = info_of(s.mode);
    int up = pitch_class_up(s.root, note);

    for (size_t i = 0; i < info->count; i++)
        if (info->tones[i].semitones == up)
            return (int)i;
    return -1;
}

int scale_at(struct scale s, int rung)
{
    const struct mode_info *info = info_of(s.mode);
    int count = (int)info->count;
    int place = (rung % count + count) % count;
    int octave = (rung - place) / count;

    return s.root + 12 * octave + info->tones[place].semitones;
}

int scale_rung(struct scale s, int note)
{
    const struct mode_info *info = info_of(s.mode);
    int up = pitch_class_up(s.root, note);
    int octave = (note - s.root - up) / 12;
    int place = (int)info->count - 1;

    while (info->tones[place].semitones > up)
        place--;
    return octave * (int)info->count + place;
}

int scale_nearest(struct scale s, int note)
{
    int rung = scale_rung(s, note);
    int below = scale_at(s, rung), above = scale_at(s, rung + 1);

    return above - note < note - below ? above : below;
}

int scale_step(struct scale s, int note, int steps)
{
    int rung = scale_rung(s, note);

    if (steps == 0)
        return scale_nearest(s, note);
    /* The rung lies below a foreign note, so the first step down is already made. */
    if (steps < 0 && scale_at(s, rung) != note)
        rung++;
    return scale_at(s, rung + steps);
}

int scale_distance(struct scale s, int from, int to)
{
    return scale_rung(s, to) - scale_rung(s, from);
}
