/* The arranger's own parts: the form cut to length, the casting, and the cues. */
#ifndef BAND_ARRANGER_H
#define BAND_ARRANGER_H

#include "band/agent.h"
#include "song/arrangement_spec.h"

enum { FORM_SECTIONS_MAX = 256 };

/* One section of the form, before it has a label. */
struct form_section {
    const char *type;
    int bars;
    int usual_bars;       /* what the genre gives it */
    double energy;
    int keep;
    const char *letter;   /* "A" in a form that was asked for; NULL: the type is its name */
    const char *changes;  /* lead sheet of its chords; NULL: the genre's */
    bool is_fixed;        /* as long as it was asked for */
};

struct form {
    const char *name;
    struct form_section sections[FORM_SECTIONS_MAX];
    size_t count;
};

/* A form of the genre, or the one that song_spec asks for, with exactly `bars` bars (≥ 2): sections are left out, put
 * in, shortened or stretched, in groups of four bars as far as that goes. It always ends with the genre's last section. */
void form_make(struct session *s, int bars, struct form *out);

/* The sections of the form that song_spec->form names, about `bars` long. False when it names none. */
bool form_plan(struct session *s, int bars, struct form *out);

/* Whether the genre gives sections of this type a tune. */
bool section_type_has_tune(const struct genre *g, const char *type);

/* A member of the band for this song. */
struct cast {
    const struct genre_part *part;
    const char *id;         /* what arrangement_spec calls it: the part's id, or of a guest his instrument */
    const char *player;     /* the part's id, or "genre/part" of a borrowed one */
    const char *wish;       /* the words that ask for him; NULL: nobody does */
    int program;            /* FIELD_INT_UNSET: the sound designer chooses */
    double joins_at;
    bool is_guest;          /* takes turns with the lead */
    bool is_soloist;        /* plays only where a cue gives him the tune */
};

enum { CAST_MAX = 64 };
struct casting {
    struct session *s;
    struct cast members[CAST_MAX];
    size_t count;
};

/* Fills spec->instruments from the genre's players and the song_spec's wishes, and each section's list of who plays. */
void casting_make(struct session *s, struct arrangement_spec *spec);

/* The member that a wish means, wanted or not; NULL for none. */
struct cast *casting_find(struct casting *c, const char *name);

/* The program that `name` means for a part: one of its own, else the name's; FIELD_INT_UNSET for none. */
int casting_program(const struct genre_part *part, const char *name);

/* A guest with this instrument: on a part of the own band, or one borrowed from another genre. NULL when there is no
 * room. */
struct cast *casting_invite(struct casting *c, const char *name, int program);

/* Gives members the song_spec's wishes: lead, instruments, palette, feel, what fits the setting. */
void casting_wish(struct casting *c);

/* For song_spec->only_instruments: nobody is left but those it names, and they share the duties. */
void casting_only(struct casting *c);

/* A member of the band of any genre with this role and one of these players (bits 1 << enum player_kind), from the one
 * whose tempo is nearest; *player names him for arrangement_spec. NULL for none. */
const struct genre_part *casting_borrow(const struct casting *c, enum score_role role, unsigned players,
                                        const char **player);

/* Sections that do not begin with all their players at once; after everything else is settled. */
void entries_make(struct casting *c, struct arrangement_spec *spec);

/* Cues: who opens, comes in, rests, has the tune and closes, section by section. */
void cues_apply(struct casting *c, struct arrangement_spec *spec);

#endif
