#include "theory/spelling.h"

static bool is_plain(struct pitch_name p)
{
    return p.accidental >= -1 && p.accidental <= 1;
}

/* As the key's scale or the chord writes it; false when neither has it. */
static bool spell_given(struct key k, const struct chord *c, int midi, struct note_name *out)
{
    if (scale_has(key_scale(k), midi)) {
        *out = key_spell_note(k, midi);
        return true;
    }
    for (size_t i = 0; c != NULL && chord_is_set(c) && i < chord_infos[c->quality].count; i++) {
        struct pitch_name name = chord_tone_name(c, i);

        if (chord_tone(c, i) == pitch_class_of(midi) && is_plain(name)) {
            *out = note_of(midi, name);
            return true;
        }
    }
    return false;
}

/* Another letter than the note it leads to, next to it. */
static bool spell_leading(struct pitch_name to, int midi, int direction, struct note_name *out)
{
    struct pitch_name name = { .letter = (char)('A' + (to.letter - 'A' - direction + 7) % 7) };

    name.accidental = (int8_t)pitch_class_shortest(pitch_class(name), pitch_class_of(midi));
    if (!is_plain(name))
        return false;
    *out = note_of(midi, name);
    return true;
}

struct note_name spell_note(struct key k, const struct chord *c, int midi, int next)
{
    struct note_name out, to;

    if (spell_given(k, c, midi, &out))
        return out;
    if (next != SPELL_NO_NEXT && (next == midi + 1 || next == midi - 1)) {
        if (!spell_given(k, c, next, &to))
            to = key_spell_note(k, next);
        if (spell_leading(to.pitch, midi, next - midi, &out))
            return out;
    }
    return key_spell_note(k, midi);
}
