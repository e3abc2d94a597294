#include "band/tune.h"

#include <string.h>

#include "band/melody_plan.h"
#include "song/general_midi.h"
#include "song/sound_design_spec.h"
#include "song/vocal_spec.h"

/* Sections that somebody else than the lead may take: which of their occurrences, in songs with a head and in others. */
static const struct share {
    const char *type;
    unsigned with_head, without; /* bit 0: the first, third, …; bit 1: the second, fourth, … */
} shares[] = {
    { "solo", 2, 1 }, { "solo-bridge", 3, 0 }, { "bridge", 3, 0 }, { "trio", 0, 3 },
};

/* Families that cannot carry a tune by themselves. */
static bool is_background(int program)
{
    enum gm_family family = gm_family_of((uint8_t)program);

    return family == GM_ENSEMBLE || family == GM_SYNTH_PAD || family == GM_SYNTH_EFFECTS || family == GM_PERCUSSIVE ||
           family == GM_SOUND_EFFECTS || family == GM_BASS;
}

static bool has_head(const struct timeline *t)
{
    for (size_t i = 0; i < t->sections.count; i++)
        if (strcmp(t->sections.items[i].type, "head") == 0)
            return true;
    return false;
}

static bool is_shared(const struct timeline *t, size_t index)
{
    const struct timeline_section *section = &t->sections.items[index];

    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
        if (strcmp(shares[i].type, section->type) == 0)
            return (has_head(t) ? shares[i].with_head : shares[i].without) >> section->occurrence % 2 & 1;
    return false;
}

static const struct part_sound *sound_of(const struct session *s, const struct stage_part *part)
{
    const struct part_sound *sound = part_sound_find(s->song->sound_design_spec, part->id);

    if (sound == NULL && part->instrument != NULL)
        sound = part_sound_find(s->song->sound_design_spec, part->instrument->name);
    return sound;
}

static bool can_lead(const struct session *s, const struct stage_part *part)
{
    const struct part_sound *sound = sound_of(s, part);

    return part->genre->player == PLAYER_COUNTER && part->role == ROLE_COUNTER && sound != NULL &&
           !is_background(part_sound_program(sound, 0));
}

bool tune_is_sung(const struct session *s, size_t index)
{
    const struct vocal_spec *vocal = s->song->vocal_spec;
    const char *label = s->timeline->sections.items[index].label;

    for (size_t i = 0; vocal != NULL && vocal->notes.count > 0 && i < vocal->sections.count; i++)
        if (strcmp(vocal->sections.items[i], label) == 0)
            return true;
    return false;
}

const struct stage_part *tune_holder(const struct session *s, const struct stage *stage, size_t index)
{
    const struct stage_part *lead = NULL, *other = NULL;

    if (tune_is_sung(s, index))
        return NULL;
    for (size_t i = 0; i < stage->parts.count; i++) {
        const struct stage_part *part = &stage->parts.items[i];

        if (!stage_plays(s, stage, part, index))
            continue;
        if (lead == NULL && part->genre->player == PLAYER_LEAD && part->role != ROLE_VOICE)
            lead = part;
        if (other == NULL && can_lead(s, part))
            other = part;
    }
    return lead != NULL && other != NULL && is_shared(s->timeline, index) ? other : lead;
}

bool tune_is_shared_with(const struct session *s, const struct stage *stage, const struct stage_part *part)
{
    for (size_t i = 0; i < s->timeline->sections.count && part->genre->player != PLAYER_LEAD; i++)
        if (tune_holder(s, stage, i) == part)
            return true;
    return false;
}

int tune_shift(const struct timeline *t, int low, int high)
{
    static const int shifts[] = { 0, -12, 12, -24, 24 };
    size_t best_outside = SIZE_MAX;
    int best = 0;

    for (size_t s = 0; s < sizeof(shifts) / sizeof(shifts[0]); s++) {
        size_t outside = 0;

        for (size_t i = 0; i < t->melody.count; i++)
            outside += t->melody.items[i].pitch + shifts[s] < low || t->melody.items[i].pitch + shifts[s] > high;
        if (outside < best_outside) {
            best_outside = outside;
            best = shifts[s];
        }
    }
    return best;
}

int tune_shift_of(const struct session *s, const struct stage_part *part)
{
    const struct part_sound *sound = sound_of(s, part);

    if (sound == NULL || sound->register_high - sound->register_low < 12)
        return tune_shift(s->timeline, part->genre->register_low, part->genre->register_high);
    return tune_shift(s->timeline, sound->register_low, sound->register_high);
}

bool tune_is_last_hook(const struct timeline *t, size_t index)
{
    const struct timeline_section *section = &t->sections.items[index];

    if (section->occurrence == 0 || !tune_character(section->type)->is_hook)
        return false;
    for (size_t i = index + 1; i < t->sections.count; i++)
        if (strcmp(t->sections.items[i].type, section->type) == 0)
            return false;
    return true;
}
