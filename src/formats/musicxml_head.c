/* The beginning of a MusicXML document: title, makers, and the list of parts with their instruments. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/drum_staff.h"
#include "formats/musicxml_part.h"
#include "song/general_midi.h"
#include "song/song_spec.h"

enum { LINE_DEPTH = 4, DRUM_KIT_NOTES = 128, TENTHS = 40, ID_SIZE = 32 };

static const char doctype[] = "score-partwise PUBLIC \"-//Recordare//DTD MusicXML 4.0 Partwise//EN\" "
                              "\"http://www.musicxml.org/dtds/partwise.dtd\"";

struct sheet sheet_make(const struct song *s, const struct timeline *t, struct arena *a)
{
    struct sheet out = { .song = s, .timeline = t, .arena = a, .key = key_simplify(t->key),
                         .plan = bar_plan_make(t->metre), .bars = t->bars };

    xml_init(&out.xml, a, LINE_DEPTH, doctype);
    return out;
}

/* A4 upright, margins of 12 mm, and a staff of `staff_mm`. */
static void page_write(struct xml *x, double staff_mm)
{
    double tenths = TENTHS / staff_mm; /* to a millimetre */

    xml_begin(x, "defaults");
    xml_begin(x, "scaling");
    xml_leaf_real(x, "millimeters", staff_mm);
    xml_leaf_int(x, "tenths", TENTHS);
    xml_end(x);
    xml_begin(x, "page-layout");
    xml_leaf_real(x, "page-height", 297 * tenths);
    xml_leaf_real(x, "page-width", 210 * tenths);
    xml_begin(x, "page-margins");
    xml_attribute(x, "type", "both");
    xml_leaf_real(x, "left-margin", 12 * tenths);
    xml_leaf_real(x, "right-margin", 12 * tenths);
    xml_leaf_real(x, "top-margin", 12 * tenths);
    xml_leaf_real(x, "bottom-margin", 12 * tenths);
    xml_end(x);
    xml_end(x);
    xml_end(x);
}

void sheet_begin(struct sheet *s, double staff_mm)
{
    const struct song_spec *spec = s->song->song_spec;
    struct xml *x = &s->xml;

    xml_begin(x, "score-partwise");
    xml_attribute(x, "version", "4.0");
    xml_begin(x, "work");
    xml_leaf(x, "work-title", spec->title != NULL ? spec->title : "");
    xml_end(x);
    xml_begin(x, "identification");
    if (spec->artist_name != NULL) {
        xml_begin(x, "creator");
        xml_attribute(x, "type", "composer");
        xml_text(x, spec->artist_name);
        xml_end(x);
    }
    xml_begin(x, "encoding");
    xml_leaf(x, "software", "AETHER Band Engine " AETHER_VERSION);
    xml_end(x);
    xml_end(x);
    page_write(x, staff_mm);
}

void sheet_instrument_id(struct sheet *s, const struct sheet_part *p, int key)
{
    char id[ID_SIZE];

    snprintf(id, sizeof(id), "%s-I%d", p->id, key < 0 ? 1 : key + 1);
    xml_attribute(&s->xml, "id", id);
}

static void instrument_write(struct sheet *s, const struct sheet_part *p, int key, const char *name)
{
    xml_begin(&s->xml, "score-instrument");
    sheet_instrument_id(s, p, key);
    xml_leaf(&s->xml, "instrument-name", name);
    xml_end(&s->xml);
}

static void midi_write(struct sheet *s, const struct sheet_part *p, int key)
{
    struct xml *x = &s->xml;

    xml_begin(x, "midi-instrument");
    sheet_instrument_id(s, p, key);
    xml_leaf_int(x, "midi-channel", (p->from != NULL ? p->from->channel : 0) + 1);
    xml_leaf_int(x, "midi-program", (p->from != NULL ? p->from->program : 0) + 1);
    if (key >= 0)
        xml_leaf_int(x, "midi-unpitched", key + 1);
    xml_end(x);
}

static void keys_used(const struct score_part *from, bool used[DRUM_KIT_NOTES])
{
    memset(used, 0, DRUM_KIT_NOTES * sizeof(used[0]));
    for (size_t i = 0; i < from->note_count; i++)
        used[from->notes[i].pitch & 127] = true;
}

static void instruments_write(struct sheet *s, const struct sheet_part *p)
{
    bool used[DRUM_KIT_NOTES];

    if (!p->is_drums) {
        instrument_write(s, p, -1, p->from != NULL ? gm_name(0, p->from->program) : "Piano");
        midi_write(s, p, -1);
        return;
    }
    keys_used(p->from, used);
    for (int key = 0; key < DRUM_KIT_NOTES; key++)
        if (used[key])
            instrument_write(s, p, key, drum_place_of((uint8_t)key)->name);
    for (int key = 0; key < DRUM_KIT_NOTES; key++)
        if (used[key])
            midi_write(s, p, key);
}

void sheet_part_list(struct sheet *s, const struct sheet_part *parts, size_t count)
{
    struct xml *x = &s->xml;

    xml_begin(x, "part-list");
    for (size_t i = 0; i < count; i++) {
        xml_begin(x, "score-part");
        xml_attribute(x, "id", parts[i].id);
        xml_leaf(x, "part-name", parts[i].name);
        if (count > 1)
            xml_leaf(x, "part-abbreviation", parts[i].name);
        instruments_write(s, &parts[i]);
        xml_end(x);
    }
    xml_end(x);
}

static int compare_pitch(const void *a, const void *b)
{
    const uint8_t *x = a, *y = b;

    return (int)*x - (int)*y;
}

struct sheet_clef sheet_clef_for(const struct score_note *notes, size_t count, bool is_bass, bool is_guitar)
{
    uint8_t pitches[1024];
    size_t step = count / (sizeof(pitches) / sizeof(pitches[0])) + 1, taken = 0;
    int middle;

    for (size_t i = 0; i < count; i += step)
        pitches[taken++] = notes[i].pitch;
    qsort(pitches, taken, sizeof(pitches[0]), compare_pitch);
    middle = taken > 0 ? pitches[taken / 2] : 67;
    if (is_bass && middle < 60)
        return (struct sheet_clef){ "F", 4, -1 };
    if (is_guitar && middle < 67)
        return (struct sheet_clef){ "G", 2, -1 };
    if (middle < 57)
        return (struct sheet_clef){ "F", 4, 0 };
    return (struct sheet_clef){ "G", 2, middle > 88 ? 1 : 0 };
}
