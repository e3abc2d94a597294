/* What the documents say of the music besides the music itself, measured on what was written: for people, for catalogues
 * and for programs that compare songs. */
#ifndef BAND_DESCRIBE_H
#define BAND_DESCRIBE_H

#include "band/agent.h"

/* harmony_spec: how chords are led from one to the next by those who play them, and how far the progressions are their
 * own. Needs the timeline and the arrangement. */
void describe_harmony(struct session *s);

/* melody_spec: fingerprints, how phrases come back, contours of hook and motifs. Needs the timeline with the tune. */
void describe_melody(struct session *s);

/* arrangement_spec: how like the genre's forms it is. */
void describe_form(struct session *s);

/* arrangement_spec: what happens once in the song to catch the ear; after the players. */
void describe_ear_candy(struct session *s);

#endif
