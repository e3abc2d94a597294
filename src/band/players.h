/*
 * Playing: each part of the stage is given to a player, who writes notes as they stand on paper (unswung, with the
 * velocity he means); then humanise.h makes a performance of them. One player a file, one row each in players.c.
 */
#ifndef BAND_PLAYERS_H
#define BAND_PLAYERS_H

#include "band/agent.h"
#include "band/stage.h"
#include "song/rhythm_spec.h"
#include "song/sound_design_spec.h"
#include "theory/voicing.h"

/* A note on paper. */
struct written {
    int32_t tick, len_ticks;    /* unswung */
    float velocity;             /* brought into 1 … 127 at the end */
    float shift_ms;             /* meant to be early (< 0) or late: strums, slow attacks */
    uint8_t pitch;
};

/* Where nobody plays (stops.h). */
struct stop;
struct stop_list {
    const struct stop *items;
    size_t count;
};

/* What all players share. */
struct performance {
    struct session *session;
    const struct timeline *timeline;
    const struct rhythm_spec *rhythm;
    const struct stage *stage;
    int32_t hold_tick;          /* the final chord begins here; the song's end when there is none */
    int32_t hold_len_ticks;     /* how long it sounds: to the end, or a beat for a button */
    int32_t fade_tick;          /* from here everything fades; the song's end for no fade */
    struct stop_list stops;
    const bool *is_bare;        /* by section: neither drums nor a tune, so that the others come forward */
};

struct performer {
    const struct performance *all;
    const struct stage_part *part;
    const struct part_sound *sound;
    int low, high;              /* register, at least an octave */
    struct key key;             /* in force in the bar that is played */
    struct random random;       /* of the bar that is played: what is changed in one bar leaves the others as they are */
    const char *dice;           /* name of its streams */
    void *state;                /* the player's own while he plays */
    struct voicing *voicings;   /* of every chord, once performer_voicings has made them */
    struct written *notes;
    size_t note_count, note_capacity;
    struct score_control *controls;
    size_t control_count, control_capacity;
};

/* A bar in which the part plays, with its groove. */
struct bar {
    size_t section;
    int index;                  /* in the song, 0-based */
    int within;                 /* in the section, 0-based */
    bool begins;                /* the part's first bar in this section */
    int32_t tick, len_ticks;
    const struct stage *stage;
    const struct arranged_section *arranged; /* who of them comes in later; NULL: nobody */
    const struct rhythm_section *rhythm; /* NULL when rhythm_spec says nothing of this section */
    const struct rhythm_part *groove;    /* the same for the part */
    struct steps_bar steps;     /* the groove's first line; the player's plainest one when there is none */
    int32_t carried_ticks;      /* how long the last event of this bar goes on into the next */
};

struct player {
    void (*play)(struct performer *p);                                  /* up to hold_tick */
    void (*finish)(struct performer *p);                                /* the final chord; NULL: rests */
};
extern const struct player players[PLAYER_COUNT];

void play_drummer(struct performer *p);
void play_bassist(struct performer *p);
void play_comper(struct performer *p);
void play_pad(struct performer *p);
void play_arpeggiator(struct performer *p);
void play_strummer(struct performer *p);
void play_power(struct performer *p);
void play_lead(struct performer *p);
void play_counter(struct performer *p);
void play_effects(struct performer *p);
void play_picker(struct performer *p);
void play_montuno(struct performer *p);
void play_riffer(struct performer *p);
void play_second(struct performer *p);
void play_voice(struct performer *p);       /* parts with ROLE_VOICE when vocal_spec has notes */

/* What the counter-melody does in one section: answers in the gaps of the tune, guide tones where there is none.
 * Leads do the same where the voice has the tune. */
void counter_section(struct performer *p, size_t section);

/* The tune of one section, by whoever has it there (tune.h). */
void tune_section(struct performer *p, size_t section);

/* A second voice to the tune of one section, below it. */
void second_section(struct performer *p, size_t section);

void finish_drummer(struct performer *p);
void finish_bassist(struct performer *p);
void finish_chord(struct performer *p);     /* comper, pad, arpeggiator, strummer, montuno */
void finish_power(struct performer *p);
void finish_picker(struct performer *p);
void finish_riffer(struct performer *p);
void finish_lead(struct performer *p);

/* Sets p->random to the stream of the bar at `tick`. */
void performer_dice(struct performer *p, int32_t tick);

/* Notes and controls may come in any order; pitches outside 0 … 127, empty lengths and notes before the part's entry in the
 * section are left out. */
void performer_note(struct performer *p, int32_t tick, int32_t len_ticks, int pitch, double velocity);
void performer_note_shifted(struct performer *p, int32_t tick, int32_t len_ticks, int pitch, double velocity,
                            double shift_ms);
void performer_control(struct performer *p, int32_t tick, int number, int value);
void performer_bend(struct performer *p, int32_t tick, int value);

/* A swell of expression (controller 11) over a stretch of time: from `from` to `peak` at `peak_at` (0–1) to `to`. */
void performer_swell(struct performer *p, int32_t tick, int32_t len_ticks, double from, double peak, double peak_at,
                     double to);

/* Calls `play` for every bar up to hold_tick in which the part plays, in order. */
void performer_each_bar(struct performer *p, void (*play)(struct performer *p, const struct bar *bar));
bool performer_plays_at(const struct performer *p, int32_t tick);

/* Velocity of a stroke of `level` (1–9; 7 is plain) at a tick: the part's own, the section's energy, growing where a
 * stronger section comes next. */
double performer_velocity(const struct performer *p, int level, int32_t tick);
double performer_energy(const struct performer *p, int32_t tick); /* 0–1 */

/* The chord at a tick, the one after it (the same at the end), and its index in the timeline. */
size_t performer_chord(const struct performer *p, int32_t tick);

/* The chord that a stroke at `tick` takes: the one that sounds, but the next one when the stroke is meant to anticipate
 * it, or when it would hold over a change that is a sixteenth away. */
size_t performer_stroke_chord(const struct performer *p, int32_t tick, int32_t len_ticks, bool anticipates);

/* A voicing for every chord of the timeline, led through the song; the genre's voicing kinds, else `kinds`. Made once
 * for each performer. */
struct voicing *performer_voicings(struct performer *p, unsigned kinds, int voices);

/* The chord's tone that serves as this degree, as semitones above the root from the chord's own table; -1 when it has
 * none. `degree` is 3 (also a suspension), 5, 7 (also a sixth of a sixth chord). */
int chord_degree_semitones(const struct chord *c, int degree);

/* The note of pitch class `pitch_class` nearest to `near` within low … high (which must span an octave). */
int pitch_near(int pitch_class, int near, int low, int high);

/* The walking bass (bass_walk.c): a bar's beats from where the line is, towards the next chord. *last is the note
 * before, and is moved on. */
void bass_walk_bar(struct performer *p, const struct bar *bar, int *last);
void bass_two_bar(struct performer *p, const struct bar *bar, int *last); /* root and fifth in half notes */

#endif
