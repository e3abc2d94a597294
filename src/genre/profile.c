#include "genre/profile.h"

#include <math.h>
#include <string.h>

#include "genre/sheet.h"

static const char *const third_names[THIRD_COUNT] = { "any", "major", "minor" };
static const struct choices third_choices = { third_names, THIRD_COUNT, NULL };
static const char *const tune_form_names[TUNE_FORM_COUNT] = { "song", "period", "sentence", "aab", "riff", "call", "sparse" };
static const struct choices tune_form_choices = { tune_form_names, TUNE_FORM_COUNT, NULL };
static const char *const solo_style_names[SOLO_STYLE_COUNT] = { "tune", "lines", "licks" };
static const struct choices solo_style_choices = { solo_style_names, SOLO_STYLE_COUNT, NULL };

#define AT(member) offsetof(struct genre_tempo, member)
static const struct field tempo_rows[] = {
    { "min", FIELD_REAL, FIELD_REQUIRED, AT(min), 40, 300, "bpm", .help = "Slowest." },
    { "typical", FIELD_REAL, FIELD_REQUIRED, AT(typical), 40, 300, "bpm", .help = "Usual." },
    { "max", FIELD_REAL, FIELD_REQUIRED, AT(max), 40, 300, "bpm", .help = "Fastest." },
};
static const struct fields tempo_fields = FIELDS("tempo", struct genre_tempo, tempo_rows, "Tempo.");
#undef AT

#define AT(member) offsetof(struct genre_mode, member)
static const struct field mode_rows[] = {
    { "mode", FIELD_CHOICE, FIELD_REQUIRED, AT(mode), .choices = &mode_choices, .help = "Mode." },
    { "weight", FIELD_REAL, 0, AT(weight), 0, 1000, NULL, "1", .help = "How often." },
    { "brightness", FIELD_REAL, 0, AT(brightness), 0, 1, NULL, "0.5", .help = "Moods choose by it." },
};
static const struct fields mode_fields = FIELDS("mode", struct genre_mode, mode_rows, "A mode of the genre.");
#undef AT

#define AT(member) offsetof(struct genre_chords, member)
static const struct field chords_rows[] = {
    { "bars", FIELD_STRING, FIELD_REQUIRED, AT(bars), 1, 1000, .help = "A lead sheet of roman numerals." },
    { "weight", FIELD_REAL, 0, AT(weight), 0, 1000, NULL, "1", .help = "How often." },
    { "third", FIELD_CHOICE, 0, AT(third), 0, 0, NULL, "\"any\"", .choices = &third_choices,
      .help = "Only in keys with this third." },
};
static const struct fields chords_fields = FIELDS("chords", struct genre_chords, chords_rows, "A passage of chords.");
#undef AT

#define AT(member) offsetof(struct genre_section_harmony, member)
static const struct field section_harmony_rows[] = {
    { "sections", FIELD_STRINGS, FIELD_REQUIRED, AT(sections), 1, 32, .help = "Section types; * for all others." },
    { "loops", FIELD_LIST, FIELD_REQUIRED, AT(loops), 1, 64, .of = &chords_fields, .help = "Repeated to fill it." },
    { "cadences", FIELD_LIST, 0, AT(cadences), 0, 64, .of = &chords_fields, .help = "Instead of its last bars." },
    { "transpose", FIELD_INT, 0, AT(transpose), -6, 6, "semitones", "0", .help = "Its own key, from the song's." },
};
static const struct fields section_harmony_fields = FIELDS("section_harmony", struct genre_section_harmony,
                                                           section_harmony_rows, "The chords of some sections.");
#undef AT

#define AT(member) offsetof(struct genre_swap, member)
static const struct field swap_rows[] = {
    { "from", FIELD_STRING, FIELD_REQUIRED, AT(from), 1, 30, .help = "Numeral." },
    { "to", FIELD_STRING, FIELD_REQUIRED, AT(to), 1, 100, .help = "One bar of a lead sheet in its place." },
    { "chance", FIELD_REAL, 0, AT(chance), 0, 1, NULL, "0.2", .help = "Chance in a varied pass." },
    { "third", FIELD_CHOICE, 0, AT(third), 0, 0, NULL, "\"any\"", .choices = &third_choices,
      .help = "Only in keys with this third." },
};
static const struct fields swap_fields = FIELDS("swap", struct genre_swap, swap_rows, "A reharmonisation.");
#undef AT

#define AT(member) offsetof(struct genre_harmony, member)
static const struct field harmony_rows[] = {
    { "sections", FIELD_LIST, FIELD_REQUIRED, AT(sections), 1, 32, .of = &section_harmony_fields,
      .help = "Chords by section type." },
    { "endings", FIELD_LIST, FIELD_REQUIRED, AT(endings), 1, 32, .of = &chords_fields,
      .help = "The song's last bars; the last chord is held." },
    { "swaps", FIELD_LIST, 0, AT(swaps), 0, 64, .of = &swap_fields, .help = "Reharmonisations of repeats." },
    { "secondary_dominant", FIELD_REAL, 0, AT(secondary_dominant), 0, 1, NULL, "0.1",
      .help = "Chance of one at the end of a phrase." },
    { "variation", FIELD_REAL, 0, AT(variation), 0, 1, NULL, "0.5", .help = "How much repeats differ." },
    { "lift", FIELD_REAL, 0, AT(lift), 0, 1, NULL, "0", .help = "Chance of a last chorus in a higher key." },
};
static const struct fields harmony_fields = FIELDS("harmony", struct genre_harmony, harmony_rows, "Harmony.");
#undef AT

#define AT(member) offsetof(struct genre_melody, member)
static const struct field melody_rows[] = {
    { "density", FIELD_REAL, 0, AT(density), 1, 16, "notes a bar", "5", .help = "Notes in four quarters." },
    { "syncopation", FIELD_REAL, 0, AT(syncopation), 0, 1, NULL, "0.2", .help = "Onsets off the beat." },
    { "rest", FIELD_REAL, 0, AT(rest), 0, 1, NULL, "0.15", .help = "Share of silence." },
    { "leap", FIELD_REAL, 0, AT(leap), 0, 1, NULL, "0.3", .help = "How willingly it leaps." },
    { "repeat", FIELD_REAL, 0, AT(repeat), 0, 1, NULL, "0.3", .help = "How willingly it repeats a note." },
    { "chromatic", FIELD_REAL, 0, AT(chromatic), 0, 1, NULL, "0", .help = "Notes from outside the scale." },
    { "colour", FIELD_REAL, 0, AT(colour), 0, 1, NULL, "0.2", .help = "Sevenths and ninths on strong beats." },
    { "form", FIELD_CHOICE, 0, AT(form), 0, 0, NULL, "\"song\"", .choices = &tune_form_choices,
      .help = "How a tune is built: phrases of a song, a period, a sentence, the blues' A A B, …" },
    { "solo", FIELD_CHOICE, 0, AT(solo), 0, 0, NULL, "\"tune\"", .choices = &solo_style_choices,
      .help = "What solos are made of." },
    { "pentatonic", FIELD_REAL, 0, AT(pentatonic), 0, 1, NULL, "0", .help = "Preference for the pentatonic scale." },
    { "blue", FIELD_REAL, 0, AT(blue), 0, 1, NULL, "0", .help = "Blue notes." },
    { "ornament", FIELD_REAL, 0, AT(ornament), 0, 1, NULL, "0", .help = "Grace notes and turns." },
    { "harmony", FIELD_REAL, 0, AT(harmony), 0, 1, NULL, "0", .help = "The last hook in two voices." },
    { "grid", FIELD_INT, 0, AT(grid), 2, 4, NULL, "4", .help = "Finest division of a quarter." },
    { "low", FIELD_INT, 0, AT(low), 36, 96, "MIDI", "62", .help = "Usual lowest note." },
    { "high", FIELD_INT, 0, AT(high), 36, 108, "MIDI", "81", .help = "Usual highest note." },
    { "sections", FIELD_STRINGS, 0, AT(sections), 0, 64, .help = "Section types that have a tune." },
    { "rhythms", FIELD_STRINGS, 0, AT(rhythms), 0, 200, .help = "Idiomatic bars of 4/4." },
};
static const struct fields melody_fields = FIELDS("melody", struct genre_melody, melody_rows, "Melody.");
#undef AT

#define AT(member) offsetof(struct genre_section, member)
static const struct field section_rows[] = {
    { "type", FIELD_STRING, FIELD_REQUIRED, AT(type), 1, 40, .help = "verse, chorus, bridge, …" },
    { "bars", FIELD_INT, FIELD_REQUIRED, AT(bars), 1, 128, "bars", .help = "Usual length." },
    { "energy", FIELD_REAL, FIELD_REQUIRED, AT(energy), 0, 1, .help = "Energy." },
    { "keep", FIELD_INT, 0, AT(keep), 0, 3, NULL, "1", .help = "The lowest go first when the song must be shorter." },
};
static const struct fields section_fields = FIELDS("section", struct genre_section, section_rows, "A section.");
#undef AT

#define AT(member) offsetof(struct genre_form, member)
static const struct field form_rows[] = {
    { "name", FIELD_STRING, FIELD_REQUIRED, AT(name), 1, 80, .help = "Name." },
    { "weight", FIELD_REAL, 0, AT(weight), 0, 1000, NULL, "1", .help = "How often." },
    { "sections", FIELD_LIST, FIELD_REQUIRED, AT(sections), 2, 64, .of = &section_fields, .help = "In their order." },
    { "more", FIELD_LIST, 0, AT(more), 0, 64, .of = &section_fields, .help = "Put in when the song is longer." },
};
static const struct fields form_fields = FIELDS("form", struct genre_form, form_rows, "A form.");
#undef AT

#define AT(member) offsetof(struct genre_ending, member)
static const struct field ending_rows[] = {
    { "hold", FIELD_REAL, 0, AT(hold), 0, 1, NULL, "0.8", .help = "Chance of a held last chord; else a button." },
    { "ritardando", FIELD_REAL, 0, AT(ritardando), 0, 1, NULL, "0.5", .help = "Chance of slowing down." },
    { "ritardando_percent", FIELD_REAL, 0, AT(ritardando_percent), 0, 60, "%", "10", .help = "By how much." },
};
static const struct fields ending_fields = FIELDS("ending", struct genre_ending, ending_rows, "Ending.");
#undef AT

#define AT(member) offsetof(struct genre_vocals, member)
static const struct field vocals_rows[] = {
    { "chance", FIELD_REAL, 0, AT(chance), 0, 1, NULL, "0", 
      .help = "Chance that a song is sung whose brief says nothing of voices; 0: beds stay instrumental unless words, a singer "
              "or vocals are asked for." },
    { "low", FIELD_INT, 0, AT(low), 36, 96, "MIDI", "57", .help = "Lowest note." },
    { "high", FIELD_INT, 0, AT(high), 36, 96, "MIDI", "76", .help = "Highest note." },
};
static const struct fields vocals_fields = FIELDS("vocals", struct genre_vocals, vocals_rows, "Voice.");
#undef AT

#define AT(member) offsetof(struct genre, member)
static const struct field rows[] = {
    { "id", FIELD_STRING, FIELD_REQUIRED, AT(id), 1, 60, .help = "Identifier; the file's name." },
    { "name", FIELD_STRING, FIELD_REQUIRED, AT(name), 1, 80, .help = "Name." },
    { "aliases", FIELD_STRINGS, 0, AT(aliases), 0, 32, .help = "Other names." },
    { "description", FIELD_STRING, FIELD_REQUIRED, AT(description), 1, 1000, .help = "In a sentence." },
    { "tempo", FIELD_OBJECT, FIELD_REQUIRED, AT(tempo), .of = &tempo_fields, .help = "Tempo." },
    { "modes", FIELD_LIST, FIELD_REQUIRED, AT(modes), 1, 16, .of = &mode_fields, .help = "Modes." },
    { "time_signature", FIELD_CODEC, 0, AT(time_signature), 0, 0, NULL, "\"4/4\"", .codec = &metre_codec,
      .help = "Usual time signature." },
    { "duration_seconds", FIELD_REAL, 0, AT(duration_seconds), 30, 600, "s", "180", .help = "Usual length." },
    { "era", FIELD_STRING, 0, AT(era), 0, 40, .help = "Era it alludes to." },
    { "mood", FIELD_STRING, 0, AT(mood), 0, 40, NULL, "\"neutral\"", .help = "Mood when the brief names none." },
    { "energy", FIELD_REAL, 0, AT(energy), 0, 1, NULL, "0.5", .help = "Usual energy." },
    { "soundfont", FIELD_STRING, 0, AT(soundfont), 1, 60, .help = "SoundFont that plays it, by its name; else the first." },
    { "keys", FIELD_STRINGS, 0, AT(keys), 0, 12, .help = "Usual tonics." },
    { "images", FIELD_STRINGS, 0, AT(images), 0, 200, .help = "Fragments of its lyrics, syllables joined by -." },
    { "harmony", FIELD_OBJECT, FIELD_REQUIRED, AT(harmony), .of = &harmony_fields, .help = "Harmony." },
    { "melody", FIELD_OBJECT, FIELD_REQUIRED, AT(melody), .of = &melody_fields, .help = "Melody." },
    { "forms", FIELD_LIST, FIELD_REQUIRED, AT(forms), 1, 32, .of = &form_fields, .help = "Forms." },
    { "ending", FIELD_OBJECT, 0, AT(ending), .of = &ending_fields, .help = "Ending." },
    { "vocals", FIELD_OBJECT, 0, AT(vocals), .of = &vocals_fields, .help = "Voice." },
    { "review", FIELD_LIST, 0, AT(review), 0, MEASURE_COUNT, .of = &genre_band_fields,
      .help = "Its own bands of the reviewer's measures." },
    { "players", FIELD_OBJECT, FIELD_REQUIRED, AT(players), .of = &genre_players_fields, .help = "The players." },
};

static void check_sheet(const char *bars, int third, const char *pointer, struct problems *problems)
{
    static const struct key keys[] = { { { 'C', 0 }, MODE_MAJOR }, { { 'A', 0 }, MODE_MINOR } };
    struct sheet sheet;
    struct error e = { 0 };

    for (int i = 0; i < 2; i++)
        if (third != (i == 0 ? THIRD_MINOR : THIRD_MAJOR) && !sheet_read(bars, keys[i], &sheet, problems->arena, &e)) {
            problem_add(problems, pointer, "%s", e.detail);
            return;
        }
}

static void check_chords(const struct genre_chords *chords, size_t count, const char *pointer,
                         struct problems *problems)
{
    struct arena *a = problems->arena;

    for (size_t i = 0; i < count; i++)
        check_sheet(chords[i].bars, chords[i].third,
                    json_pointer_add(a, json_pointer_add_index(a, pointer, i), "bars"), problems);
}

static void check_genre(const void *in, const char *pointer, struct problems *problems)
{
    const struct genre *g = in;
    const struct genre_harmony *h = &g->harmony;
    struct arena *a = problems->arena;
    const char *at = json_pointer_add(a, pointer, "harmony");
    const char *sections = json_pointer_add(a, at, "sections");

    for (size_t i = 0; i < h->sections.count; i++) {
        const char *here = json_pointer_add_index(a, sections, i);
        const struct genre_section_harmony *s = &h->sections.items[i];

        check_chords(s->loops.items, s->loops.count, json_pointer_add(a, here, "loops"), problems);
        check_chords(s->cadences.items, s->cadences.count, json_pointer_add(a, here, "cadences"), problems);
    }
    check_chords(h->endings.items, h->endings.count, json_pointer_add(a, at, "endings"), problems);
    for (size_t i = 0; i < h->swaps.count; i++) {
        const char *here = json_pointer_add_index(a, json_pointer_add(a, at, "swaps"), i);

        check_sheet(h->swaps.items[i].from, h->swaps.items[i].third, json_pointer_add(a, here, "from"), problems);
        check_sheet(h->swaps.items[i].to, h->swaps.items[i].third, json_pointer_add(a, here, "to"), problems);
    }
    if (!(g->tempo.min <= g->tempo.typical && g->tempo.typical <= g->tempo.max))
        problem_add(problems, json_pointer_add(a, pointer, "tempo"), "expected min ≤ typical ≤ max");
    genre_bands_check(g->review.items, g->review.count, json_pointer_add(a, pointer, "review"), problems);
    if (g->melody.high < g->melody.low + 12)
        problem_add(problems, json_pointer_add(a, pointer, "melody"), "expected an octave from low to high");
}

const struct fields genre_fields = {
    .name = "genre",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .size = sizeof(struct genre),
    .help = "A genre.",
    .check = check_genre,
};

const struct genre_section_harmony *genre_harmony_for(const struct genre *g, const char *section_type)
{
    const struct genre_section_harmony *other = &g->harmony.sections.items[0];

    for (size_t i = 0; i < g->harmony.sections.count; i++) {
        const struct genre_section_harmony *s = &g->harmony.sections.items[i];

        for (size_t j = 0; j < s->sections.count; j++) {
            if (strcmp(s->sections.items[j], section_type) == 0)
                return s;
            if (strcmp(s->sections.items[j], "*") == 0)
                other = s;
        }
    }
    return other;
}

bool genre_third_fits(int third, bool key_minor)
{
    return third != (key_minor ? THIRD_MAJOR : THIRD_MINOR);
}
