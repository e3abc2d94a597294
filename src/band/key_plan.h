/*
 * In which key each section stands: sections that the genre sets apart (a trio in the subdominant), and now and then a last
 * chorus that is lifted. All is composed in the song's key first, with the dominants that lead on already in place; then
 * the sections that stand elsewhere are moved there, chords and tune together.
 */
#ifndef BAND_KEY_PLAN_H
#define BAND_KEY_PLAN_H

#include "band/agent.h"
#include "song/harmony_spec.h"

struct key_plan {
    int *shifts;        /* semitones from the song's key, one a section of the arrangement */
    size_t lifted;      /* first section of the lift; the section count when there is none */
    bool is_moved;      /* any shift is not 0 */
};

/* Needs song_spec and arrangement_spec. The same seed and arrangement give the same plan. */
struct key_plan key_plan_make(const struct session *s);

/* The dominant of section `index` + 1, as it is written in section `index` before that is moved. False when the key stays. */
bool key_plan_dominant(const struct key_plan *plan, struct key key, size_t index, struct chord *out);

/* Moves chords and tune, and writes the modulations into harmony_spec. Needs harmony_spec; melody_spec when it is there. */
void key_plan_apply(struct session *s, const struct key_plan *plan);

#endif
