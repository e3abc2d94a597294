/*
 * The tune: written by the composer, explicit and editable. A phrase is a list of pitches and a list of as many lengths
 * in quarter notes; "R" is a rest. Pitches have an octave ("E4"); without one ("E", as other programs write) they are
 * placed near the note before, in the register given. Lengths have at most four decimals and are added up in ticks, each
 * rounded, so that triplets close their bar. Each phrase begins on a bar line; when its lengths do not fill whole bars
 * the rest of the bar is silent. A section longer than its phrases repeats them.
 */
#ifndef SONG_MELODY_SPEC_H
#define SONG_MELODY_SPEC_H

#include "core/fields.h"
#include "song/song_spec.h"

struct melody_contour {
    const char *contour_type;    /* "arch", "ascending", "descending", "wave" */
    double peak_position;        /* 0–1 of the section */
    int range_semitones;
};

struct melody_motif {
    const char *name;            /* "motif_0" */
    LIST_OF(const char *) notes;
    LIST_OF(double) rhythm_pattern;
    LIST_OF(int) intervals;      /* semitones from note to note */
    struct melody_contour *contour;
    int is_hook;
    double hook_score;           /* 0–1 */
};

struct melody_hook {
    LIST_OF(const char *) melody_notes;
    LIST_OF(double) rhythm_pattern;
    const char *lyrics_snippet;
    const char *placement;       /* "chorus" */
    struct melody_contour *contour;
    double singability_score, memorability_score; /* 0–1 */
};

struct section_melody {
    const char *section_type;
    const char *section_label;   /* NULL: all of its type */
    LIST_OF(struct string_list) phrases;
    LIST_OF(struct real_list) phrase_rhythms;
    struct melody_contour *contour;
    LIST_OF(const char *) uses_motifs;
    const char *range;           /* member "register": "low", "mid", "high" */
};

struct melody_spec {
    const char *created_at, *updated_at, *id, *song_id, *harmony_id;
    struct key_name *key;        /* the key that the notes are written in; NULL: the harmony's */
    struct melody_hook *primary_hook;
    LIST_OF(struct melody_hook) secondary_hooks;
    LIST_OF(struct melody_motif) motifs;
    LIST_OF(struct section_melody) section_melodies;
    const char *lowest_note, *highest_note;
    const char *interval_hash;        /* of all of the tune's intervals */
    const char *contour_fingerprint;  /* Parsons code of the first notes: "*uudr…" */
    double typical_range_octaves;
    LIST_OF(const char *) development_techniques;
    double originality_score;
};

extern const struct fields melody_spec_fields;

bool melody_note_is_rest(const char *text); /* "R" */

#endif
