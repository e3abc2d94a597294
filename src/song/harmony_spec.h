/* The chords: written by the composer. A section takes the progression with its own label, else one of its type; the
 * chords are the authority, the roman numerals are for people; but numerals alone are chords (song_fill_open). */
#ifndef SONG_HARMONY_SPEC_H
#define SONG_HARMONY_SPEC_H

#include "core/fields.h"
#include "song/song_spec.h"
#include "theory/chord.h"

/* A chord as documents write it: {"root": "A", "quality": "min", "bass_note": null, "extensions": ["7"],
 * "alterations": []}; extensions and alterations as in chord_quality_extend. */
struct chord_name {
    struct pitch_name root;
    int quality;                            /* enum chord_quality; -1 when unset */
    struct pitch_name bass_note;            /* unset: the root */
    LIST_OF(const char *) extensions;
    LIST_OF(const char *) alterations;
};
extern const struct fields chord_name_fields;

/* The chord it means. What is not understood in extensions and alterations is passed over. */
struct chord chord_name_get(const struct chord_name *in);
struct chord_name chord_name_make(const struct chord *chord);

struct progression {
    const char *section_type;               /* "verse" */
    const char *section_label;              /* "Verse 2"; NULL: all of its type */
    LIST_OF(struct chord_name) chords;
    LIST_OF(const char *) roman_numerals;   /* in the key in force, one a chord; for people */
    LIST_OF(double) durations_beats;        /* quarter notes; as many as there are chords */
    int repeat_count;                       /* for people: it is repeated or cut to fill its section */
};

/* A change of key. The chords and the tune are written in the key in force; what changes with it is the signature, the
 * scale that players draw on and the spelling. */
struct modulation {
    int start_bar;                          /* of the song, 1-based: the first in the new key */
    const char *section_label;              /* that begins there; for people */
    struct key_name from_key, to_key;       /* from_key is for people */
    const char *technique;                  /* "lifted by a whole tone, through A7"; for people */
};

struct harmony_spec {
    const char *created_at, *updated_at, *id, *song_id;
    struct key_name primary_key;            /* the key that the chords are written in */
    LIST_OF(struct key_name) secondary_keys; /* those of the modulations, each once; for people */
    LIST_OF(struct modulation) modulations;  /* in the order of their bars */
    LIST_OF(struct progression) progressions;
    double tension_level;                   /* 0–1 */
    double jazz_influence;                  /* 0–1 */
    int modal_interchange_used;
    LIST_OF(const char *) voice_leading_rules; /* for people */
    double originality_score;               /* 0–1; NAN: not measured */
};

extern const struct fields harmony_spec_fields;

/* Whether two rows, each for a label or (label NULL) for all sections of a type, are for the same. */
bool section_names_are_alike(const char *type, const char *label, const char *other_type, const char *other_label);

#endif
