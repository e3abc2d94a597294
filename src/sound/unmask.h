/*
 * Room for what must be heard, from the measured octaves of the parts: where the harmony is as strong as the lead in the
 * octaves that carry it, the harmony gives way there, each part by its share; where bass and kick drum are equally strong in
 * one low octave, the one that has more of its power elsewhere does. Cuts are bells of at most UNMASK_MAX_DB, added to the
 * strips' equalisers.
 */
#ifndef SOUND_UNMASK_H
#define SOUND_UNMASK_H

#include "sound/session.h"

#define UNMASK_MAX_DB 4.0

/* Needs the channels' octaves. */
void unmask(struct session *s);

#endif
