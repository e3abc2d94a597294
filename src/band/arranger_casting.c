#include <math.h>
#include <string.h>

#include "band/arranger.h"
#include "band/stage.h"
#include "song/general_midi.h"

static const char agent[] = "arranger";
enum { PLAYERS_MIN = 3 };

/* Who can take an instrument that the genre's band does not have, by the instrument's family. */
static const struct substitute {
    int family;
    enum score_role roles[3];
} substitutes[] = {
    { GM_PIANO, { ROLE_CHORDS, ROLE_PAD, ROLE_LEAD } },      { GM_CHROMATIC, { ROLE_ARP, ROLE_COUNTER, ROLE_LEAD } },
    { GM_ORGAN, { ROLE_CHORDS, ROLE_PAD, ROLE_LEAD } },      { GM_GUITAR, { ROLE_GUITAR, ROLE_CHORDS, ROLE_LEAD } },
    { GM_BASS, { ROLE_BASS, ROLE_BASS, ROLE_BASS } },        { GM_STRINGS, { ROLE_PAD, ROLE_LEAD, ROLE_COUNTER } },
    { GM_ENSEMBLE, { ROLE_PAD, ROLE_CHORDS, ROLE_LEAD } },   { GM_BRASS, { ROLE_LEAD, ROLE_COUNTER, ROLE_PAD } },
    { GM_REED, { ROLE_LEAD, ROLE_COUNTER, ROLE_PAD } },      { GM_PIPE, { ROLE_LEAD, ROLE_COUNTER, ROLE_PAD } },
    { GM_SYNTH_LEAD, { ROLE_LEAD, ROLE_ARP, ROLE_CHORDS } }, { GM_SYNTH_PAD, { ROLE_PAD, ROLE_CHORDS, ROLE_ARP } },
    { GM_ETHNIC, { ROLE_LEAD, ROLE_COUNTER, ROLE_ARP } },
    { GM_PERCUSSIVE, { ROLE_PERCUSSION, ROLE_ARP, ROLE_COUNTER } },
};

/* In documents, what the instrument does. */
static const char *const role_duties[ROLE_COUNT] = {
    [ROLE_DRUMS] = "rhythm", [ROLE_PERCUSSION] = "rhythm", [ROLE_BASS] = "rhythm",    [ROLE_CHORDS] = "harmony",
    [ROLE_PAD] = "texture",  [ROLE_ARP] = "texture",       [ROLE_GUITAR] = "harmony", [ROLE_LEAD] = "lead",
    [ROLE_COUNTER] = "lead", [ROLE_VOICE] = "lead",        [ROLE_EFFECTS] = "texture",
};

struct cast {
    const struct genre_part *part;
    int program;        /* FIELD_INT_UNSET: the sound designer chooses */
    double joins_at;
    bool is_wanted;
};

struct casting {
    struct session *s;
    struct cast *members;
    size_t count;
};

static bool is_excluded(const struct casting *c, const struct genre_part *part)
{
    const struct song_spec *spec = c->s->song->song_spec;

    for (size_t i = 0; i < spec->exclude_instruments.count; i++) {
        const char *text = spec->exclude_instruments.items[i];

        if (genre_part_is_named(part, text) &&
            (part->role != ROLE_LEAD || words_contain(text, "lead") || words_contain(text, "melody")))
            return true;
    }
    return false;
}

static void gather(struct casting *c)
{
    const struct genre_players *players = &c->s->genre->players;
    struct random random = session_random(c->s, "arranger.casting", 0);

    c->members = ARENA_ARRAY(c->s->arena, struct cast, players->parts.count + 1);
    for (size_t i = 0; i < players->parts.count; i++) {
        const struct genre_part *part = &players->parts.items[i];
        double jitter = part->joins_at > 0.05 ? random_normal(&random) * 0.04 : 0;

        if (!is_excluded(c, part))
            c->members[c->count++] = (struct cast){ part, FIELD_INT_UNSET, part->joins_at + jitter, false };
    }
}

static struct cast *member_for(const struct casting *c, const char *name, int program)
{
    for (size_t i = 0; i < c->count; i++)
        if (!c->members[i].is_wanted && genre_part_is_named(c->members[i].part, name))
            return &c->members[i];
    for (size_t i = 0; i < c->count; i++)
        for (size_t p = 0; p < c->members[i].part->programs.count && !c->members[i].is_wanted; p++)
            if (c->members[i].part->role != ROLE_DRUMS &&
                gm_program_matches((uint8_t)c->members[i].part->programs.items[p].program, name))
                return &c->members[i];
    for (size_t f = 0; program >= 0 && f < sizeof(substitutes) / sizeof(substitutes[0]); f++)
        for (size_t r = 0; r < 3 && substitutes[f].family == (int)gm_family_of((uint8_t)program); r++)
            for (size_t i = 0; i < c->count; i++)
                if (!c->members[i].is_wanted && c->members[i].part->role == (int)substitutes[f].roles[r])
                    return &c->members[i];
    return NULL;
}

/* A program for the name that the part has already, else the name's own. */
static int program_for(const struct genre_part *part, const char *name)
{
    int program = part->player == PLAYER_DRUMMER ? gm_kit_find(name) : gm_program_find(name);

    if (program < 0)
        return FIELD_INT_UNSET;
    for (size_t i = 0; i < part->programs.count && part->player != PLAYER_DRUMMER; i++)
        if (part->programs.items[i].program == program)
            return program;
    for (size_t i = 0; i < part->programs.count && part->player != PLAYER_DRUMMER; i++)
        if (gm_program_matches((uint8_t)part->programs.items[i].program, name))
            return part->programs.items[i].program;
    return program;
}

static void honour_wishes(struct casting *c)
{
    const struct song_spec *spec = c->s->song->song_spec;

    for (size_t i = 0; i < spec->instruments.count; i++) {
        const char *name = spec->instruments.items[i];
        struct cast *member = member_for(c, name, gm_program_find(name));

        if (member == NULL) {
            decide(c->s, agent, 0.3, arena_printf(c->s->arena, "no place for %s", name),
                   "nobody of this band is free to play it");
            continue;
        }
        member->is_wanted = true;
        member->program = program_for(member->part, name);
        member->joins_at = fmin(member->joins_at, 0.3);
        decide(c->s, agent, 0.8, arena_printf(c->s->arena, "%s plays %s", member->part->name, name), "it is asked for");
    }
}

static bool has_tune(const struct genre *g, const char *type)
{
    for (size_t i = 0; i < g->melody.sections.count; i++)
        if (strcmp(g->melody.sections.items[i], type) == 0)
            return true;
    return false;
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

        if (other != member && other->part->role == ROLE_LEAD &&
            (other->joins_at < member->joins_at || (other->joins_at <= member->joins_at && other < member)))
            return false;
    }
    return true;
}

/* Sections that the voice sings leave the lead out: one tune at a time. */
static bool plays(const struct casting *c, const struct cast *member, const struct arranged_section *section)
{
    bool tune = has_tune(c->s->genre, section->section_type);

    if (member->part->role == ROLE_VOICE)
        return false;
    if (member->part->role == ROLE_LEAD)
        return tune && (!c->s->song->song_spec->has_vocals || strstr(section->section_type, "solo") != NULL) &&
               (section->energy >= member->joins_at || is_first_lead(c, member));
    return section->energy >= member->joins_at;
}

/* The one who would join next: no tune, no effects, not there yet. */
static const struct cast *next_to_join(const struct casting *c, const struct arranged_section *section)
{
    const struct cast *next = NULL;

    for (size_t i = 0; i < c->count; i++) {
        const struct cast *member = &c->members[i];

        if ((is_harmonic(member->part->role) || member->part->role == ROLE_BASS) && member->joins_at <= 1 &&
            !arranged_section_has(section, member->part->id) && (next == NULL || member->joins_at < next->joins_at))
            next = member;
    }
    return next;
}

/* Without drums and without a tune two players leave a hole rather than a quiet passage. */
static void fill_out(const struct casting *c, struct arranged_section *section)
{
    for (size_t i = 0; i < section->instruments.count; i++) {
        const struct genre_part *part = genre_part_find(&c->s->genre->players, section->instruments.items[i]);

        if (part->role == ROLE_DRUMS || part->role == ROLE_LEAD)
            return;
    }
    while (section->instruments.count < PLAYERS_MIN) {
        const struct cast *next = next_to_join(c, section);

        if (next == NULL)
            return;
        section->instruments.items[section->instruments.count++] = next->part->id;
    }
}

static void cast_section(const struct casting *c, struct arranged_section *section)
{
    const struct cast *spare = NULL;
    bool harmony = false;

    section->instruments.items = ARENA_ARRAY(c->s->arena, const char *, c->count + 1);
    for (size_t i = 0; i < c->count; i++) {
        const struct cast *member = &c->members[i];

        if (is_harmonic(member->part->role) && (spare == NULL || member->joins_at < spare->joins_at))
            spare = member;
        if (!plays(c, member, section))
            continue;
        section->instruments.items[section->instruments.count++] = member->part->id;
        harmony |= is_harmonic(member->part->role);
    }
    if (!harmony && spare != NULL)
        section->instruments.items[section->instruments.count++] = spare->part->id;
    fill_out(c, section);
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
        if (c->members[i].is_wanted && !is_heard(spec, c->members[i].part->id))
            fullest->instruments.items[fullest->instruments.count++] = c->members[i].part->id;
}

void casting_make(struct session *s, struct arrangement_spec *spec)
{
    struct casting c = { .s = s };

    gather(&c);
    honour_wishes(&c);
    for (size_t i = 0; i < spec->sections.count; i++) {
        spec->sections.items[i].instruments.items = NULL;
        cast_section(&c, &spec->sections.items[i]);
    }
    hear_the_wanted(&c, spec);
    spec->instruments.items = ARENA_ARRAY(s->arena, struct arranged_instrument, c.count);
    for (size_t i = 0; i < c.count; i++) {
        const struct genre_part *part = c.members[i].part;

        if (!is_heard(spec, part->id))
            continue;
        spec->instruments.items[spec->instruments.count++] = (struct arranged_instrument){
            .name = part->id, .category = score_role_names[part->role], .role = role_duties[part->role],
            .player = part->id, .midi_program = FIELD_INT_UNSET, .has_wish = c.members[i].program != FIELD_INT_UNSET,
            .wished_program = c.members[i].program,
            .is_essential = c.members[i].is_wanted || part->joins_at < 0.3
        };
    }
}
