/* What one part of a song's documents leaves open and another one says: chords that are only written as numerals, energies
 * that are only in the curve. And the numerals, which are for people, brought in line with the chords that are played. */
#include <math.h>
#include <string.h>

#include "song/arrangement_spec.h"
#include "song/harmony_spec.h"
#include "song/song_check.h"
#include "song/song_spec.h"
#include "theory/roman.h"

static bool is_same(const char *x, const char *y)
{
    return x != NULL && y != NULL && strcmp(x, y) == 0;
}

/* The first bar, from 1, of the first section that a progression is for; 1 when that is not known. */
static int first_bar(const struct arrangement_spec *spec, const struct progression *p)
{
    int bar = 1;

    for (size_t i = 0; spec != NULL && i < spec->sections.count; bar += spec->sections.items[i++].length_bars)
        if (p->section_label != NULL ? is_same(p->section_label, spec->sections.items[i].label)
                                     : is_same(p->section_type, spec->sections.items[i].section_type))
            return bar;
    return 1;
}

/* The key that a progression is written in: the last one that began before it does. */
static struct key written_key(const struct song *s, const struct progression *p)
{
    const struct harmony_spec *spec = s->harmony_spec;
    struct key key = { { 'C', 0 }, MODE_MAJOR };
    int bar = first_bar(s->arrangement_spec, p);

    if (!key_name_get(&spec->primary_key, &key))
        key_name_get(&s->song_spec->key, &key);
    for (size_t i = 0; i < spec->modulations.count && spec->modulations.items[i].start_bar <= bar; i++)
        key_name_get(&spec->modulations.items[i].to_key, &key);
    return key;
}

static void read_numerals(const struct song *s, struct progression *p, const char *pointer, struct arena *a,
                          struct problems *problems)
{
    struct key key = written_key(s, p);

    p->chords.items = arena_alloc_array(a, p->roman_numerals.count, sizeof(*p->chords.items));
    for (size_t i = 0; i < p->roman_numerals.count; i++) {
        struct error e = { 0 };
        struct chord chord = { .quality = CHORD_MAJ };

        if (!roman_parse(p->roman_numerals.items[i], key, &chord, &e))
            problem_add(problems, json_pointer_add_index(a, pointer, i), "expected a roman numeral such as vi7, not '%.20s'",
                        p->roman_numerals.items[i]);
        p->chords.items[i] = chord_name_make(&chord);
    }
    p->chords.count = p->roman_numerals.count;
}

/* The last point of the curve at or before the section, or the one that bears its name. */
static const char *curve_level(const struct arrangement_spec *spec, const struct arranged_section *section, double percent)
{
    const char *level = NULL;

    for (size_t i = 0; i < spec->energy_curve.count; i++) {
        const struct energy_point *point = &spec->energy_curve.items[i];

        if (is_same(point->section_label, section->label))
            return point->energy_level;
        if (point->section_label == NULL && !(point->position_percent > percent))
            level = point->energy_level;
    }
    return level;
}

static void fill_energies(struct arrangement_spec *spec)
{
    double bars = 0, bar = 0;

    for (size_t i = 0; i < spec->sections.count; i++)
        bars += spec->sections.items[i].length_bars;
    for (size_t i = 0; i < spec->sections.count; bar += spec->sections.items[i++].length_bars) {
        struct arranged_section *section = &spec->sections.items[i];

        if (isnan(section->energy) && section->energy_level == NULL)
            section->energy_level = curve_level(spec, section, 100 * bar / bars);
    }
}

void song_fill_open(struct song *s, struct arena *a, struct problems *problems)
{
    for (size_t i = 0; s->harmony_spec != NULL && i < s->harmony_spec->progressions.count; i++) {
        struct progression *p = &s->harmony_spec->progressions.items[i];

        if (p->chords.count == 0)
            read_numerals(s, p, arena_printf(a, "/harmony_spec/progressions/%zu/roman_numerals", i), a, problems);
    }
    if (s->arrangement_spec != NULL)
        fill_energies(s->arrangement_spec);
}

static bool is_chord(const char *numeral, struct key key, const struct chord *chord)
{
    struct chord read;
    int bass = chord->has_bass ? pitch_class(chord->bass) : pitch_class(chord->root);

    return numeral != NULL && roman_parse(numeral, key, &read, NULL) && read.quality == chord->quality &&
           pitch_class(read.root) == pitch_class(chord->root) &&
           (read.has_bass ? pitch_class(read.bass) : pitch_class(read.root)) == bass;
}

size_t song_write_numerals(const struct song *s, struct arena *a)
{
    size_t otherwise = 0;

    for (size_t i = 0; i < s->harmony_spec->progressions.count; i++) {
        struct progression *p = &s->harmony_spec->progressions.items[i];
        struct key key = written_key(s, p);
        const char **numerals = ARENA_ARRAY(a, const char *, p->chords.count);
        bool was_whole = p->roman_numerals.count == p->chords.count;

        for (size_t c = 0; c < p->chords.count; c++) {
            struct chord chord = chord_name_get(&p->chords.items[c]);
            char text[ROMAN_TEXT_SIZE];

            numerals[c] = was_whole ? p->roman_numerals.items[c] : NULL;
            if (is_chord(numerals[c], key, &chord))
                continue;
            otherwise += p->roman_numerals.count > 0;
            roman_print(&chord, key, text, sizeof(text));
            numerals[c] = arena_strdup(a, text);
        }
        p->roman_numerals.items = numerals;
        p->roman_numerals.count = p->chords.count;
    }
    return otherwise;
}
