#include "song/song_spec.h"

#include "song/master_spec.h"

#define AT(member) offsetof(struct key_name, member)
static const struct field key_rows[] = {
    { "root", FIELD_CODEC, FIELD_REQUIRED, AT(root), .codec = &pitch_codec, .help = "Tonic: A, Bb, F#." },
    { "mode", FIELD_CHOICE, FIELD_REQUIRED, AT(mode), .choices = &mode_choices, .help = "Mode." },
};
const struct fields key_name_fields = FIELDS("key", struct key_name, key_rows, "A key.");
#undef AT

#define AT(member) offsetof(struct creative_brief, member)
static const struct field creative_brief_rows[] = {
    { "created_at", FIELD_STRING, 0, AT(created_at), .help = "When it was made." },
    { "updated_at", FIELD_STRING, 0, AT(updated_at), .help = "When it was changed." },
    { "id", FIELD_STRING, 0, AT(id), .help = "Identifier." },
    { "theme", FIELD_STRING, 0, AT(theme), .help = "The brief in its own words." },
    { "mood", FIELD_STRING, 0, AT(mood), .help = "Mood." },
    { "energy_description", FIELD_STRING, 0, AT(energy_description), .help = "How the energy runs." },
    { "lyrical_direction", FIELD_STRING, 0, AT(lyrical_direction), .help = "What the words are about." },
    { "reference_era", FIELD_STRING, 0, AT(reference_era), .help = "Era that is alluded to." },
    { "special_requests", FIELD_STRINGS, 0, AT(special_requests), .help = "What else was asked for." },
};
static const struct fields creative_brief_fields = FIELDS("creative_brief", struct creative_brief, creative_brief_rows,
                                                          "The brief as it was understood.");
#undef AT

static const char *const shape_names[ENERGY_SHAPE_COUNT] = { "song", "build", "flat", "fade" };
const struct choices energy_shape_choices = { shape_names, ENERGY_SHAPE_COUNT, NULL };

static const char *const ending_names[SONG_ENDING_COUNT] = { "usual", "abrupt", "fade", "quiet", "big", "hold", "loop" };
const struct choices song_ending_choices = { ending_names, SONG_ENDING_COUNT, NULL };

static const char *const action_names[CUE_ACTION_COUNT] = { "open", "enter", "leave", "solo", "close" };
const struct choices cue_action_choices = { action_names, CUE_ACTION_COUNT, NULL };

static const char *const time_feel_names[TIME_FEEL_COUNT] = { "usual", "half", "double" };
const struct choices time_feel_choices = { time_feel_names, TIME_FEEL_COUNT, NULL };

#define AT(member) offsetof(struct cue, member)
static const struct field cue_rows[] = {
    { "instrument", FIELD_STRING, FIELD_REQUIRED, AT(instrument), 1, 100,
      .help = "Who: an instrument, band (everybody) or rhythm (drums and bass)." },
    { "action", FIELD_CHOICE, FIELD_REQUIRED, AT(action), .choices = &cue_action_choices, .help = "What happens." },
    { "at_seconds", FIELD_REAL, 0, AT(at_seconds), 0, 3600, "s", .help = "When, from the beginning." },
    { "at_percent", FIELD_REAL, 0, AT(at_percent), 0, 100, "%", .help = "When, as a share of the song." },
    { "at_section", FIELD_STRING, 0, AT(at_section), .help = "When: a section type." },
    { "occurrence", FIELD_INT, 0, AT(occurrence), -1, 100, NULL, "0",
      .help = "Which section of that type: 1 the first, -1 the last, 0 every." },
};
static const struct fields cue_fields = FIELDS("cue", struct cue, cue_rows, "An entry or exit of an instrument.");
#undef AT

#define AT(member) offsetof(struct song_spec, member)
static const struct field rows[] = {
    { "created_at", FIELD_STRING, 0, AT(created_at), .help = "When it was made." },
    { "updated_at", FIELD_STRING, 0, AT(updated_at), .help = "When it was changed." },
    { "id", FIELD_STRING, 0, AT(id), .help = "Identifier." },
    { "title", FIELD_STRING, FIELD_REQUIRED, AT(title), 1, 200, .help = "Title." },
    { "artist_name", FIELD_STRING, 0, AT(artist_name), 0, 200, .help = "Artist." },
    { "genre_id", FIELD_STRING, FIELD_REQUIRED, AT(genre_id), 1, 100, .help = "Genre." },
    { "subgenre", FIELD_STRING, 0, AT(subgenre), .help = "Subgenre." },
    { "bpm", FIELD_REAL, FIELD_REQUIRED, AT(bpm), 40, 300, "bpm", .help = "Tempo in quarter notes a minute." },
    { "key", FIELD_OBJECT, 0, AT(key), .of = &key_name_fields, .help = "Key of the song." },
    { "time_signature", FIELD_CODEC, 0, AT(time_signature), 0, 0, NULL, "\"4/4\"", .codec = &metre_codec,
      .help = "Time signature." },
    { "target_duration_seconds", FIELD_REAL, 0, AT(target_duration_seconds), 1, 3600, "s", .help = "Length aimed at." },
    { "creative_brief", FIELD_OBJECT_PTR, 0, AT(creative_brief), .of = &creative_brief_fields,
      .help = "The brief as it was understood." },
    { "primary_mood", FIELD_STRING, 0, AT(primary_mood), .help = "Mood." },
    { "secondary_moods", FIELD_STRINGS, 0, AT(secondary_moods), .help = "Further moods." },
    { "has_vocals", FIELD_BOOL, 0, AT(has_vocals), 0, 0, NULL, "false", .help = "Whether there is a guide voice." },
    { "is_instrumental", FIELD_BOOL, 0, AT(is_instrumental), .help = "The opposite of has_vocals." },
    { "random_seed", FIELD_LONG, 0, AT(random_seed), 0, 9007199254740991.0, .help = "Seed of every choice." },
    { "album_id", FIELD_STRING, 0, AT(album_id), .help = "Album." },
    { "track_number", FIELD_INT, 0, AT(track_number), .help = "Place on the album." },
    { "energy", FIELD_REAL, 0, AT(energy), 0, 1, .help = "Mean energy; null: the genre's." },
    { "density", FIELD_REAL, 0, AT(density), 0, 1, NULL, "0.5", .help = "How busy the parts are." },
    { "brightness", FIELD_REAL, 0, AT(brightness), 0, 1, NULL, "0.5", .help = "Dark to bright." },
    { "energy_shape", FIELD_CHOICE, 0, AT(energy_shape), 0, 0, NULL, "\"song\"", .choices = &energy_shape_choices,
      .help = "How the energy runs." },
    { "instruments", FIELD_STRINGS, 0, AT(instruments), 0, 32, .help = "Instruments that must be heard." },
    { "exclude_instruments", FIELD_STRINGS, 0, AT(exclude_instruments), 0, 32,
      .help = "Instruments that must not be heard." },
    { "prefer_instruments", FIELD_STRINGS, 0, AT(prefer_instruments), 0, 32,
      .help = "Instruments that fit, heard when somebody is free to play them." },
    { "only_instruments", FIELD_BOOL, 0, AT(only_instruments), 0, 0, NULL, "false",
      .help = "Whether nobody plays but the instruments." },
    { "lead_instrument", FIELD_STRING, 0, AT(lead_instrument), 1, 100, .help = "Instrument that has the tune." },
    { "palette", FIELD_STRING, 0, AT(palette), 1, 100, .help = "A set of instruments for the whole band." },
    { "feel", FIELD_STRING, 0, AT(feel), 1, 100, .help = "Another genre whose groove and colours are borrowed." },
    { "form", FIELD_STRING, 0, AT(form), 1, 200, .help = "A form by name, or its sections: AABA." },
    { "exclude_sections", FIELD_STRINGS, 0, AT(exclude_sections), 0, 32,
      .help = "Section types the form does without." },
    { "intro_bars", FIELD_INT, 0, AT(intro_bars), 0, 64, "bars", .help = "Bars before the first theme; null: the genre's." },
    { "ending", FIELD_CHOICE, 0, AT(ending), 0, 0, NULL, "\"usual\"", .choices = &song_ending_choices,
      .help = "How the song ends." },
    { "key_lift", FIELD_BOOL, 0, AT(key_lift), .help = "A higher key near the end; null: the genre's chance." },
    { "energy_turn", FIELD_REAL, 0, AT(energy_turn), -1, 1, NULL, "0",
      .help = "How much stronger the end is than the beginning." },
    { "energy_most", FIELD_REAL, 0, AT(energy_most), 0, 1, .help = "No section is stronger; null: no limit." },
    { "swing_percent", FIELD_REAL, 0, AT(swing_percent), 50, 75, "%",
      .help = "Where the second of a pair falls; null: the genre's." },
    { "time_feel", FIELD_CHOICE, 0, AT(time_feel), 0, 0, NULL, "\"usual\"", .choices = &time_feel_choices,
      .help = "How often the backbeat comes." },
    { "drum_touch", FIELD_REAL, 0, AT(drum_touch), -1, 1, NULL, "0", .help = "Soft to heavy drums." },
    { "articulation", FIELD_REAL, 0, AT(articulation), -1, 1, NULL, "0", .help = "Short to joined notes." },
    { "register_semitones", FIELD_INT, 0, AT(register_semitones), -12, 12, "semitones", "0",
      .help = "The tune lower or higher than usual." },
    { "cues", FIELD_LIST, 0, AT(cues), 0, 32, .of = &cue_fields, .help = "Who comes and goes when." },
    { "target", FIELD_CHOICE, 0, AT(target), .choices = &master_target_choices, .help = "Where the master goes." },
    { "loudness_lufs", FIELD_REAL, 0, AT(loudness_lufs), -36, -6, "LUFS", .help = "Of the master; null: the target's." },
    { "ceiling_dbtp", FIELD_REAL, 0, AT(ceiling_dbtp), -12, 0, "dBTP", .help = "Of the master; null: the target's." },
};
const struct fields song_spec_fields = FIELDS("song_spec", struct song_spec, rows, "What the song is to be.");

bool key_name_get(const struct key_name *in, struct key *out)
{
    if (!pitch_is_set(in->root) || in->mode < 0)
        return false;
    out->root = in->root;
    out->mode = (enum mode)in->mode;
    return true;
}

struct key_name key_name_make(struct key key)
{
    return (struct key_name){ key.root, (int)key.mode };
}
