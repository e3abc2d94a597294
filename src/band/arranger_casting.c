/* The casting: who of the band is there for this song, and who plays in which section. */
#include <math.h>
#include <string.h>

#include "band/arranger.h"
#include "band/stage.h"
#include "song/song_spec.h"

static const char agent[] = "arranger";

enum { PLAYERS_MIN = 3, ONLY_ASKED = 2 };

/* In documents, what the instrument does. */
static const char *const role_duties[ROLE_COUNT] = {
    [ROLE_DRUMS] = "rhythm", [ROLE_PERCUSSION] = "rhythm", [ROLE_BASS] = "rhythm",    [ROLE_CHORDS] = "harmony",
    [ROLE_PAD] = "texture",  [ROLE_ARP] = "texture",       [ROLE_GUITAR] = "harmony", [ROLE_LEAD] = "lead",
    [ROLE_COUNTER] = "lead", [ROLE_VOICE] = "lead",        [ROLE_EFFECTS] = "texture",
};

/* Energy of the sections from which a member of the genre's band plays in this song. */
static double joins_at(const struct genre_part *part, struct random *random)
{
    bool is_there = part->chance >= 1 || random_chance(random, part->chance);
    double jitter = part->joins_at > 0.05 ? random_normal(random) * 0.04 : 0;

    return is_there ? part->joins_at + jitter : ONLY_ASKED;
}

static void gather(struct casting *c)
{
    const struct genre_players *players = &c->s->genre->players;
    struct random random = session_random(c->s, "arranger.casting", 0);

    for (size_t i = 0; i < players->parts.count && c->count < CAST_MAX; i++) {
        const struct genre_part *part = &players->parts.items[i];
        double joins = joins_at(part, &random);

        if (!part_is_excluded(c->s->song->song_spec, part))
            c->members[c->count++] = (struct cast){ .part = part, .id = part->id, .player = part->id,
                                                    .program = FIELD_INT_UNSET, .joins_at = joins };
    }
}

static bool is_harmonic(int role)
{
    return role == ROLE_CHORDS || role == ROLE_PAD || role == ROLE_GUITAR || role == ROLE_ARP;
}

/* The lead who is there from the start; others join him, to double the tune where the song is full. */
static bool is_first_lead(const struct casting *c, const struct cast *member)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct cast *other = &c->members[i];

        if (other != member && other->part->role == ROLE_LEAD && !other->is_guest && !other->is_soloist &&
            (other->joins_at < member->joins_at || (other->joins_at <= member->joins_at && other < member)))
            return false;
    }
    return true;
}

/* Everybody who plays chords or the tune is ruled out: somebody stays, with an instrument that nobody minds. */
static void keep_one(struct casting *c)
{
    static const uint8_t resorts[] = { 11, 46, 4, 12, 24, 8, 108, 21, 48, 89, 16, 0 };
    const struct genre_players *players = &c->s->genre->players;

    for (size_t i = 0; i < c->count; i++)
        if (is_harmonic(c->members[i].part->role) || c->members[i].part->role == ROLE_LEAD)
            return;
    for (size_t i = 0; i < players->parts.count; i++)
        for (size_t r = 0; r < sizeof(resorts) && is_harmonic(players->parts.items[i].role); r++)
            if (!program_is_excluded(c->s->song->song_spec, resorts[r])) {
                const struct genre_part *part = &players->parts.items[i];

                c->members[c->count++] = (struct cast){ .part = part, .id = part->id, .player = part->id, .program = resorts[r] };
                decide(c->s, agent, 0.4, arena_printf(c->s->arena, "%s all the same", part->id),
                       "nobody else is left, and this instrument is not ruled out");
                return;
            }
}

/* Who has the tune takes turns, section by section; where the voice sings nobody else does. */
static bool has_turn(const struct casting *c, const struct cast *member, size_t tuned)
{
    size_t leads = 0, own = 0;

    for (size_t i = 0; i < c->count; i++) {
        if (c->members[i].part->role != ROLE_LEAD || c->members[i].is_soloist)
            continue;
        if (&c->members[i] == member)
            own = leads;
        else if (!c->members[i].is_guest && !member->is_guest)
            continue; /* the band's own leads double each other */
        leads += c->members[i].is_guest || &c->members[i] == member || leads == 0;
    }
    if (leads > 1 && c->s->song->song_spec->lead_instrument != NULL) /* the lead keeps two tunes of three */
        return tuned % 3 == 2 ? own == 1 + tuned / 3 % (leads - 1) : own == 0;
    return leads <= 1 || tuned % leads == own;
}

/* Sections that the voice sings leave the lead out: one tune at a time. */
static bool plays(const struct casting *c, const struct cast *member, const struct arranged_section *section, size_t tuned)
{
    bool tune = section_type_has_tune(c->s->genre, section->section_type);

    if (member->part->role == ROLE_VOICE || member->is_soloist)
        return false;
    if (member->part->role == ROLE_LEAD)
        return tune && (!c->s->song->song_spec->has_vocals || strstr(section->section_type, "solo") != NULL) &&
               has_turn(c, member, tuned) &&
               (member->is_guest || section->energy >= member->joins_at || is_first_lead(c, member));
    return section->energy >= member->joins_at && (member->wish != NULL || section->energy < member->part->leaves_at);
}

/* The one who would join next: no tune, no effects, not there yet. */
static const struct cast *next_to_join(const struct casting *c, const struct arranged_section *section)
{
    const struct cast *next = NULL;

    for (size_t i = 0; i < c->count; i++) {
        const struct cast *member = &c->members[i];

        if ((is_harmonic(member->part->role) || member->part->role == ROLE_BASS) && member->joins_at <= 1 &&
            !arranged_section_has(section, member->id) && (next == NULL || member->joins_at < next->joins_at))
            next = member;
    }
    return next;
}

static void list_member(struct arranged_section *section, const struct cast *member)
{
    if (!arranged_section_has(section, member->id))
        section->instruments.items[section->instruments.count++] = member->id;
}

/* Without drums and without a tune two players leave a hole rather than a quiet passage. */
static void fill_out(const struct casting *c, struct arranged_section *section)
{
    for (size_t i = 0; i < c->count; i++)
        if ((c->members[i].part->role == ROLE_DRUMS || c->members[i].part->role == ROLE_LEAD) &&
            arranged_section_has(section, c->members[i].id))
            return;
    while (section->instruments.count < PLAYERS_MIN) {
        const struct cast *next = next_to_join(c, section);

        if (next == NULL)
            return;
        list_member(section, next);
    }
}

static void cast_section(const struct casting *c, struct arranged_section *section, size_t tuned)
{
    const struct cast *spare = NULL;
    bool harmony = false;

    section->instruments.items = ARENA_ARRAY(c->s->arena, const char *, c->count + 1);
    for (size_t i = 0; i < c->count; i++) {
        const struct cast *member = &c->members[i];

        if (is_harmonic(member->part->role) && (spare == NULL || member->joins_at < spare->joins_at))
            spare = member;
        if (!plays(c, member, section, tuned))
            continue;
        list_member(section, member);
        harmony |= is_harmonic(member->part->role);
    }
    if (!harmony && spare != NULL)
        list_member(section, spare);
    fill_out(c, section);
    for (size_t i = 0; i < c->count && section->instruments.count == 0; i++) /* one alone plays throughout */
        if (!c->members[i].is_soloist && c->members[i].part->role != ROLE_EFFECTS)
            list_member(section, &c->members[i]);
}

static bool is_heard(const struct arrangement_spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->sections.count; i++)
        if (arranged_section_has(&spec->sections.items[i], name))
            return true;
    return false;
}

/* Who is wanted is heard at least where the song is fullest. */
static void hear_the_wanted(const struct casting *c, struct arrangement_spec *spec)
{
    struct arranged_section *fullest = &spec->sections.items[0];

    for (size_t i = 0; i < spec->sections.count; i++)
        if (spec->sections.items[i].energy > fullest->energy)
            fullest = &spec->sections.items[i];
    for (size_t i = 0; i < c->count; i++)
        if (c->members[i].wish != NULL && !c->members[i].is_soloist && !is_heard(spec, c->members[i].id))
            list_member(fullest, &c->members[i]);
}

void casting_make(struct session *s, struct arrangement_spec *spec)
{
    struct casting *c = ARENA_NEW(s->arena, struct casting);
    size_t tuned = 0;

    c->s = s;
    gather(c);
    if (c->count < CAST_MAX)
        keep_one(c);
    if (s->song->song_spec->only_instruments)
        casting_only(c);
    casting_wish(c);
    for (size_t i = 0; i < spec->sections.count; i++) {
        cast_section(c, &spec->sections.items[i], tuned);
        tuned += section_type_has_tune(s->genre, spec->sections.items[i].section_type);
    }
    hear_the_wanted(c, spec);
    cues_apply(c, spec);
    entries_make(c, spec);
    spec->instruments.items = ARENA_ARRAY(s->arena, struct arranged_instrument, c->count);
    for (size_t i = 0; i < c->count; i++) {
        const struct cast *member = &c->members[i];

        if (!is_heard(spec, member->id))
            continue;
        spec->instruments.items[spec->instruments.count++] = (struct arranged_instrument){
            .name = member->id, .category = score_role_names[member->part->role], .role = role_duties[member->part->role],
            .player = member->player, .midi_program = FIELD_INT_UNSET, .has_wish = member->program != FIELD_INT_UNSET,
            .wished_program = member->program,
            .is_essential = member->wish != NULL || member->part->joins_at < 0.3
        };
    }
}
