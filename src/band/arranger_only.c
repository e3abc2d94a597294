/* A band of nothing but what is named: "just a guitar and a cello", "only strings", "solo piano". The instruments share
 * the duties of the band's parts: one has the tune, one the chords, one the bass. */
#include <string.h>

#include "band/arranger.h"
#include "band/kit_pieces.h"
#include "band/palette.h"
#include "band/stage.h"
#include "song/general_midi.h"
#include "song/song_spec.h"

static const char agent[] = "arranger";

enum duty { DUTY_TUNE, DUTY_CHORDS, DUTY_BASS, DUTY_DRUMS }; /* what an instrument does best */

struct player_of {
    const char *name;
    int program;      /* -1: drums */
    enum duty duty;
    bool is_placed;
};

struct ensemble {
    struct casting *c;
    struct player_of *players;
    size_t count;
    struct cast kept[CAST_MAX];
    size_t kept_count;
};

static enum duty duty_of(const char *name, int program)
{
    if (program < 0 || kit_piece_find(name) != NULL)
        return DUTY_DRUMS;
    if ((program >= 32 && program <= 39) || program == 43 || program == 58)
        return DUTY_BASS;
    if (program < 22 || program == 23 || (program >= 24 && program <= 31) || (program >= 44 && program <= 54) ||
        (program >= 61 && program <= 63) || (program >= 80 && program <= 95) || (program >= 104 && program <= 108))
        return DUTY_CHORDS;
    return DUTY_TUNE;
}

static struct cast *keep(struct ensemble *e, const struct cast *member, struct player_of *p)
{
    struct cast *out = &e->kept[e->kept_count];

    if (member == NULL || e->kept_count == CAST_MAX)
        return NULL;
    *out = *member;
    out->program = p->program >= 0 ? p->program : casting_program(member->part, p->name);
    out->wish = p->name;
    out->joins_at = 0;
    e->kept_count++;
    p->is_placed = true;
    return out;
}

static bool is_kept(const struct ensemble *e, const struct genre_part *part)
{
    for (size_t i = 0; i < e->kept_count; i++)
        if (e->kept[i].part == part)
            return true;
    return false;
}

/* The first member with this role, and one of these players (bits; 0: any), who is not there yet. */
static const struct cast *free_member(const struct ensemble *e, enum score_role role, unsigned players)
{
    for (size_t i = 0; i < e->c->count; i++) {
        const struct cast *m = &e->c->members[i];

        if (m->part->role == (int)role && (players == 0 || (players >> m->part->player & 1)) && !is_kept(e, m->part))
            return m;
    }
    return NULL;
}

/* The same; from another genre when this one has nobody. */
static const struct cast *find_member(struct ensemble *e, enum score_role role, unsigned players, const char *id)
{
    const struct cast *own = free_member(e, role, players);
    struct cast *out;
    const char *player = NULL;
    const struct genre_part *part;

    if (own != NULL)
        return own;
    part = casting_borrow(e->c, role, players, &player);
    if (part == NULL)
        return NULL;
    out = ARENA_NEW(e->c->s->arena, struct cast);
    *out = (struct cast){ .part = part, .id = id, .player = player, .program = FIELD_INT_UNSET };
    return out;
}

static struct player_of *first_with(struct ensemble *e, enum duty duty, bool unplaced)
{
    for (size_t i = 0; i < e->count; i++)
        if (e->players[i].duty == duty && !(unplaced && e->players[i].is_placed))
            return &e->players[i];
    return NULL;
}

static struct player_of *leader_of(struct ensemble *e)
{
    const char *wish = e->c->s->song->song_spec->lead_instrument;
    struct player_of *lead = NULL;

    for (size_t i = 0; wish != NULL && i < e->count; i++)
        if (strcmp(e->players[i].name, wish) == 0)
            return &e->players[i];
    for (enum duty d = DUTY_TUNE; d <= DUTY_BASS && lead == NULL; d++)
        lead = first_with(e, d, false);
    return lead;
}

/* Chords: a picker has bass and chords in one pair of hands; else a comper, with a left hand of the same instrument. */
static void give_chords(struct ensemble *e, struct player_of *p, bool first, bool has_bass)
{
    static const unsigned hands = 1u << PLAYER_COMPER | 1u << PLAYER_STRUMMER | 1u << PLAYER_ARPEGGIATOR;
    bool sustains = p->program >= 44 && p->program != 45 && p->program != 46;
    const struct cast *member = NULL;

    if (sustains)
        member = find_member(e, ROLE_PAD, 1u << PLAYER_PAD, "pad");
    if (member == NULL && !has_bass && first)
        for (int role = ROLE_CHORDS; role <= ROLE_GUITAR && member == NULL; role++)
            member = free_member(e, (enum score_role)role, 1u << PLAYER_PICKER);
    if (member == NULL)
        member = free_member(e, p->program >= 24 && p->program <= 31 ? ROLE_GUITAR : ROLE_CHORDS, hands);
    for (int role = ROLE_CHORDS; role <= ROLE_GUITAR && member == NULL; role++)
        member = free_member(e, (enum score_role)role, hands);
    if (member == NULL)
        member = find_member(e, ROLE_CHORDS, 1u << PLAYER_COMPER, "chords");
    if (keep(e, member, p) != NULL && first && !has_bass && member->part->player != PLAYER_PICKER && !sustains)
        keep(e, find_member(e, ROLE_BASS, 1u << PLAYER_BASSIST, "left-hand"), p);
}

/* A guitar is the genre's guitar; what the genre has not is what General MIDI calls so. */
static int own_program(const struct ensemble *e, const char *name)
{
    int named = gm_program_find(name);

    if (strchr(name, ' ') != NULL)
        return named;
    for (size_t m = 0; m < e->c->count && named >= 0; m++)
        for (size_t i = 0; i < e->c->members[m].part->programs.count && e->c->members[m].part->player != PLAYER_DRUMMER; i++)
            if (gm_program_matches((uint8_t)e->c->members[m].part->programs.items[i].program, name))
                return e->c->members[m].part->programs.items[i].program;
    return named;
}

static void read_players(struct ensemble *e)
{
    const struct song_spec *spec = e->c->s->song->song_spec;

    e->players = ARENA_ARRAY(e->c->s->arena, struct player_of, spec->instruments.count + 1);
    for (size_t i = 0; i < spec->instruments.count; i++) {
        const char *name = spec->instruments.items[i];
        int program = own_program(e, name);

        for (size_t m = 0; m < e->c->count && program < 0; m++) /* a word of the genre's own */
            if (e->c->members[m].part->player != PLAYER_DRUMMER && genre_part_is_named(e->c->members[m].part, name) &&
                e->c->members[m].part->programs.count > 0)
                program = e->c->members[m].part->programs.items[0].program;
        e->players[e->count++] = (struct player_of){ name, program, duty_of(name, program), false };
    }
}

/* Parts that are this instrument's alone in the genre come with it: a pianist's two hands. */
static void keep_own(struct ensemble *e)
{
    for (size_t i = 0; i < e->c->count; i++) {
        const struct cast *m = &e->c->members[i];

        for (size_t p = 0; p < e->count; p++) {
            bool all = m->part->programs.count > 0 && m->part->player != PLAYER_DRUMMER && e->players[p].program >= 0;

            for (size_t k = 0; k < m->part->programs.count && all; k++)
                all = m->part->programs.items[k].program == e->players[p].program;
            if (all && !is_kept(e, m->part) && m->part->role != ROLE_LEAD) {
                double joins = m->joins_at;
                struct cast *out = keep(e, m, &e->players[p]);

                if (out != NULL)
                    out->joins_at = joins;
            }
        }
    }
}

static bool has_harmony(const struct ensemble *e)
{
    for (size_t i = 0; i < e->kept_count; i++) {
        int role = e->kept[i].part->role;

        if (role == ROLE_CHORDS || role == ROLE_PAD || role == ROLE_GUITAR || role == ROLE_ARP)
            return true;
    }
    return false;
}

static void share_duties(struct ensemble *e)
{
    struct player_of *lead = leader_of(e), *p;
    bool has_bass = first_with(e, DUTY_BASS, false) != NULL && first_with(e, DUTY_BASS, false) != lead;

    if (lead != NULL)
        keep(e, find_member(e, ROLE_LEAD, 1u << PLAYER_LEAD, "lead"), lead);
    keep_own(e);
    for (int n = 0; (p = first_with(e, DUTY_CHORDS, true)) != NULL && n < CAST_MAX; n++) {
        give_chords(e, p, n == 0, has_bass);
        p->is_placed = true;
    }
    if (lead != NULL && lead->duty == DUTY_CHORDS && !has_harmony(e))
        give_chords(e, lead, true, has_bass); /* alone: both hands */
    while ((p = first_with(e, DUTY_BASS, true)) != NULL) {
        keep(e, find_member(e, ROLE_BASS, 1u << PLAYER_BASSIST, "bass"), p);
        p->is_placed = true;
    }
    while ((p = first_with(e, DUTY_DRUMS, true)) != NULL) {
        if (free_member(e, ROLE_DRUMS, 0) != NULL || e->kept_count == 0)
            keep(e, find_member(e, ROLE_DRUMS, 1u << PLAYER_DRUMMER, "drums"), p);
        p->is_placed = true;
    }
    while ((p = first_with(e, DUTY_TUNE, true)) != NULL) {
        struct cast *guest = keep(e, e->kept_count > 0 ? &e->kept[0] : NULL, p); /* takes turns with the first */

        if (guest != NULL && guest->part->role == ROLE_LEAD) {
            guest->is_guest = true;
            guest->id = arena_printf(e->c->s->arena, "lead-%zu", e->kept_count);
        }
        p->is_placed = true;
    }
}

/* Everybody of the band in the palette's colours; who has none rests. */
static void paint(struct ensemble *e, const struct palette *palette)
{
    const struct song_spec *spec = e->c->s->song->song_spec;
    bool has_lead = false, has_chords = false;

    for (size_t i = 0; i < e->c->count && e->kept_count < CAST_MAX; i++) {
        struct cast member = e->c->members[i];
        int program = member.part->player == PLAYER_SECOND ? palette->second :
                      palette->programs[member.part->player == PLAYER_LEAD ? ROLE_LEAD : member.part->role];

        for (size_t k = 0; k < spec->instruments.count; k++)
            if (genre_part_is_named(member.part, spec->instruments.items[k]) && program == PALETTE_REST)
                program = PALETTE_KEEP;
        if (program == PALETTE_REST || member.part->player == PLAYER_EFFECTS)
            continue;
        if (program >= 0 && (member.part->player != PLAYER_DRUMMER || member.part->role == ROLE_DRUMS))
            member.program = program;
        has_lead |= member.part->role == ROLE_LEAD;
        has_chords |= member.part->role == ROLE_CHORDS || member.part->role == ROLE_PAD;
        e->kept[e->kept_count++] = member;
    }
    if (!has_chords && palette->programs[ROLE_PAD] >= 0) {
        struct player_of p = { palette->name, palette->programs[ROLE_PAD], DUTY_CHORDS, false };

        keep(e, find_member(e, ROLE_PAD, 1u << PLAYER_PAD, "pad"), &p);
    }
    if (!has_lead && palette->programs[ROLE_LEAD] >= 0) {
        struct player_of p = { palette->name, palette->programs[ROLE_LEAD], DUTY_TUNE, false };

        keep(e, find_member(e, ROLE_LEAD, 1u << PLAYER_LEAD, "lead"), &p);
    }
}

void casting_only(struct casting *c)
{
    const struct song_spec *spec = c->s->song->song_spec;
    const struct palette *palette = palette_find(spec->palette);
    struct ensemble *e = ARENA_NEW(c->s->arena, struct ensemble);
    const char *names = palette != NULL ? palette->name : "";

    e->c = c;
    if (palette != NULL) {
        paint(e, palette);
    } else {
        read_players(e);
        share_duties(e);
        for (size_t i = 0; i < spec->instruments.count; i++)
            names = arena_printf(c->s->arena, "%s%s%s", names, i > 0 ? ", " : "", spec->instruments.items[i]);
    }
    if (e->kept_count == 0) {
        decide(c->s, agent, 0.3, "the whole band", "nobody can play %s alone", names);
        return;
    }
    memcpy(c->members, e->kept, e->kept_count * sizeof(e->kept[0]));
    c->count = e->kept_count;
    decide(c->s, agent, 0.9, arena_printf(c->s->arena, "nobody but %s", names), "it is asked for");
}
