/* Measures and their notes. */
#include "formats/musicxml_part.h"

#include <stdio.h>
#include <string.h>

#include "formats/drum_staff.h"
#include "song/arrangement_spec.h"
#include "theory/spelling.h"

/* MusicXML has the octaves 0 to 9 (data type octave). */
enum { OCTAVE_MIN = 0, OCTAVE_MAX = 9, OCTAVES = OCTAVE_MAX - OCTAVE_MIN + 1 };
enum { LETTERS = 7, LINE_ROOM = 42 };

/* The signs that hold in a measure of one staff. */
struct signs {
    int8_t of[LETTERS][OCTAVES];
};

/* Where one voice of one staff is being written. */
struct place {
    const struct sheet_part *part;
    int staff, voice;      /* as the document counts them, from 1; staff 0: there is but one */
    bool stems_by_voice;
    int32_t bar_tick;
    struct signs *signs;
    const struct voice *line;
};

static void signs_reset(struct signs *signs, int fifths)
{
    static const char order[] = "FCGDAEB"; /* sharps in this order, flats backwards */

    memset(signs, 0, sizeof(*signs));
    for (int i = 0; i < 7; i++) {
        int8_t sign = i < fifths ? 1 : 6 - i < -fifths ? -1 : 0;

        memset(signs->of[order[i] - 'A'], sign, OCTAVES);
    }
}

/* Where the stroke begins, so that tied heads are written alike; in a line also by the note it goes to. */
static struct note_name spell(const struct sheet *s, const struct place *at, const struct stroke *stroke, size_t index)
{
    const struct timeline *t = s->timeline;
    int32_t tick = stroke->start * DIVISION_TICKS;
    const struct chord *chord = NULL;
    int next = SPELL_NO_NEXT;
    struct note_name out;

    if (t->chords.count > 0)
        chord = &timeline_chord_at(t, tick < t->end_tick ? tick : t->end_tick - 1)->chord;
    if (stroke + 1 < at->line->strokes + at->line->count && stroke->count == 1 && stroke[1].count == 1)
        next = stroke[1].pitches[0];
    out = spell_note(s->key, chord, stroke->pitches[index], next);
    /* No instrument plays below or above, but B sharp may stand there for the lowest C. */
    out.octave = out.octave < OCTAVE_MIN ? OCTAVE_MIN : out.octave > OCTAVE_MAX ? OCTAVE_MAX : out.octave;
    return out;
}

static void pitch_write(struct sheet *s, struct note_name n)
{
    char letter[] = { n.pitch.letter, '\0' };

    xml_begin(&s->xml, "pitch");
    xml_leaf(&s->xml, "step", letter);
    if (n.pitch.accidental != 0)
        xml_leaf_int(&s->xml, "alter", n.pitch.accidental);
    xml_leaf_int(&s->xml, "octave", n.octave);
    xml_end(&s->xml);
}

static void unpitched_write(struct sheet *s, const struct drum_place *d)
{
    char letter[] = { d->step, '\0' };

    xml_begin(&s->xml, "unpitched");
    xml_leaf(&s->xml, "display-step", letter);
    xml_leaf_int(&s->xml, "display-octave", d->octave);
    xml_end(&s->xml);
}

/* Whether head `index` of a chord is tied to the symbol before, and on to the next. */
struct ties {
    bool back, on;
};

static struct ties ties_of(const struct symbol *y, size_t index)
{
    const struct stroke *k = y->stroke;

    if (k == NULL)
        return (struct ties){ false, false };
    return (struct ties){ y->is_tied_back || (k->held_back & 1u << index) != 0,
                          y->is_tied_on || (k->held_on & 1u << index) != 0 };
}

static void ties_write(struct sheet *s, struct ties ties, const char *element)
{
    if (ties.back) {
        xml_begin(&s->xml, element);
        xml_attribute(&s->xml, "type", "stop");
        xml_end(&s->xml);
    }
    if (ties.on) {
        xml_begin(&s->xml, element);
        xml_attribute(&s->xml, "type", "start");
        xml_end(&s->xml);
    }
}

/* The sign before the note head, when the measure does not already say it. */
static void sign_write(struct sheet *s, const struct place *at, struct note_name n, bool is_tied_back)
{
    static const char *const words[] = { "flat-flat", "flat", "natural", "sharp", "double-sharp" };
    int8_t *sign = &at->signs->of[n.pitch.letter - 'A'][n.octave - OCTAVE_MIN];

    if (*sign == n.pitch.accidental || is_tied_back)
        return;
    *sign = n.pitch.accidental;
    xml_leaf(&s->xml, "accidental", words[n.pitch.accidental + 2]);
}

static void tuplet_write(struct sheet *s, const char *type)
{
    xml_begin(&s->xml, "tuplet");
    xml_attribute(&s->xml, "type", type);
    if (strcmp(type, "start") == 0)
        xml_attribute(&s->xml, "bracket", "yes");
    xml_end(&s->xml);
}

/* The final chord is held longer than it is written. */
static bool is_held(const struct sheet *s, const struct symbol *y)
{
    const struct arrangement_spec *arrangement = s->song->arrangement_spec;
    int32_t hold = s->timeline->hold_tick;

    return y->stroke != NULL && y->is_first && hold < s->timeline->end_tick && arrangement != NULL &&
           arrangement->ending != NULL && arrangement->ending->hold_percent > 100 &&
           y->stroke->start == hold / DIVISION_TICKS;
}

static void notations_write(struct sheet *s, const struct symbol *y, size_t index)
{
    struct ties ties = ties_of(y, index);
    bool has_fermata = index == 0 && is_held(s, y);
    bool is_short = index == 0 && y->stroke != NULL && y->stroke->is_short && !y->is_tied_on && !y->is_tied_back;
    bool has_tuplet = index == 0 && (y->starts_triplet || y->ends_triplet);

    if (!is_short && !has_tuplet && !has_fermata && !ties.back && !ties.on)
        return;
    xml_begin(&s->xml, "notations");
    ties_write(s, ties, "tied");
    if (index == 0 && y->starts_triplet)
        tuplet_write(s, "start");
    if (index == 0 && y->ends_triplet)
        tuplet_write(s, "stop");
    if (is_short) {
        xml_begin(&s->xml, "articulations");
        xml_empty(&s->xml, "staccato");
        xml_end(&s->xml);
    }
    if (has_fermata)
        xml_empty(&s->xml, "fermata");
    xml_end(&s->xml);
}

static void lyric_write(struct sheet *s, const struct stroke *stroke)
{
    size_t len = strlen(stroke->syllable);
    bool joins_on = len > 1 && stroke->syllable[len - 1] == '-';

    xml_begin(&s->xml, "lyric");
    xml_attribute(&s->xml, "number", "1");
    xml_leaf(&s->xml, "syllabic", stroke->joins_before ? joins_on ? "middle" : "end" : joins_on ? "begin" : "single");
    xml_leaf(&s->xml, "text", arena_strndup(s->arena, stroke->syllable, len - joins_on));
    xml_end(&s->xml);
}

/* Voice, value, dots, and the triplet that the value is part of. */
static void value_write(struct sheet *s, const struct symbol *y)
{
    if (y->is_bar_rest)
        return;
    xml_leaf(&s->xml, "type", note_type_names[y->type]);
    for (int i = 0; i < y->dots; i++)
        xml_empty(&s->xml, "dot");
}

static void time_modification_write(struct sheet *s, const struct symbol *y)
{
    if (!y->in_triplet)
        return;
    xml_begin(&s->xml, "time-modification");
    xml_leaf_int(&s->xml, "actual-notes", 3);
    xml_leaf_int(&s->xml, "normal-notes", 2);
    xml_end(&s->xml);
}

static void rest_write(struct sheet *s, const struct place *at, const struct symbol *y)
{
    struct xml *x = &s->xml;

    xml_begin(x, "note");
    xml_begin(x, "rest");
    if (y->is_bar_rest)
        xml_attribute(x, "measure", "yes");
    xml_end(x);
    xml_leaf_int(x, "duration", y->len);
    xml_leaf_int(x, "voice", at->voice);
    value_write(s, y);
    time_modification_write(s, y);
    if (at->staff > 0)
        xml_leaf_int(x, "staff", at->staff);
    notations_write(s, y, 0);
    xml_end(x);
}

/* One head of a chord. Percussion has no signs; its heads tell the instruments apart. */
static void head_write(struct sheet *s, const struct place *at, const struct symbol *y, size_t index)
{
    const struct drum_place *drum = at->part->is_drums ? drum_place_of(y->stroke->pitches[index]) : NULL;
    struct note_name name = spell(s, at, y->stroke, index);
    struct ties ties = ties_of(y, index);
    struct xml *x = &s->xml;

    xml_begin(x, "note");
    if (index > 0)
        xml_empty(x, "chord");
    if (drum != NULL)
        unpitched_write(s, drum);
    else
        pitch_write(s, name);
    xml_leaf_int(x, "duration", y->len);
    ties_write(s, ties, "tie");
    if (drum != NULL) {
        xml_begin(x, "instrument");
        sheet_instrument_id(s, at->part, y->stroke->pitches[index]);
        xml_end(x);
    }
    xml_leaf_int(x, "voice", at->voice);
    value_write(s, y);
    if (drum == NULL)
        sign_write(s, at, name, ties.back);
    time_modification_write(s, y);
    if (at->stems_by_voice)
        xml_leaf(x, "stem", at->voice == 1 ? "up" : "down");
    if (drum != NULL && strcmp(drum->head, "normal") != 0)
        xml_leaf(x, "notehead", drum->head);
    if (at->staff > 0)
        xml_leaf_int(x, "staff", at->staff);
    notations_write(s, y, index);
    if (index == 0 && y->is_first && y->stroke->syllable != NULL)
        lyric_write(s, y->stroke);
    xml_end(x);
}

static void symbol_write(struct sheet *s, const struct place *at, const struct symbol *y)
{
    if (y->stroke == NULL) {
        rest_write(s, at, y);
        return;
    }
    for (size_t i = 0; i < y->stroke->count; i++)
        head_write(s, at, y, i);
}

static void backup_write(struct sheet *s)
{
    xml_begin(&s->xml, "backup");
    xml_leaf_int(&s->xml, "duration", s->plan.len);
    xml_end(&s->xml);
}

static bool is_empty(const struct symbol *symbols, size_t count)
{
    return count == 1 && symbols[0].is_bar_rest;
}

/* All voices of a staff. A second voice that rests is not written. */
static void staff_write(struct sheet *s, struct sheet_part *p, int staff, int bar, bool *is_begun)
{
    struct sheet_staff *st = &p->staves[staff];
    struct signs signs;
    struct place at = { .part = p, .staff = p->staff_count > 1 ? staff + 1 : 0, .signs = &signs,
                        .stems_by_voice = st->voice_count > 1, .bar_tick = bar * s->timeline->bar_ticks };

    signs_reset(&signs, p->is_drums ? 0 : key_fifths(s->key));
    for (int v = 0; v < st->voice_count; v++) {
        struct symbol symbols[SYMBOLS_MAX];
        size_t count = notation_bar(&st->voices[v], &s->plan, bar, symbols);

        if (v > 0 && is_empty(symbols, count))
            continue;
        if (*is_begun)
            backup_write(s);
        *is_begun = true;
        at.voice = staff * 4 + v + 1;
        at.line = &st->voices[v];
        for (size_t i = 0; i < count; i++) {
            int32_t tick = at.bar_tick + symbols[i].start * DIVISION_TICKS;

            if (p->has_chords && staff == 0 && v == 0)
                sheet_chords(s, tick, tick + symbols[i].len * DIVISION_TICKS);
            symbol_write(s, &at, &symbols[i]);
        }
    }
}

/* How much room the tune takes from one bar line to another: a note each, more under long syllables. */
static double room_taken(const struct sheet *s, const struct voice *v, int from, int to)
{
    double room = 0;

    for (size_t i = v->next; i < v->count && v->strokes[i].start < to * s->plan.len; i++)
        if (v->strokes[i].start >= from * s->plan.len)
            room += v->strokes[i].syllable == NULL ? 1 : 0.6 + 0.4 * (double)strlen(v->strokes[i].syllable);
    return room;
}

/* New lines at sections and every so many bars, or half as many where the notes are dense. Returns the bar at which
 * the next line begins. */
static int line_begin(struct sheet *s, const struct sheet_part *p, int bar)
{
    bool is_dense = room_taken(s, &p->staves[0].voices[0], bar, bar + p->bars_a_line) > LINE_ROOM;
    int next = bar + (is_dense ? p->bars_a_line / 2 : p->bars_a_line);

    for (int i = bar + 1; i < next; i++)
        if (sheet_section_starting(s, i) != NULL)
            next = i;
    if (bar > 0) {
        xml_begin(&s->xml, "print");
        xml_attribute(&s->xml, "new-system", "yes");
        xml_end(&s->xml);
    }
    return next;
}

void sheet_part_write(struct sheet *s, struct sheet_part *p)
{
    struct xml *x = &s->xml;
    int line = 0;

    xml_begin(x, "part");
    xml_attribute(x, "id", p->id);
    for (int bar = 0; bar < s->bars; bar++) {
        bool is_begun = false;

        xml_begin(x, "measure");
        xml_attribute_int(x, "number", bar + 1);
        if (p->bars_a_line > 0 && bar == line)
            line = line_begin(s, p, bar);
        sheet_key_change(s, p, bar);
        if (bar == 0)
            sheet_attributes(s, p);
        if (p->has_marks)
            sheet_marks(s, bar);
        if (!p->has_chords)
            sheet_dynamics(s, p, bar);
        for (int staff = 0; staff < p->staff_count; staff++)
            staff_write(s, p, staff, bar, &is_begun);
        sheet_barline(s, bar);
        xml_end(x);
    }
    xml_end(x);
}
