/*
 * A song as the band sees it: the documents that pass between the agents, and the score. A document that is given is
 * played as it is; one that is missing (NULL) is written by its agent. Everything lives in the song's arena.
 */
#ifndef SONG_SONG_H
#define SONG_SONG_H

#include "core/fields.h"
#include "song/score.h"

struct brief;
struct song_spec;
struct harmony_spec;
struct melody_spec;
struct rhythm_spec;
struct arrangement_spec;
struct lyric_spec;
struct vocal_spec;
struct sound_design_spec;
struct mix_spec;
struct master_spec;
struct qa_report;
struct release_spec;

/* Why the song is as it is: an agent's account, for people. */
struct decision {
    const char *agent;  /* "creative-director" */
    const char *what;   /* "tempo 104 bpm" */
    const char *why;    /* "the brief says 'driving'" */
    double confidence;  /* 0–1 */
};

struct song {
    const struct brief *brief; /* NULL when the documents were given */
    struct song_spec *song_spec;
    struct harmony_spec *harmony_spec;
    struct melody_spec *melody_spec;
    struct rhythm_spec *rhythm_spec;
    struct arrangement_spec *arrangement_spec;
    struct lyric_spec *lyric_spec;
    struct vocal_spec *vocal_spec;
    struct sound_design_spec *sound_design_spec;
    struct mix_spec *mix_spec;
    struct master_spec *master_spec;
    struct qa_report *qa_report;
    struct release_spec *release_spec;
    LIST_OF(struct decision) decisions;
    struct score *score;
};

/* The documents, in the order in which they are made: the one list. */
struct document {
    const char *name;            /* "harmony_spec": its member in requests, responses and song.json */
    const struct fields *fields;
    size_t offset;               /* of the pointer in struct song */
    const char *help;
};
extern const struct document song_documents[];
extern const size_t song_document_count;
extern const struct fields decision_fields; /* over struct decision */

/* Reads the documents that are members of `in`; song_spec must be there. Other members are left to the caller. The specs
 * may come from another program: members that are not ours are passed over. Documents that contradict each other are
 * problems too (song_check.h), as soon as each is right by itself. */
void song_read(json_object *in, struct song *out, struct arena *a, struct problems *problems);

/* Adds every document that there is, and `decisions`, to `into`. */
void song_write(const struct song *s, json_object *into);

#endif
