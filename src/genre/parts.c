#include "genre/parts.h"

#include <string.h>

#include "song/steps.h"
#include "theory/metre.h"
#include "theory/voicing.h"

static const char *const player_names[PLAYER_COUNT] = { "drummer",  "bassist", "comper", "pad",     "arpeggiator",
                                                        "strummer", "power",   "lead",   "counter", "effects",
                                                        "picker",   "montuno", "riffer", "second" };
const struct choices player_choices = { .names = player_names, .count = PLAYER_COUNT };
const struct choices score_role_choices = { .names = score_role_names, .count = ROLE_COUNT };
static const struct choices voicing_choices = { .names = voicing_kind_names, .count = VOICING_KIND_COUNT };

const enum notation player_notations[PLAYER_COUNT] = {
    [PLAYER_DRUMMER] = NOTATION_DRUMS,       [PLAYER_BASSIST] = NOTATION_DEGREES,
    [PLAYER_COMPER] = NOTATION_STROKES,      [PLAYER_PAD] = NOTATION_STROKES,
    [PLAYER_ARPEGGIATOR] = NOTATION_LADDER,  [PLAYER_STRUMMER] = NOTATION_STROKES,
    [PLAYER_POWER] = NOTATION_STROKES,       [PLAYER_LEAD] = NOTATION_STROKES,
    [PLAYER_COUNTER] = NOTATION_LADDER,      [PLAYER_EFFECTS] = NOTATION_STROKES,
    [PLAYER_PICKER] = NOTATION_LADDER,       [PLAYER_MONTUNO] = NOTATION_LADDER,
    [PLAYER_RIFFER] = NOTATION_DEGREES,      [PLAYER_SECOND] = NOTATION_LADDER,
};

#define AT(member) offsetof(struct part_program, member)
static const struct field program_rows[] = {
    { "program", FIELD_INT, FIELD_REQUIRED, AT(program), 0, 127, .help = "General MIDI program or kit, from 0." },
    { "bank", FIELD_INT, 0, AT(bank), 0, 128, NULL, "0", .help = "128 for kits." },
    { "weight", FIELD_REAL, 0, AT(weight), 0, 100, NULL, "1", .help = "How often it is chosen." },
    { "moods", FIELD_STRINGS, 0, AT(moods), 0, 30, .help = "Moods that it suits." },
};
static const struct fields program_fields =
    FIELDS("part_program", struct part_program, program_rows, "An instrument that may play the part.");
#undef AT

#define AT(member) offsetof(struct part_pattern, member)
static const struct field pattern_rows[] = {
    { "name", FIELD_STRING, FIELD_REQUIRED, AT(name), 1, 60, .help = "Its name." },
    { "sections", FIELD_STRINGS, 0, AT(sections), 0, 30, .help = "Section types it is for; none: any." },
    { "energy_low", FIELD_REAL, 0, AT(energy_low), 0, 1, NULL, "0", .help = "Least energy of the section." },
    { "energy_high", FIELD_REAL, 0, AT(energy_high), 0, 1, NULL, "1", .help = "Most energy of the section." },
    { "weight", FIELD_REAL, 0, AT(weight), 0, 100, NULL, "1", .help = "How often it is chosen." },
    { "time_signature", FIELD_CODEC, 0, AT(metre), .fallback = "\"4/4\"", .codec = &metre_codec,
      .help = "What it is written in." },
    { "lines", FIELD_STRINGS, FIELD_REQUIRED, AT(lines), 1, 32, .help = "Step strings, as in rhythm_spec." },
};
static const struct fields pattern_fields = FIELDS("part_pattern", struct part_pattern, pattern_rows, "A groove.");
#undef AT

#define AT(member) offsetof(struct part_fill, member)
static const struct field fill_rows[] = {
    { "energy_low", FIELD_REAL, 0, AT(energy_low), 0, 1, NULL, "0", .help = "Least energy of the section." },
    { "energy_high", FIELD_REAL, 0, AT(energy_high), 0, 1, NULL, "1", .help = "Most energy of the section." },
    { "weight", FIELD_REAL, 0, AT(weight), 0, 100, NULL, "1", .help = "How often it is chosen." },
    { "beats", FIELD_REAL, FIELD_REQUIRED, AT(beats), 0.5, 8, "quarters", .help = "Its length." },
    { "lines", FIELD_STRINGS, FIELD_REQUIRED, AT(lines), 0, 32, .help = "Drum lines." },
};
static const struct fields fill_fields = FIELDS("part_fill", struct part_fill, fill_rows, "A drum fill.");
#undef AT

#define AT(member) offsetof(struct part_strip, member)
static const struct field strip_rows[] = {
    { "lowpass_hz", FIELD_REAL, 0, AT(lowpass_hz), 0, 20000, "Hz", "0", .help = "Low-pass filter; 0 is off." },
    { "width", FIELD_REAL, 0, AT(width), -1, 1, NULL, "0", .help = "-1 is mono, 0 as it is." },
    { "drive_db", FIELD_REAL, 0, AT(drive_db), 0, 24, "dB", "0", .help = "Soft saturation." },
    { "delay_send_db", FIELD_REAL, 0, AT(delay_send_db), -120, 6, "dB", "-60", .help = "Send to the delay." },
    { "eq", FIELD_LIST, 0, AT(eq), 0, MIX_BANDS_MAX, .of = &mix_eq_band_fields, .help = "Equaliser." },
    { "compressor", FIELD_OBJECT, 0, AT(compressor), .of = &mix_compressor_fields, .help = "Its compressor." },
    { "duck_db", FIELD_REAL, 0, AT(duck_db), 0, 24, "dB", "0", .help = "How far it gives way to the kick drum." },
};
static const struct fields strip_fields = FIELDS("part_strip", struct part_strip, strip_rows, "Its channel strip.");
#undef AT

#define AT(member) offsetof(struct genre_part, member)
static const struct field part_rows[] = {
    { "id", FIELD_STRING, FIELD_REQUIRED, AT(id), 1, 30, .help = "What arrangements call it: \"bass\"." },
    { "name", FIELD_STRING, FIELD_REQUIRED, AT(name), 1, 40, .help = "Name of its MIDI track." },
    { "role", FIELD_CHOICE, FIELD_REQUIRED, AT(role), .choices = &score_role_choices, .help = "What it is for." },
    { "player", FIELD_CHOICE, FIELD_REQUIRED, AT(player), .choices = &player_choices, .help = "Who plays it." },
    { "programs", FIELD_LIST, FIELD_REQUIRED, AT(programs), 1, 20, .of = &program_fields,
      .help = "Instruments to choose from; the first is the usual one." },
    { "register_low", FIELD_INT, 0, AT(register_low), 0, 127, NULL, "0", .help = "Lowest MIDI note." },
    { "register_high", FIELD_INT, 0, AT(register_high), 0, 127, NULL, "127", .help = "Highest MIDI note." },
    { "joins_at", FIELD_REAL, 0, AT(joins_at), 0, 2, NULL, "0",
      .help = "Section energy from which it plays; 2: only when the brief asks for it." },
    { "leaves_at", FIELD_REAL, 0, AT(leaves_at), 0, 2, NULL, "2",
      .help = "Section energy from which it rests: others have its place there." },
    { "chance", FIELD_REAL, 0, AT(chance), 0, 1, NULL, "1", .help = "Of being in a song's band when nobody asks." },
    { "level_lu", FIELD_REAL, 0, AT(level_lu), -40, 12, "LU", "-6", .help = "Loudness against the lead." },
    { "pan", FIELD_REAL, 0, AT(pan), -1, 1, NULL, "0", .help = "-1 left to 1 right." },
    { "highpass_hz", FIELD_REAL, 0, AT(highpass_hz), 0, 2000, "Hz", "0", .help = "High-pass filter; 0 is off." },
    { "reverb_send_db", FIELD_REAL, 0, AT(reverb_send_db), -120, 6, "dB", "-60", .help = "Send to the reverb." },
    { "strip", FIELD_OBJECT_PTR, 0, AT(strip), .of = &strip_fields, .help = "Its strip; else the habit of its role." },
    { "feel_ms", FIELD_REAL, 0, AT(feel_ms), -40, 60, "ms", "0", .help = "Behind (> 0) or ahead of the beat." },
    { "backbeat_ms", FIELD_REAL, 0, AT(backbeat_ms), -40, 60, "ms", "0", .help = "The same for the snare alone." },
    { "timing_ms", FIELD_REAL, 0, AT(timing_ms), 0, 40, "ms", "4", .help = "Standard deviation around that." },
    { "velocity_spread", FIELD_REAL, 0, AT(velocity_spread), 0, 30, NULL, "5", .help = "Standard deviation." },
    { "velocity", FIELD_INT, 0, AT(velocity), 1, 127, NULL, "84", .help = "Of a plain note at middle energy." },
    { "gate", FIELD_REAL, 0, AT(gate), 0.05, 1, NULL, "0.9", .help = "Sounding share of a written note." },
    { "chorus", FIELD_REAL, 0, AT(chorus), 0, 1, NULL, "0", .help = "Amount of chorus." },
    { "scoop", FIELD_REAL, 0, AT(scoop), 0, 1, NULL, "0",
      .help = "How often a phrase begins with a bend from below; a bass glides at its end." },
    { "wobble", FIELD_REAL, 0, AT(wobble), 0, 1, NULL, "0", .help = "How deep a bass's long notes pulse." },
    { "duck", FIELD_REAL, 0, AT(duck), 0, 1, NULL, "0", .help = "How deep pads and basses dip under the kick." },
    { "voicings", FIELD_STRINGS, 0, AT(voicings), 0, VOICING_KIND_COUNT, .choices = &voicing_choices,
      .help = "Kinds of voicings; none: the player's own." },
    { "voices", FIELD_INT, 0, AT(voices), 1, VOICES_MAX, NULL, "4", .help = "Notes of a chord." },
    { "words", FIELD_STRINGS, 0, AT(words), 0, 40, .help = "What briefs call it, besides its instruments." },
    { "patterns", FIELD_LIST, 0, AT(patterns), 0, 60, .of = &pattern_fields, .help = "Its grooves." },
    { "fills", FIELD_LIST, 0, AT(fills), 0, 40, .of = &fill_fields, .help = "A drummer's fills." },
};
static const struct fields part_fields = FIELDS("genre_part", struct genre_part, part_rows, "A member of the band.");
#undef AT

#define AT(member) offsetof(struct swing_point, member)
static const struct field swing_rows[] = {
    { "bpm", FIELD_REAL, FIELD_REQUIRED, AT(bpm), 20, 400, "bpm", .help = "At this tempo." },
    { "percent", FIELD_REAL, FIELD_REQUIRED, AT(percent), 50, 75, "%", .help = "50 is straight, 66.7 a triplet." },
};
static const struct fields swing_fields = FIELDS("swing_point", struct swing_point, swing_rows, "Swing at a tempo.");
#undef AT

#define AT(member) offsetof(struct genre_groove, member)
static const struct field groove_rows[] = {
    { "swing", FIELD_LIST, 0, AT(swing), 0, 10, .of = &swing_fields, .help = "By tempo, rising; none: straight." },
    { "swing_unit", FIELD_INT, 0, AT(swing_unit), 8, 16, NULL, "8", .help = "The notes that pair up: 8 or 16." },
    { "humanise", FIELD_REAL, 0, AT(humanise), 0, 2, NULL, "1", .help = "Scales the parts' own spreads." },
    { "variation", FIELD_REAL, 0, AT(variation), 0, 1, NULL, "0.4", .help = "How much drummers vary a bar." },
    { "fill_chance", FIELD_REAL, 0, AT(fill_chance), 0, 1, NULL, "0.2", .help = "After four bars of a section." },
    { "boundary_fill_chance", FIELD_REAL, 0, AT(boundary_fill_chance), 0, 1, NULL, "0.9",
      .help = "Before the next section." },
    { "stop_chance", FIELD_REAL, 0, AT(stop_chance), 0, 1, NULL, "0",
      .help = "That everybody stops before a drop or a big chorus that was built up to." },
    { "crashes", FIELD_BOOL, 0, AT(crashes), 0, 0, NULL, "true", .help = "Crashes open stronger sections." },
};
static const struct fields groove_fields = FIELDS("genre_groove", struct genre_groove, groove_rows, "The feel.");
#undef AT

#define AT(member) offsetof(struct genre_mix, member)
static const struct field mix_rows[] = {
    { "buses", FIELD_LIST, 0, AT(buses), 0, BUS_COUNT, .of = &mix_bus_settings_fields, .help = "The groups." },
    { "reverb_room", FIELD_REAL, 0, AT(reverb_room), 0, 1, NULL, "0.5", .help = "Size of the room." },
    { "reverb_damping", FIELD_REAL, 0, AT(reverb_damping), 0, 1, NULL, "0.4", .help = "How dull it is." },
    { "reverb_return_db", FIELD_REAL, 0, AT(reverb_return_db), -60, 12, "dB", "-3", .help = "Its level." },
    { "delay", FIELD_OBJECT, 0, AT(delay), .of = &mix_delay_fields, .help = "Echoes." },
    { "duck_db", FIELD_REAL, 0, AT(duck_db), 0, 12, "dB", "3", .help = "How far the bass gives way to the kick." },
    { "duck_release_ms", FIELD_REAL, 0, AT(duck_release_ms), 20, 1000, "ms", "140", .help = "And how long." },
};
static const struct fields mix_fields = FIELDS("genre_mix", struct genre_mix, mix_rows, "The usual mix.");
#undef AT

#define AT(member) offsetof(struct genre_master, member)
static const struct field master_rows[] = {
    { "glue", FIELD_OBJECT, 0, AT(glue), .of = &mix_compressor_fields, .help = "Compressor over everything." },
    { "multiband", FIELD_OBJECT, 0, AT(multiband), .of = &master_multiband_fields, .help = "Compression in bands." },
    { "octaves_db", FIELD_REALS, 0, AT(octaves_db), MASTER_OCTAVES, MASTER_OCTAVES, "dB",
      "[-17,-7,-7,-8,-9,-11,-16,-20,-25,-32]", .help = "The octaves of released music of the kind, from 31 Hz on." },
    { "tone_amount", FIELD_REAL, 0, AT(tone_amount), 0, 1, NULL, "0.75", .help = "How much of the way there." },
    { "drive_db", FIELD_REAL, 0, AT(drive_db), 0, 12, "dB", "1", .help = "Soft saturation." },
    { "width", FIELD_REAL, 0, AT(width), -1, 1, NULL, "0.1", .help = "-1 is mono, 0 as it is." },
};
static const struct fields master_fields = FIELDS("genre_master", struct genre_master, master_rows, "The finish.");
#undef AT

#define AT(member) offsetof(struct genre_players, member)
static const struct field rows[] = {
    { "groove", FIELD_OBJECT, 0, AT(groove), .of = &groove_fields, .help = "The feel." },
    { "parts", FIELD_LIST, FIELD_REQUIRED, AT(parts), 1, 18, .of = &part_fields, .help = "The band." },
    { "mix", FIELD_OBJECT, 0, AT(mix), .of = &mix_fields, .help = "The usual mix." },
    { "master", FIELD_OBJECT, 0, AT(master), .of = &master_fields, .help = "The finish." },
};
#undef AT

static void lines_check(const struct genre_part *part, const void *list, int32_t ticks, enum notation notation,
                        const char *pointer, struct problems *problems)
{
    const struct string_list *lines = (const struct string_list *)list;

    if (ticks <= 0)
        problem_add(problems, pointer, "%s: the fill has no length", part->id);
    for (size_t i = 0; i < lines->count && ticks > 0; i++)
        steps_check(notation, lines->items[i], ticks, json_pointer_add_index(problems->arena, pointer, i), problems);
}

static void part_check(const struct genre_part *part, const char *pointer, struct problems *problems)
{
    struct arena *a = problems->arena;

    if (part->register_high - part->register_low < 12 && part->player != PLAYER_DRUMMER)
        problem_add(problems, pointer, "the register must span an octave");
    for (size_t i = 0; i < part->programs.count; i++)
        if ((part->programs.items[i].bank == 128) != (part->player == PLAYER_DRUMMER))
            problem_add(problems, json_pointer_add(a, pointer, "programs"),
                        "bank 128 is for the drummer, 0 for others");
    for (size_t i = 0; i < part->patterns.count; i++) {
        const char *at = json_pointer_add_index(a, json_pointer_add(a, pointer, "patterns"), i);

        lines_check(part, &part->patterns.items[i].lines, metre_bar_ticks(part->patterns.items[i].metre),
                    player_notations[part->player], json_pointer_add(a, at, "lines"), problems);
    }
    for (size_t i = 0; i < part->fills.count; i++) {
        const char *at = json_pointer_add_index(a, json_pointer_add(a, pointer, "fills"), i);

        lines_check(part, &part->fills.items[i].lines, (int32_t)(part->fills.items[i].beats * METRE_PPQ),
                    NOTATION_DRUMS, json_pointer_add(a, at, "lines"), problems);
    }
}

static void check(const void *in, const char *pointer, struct problems *problems)
{
    const struct genre_players *players = (const struct genre_players *)in;
    const char *parts = json_pointer_add(problems->arena, pointer, "parts");

    for (size_t i = 0; i < players->parts.count; i++) {
        const char *at = json_pointer_add_index(problems->arena, parts, i);

        part_check(&players->parts.items[i], at, problems);
        if (genre_part_find(players, players->parts.items[i].id) != &players->parts.items[i])
            problem_add(problems, at, "two parts are called '%s'", players->parts.items[i].id);
    }
}

const struct fields genre_players_fields = {
    .name = "genre_players",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .size = sizeof(struct genre_players),
    .help = "Who is in the band, what they play and how they sound.",
    .check = check,
};

const struct genre_part *genre_part_find(const struct genre_players *g, const char *id)
{
    for (size_t i = 0; i < g->parts.count; i++)
        if (strcmp(g->parts.items[i].id, id) == 0)
            return &g->parts.items[i];
    return NULL;
}

double genre_swing_percent(const struct genre_groove *g, double bpm)
{
    const struct swing_point *points = g->swing.items;
    size_t count = g->swing.count;

    if (count == 0)
        return 50;
    if (bpm <= points[0].bpm)
        return points[0].percent;
    for (size_t i = 1; i < count; i++)
        if (bpm <= points[i].bpm)
            return points[i - 1].percent + (points[i].percent - points[i - 1].percent) * (bpm - points[i - 1].bpm) /
                                               (points[i].bpm - points[i - 1].bpm);
    return points[count - 1].percent;
}
