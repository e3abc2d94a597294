/* Wishes for the band: who takes an instrument that is asked for, guests for those that nobody can, borrowed drummers,
 * and the colours of a setting, of a palette or of another genre. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "band/arranger.h"
#include "band/kit_pieces.h"
#include "band/palette.h"
#include "band/stage.h"
#include "genre/genres.h"
#include "song/general_midi.h"
#include "song/song_spec.h"

static const char agent[] = "arranger";

enum { WANTED_ROLES = 3, PREFERRED_MAX = 3, KIT_BRUSH = 40, KIT_POWER = 16, KIT_ELECTRONIC = 24, KIT_808 = 25 };
#define WANTED_JOINS 0.3     /* who is asked for plays from such an energy on */
#define PREFERRED_JOINS 0.45

/* Who takes an instrument that nobody of the band has: the roles in order, by program. Melodic instruments have the tune
 * or take turns with it; answers in its gaps are too few to be heard as a wish. */
static const struct substitute {
    uint8_t first, last;
    enum score_role roles[WANTED_ROLES];
} substitutes[] = {
    { 0, 7, { ROLE_CHORDS, ROLE_PAD, ROLE_LEAD } },       { 8, 15, { ROLE_ARP, ROLE_COUNTER, ROLE_LEAD } },
    { 16, 20, { ROLE_CHORDS, ROLE_PAD, ROLE_LEAD } },     { 21, 23, { ROLE_LEAD, ROLE_LEAD, ROLE_PAD } },
    { 24, 31, { ROLE_GUITAR, ROLE_CHORDS, ROLE_LEAD } },  { 32, 39, { ROLE_BASS, ROLE_BASS, ROLE_BASS } },
    { 40, 42, { ROLE_LEAD, ROLE_LEAD, ROLE_LEAD } }, { 43, 43, { ROLE_BASS, ROLE_COUNTER, ROLE_COUNTER } },
    { 44, 44, { ROLE_PAD, ROLE_ARP, ROLE_CHORDS } },      { 45, 46, { ROLE_ARP, ROLE_CHORDS, ROLE_COUNTER } },
    { 47, 47, { ROLE_PERCUSSION, ROLE_COUNTER, ROLE_ARP } }, { 48, 55, { ROLE_PAD, ROLE_CHORDS, ROLE_COUNTER } },
    { 56, 57, { ROLE_LEAD, ROLE_LEAD, ROLE_LEAD } }, { 58, 58, { ROLE_BASS, ROLE_COUNTER, ROLE_LEAD } },
    { 59, 60, { ROLE_LEAD, ROLE_LEAD, ROLE_LEAD } },    { 61, 63, { ROLE_CHORDS, ROLE_PAD, ROLE_COUNTER } },
    { 64, 79, { ROLE_LEAD, ROLE_LEAD, ROLE_LEAD } }, { 80, 87, { ROLE_LEAD, ROLE_ARP, ROLE_CHORDS } },
    { 88, 103, { ROLE_PAD, ROLE_CHORDS, ROLE_ARP } },     { 104, 111, { ROLE_LEAD, ROLE_LEAD, ROLE_LEAD } },
    { 112, 119, { ROLE_PERCUSSION, ROLE_ARP, ROLE_COUNTER } },
};

/* Who may play a borrowed part of each role. */
static const unsigned players_of[ROLE_COUNT] = {
    [ROLE_DRUMS] = 1u << PLAYER_DRUMMER, [ROLE_BASS] = 1u << PLAYER_BASSIST, [ROLE_PAD] = 1u << PLAYER_PAD,
    [ROLE_CHORDS] = 1u << PLAYER_COMPER | 1u << PLAYER_PICKER, [ROLE_ARP] = 1u << PLAYER_ARPEGGIATOR,
    [ROLE_GUITAR] = 1u << PLAYER_STRUMMER | 1u << PLAYER_PICKER, [ROLE_PERCUSSION] = 1u << PLAYER_POWER,
    [ROLE_COUNTER] = 1u << PLAYER_COUNTER,
};

static const struct substitute *substitute_for(int program)
{
    for (size_t i = 0; program >= 0 && i < sizeof(substitutes) / sizeof(substitutes[0]); i++)
        if (program >= substitutes[i].first && program <= substitutes[i].last)
            return &substitutes[i];
    return NULL;
}

const struct genre_part *casting_borrow(const struct casting *c, enum score_role role, unsigned players, const char **player)
{
    const struct session *s = c->s;
    const struct genre_part *best = NULL;
    double best_distance = 1e9;

    for (size_t g = 0; g < genres_count(s->genres); g++) {
        const struct genre *genre = genres_at(s->genres, g);
        double distance = fabs(log(genre->tempo.typical / s->genre->tempo.typical));

        for (size_t i = 0; i < genre->players.parts.count && genre != s->genre && distance < best_distance; i++) {
            const struct genre_part *part = &genre->players.parts.items[i];

            if (part->role != (int)role || (players >> part->player & 1) == 0)
                continue;
            best = part;
            best_distance = distance;
            *player = arena_printf(s->arena, "%s/%s", genre->id, part->id);
            break;
        }
    }
    return best;
}

static bool only_answers(const struct casting *c, size_t member, int program)
{
    const struct substitute *sub = substitute_for(program);

    return c->members[member].part->player == PLAYER_COUNTER && sub != NULL && sub->roles[0] == ROLE_LEAD;
}

static struct cast *find_free(struct casting *c, const char *name, int program)
{
    const struct substitute *sub = substitute_for(program);

    for (size_t i = 0; i < c->count; i++)
        if (c->members[i].wish == NULL && genre_part_is_named(c->members[i].part, name) && !only_answers(c, i, program))
            return &c->members[i];
    for (size_t i = 0; i < c->count; i++)
        for (size_t p = 0; p < c->members[i].part->programs.count && c->members[i].wish == NULL; p++)
            if (c->members[i].part->role != ROLE_DRUMS && !only_answers(c, i, program) &&
                gm_program_matches((uint8_t)c->members[i].part->programs.items[p].program, name))
                return &c->members[i];
    for (size_t r = 0; sub != NULL && r < WANTED_ROLES; r++)
        for (size_t i = 0; i < c->count; i++)
            if (c->members[i].wish == NULL && c->members[i].part->role == (int)sub->roles[r] &&
                c->members[i].part->player != PLAYER_RIFFER)
                return &c->members[i];
    return NULL;
}

struct cast *casting_find(struct casting *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->members[i].wish != NULL && strcasecmp(c->members[i].wish, name) == 0)
            return &c->members[i];
    if (kit_piece_find(name) != NULL)
        name = "drums";
    for (size_t i = 0; i < c->count; i++)
        if (genre_part_is_named(c->members[i].part, name))
            return &c->members[i];
    for (size_t i = 0; i < c->count; i++)
        if (c->members[i].part->role != ROLE_DRUMS && c->members[i].program != FIELD_INT_UNSET &&
            gm_program_matches((uint8_t)c->members[i].program, name))
            return &c->members[i];
    return NULL;
}

int casting_program(const struct genre_part *part, const char *name)
{
    static const char *const families[] = { "guitar", "electric guitar", "bass", "synth", "organ", "keys", "keyboard",
                                            "strings", "brass", "horns" };
    int program = part->player == PLAYER_DRUMMER ? gm_kit_find(name) : gm_program_find(name);
    bool is_family = false;

    if (program < 0)
        return FIELD_INT_UNSET;
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        is_family |= strcasecmp(families[i], name) == 0;
    for (size_t i = 0; i < part->programs.count && part->player != PLAYER_DRUMMER && !is_family; i++)
        if (part->programs.items[i].program == program)
            return program;
    for (size_t i = 0; i < part->programs.count && part->player != PLAYER_DRUMMER; i++)
        if (gm_program_matches((uint8_t)part->programs.items[i].program, name))
            return part->programs.items[i].program;
    return program;
}

static const char *slug(const struct casting *c, const char *name)
{
    char *out = arena_strdup(c->s->arena, name);

    for (char *at = out; *at != '\0'; at++)
        *at = isalnum((unsigned char)*at) ? (char)tolower((unsigned char)*at) : '-';
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->members[i].id, out) == 0)
            return arena_printf(c->s->arena, "%s-2", out);
    return out;
}

static struct cast *add_member(struct casting *c, const struct genre_part *part, const char *player, const char *name)
{
    struct cast *out;

    if (part == NULL || c->count == CAST_MAX)
        return NULL;
    out = &c->members[c->count];
    *out = (struct cast){ .part = part, .id = slug(c, name), .player = player, .wish = name, .joins_at = WANTED_JOINS,
                          .program = casting_program(part, name) };
    c->count++;
    return out;
}

struct cast *casting_invite(struct casting *c, const char *name, int program)
{
    const struct substitute *sub = substitute_for(program);
    const struct genre_players *own = &c->s->genre->players;
    const char *player = NULL;
    const struct genre_part *part;
    enum score_role role = sub != NULL ? sub->roles[0] : ROLE_DRUMS;
    struct cast *guest;

    if (role == ROLE_LEAD) {
        for (size_t i = 0; i < own->parts.count; i++)
            if (own->parts.items[i].role == ROLE_LEAD && own->parts.items[i].player == PLAYER_LEAD) {
                guest = add_member(c, &own->parts.items[i], own->parts.items[i].id, name);
                if (guest != NULL)
                    guest->is_guest = true;
                return guest;
            }
    }
    part = casting_borrow(c, role, players_of[role], &player);
    return add_member(c, part, player, name);
}

static bool asks_for_drums(const char *name)
{
    return gm_kit_find(name) >= 0 || words_contain(name, "drum") || words_contain(name, "percussion") ||
           words_contain(name, "beat");
}

/* A piece of the kit needs a drummer; the composer writes its line. */
static struct cast *drummer_for(struct casting *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->members[i].part->player == PLAYER_DRUMMER)
            return &c->members[i];
    return NULL;
}

/* "With a trumpet solo": he comes for that only. */
static bool comes_for_solo(const struct casting *c, const char *name, int program)
{
    const struct song_spec *spec = c->s->song->song_spec;
    const struct substitute *sub = substitute_for(program);
    bool solo = false;

    for (size_t i = 0; i < spec->cues.count; i++)
        if (strcasecmp(spec->cues.items[i].instrument, name) == 0) {
            if (spec->cues.items[i].action != CUE_SOLO)
                return false;
            solo = true;
        }
    return solo && sub != NULL && (sub->roles[0] == ROLE_LEAD || sub->roles[0] == ROLE_GUITAR);
}

static void honour(struct casting *c, const char *name)
{
    int program = gm_program_find(name);
    const struct kit_piece *piece = kit_piece_find(name);
    struct cast *member = piece != NULL || gm_kit_find(name) >= 0 ? drummer_for(c) : find_free(c, name, program);
    bool invited = false;

    if (comes_for_solo(c, name, program))
        return;
    if (casting_find(c, name) != NULL && casting_find(c, name)->wish != NULL && piece == NULL && member == NULL)
        return; /* somebody plays it already */
    if (member == NULL && (program >= 0 || piece != NULL || asks_for_drums(name))) {
        member = casting_invite(c, piece != NULL ? "drums" : name, piece != NULL || asks_for_drums(name) ? -1 : program);
        invited = member != NULL;
    }
    if (member == NULL) {
        decide(c->s, agent, 0.3, arena_printf(c->s->arena, "no place for %s", name), "nobody of this band is free to play it");
        return;
    }
    if (piece == NULL && casting_program(member->part, name) != FIELD_INT_UNSET)
        member->program = casting_program(member->part, name);
    if (member->wish == NULL || piece == NULL)
        member->wish = name;
    member->joins_at = fmin(member->joins_at, WANTED_JOINS);
    decide(c->s, agent, 0.8, arena_printf(c->s->arena, "%s plays %s", invited ? "a guest" : member->part->name, name),
           "it is asked for");
}

static void honour_lead(struct casting *c, const char *name)
{
    for (size_t i = 0; name != NULL && i < c->count; i++) {
        struct cast *member = &c->members[i];

        if (member->part->role != ROLE_LEAD || member->part->player != PLAYER_LEAD)
            continue;
        member->wish = name;
        member->program = casting_program(member->part, name);
        member->joins_at = 0;
        decide(c->s, agent, 0.9, arena_printf(c->s->arena, "%s leads", name), "it is asked for");
        return;
    }
}

static bool may_have(const struct casting *c, const struct cast *member, int program)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->members[i].program == program && c->members[i].wish != NULL && c->members[i].part->player != PLAYER_DRUMMER)
            return false; /* somebody plays it already */
    return member->part->player != PLAYER_SECOND && program >= 0 && member->wish == NULL && member->program == FIELD_INT_UNSET &&
           (member->part->player == PLAYER_DRUMMER || !program_is_excluded(c->s->song->song_spec, (uint8_t)program));
}

/* Whether an instrument suits a part that is not meant for it: a part's own kind, or a tune for a melodic one. */
static bool is_kin(const struct genre_part *part, int program)
{
    static const uint8_t kinds[GM_FAMILY_COUNT] = {
        [GM_PIANO] = 1, [GM_CHROMATIC] = 1, [GM_ORGAN] = 1, [GM_GUITAR] = 2, [GM_BASS] = 3, [GM_STRINGS] = 4,
        [GM_ENSEMBLE] = 4, [GM_BRASS] = 5, [GM_REED] = 5, [GM_PIPE] = 5, [GM_SYNTH_LEAD] = 6, [GM_SYNTH_PAD] = 4,
        [GM_SYNTH_EFFECTS] = 4, [GM_ETHNIC] = 2, [GM_PERCUSSIVE] = 7, [GM_SOUND_EFFECTS] = 8,
    };
    enum gm_family family = gm_family_of((uint8_t)program);

    if (part->role == ROLE_LEAD || part->role == ROLE_COUNTER)
        return family != GM_BASS && family != GM_PERCUSSIVE;
    for (size_t i = 0; i < part->programs.count; i++)
        if (kinds[gm_family_of((uint8_t)part->programs.items[i].program)] == kinds[family])
            return true;
    return false;
}

/* Who is free for what fits the setting: by role, then whoever has a tune. */
static struct cast *find_fitting(struct casting *c, int program)
{
    const struct substitute *sub = substitute_for(program);
    enum score_role roles[WANTED_ROLES + 2] = { ROLE_LEAD, ROLE_LEAD, ROLE_LEAD, ROLE_LEAD, ROLE_COUNTER };

    for (size_t r = 0; sub != NULL && r < WANTED_ROLES; r++)
        roles[r] = sub->roles[r] != ROLE_COUNTER ? sub->roles[r] : ROLE_LEAD;
    for (size_t r = 0; program >= 0 && r < WANTED_ROLES + 2; r++)
        for (size_t i = 0; i < c->count; i++) {
            struct cast *m = &c->members[i];

            if (m->part->role == (int)roles[r] && m->part->player != PLAYER_DRUMMER && m->part->player != PLAYER_RIFFER &&
                may_have(c, m, program) && is_kin(m->part, program))
                return m;
        }
    return NULL;
}

/* What fits the setting goes to those who are free; the first three that find a place. */
static void honour_setting(struct casting *c)
{
    const struct song_spec *spec = c->s->song->song_spec;
    int placed = 0;

    for (size_t i = 0; i < spec->prefer_instruments.count && placed < PREFERRED_MAX; i++) {
        const char *name = spec->prefer_instruments.items[i];
        int kit = gm_kit_find(name), program = gm_program_find(name);
        struct cast *member = kit >= 0 ? drummer_for(c) : kit_piece_find(name) != NULL ? NULL : find_fitting(c, program);

        program = kit >= 0 ? kit : program;
        if (member == NULL || !may_have(c, member, program))
            continue;
        member->program = program;
        if (member->joins_at > PREFERRED_JOINS)
            member->joins_at = PREFERRED_JOINS;
        placed++;
        decide(c->s, agent, 0.6, arena_printf(c->s->arena, "%s plays %s", member->part->name, name), "it fits the setting");
    }
}

/* Another genre's groove and colours: its drummer, and the instruments of its tune and its chords. */
static void honour_feel(struct casting *c)
{
    const struct genre *feel = c->s->song->song_spec->feel != NULL ? genres_find(c->s->genres, c->s->song->song_spec->feel) : NULL;
    bool done[ROLE_COUNT] = { false };

    for (size_t i = 0; feel != NULL && i < feel->players.parts.count; i++) {
        const struct genre_part *part = &feel->players.parts.items[i];

        for (size_t m = 0; m < c->count && !done[part->role]; m++) {
            struct cast *member = &c->members[m];

            if (member->part->role != part->role || part->programs.count == 0)
                continue;
            done[part->role] = true;
            if (part->role == ROLE_DRUMS && metre_is_equal(feel->time_signature, c->s->song->song_spec->time_signature)) {
                member->part = part;
                member->player = arena_printf(c->s->arena, "%s/%s", feel->id, part->id);
                decide(c->s, agent, 0.8, arena_printf(c->s->arena, "the drummer of %s", feel->name), "the brief asks for its feel");
            } else if ((part->role == ROLE_LEAD || part->role == ROLE_CHORDS) && may_have(c, member, part->programs.items[0].program)) {
                member->program = part->programs.items[0].program;
                decide(c->s, agent, 0.7, arena_printf(c->s->arena, "%s plays %s", member->part->name, gm_name(0, member->program)),
                       "as in %s, whose feel the brief asks for", feel->name);
            }
        }
    }
}

static void honour_palette(struct casting *c)
{
    const struct palette *p = palette_find(c->s->song->song_spec->palette);

    for (size_t i = 0; p != NULL && !p->is_whole && i < c->count; i++) {
        struct cast *member = &c->members[i];
        int program = p->programs[member->part->role];
        bool is_kin = member->part->programs.count > 0 && member->part->player != PLAYER_DRUMMER && program >= 0 &&
                      gm_family_of((uint8_t)member->part->programs.items[0].program) == gm_family_of((uint8_t)program);

        if (program >= 0 && !is_kin && may_have(c, member, program))
            member->program = program;
    }
}

/* Hard or soft drums: another kit where the genre's is an acoustic one. */
static void honour_touch(struct casting *c)
{
    double touch = c->s->song->song_spec->drum_touch;
    struct cast *drums = drummer_for(c);

    if (fabs(touch) < 0.5 || drums == NULL || drums->program != FIELD_INT_UNSET || drums->part->programs.count == 0)
        return;
    for (size_t i = 0; i < drums->part->programs.count; i++)
        if (drums->part->programs.items[i].program == KIT_ELECTRONIC || drums->part->programs.items[i].program == KIT_808)
            return;
    drums->program = touch > 0 ? KIT_POWER : KIT_BRUSH;
}

void casting_wish(struct casting *c)
{
    const struct song_spec *spec = c->s->song->song_spec;

    if (!spec->only_instruments) {
        honour_lead(c, spec->lead_instrument);
        for (size_t i = 0; i < spec->instruments.count; i++)
            if (spec->lead_instrument == NULL || strcasecmp(spec->instruments.items[i], spec->lead_instrument) != 0 ||
                casting_find(c, spec->instruments.items[i]) == NULL)
                honour(c, spec->instruments.items[i]);
        honour_palette(c);
        honour_setting(c);
    }
    honour_feel(c);
    honour_touch(c);
}
