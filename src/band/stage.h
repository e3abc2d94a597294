/*
 * Who is on stage: the instruments of arrangement_spec, each matched with the member of the genre's band that plays
 * it. Documents of other programs call instruments what they like ("gated_reverb_drums", category "drums"); what can
 * be heard in such a name decides, then the category.
 */
#ifndef BAND_STAGE_H
#define BAND_STAGE_H

#include "band/agent.h"
#include "genre/parts.h"
#include "song/arrangement_spec.h"

struct stage_part {
    const char *id;                                /* of the score's part: the name in [a-z0-9-], unique */
    const char *name;                              /* of the MIDI track: "Bass"; unique too */
    const struct arranged_instrument *instrument;  /* NULL for the voice when only vocal_spec asks for it */
    const struct genre_part *genre;                /* never NULL */
    enum score_role role;
    int program;                                   /* that the instrument's name or number asks for; -1: none */
};

struct stage {
    LIST_OF(struct stage_part) parts;              /* without those that song_spec excludes */
};

/* Adds a problem for each player that the genre does not have, and for each groove that its player cannot read. */
void stage_check(const struct session *s, struct problems *problems);

/* In the session's arena. */
struct stage *stage_make(const struct session *s);

/* Whether the part plays in section `index` of the arrangement: it is listed there, and no other part before it does
 * the same job (two bass players would only get in each other's way). */
bool stage_plays(const struct session *s, const struct stage *stage, const struct stage_part *part, size_t index);

/* Whether `text` (what a person calls an instrument) means this member of the band: his id, name, role or words, or
 * every instrument that he plays. */
bool genre_part_is_named(const struct genre_part *part, const char *text);

/* Whether song_spec leaves nothing for this member to play: all of his instruments are ruled out, or he himself. The lead
 * goes only when the tune itself is ruled out. */
bool part_is_excluded(const struct song_spec *spec, const struct genre_part *part);

/* Whether song_spec asks for this program to be left out, by its own name or its family's. */
bool program_is_excluded(const struct song_spec *spec, uint8_t program);

#endif
