/*
 * What a player adds to a written note of the tune, as his style does it: grace notes, mordents, turns into the next
 * note, a trill before the close; blue thirds curled upwards. The genre's `ornament` and `blue` say how often.
 */
#ifndef BAND_ORNAMENT_H
#define BAND_ORNAMENT_H

#include "band/players.h"

/* A note of the tune where it stands, already in the player's octave. */
struct tune_place {
    int32_t tick, len_ticks;  /* as it will sound */
    int pitch;
    int before, after;        /* pitches of the notes around it in the phrase; -1: none */
    bool ends_next;           /* the next note is the phrase's last */
    double velocity;
};

/* Plays the note with or without an ornament. */
void ornament_play(struct performer *p, const struct tune_place *at);

#endif
