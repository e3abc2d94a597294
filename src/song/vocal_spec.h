/* The guide voice: the vocalist's document. It sings the tune, note for note, in a range that suits it. */
#ifndef SONG_VOCAL_SPEC_H
#define SONG_VOCAL_SPEC_H

#include "core/fields.h"
#include "song/song_spec.h"

struct vocal_note {
    int tick, len_ticks;   /* 480 a quarter; breaths are already taken off the length */
    int pitch;             /* MIDI note */
};

struct vocal_spec {
    const char *created_at, *updated_at, *id, *song_id;
    struct key_name *key;              /* the key that the notes are written in; NULL: that of the tune */
    const char *voice_type;            /* "tenor", "alto", … */
    int lowest_pitch, highest_pitch;   /* MIDI notes */
    int octave_shift;                  /* semitones from the written tune, a multiple of 12 */
    int has_harmonies;                 /* a second voice in the choruses */
    double breath_ticks;
    LIST_OF(const char *) sections;    /* labels of the sections that are sung */
    LIST_OF(struct vocal_note) notes;      /* the guide line */
    LIST_OF(struct vocal_note) harmonies;  /* the second voice */
};

extern const struct fields vocal_spec_fields;

#endif
