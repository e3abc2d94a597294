/* Layers come one after another: in a long section not everybody who is new there begins with its first bar, and where
 * nobody is new somebody joins for its second half. Arrivals (choruses, drops) begin with all they have. */
#include "band/arranger.h"
#include "band/stage.h"

static const char agent[] = "arranger";

enum { SHORT_BARS = 8, LONG_BARS = 16, PHRASE_BARS = 4, WAITING_MAX = 2, SOUNDING_LEAST = 3 };

#define ARRIVAL 0.18    /* a rise of energy by this much */
#define SOON 0.16       /* who would join at so much more energy may come for the second half */

/* Those whose part is made bar by bar, and without whom the section stands. */
static bool may_wait(const struct cast *m)
{
    static const unsigned roles = 1u << ROLE_PAD | 1u << ROLE_ARP | 1u << ROLE_GUITAR | 1u << ROLE_CHORDS | 1u << ROLE_PERCUSSION;
    static const unsigned players = 1u << PLAYER_DRUMMER | 1u << PLAYER_COMPER | 1u << PLAYER_PAD | 1u << PLAYER_ARPEGGIATOR |
                                    1u << PLAYER_STRUMMER | 1u << PLAYER_PICKER | 1u << PLAYER_MONTUNO | 1u << PLAYER_BASSIST |
                                    1u << PLAYER_POWER;

    return (roles >> m->part->role & 1) != 0 && (players >> m->part->player & 1) != 0 && m->wish == NULL && !m->is_guest &&
           !m->is_soloist;
}

static bool is_new(const struct arrangement_spec *spec, size_t index, const char *id)
{
    return arranged_section_has(&spec->sections.items[index], id) &&
           (index == 0 || !arranged_section_has(&spec->sections.items[index - 1], id));
}

static bool is_waiting(const struct arranged_section *section, const char *id)
{
    return arranged_section_entry(section, id) > 1;
}

/* Of those who are new and begin with the section, the one who joins at the highest energy. */
static const struct cast *last_to_join(const struct casting *c, const struct arrangement_spec *spec, size_t index)
{
    const struct cast *last = NULL;

    for (size_t i = 0; i < c->count; i++) {
        const struct cast *m = &c->members[i];

        if (may_wait(m) && is_new(spec, index, m->id) && !is_waiting(&spec->sections.items[index], m->id) &&
            (last == NULL || m->joins_at > last->joins_at))
            last = m;
    }
    return last;
}

static const struct cast *soon_to_join(const struct casting *c, const struct arranged_section *section)
{
    const struct cast *soon = NULL;

    for (size_t i = 0; i < c->count; i++) {
        const struct cast *m = &c->members[i];

        if (may_wait(m) && !arranged_section_has(section, m->id) && m->joins_at > section->energy &&
            m->joins_at <= section->energy + SOON && section->energy < m->part->leaves_at &&
            (soon == NULL || m->joins_at < soon->joins_at))
            soon = m;
    }
    return soon;
}

static void enter(struct casting *c, struct arranged_section *section, const struct cast *m, int bar)
{
    if (section->entries.items == NULL)
        section->entries.items = ARENA_ARRAY(c->s->arena, struct arranged_entry, WAITING_MAX);
    section->entries.items[section->entries.count++] = (struct arranged_entry){ m->id, bar };
    decide(c->s, agent, 0.5, arena_printf(c->s->arena, "%s enters in bar %d of %s", m->part->name, bar, section->label),
           "a layer more every few bars keeps a long section moving");
}

static size_t new_count(const struct casting *c, const struct arrangement_spec *spec, size_t index)
{
    size_t count = 0;

    for (size_t i = 0; i < c->count; i++)
        count += may_wait(&c->members[i]) && is_new(spec, index, c->members[i].id);
    return count;
}

static void section_enter(struct casting *c, struct arrangement_spec *spec, size_t index)
{
    struct arranged_section *section = &spec->sections.items[index];
    bool is_long = section->length_bars >= LONG_BARS;
    bool arrives = index > 0 && section->energy - spec->sections.items[index - 1].energy >= ARRIVAL;
    size_t most = is_long ? (arrives ? 1 : WAITING_MAX) : arrives ? 0 : 1, new = new_count(c, spec, index);
    int half = section->length_bars / 2 / PHRASE_BARS * PHRASE_BARS;
    const struct cast *m;

    if (section->length_bars < SHORT_BARS)
        return;
    if (new == 0 && is_long && !arrives && (m = soon_to_join(c, section)) != NULL) {
        section->instruments.items[section->instruments.count++] = m->id; /* cast_section left room for everybody */
        enter(c, section, m, half + 1);
        return;
    }
    if (new < 2 && !(is_long && new == 1))
        return;
    for (size_t i = 0; i < most && i + 1 < new + is_long && section->instruments.count >= SOUNDING_LEAST + i + 1; i++) {
        m = last_to_join(c, spec, index);
        if (m == NULL)
            return;
        enter(c, section, m, i == 0 ? half + 1 : half / 2 / PHRASE_BARS * PHRASE_BARS + 1);
    }
}

void entries_make(struct casting *c, struct arrangement_spec *spec)
{
    for (size_t i = 0; i + 1 < spec->sections.count; i++)
        section_enter(c, spec, i);
}
