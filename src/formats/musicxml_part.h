/* One part of a MusicXML document, bar by bar; what the lead sheet and the score have in common. */
#ifndef FORMATS_MUSICXML_PART_H
#define FORMATS_MUSICXML_PART_H

#include "formats/notation.h"
#include "formats/xml.h"
#include "song/timeline.h"

struct sheet_clef {
    const char *sign; /* "G", "F", "percussion" */
    int line, octave_change;
};

enum { STAVES_MAX = 2, STAFF_VOICES_MAX = 2 };

struct sheet_staff {
    struct sheet_clef clef;
    struct voice voices[STAFF_VOICES_MAX];
    int voice_count;
};

struct sheet_part {
    const char *id;         /* "P1" */
    const char *name;
    const struct score_part *from; /* NULL: the tune */
    struct sheet_staff staves[STAVES_MAX];
    int staff_count;
    bool is_drums;
    bool has_marks;         /* tempo, rehearsal marks */
    bool has_chords;        /* chord symbols */
    int bars_a_line;        /* 0: as it comes */
    const char *dynamics;   /* printed last; NULL: none */
};

struct sheet {
    struct xml xml;
    const struct song *song;
    const struct timeline *timeline;
    struct arena *arena;
    struct key key;         /* of the bar that is written; simplified, as the signature shows it */
    struct bar_plan plan;
    int bars;
};

struct sheet sheet_make(const struct song *s, const struct timeline *t, struct arena *a);

/* The root element, left open, with title, maker, software and the page for staves of `staff_mm`. */
void sheet_begin(struct sheet *s, double staff_mm);
void sheet_part_list(struct sheet *s, const struct sheet_part *parts, size_t count);
void sheet_part_write(struct sheet *s, struct sheet_part *p);

/* Clef for a line or chords of this range; `is_octave_lower` for basses and guitars. */
struct sheet_clef sheet_clef_for(const struct score_note *notes, size_t count, bool is_bass, bool is_guitar);

/* Attribute `id`: "P1-I36", the instrument of a drum key, or of the whole part for key < 0. */
void sheet_instrument_id(struct sheet *s, const struct sheet_part *p, int key);

/* musicxml_marks.c: what stands around the notes of bar `bar`. */
void sheet_attributes(struct sheet *s, const struct sheet_part *p);
void sheet_key_change(struct sheet *s, const struct sheet_part *p, int bar); /* takes the bar's key; shown where it is new */
void sheet_marks(struct sheet *s, int bar);
void sheet_dynamics(struct sheet *s, struct sheet_part *p, int bar); /* when they change, where the part plays */
void sheet_chords(struct sheet *s, int32_t from_tick, int32_t to_tick); /* those that begin there, offsets from from_tick */
void sheet_barline(struct sheet *s, int bar);
const struct timeline_section *sheet_section_starting(const struct sheet *s, int bar); /* NULL: none */

#endif
