/*
 * What the ten agents have in common. An agent reads the documents made before it and writes its own into the song,
 * with its decisions. It does nothing when its document was given.
 */
#ifndef BAND_AGENT_H
#define BAND_AGENT_H

#include "core/arena.h"
#include "core/error.h"
#include "core/random.h"
#include "genre/profile.h"
#include "song/qa_report.h"
#include "song/song.h"
#include "song/song_spec.h"
#include "song/timeline.h"

struct earlier_tunes;

/* What the reviewer asks of the next round; each is 0 when there is nothing to ask. */
struct advice {
    double variation;            /* more of it (to 1), or less (to -1) */
    double ease;                 /* 0–1: how much less the tune leaps */
};

struct session {
    struct song *song;
    const struct genre *genre;   /* set before any agent works */
    const struct genres *genres;
    struct arena *arena;
    uint64_t seed;
    unsigned round;              /* 0, then 1, 2 … when the reviewer sends the song back */
    unsigned draw;               /* part of every random stream: another for each round of composing and each candidate; 0 when
                                    the players play, who are the same for given documents as for made ones */
    unsigned given;              /* bit n: document n of song_documents was given, not made here */
    struct timeline *timeline;   /* made when song, harmony and arrangement are there; again once the melody is */
    struct harmony_spec *harmony_at_home; /* the chords that were made here, before sections were moved to other keys */
    struct advice advice;
    const struct earlier_tunes *earlier; /* tracks made before; NULL: none are known */
    bool judges_given;           /* what was given may fail too */
    bool seed_is_drawn;          /* nobody asked for this seed: another one may be taken */
    LIST_OF(struct qa_search) searches;  /* how candidates were chosen, for the report */
};

struct agent {
    const char *id;      /* "mix-engineer" */
    const char *name;    /* "mix engineer" */
    const char *stage;   /* what progress shows: "mixing" */
    bool (*work)(struct session *s, struct error *e);
};

/* In the order they work; the players are a row too (pipeline.c). Each agent's function lives in the file of its name. */
extern const struct agent band_agents[];
extern const size_t band_agent_count;

bool creative_director_work(struct session *s, struct error *e);  /* song_spec */
bool arranger_work(struct session *s, struct error *e);           /* arrangement_spec */
bool composer_work(struct session *s, struct error *e);           /* harmony_spec, melody_spec, rhythm_spec */
bool lyricist_work(struct session *s, struct error *e);           /* lyric_spec */
bool vocalist_work(struct session *s, struct error *e);           /* vocal_spec */
bool sound_designer_work(struct session *s, struct error *e);     /* sound_design_spec */
bool mix_engineer_work(struct session *s, struct error *e);       /* mix_spec */
bool mastering_engineer_work(struct session *s, struct error *e); /* master_spec */
bool reviewer_work(struct session *s, struct error *e);           /* qa_report */
bool release_manager_work(struct session *s, struct error *e);    /* release_spec */

/* The parts of the composer, one file each. */
bool composer_harmony(struct session *s, struct error *e);        /* harmony_spec */
bool composer_melody(struct session *s, struct error *e);         /* melody_spec */
bool composer_rhythm(struct session *s, struct error *e);         /* rhythm_spec */

/* The players turn the documents into song->score. */
bool players_perform(struct session *s, struct error *e);

/* Makes s->timeline from the documents that are there. ERROR_VALIDATION when they contradict each other. */
bool session_timeline(struct session *s, struct error *e);

/* What every document begins with: the same seed gives the same id; times are the song_spec's. */
const char *session_document_id(const struct session *s, const char *document);
#define SESSION_STAMP(session, spec, document)                                                               \
    ((spec)->id = session_document_id((session), (document)),                                                \
     (spec)->created_at = (session)->song->song_spec->created_at,                                            \
     (spec)->updated_at = (session)->song->song_spec->created_at,                                            \
     (spec)->song_id = (session)->song->song_spec->id)

/* Notes a decision. The texts are formatted into the arena. */
void decide(struct session *s, const char *agent, double confidence, const char *what, const char *why_format, ...)
    __attribute__((format(printf, 5, 6)));

/* A random stream of this song: differs by seed, draw, name and index. */
struct random session_random(const struct session *s, const char *name, unsigned index);

#endif
