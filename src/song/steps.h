/*
 * The notation of grooves, one text line for each instrument or part, as in rhythm_spec and in the genres' patterns.
 * Bars are separated by "|" and are repeated for as long as the section lasts; spaces mean nothing.
 *
 *   NOTATION_DRUMS    "kick: 9.......9.4.....|9.......9......."   one character for each equal step of the bar
 *   NOTATION_STROKES  "x--.x--.....x-..|x-------........"         chords struck at the steps, held over "-"
 *   NOTATION_LADDER   "1.2.3.4.|1.2.3.5."                         notes of the chord from below, held over "-"
 *   NOTATION_DEGREES  "1@0 5@6/2 8@8! a@14|walk"                  a bass: degree@sixteenth/length, ! accent, g ghost
 *
 *   .      rest                            1–9    struck, 9 loudest; in a ladder which note, 1 lowest
 *   x      struck, like 7                  X      accented, like 9
 *   o      struck softly, like 5           g      a ghost note, like 2
 *   -      what sounds goes on, over the bar line too (not for drums)
 *   a      struck like 7, with the chord that comes next: an anticipation (strokes only)
 *
 * A bar has as many steps as divide it evenly: 16 sixteenths or 12 triplets of 4/4, 12 sixteenths or 9 triplets of
 * 3/4, 6 or 12 of 6/8, …
 *
 * Degrees are those of the chord that sounds, taken from the chord's own table: 1 root (the bass note of a slash
 * chord), 3, 5, b7 (the chord's seventh; its fifth when it has none), 6, 8 (root an octave higher), 5- (fifth below),
 * r (root even under a slash chord), a (a step or half step before the next chord's bass note), n (the next chord's
 * bass note, early), and for riffs 2 and 4 of the chord's scale. A bar may also be one word: "walk" (a walking line),
 * "two" (root and fifth in half notes)
 * or "kick" (with the kick drum, each note held to the next kick).
 */
#ifndef SONG_STEPS_H
#define SONG_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/fields.h"
#include "theory/metre.h"

enum notation { NOTATION_DRUMS, NOTATION_STROKES, NOTATION_LADDER, NOTATION_DEGREES, NOTATION_COUNT };
extern const struct choices notation_choices; /* "drums", "strokes", "ladder", "degrees" */

/* A piece of the drum kit. */
struct drum_voice {
    const char *name;  /* "kick" */
    char code;         /* short form: 'K'; 0 for none */
    uint8_t key;       /* General MIDI percussion key */
    uint8_t rank;      /* 0 foot, 1 snare-like, 2 timekeeping, 3 toms, 4 cymbals that ring, 5 percussion */
};
extern const struct drum_voice drum_voices[];
extern const size_t drum_voice_count;

/* The voice of "kick: …" or "K: …"; *rest is set to what follows the colon. NULL when there is none. */
const struct drum_voice *drum_voice_read(const char *line, const char **rest);
const struct drum_voice *drum_voice_by_key(uint8_t key);

enum degree {
    DEGREE_ROOT, DEGREE_BASS, DEGREE_THIRD, DEGREE_FIFTH, DEGREE_SIXTH, DEGREE_SEVENTH, DEGREE_OCTAVE,
    DEGREE_FIFTH_BELOW, DEGREE_APPROACH, DEGREE_NEXT, DEGREE_SECOND, DEGREE_FOURTH
};
enum bass_word { BASS_WORD_NONE, BASS_WORD_WALK, BASS_WORD_TWO, BASS_WORD_KICK, BASS_WORD_COUNT };

extern const char *const bass_word_names[BASS_WORD_COUNT]; /* NULL for none */

struct step_event {
    int32_t tick;      /* from the start of the bar, unswung */
    int32_t len_ticks; /* until the next step that is no hold; drums: one step */
    uint8_t level;     /* 1–9 */
    uint8_t value;     /* ladder: 1–9; degrees: enum degree; strokes: 1 for an anticipation */
};

enum { STEPS_BAR_MAX = 64 };

struct steps_bar {
    struct step_event events[STEPS_BAR_MAX];
    size_t count;
    int32_t carried_ticks; /* how long the last event of the bar before goes on into this one */
    enum bass_word word; /* degrees only; then there are no events */
};

/* Bars of a line (its text after the drum voice). At least 1. */
size_t steps_bars(const char *text);

/* Copies the characters of bar `index` (modulo the line's bars) without spaces; returns how many, at most STEPS_BAR_MAX.
 * `out` holds one more, and is terminated. */
int steps_copy(const char *text, size_t index, char *out);

/* Reads bar `index` (modulo the line's bars) of `bar_ticks`. Returns NULL, or what is wrong with it. */
const char *steps_read(enum notation notation, const char *text, size_t index, int32_t bar_ticks,
                       struct steps_bar *out);

/* Adds a problem at `pointer` for each wrong bar of a whole line, with its drum voice. */
void steps_check(enum notation notation, const char *line, int32_t bar_ticks, const char *pointer,
                 struct problems *problems);

/* The line rewritten for bars of another metre, when it was written for 4/4: beats are kept, left out or
 * repeated so that backbeats and downbeats stay where that metre has them; the triplet feel of compound metres comes
 * from dropping every fourth sixteenth; drums in 2/4 get two bars of each. The line itself when the metre is 4/4 or the text is one word. */
const char *steps_adapt(enum notation notation, const char *line, struct metre to, struct arena *a);

#endif
