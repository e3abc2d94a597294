#include "song/sound_design_spec.h"

#include <string.h>

#include "song/general_midi.h"

#define AT(member) offsetof(struct part_sound, member)
static const struct field part_rows[] = {
    { "part", FIELD_STRING, FIELD_REQUIRED, AT(part), 1, 60, .help = "Name of the instrument in arrangement_spec." },
    { "instrument", FIELD_STRING, 0, AT(instrument), 0, 80,
      .help = "Its General MIDI name; decides when program is not given." },
    { "bank", FIELD_INT, 0, AT(bank), 0, 128, NULL, "0", .help = "0, or 128 for a drum kit." },
    { "program", FIELD_INT, 0, AT(program), 0, 127, .help = "General MIDI program, from 0." },
    { "register_low", FIELD_INT, 0, AT(register_low), 0, 127, NULL, "0", .help = "Lowest MIDI note." },
    { "register_high", FIELD_INT, 0, AT(register_high), 0, 127, NULL, "127", .help = "Highest MIDI note." },
    { "gate", FIELD_REAL, 0, AT(gate), 0.05, 1, NULL, "0.9", .help = "Sounding share of a written note." },
    { "expression", FIELD_REAL, 0, AT(expression), 0, 1, NULL, "0.3", .help = "Depth of swells on long notes." },
    { "chorus", FIELD_REAL, 0, AT(chorus), 0, 1, NULL, "0", .help = "Amount of chorus." },
    { "vibrato", FIELD_REAL, 0, AT(vibrato), 0, 1, NULL, "0", .help = "Depth of vibrato late in long notes." },
    { "scoop", FIELD_REAL, 0, AT(scoop), 0, 1, NULL, "0",
      .help = "How often a phrase begins with a bend from below." },
    { "lead_in_ms", FIELD_REAL, 0, AT(lead_in_ms), 0, 400, "ms", "0",
      .help = "How much early notes start, for slow attacks." },
    { "reason", FIELD_STRING, 0, AT(reason), 0, 400, .help = "Why this instrument." },
};
static const struct fields part_fields = FIELDS("part_sound", struct part_sound, part_rows, "A part's instrument.");
#undef AT

#define AT(member) offsetof(struct sound_design_spec, member)
static const struct field rows[] = {
    { "created_at", FIELD_STRING, 0, AT(created_at), .help = "When it was made." },
    { "updated_at", FIELD_STRING, 0, AT(updated_at), .help = "When it was changed." },
    { "id", FIELD_STRING, 0, AT(id), .help = "Identifier." },
    { "song_id", FIELD_STRING, 0, AT(song_id), .help = "Identifier of the song_spec." },
    { "soundfont", FIELD_STRING, 0, AT(soundfont), 1, 60, .help = "SoundFont that plays, by its name; null: the first." },
    { "parts", FIELD_LIST, 0, AT(parts), 0, 64, .of = &part_fields, .help = "The instruments." },
};
#undef AT

const struct fields sound_design_spec_fields =
    FIELDS("sound_design_spec", struct sound_design_spec, rows, "The instruments and how they are played.");

const struct part_sound *part_sound_find(const struct sound_design_spec *spec, const char *part)
{
    for (size_t i = 0; spec != NULL && i < spec->parts.count; i++)
        if (strcmp(spec->parts.items[i].part, part) == 0)
            return &spec->parts.items[i];
    return NULL;
}

int part_sound_program(const struct part_sound *sound, int fallback)
{
    int program = -1;

    if (sound == NULL)
        return fallback;
    if (sound->program != FIELD_INT_UNSET)
        return sound->program;
    if (sound->instrument != NULL)
        program = sound->bank == 128 ? gm_kit_find(sound->instrument) : gm_program_find(sound->instrument);
    return program >= 0 ? program : fallback;
}
