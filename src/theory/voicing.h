/*
 * Voicings: the notes that sound for a chord, and the smoothest way through a row of chords. Every chord gets up to
 * VOICING_CANDIDATES voicings (kinds × inversions × octaves); voicing_path finds the cheapest path through all of them
 * (Viterbi), not the best next step. Under 1 ms for 100 chords. Pure functions; any thread.
 */
#ifndef THEORY_VOICING_H
#define THEORY_VOICING_H

#include "core/arena.h"
#include "theory/chord.h"

enum { VOICES_MAX = 6, VOICING_CANDIDATES = 24 };

enum voicing_kind {
    VOICING_CLOSE,      /* within an octave */
    VOICING_DROP_2,     /* second voice from the top an octave down */
    VOICING_DROP_3,     /* third voice from the top an octave down */
    VOICING_OPEN,       /* every second voice an octave up: spread over two octaves */
    VOICING_ROOTLESS_A, /* 3 5 7 9: the bass player has the root */
    VOICING_ROOTLESS_B, /* 7 9 3 5 */
    VOICING_POWER,      /* root and fifth, root doubled above when three voices are asked for */
    VOICING_SHELL,      /* third and seventh (triads: root and third), root below them with three voices */
    VOICING_KIND_COUNT
};
extern const char *const voicing_kind_names[VOICING_KIND_COUNT]; /* "close", "drop-2", … */

#define VOICING_BIT(kind) (1u << (kind))
#define VOICING_KEYS                                                                                                   \
    (VOICING_BIT(VOICING_CLOSE) | VOICING_BIT(VOICING_DROP_2) | VOICING_BIT(VOICING_DROP_3) | VOICING_BIT(VOICING_OPEN))
#define VOICING_JAZZ                                                                                                   \
    (VOICING_BIT(VOICING_ROOTLESS_A) | VOICING_BIT(VOICING_ROOTLESS_B) | VOICING_BIT(VOICING_SHELL) |                  \
     VOICING_BIT(VOICING_DROP_2))

struct voicing {
    uint8_t notes[VOICES_MAX]; /* MIDI, strictly ascending */
    uint8_t count;             /* 1 … VOICES_MAX; 0: silence (an unset chord) */
    uint8_t kind;              /* enum voicing_kind */
};

struct voicing_rules {
    int low, high;         /* MIDI range of all voices; taken as an octave when it is less */
    int voices;            /* 1 … VOICES_MAX wanted: chords with fewer tones are doubled, with more are thinned (fifth
                              first, then the root, never the third). Rootless, power and shell may have fewer. */
    unsigned kinds;        /* VOICING_BIT of each kind allowed; 0 means VOICING_KEYS */
    int centre;            /* MIDI note the voicings should lie around; 0: the middle of the range */
    bool bass_has_root;    /* a bass plays below: roots go sooner, and slash basses are left to it */
    bool is_strict;        /* part-writing: parallel fifths and octaves and doubled leading tones cost (choir) */
    int leading_class;     /* pitch class of the key's leading tone for is_strict; -1: none */
};

/* Rules that suit a keyboard under a bass: MIDI 52–76, four voices, VOICING_KEYS. */
extern const struct voicing_rules voicing_rules_keys;

/* Lowest MIDI note on which an interval of `semitones` (1 and up) may stand without mud: octave C1, fifth C2, major
 * third C3, minor third D3, major second E3, minor second E4. */
int voicing_interval_limit(int semitones);

/* Whether every adjacent pair keeps the limits and every colour tone of the chord lies above G3 (55) or is the top voice. */
bool voicing_is_clear(const struct voicing *v, const struct chord *c);

/* Up to `max` voicings of a chord within the rules, the best by voicing_own_cost first. All keep range and low-interval
 * limits; when a narrow or low range allows none with the voices asked for, they have fewer, in the end one. Another bass
 * of the chord is their lowest note unless bass_has_root. 0 only for an unset chord. */
size_t voicing_enumerate(const struct chord *c, const struct voicing_rules *rules, struct voicing *out, size_t max);

/* What it costs to go from one voicing to the next, ≥ 0: Σ|Δ| of the voices matched from the top, 2 per voice that comes
 * or goes, top-voice leap beyond 4 ×1, parallel fifths and octaves ×4 when strict. 0 when one of them is silent. */
double voicing_step_cost(const struct voicing *from, const struct voicing *to, const struct voicing_rules *rules);

/* What a voicing costs by itself, ≥ 0: distance from the centre, minor ninths but those over the root ×8, gaps over an
 * octave between them ×2, doubled thirds ×1, doubled leading tones ×3 when strict, missing voices ×1. */
double voicing_own_cost(const struct voicing *v, const struct chord *c, const struct voicing_rules *rules);

/* Semitones moved per voice (voices matched from the top); 0 when one is silent. */
double voicing_movement(const struct voicing *from, const struct voicing *to);

/* Fills out[0 … count-1] with the path of least total cost. `before` (may be NULL) is what sounded just before the
 * first chord. Unset chords are silent and the voice leading passes over them. Working memory, under 1 kB a chord, comes from
 * the arena. Deterministic. */
void voicing_path(const struct chord *chords, size_t count, const struct voicing_rules *rules,
                  const struct voicing *before, struct arena *a, struct voicing *out);

#endif
