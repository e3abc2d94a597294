/* What stands around the notes: signatures, tempo, sections, chords, bar lines. */
#include <string.h>

#include "formats/harmony_kind.h"
#include "formats/musicxml_part.h"
#include "song/arrangement_spec.h"
#include "song/rhythm_spec.h"

static void clef_write(struct xml *x, const struct sheet_clef *c, int number)
{
    xml_begin(x, "clef");
    if (number > 0)
        xml_attribute_int(x, "number", number);
    xml_leaf(x, "sign", c->sign);
    xml_leaf_int(x, "line", c->line);
    if (c->octave_change != 0)
        xml_leaf_int(x, "clef-octave-change", c->octave_change);
    xml_end(x);
}

/* Of the modes that the format has words for, older programs know these two. */
static void key_write(struct sheet *s)
{
    struct xml *x = &s->xml;

    xml_begin(x, "key");
    xml_leaf_int(x, "fifths", key_fifths(s->key));
    if (s->key.mode == MODE_MAJOR || s->key.mode == MODE_MINOR)
        xml_leaf(x, "mode", mode_infos[s->key.mode].name);
    xml_end(x);
}

void sheet_key_change(struct sheet *s, const struct sheet_part *p, int bar)
{
    struct key key = key_simplify(timeline_key_at(s->timeline, bar * s->timeline->bar_ticks));
    bool is_new = key_fifths(key) != key_fifths(s->key) || key.mode != s->key.mode;

    s->key = key;
    if (bar == 0 || !is_new || p->is_drums)
        return;
    xml_begin(&s->xml, "attributes");
    key_write(s);
    xml_end(&s->xml);
}

void sheet_attributes(struct sheet *s, const struct sheet_part *p)
{
    struct xml *x = &s->xml;

    xml_begin(x, "attributes");
    xml_leaf_int(x, "divisions", NOTATION_DIVISIONS);
    if (p->is_drums) {
        xml_begin(x, "key");
        xml_leaf_int(x, "fifths", 0);
        xml_end(x);
    } else {
        key_write(s);
    }
    xml_begin(x, "time");
    xml_leaf_int(x, "beats", s->timeline->metre.numerator);
    xml_leaf_int(x, "beat-type", s->timeline->metre.denominator);
    xml_end(x);
    if (p->staff_count > 1)
        xml_leaf_int(x, "staves", p->staff_count);
    for (int i = 0; i < p->staff_count; i++)
        clef_write(x, &p->staves[i].clef, p->staff_count > 1 ? i + 1 : 0);
    xml_end(x);
}

const struct timeline_section *sheet_section_starting(const struct sheet *s, int bar)
{
    const struct timeline *t = s->timeline;

    for (size_t i = 0; i < t->sections.count; i++)
        if (t->sections.items[i].start_bar == bar)
            return &t->sections.items[i];
    return NULL;
}

static void words_write(struct xml *x, const char *words, bool is_italic)
{
    xml_begin(x, "direction");
    xml_attribute(x, "placement", "above");
    xml_begin(x, "direction-type");
    xml_begin(x, "words");
    if (is_italic)
        xml_attribute(x, "font-style", "italic");
    xml_text(x, words);
    xml_end(x);
    xml_end(x);
    xml_end(x);
}

static void metronome_write(struct sheet *s, double bpm)
{
    struct xml *x = &s->xml;
    bool is_dotted = s->plan.is_compound, is_half = s->timeline->metre.denominator == 2;

    xml_begin(x, "direction");
    xml_attribute(x, "placement", "above");
    xml_begin(x, "direction-type");
    xml_begin(x, "metronome");
    xml_leaf(x, "beat-unit", is_half ? "half" : "quarter");
    if (is_dotted)
        xml_empty(x, "beat-unit-dot");
    xml_leaf_real(x, "per-minute", bpm / (is_dotted ? 1.5 : is_half ? 2 : 1));
    xml_end(x);
    xml_end(x);
    xml_begin(x, "sound");
    xml_attribute(x, "tempo", arena_printf(s->arena, "%.2f", bpm));
    xml_end(x);
    xml_end(x);
}

/* A tempo within a bar: the cursor goes there and comes back. The empty words keep programs from printing a number. */
static void tempo_write(struct sheet *s, const struct score_tempo *tempo)
{
    struct xml *x = &s->xml;
    int offset = tempo->tick % s->timeline->bar_ticks / DIVISION_TICKS;

    if (offset > 0) {
        xml_begin(x, "forward");
        xml_leaf_int(x, "duration", offset);
        xml_end(x);
    }
    xml_begin(x, "direction");
    xml_begin(x, "direction-type");
    xml_leaf(x, "words", " ");
    xml_end(x);
    xml_begin(x, "sound");
    xml_attribute(x, "tempo", arena_printf(s->arena, "%.2f", tempo->bpm));
    xml_end(x);
    xml_end(x);
    if (offset > 0) {
        xml_begin(x, "backup");
        xml_leaf_int(x, "duration", offset);
        xml_end(x);
    }
}

/* Later tempos are heard, not printed; where they begin to fall the page says so. */
static void tempos_write(struct sheet *s, int bar)
{
    const struct timeline *t = s->timeline;

    for (size_t i = 0; i < t->tempos.count; i++) {
        const struct score_tempo *tempo = &t->tempos.items[i];

        if (tempo->tick / t->bar_ticks != bar)
            continue;
        if (i == 0) {
            metronome_write(s, tempo->bpm);
            continue;
        }
        if (tempo->bpm < tempo[-1].bpm && (i == 1 || tempo[-1].bpm >= tempo[-2].bpm))
            words_write(&s->xml, "rit.", true);
        tempo_write(s, tempo);
    }
}

void sheet_marks(struct sheet *s, int bar)
{
    const struct timeline_section *section = sheet_section_starting(s, bar);
    const struct rhythm_spec *rhythm = s->song->rhythm_spec;
    struct xml *x = &s->xml;

    if (section != NULL) {
        xml_begin(x, "direction");
        xml_attribute(x, "placement", "above");
        xml_begin(x, "direction-type");
        xml_leaf(x, "rehearsal", section->label);
        xml_end(x);
        xml_end(x);
    }
    tempos_write(s, bar);
    if (bar == 0 && rhythm != NULL && rhythm->swing_percent >= 54 && !s->plan.is_compound)
        words_write(x, rhythm->swing_unit == 16 ? "Swing 16ths" : "Swing", false);
}

/* Whether a note of the part begins in the bar, as far as it is written there. */
static bool plays_in(const struct sheet *s, const struct sheet_part *p, int bar)
{
    int32_t from = bar * s->timeline->bar_ticks - DIVISION_TICKS, until = from + s->timeline->bar_ticks;

    for (size_t i = 0; i < p->from->note_count; i++)
        if (p->from->notes[i].start_tick >= from)
            return p->from->notes[i].start_tick < until;
    return false;
}

/* As the arrangement has it, where it says how loud, else by the energy. */
static const char *section_dynamics(const struct sheet *s, const struct timeline_section *section)
{
    const struct arrangement_spec *arrangement = s->song->arrangement_spec;
    size_t index = (size_t)(section - s->timeline->sections.items);

    if (section->dynamics_shift != 0 && arrangement != NULL && index < arrangement->sections.count)
        return arrangement->sections.items[index].dynamics;
    return dynamics_name(section->energy);
}

void sheet_dynamics(struct sheet *s, struct sheet_part *p, int bar)
{
    const char *name = section_dynamics(s, timeline_section_at(s->timeline, bar * s->timeline->bar_ticks));

    if ((p->dynamics != NULL && strcmp(p->dynamics, name) == 0) || !plays_in(s, p, bar))
        return;
    p->dynamics = name;
    xml_begin(&s->xml, "direction");
    xml_attribute(&s->xml, "placement", "below");
    xml_begin(&s->xml, "direction-type");
    xml_begin(&s->xml, "dynamics");
    xml_empty(&s->xml, name);
    xml_end(&s->xml);
    xml_end(&s->xml);
    xml_end(&s->xml);
}

static void pitch_write(struct xml *x, const char *name, struct pitch_name pitch)
{
    char letter[] = { pitch.letter, '\0' };

    xml_begin(x, name);
    xml_leaf(x, strcmp(name, "root") == 0 ? "root-step" : "bass-step", letter);
    if (pitch.accidental != 0)
        xml_leaf_int(x, strcmp(name, "root") == 0 ? "root-alter" : "bass-alter", pitch.accidental);
    xml_end(x);
}

static void no_chord_write(struct xml *x)
{
    xml_begin(x, "root");
    xml_begin(x, "root-step");
    xml_attribute(x, "text", "");
    xml_text(x, "C");
    xml_end(x);
    xml_end(x);
    xml_begin(x, "kind");
    xml_attribute(x, "text", "N.C.");
    xml_text(x, "none");
    xml_end(x);
}

static void chord_write(struct xml *x, const struct chord *c)
{
    struct harmony_kind kind = harmony_kind_of(c->quality);

    pitch_write(x, "root", c->root);
    xml_begin(x, "kind");
    xml_attribute(x, "text", chord_infos[c->quality].symbol);
    xml_text(x, kind.name);
    xml_end(x);
    if (c->has_bass)
        pitch_write(x, "bass", c->bass);
    for (size_t i = 0; i < kind.count; i++) {
        const struct harmony_degree *d = &kind.degrees[i];

        xml_begin(x, "degree");
        xml_leaf_int(x, "degree-value", d->value);
        xml_leaf_int(x, "degree-alter", d->alter);
        xml_leaf(x, "degree-type", degree_change_names[d->change]);
        xml_end(x);
    }
}

/* Whether the chord is already on the page: held over from before, in one section. */
static bool is_repeated(const struct timeline_chord *c, size_t index)
{
    return index > 0 && c[-1].section == c->section && chord_is_equal(&c[-1].chord, &c->chord);
}

void sheet_chords(struct sheet *s, int32_t from_tick, int32_t to_tick)
{
    const struct timeline *t = s->timeline;
    size_t low = 0, high = t->chords.count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (t->chords.items[middle].start_tick < from_tick)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < t->chords.count && t->chords.items[i].start_tick < to_tick; i++) {
        const struct timeline_chord *c = &t->chords.items[i];

        if (is_repeated(c, i))
            continue;
        xml_begin(&s->xml, "harmony");
        xml_attribute(&s->xml, "placement", "above");
        if (chord_is_set(&c->chord))
            chord_write(&s->xml, &c->chord);
        else
            no_chord_write(&s->xml);
        if (c->start_tick - from_tick >= DIVISION_TICKS)
            xml_leaf_int(&s->xml, "offset", (c->start_tick - from_tick) / DIVISION_TICKS);
        xml_end(&s->xml);
    }
}

void sheet_barline(struct sheet *s, int bar)
{
    bool is_last = bar + 1 == s->bars;

    if (!is_last && sheet_section_starting(s, bar + 1) == NULL)
        return;
    xml_begin(&s->xml, "barline");
    xml_attribute(&s->xml, "location", "right");
    xml_leaf(&s->xml, "bar-style", is_last ? "light-heavy" : "light-light");
    xml_end(&s->xml);
}
