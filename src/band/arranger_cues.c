/* Cues: section by section, who opens, comes in, rests, has the tune and closes. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "band/arranger.h"
#include "band/kit_pieces.h"
#include "band/stage.h"
#include "song/general_midi.h"
#include "song/song_spec.h"

static const char agent[] = "arranger";

enum { REST_BARS = 4, SOLO_BARS = 4 };
#define TO_THE_END 0.78    /* who leaves from here on does not come back */

struct staging {
    struct casting *c;
    struct arrangement_spec *spec;
};

static bool is_band(const char *name)
{
    return strcmp(name, "band") == 0;
}

static bool means(const struct staging *st, const struct cast *member, const char *name)
{
    int role = member->part->role;

    if (is_band(name))
        return true;
    if (strcmp(name, "rhythm") == 0)
        return role == ROLE_DRUMS || role == ROLE_PERCUSSION || role == ROLE_BASS;
    if (words_contain(name, "percussion") || strcmp(name, "drums") == 0)
        return member->part->player == PLAYER_DRUMMER || (role == ROLE_PERCUSSION && words_contain(name, "percussion"));
    return casting_find(st->c, name) == member;
}

static void drop(struct arranged_section *section, const char *id)
{
    for (size_t i = 0; i < section->instruments.count; i++)
        if (strcmp(section->instruments.items[i], id) == 0) {
            memmove(&section->instruments.items[i], &section->instruments.items[i + 1],
                    (--section->instruments.count - i) * sizeof(section->instruments.items[0]));
            return;
        }
}

static void put(struct arranged_section *section, const char *id)
{
    if (!arranged_section_has(section, id))
        section->instruments.items[section->instruments.count++] = id;
}

static double bar_of(const struct staging *st, const struct cue *cue)
{
    const struct song_spec *song = st->c->s->song->song_spec;
    double bar_s = metre_bar_ticks(song->time_signature) / (double)SCORE_PPQ * 60 / song->bpm;

    return !isnan(cue->at_seconds) ? cue->at_seconds / bar_s : cue->at_percent / 100 * st->spec->total_bars;
}

/* What a slot of the brief is called here: "C" is a chorus, or a drop. */
static bool is_of_slot(const char *type, const char *slot)
{
    static const struct {
        char slot;
        const char *types;
    } rows[] = {
        { 'I', "intro" }, { 'V', "verse|theme|head|groove" }, { 'P', "pre-chorus|build" },
        { 'C', "chorus|drop|answer|shout|mambo" }, { 'B', "bridge|trio|solo-bridge" }, { 'S', "solo" },
        { 'K', "breakdown" }, { 'O', "outro|coda|tag" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (const char *at = rows[i].types; slot[1] == '\0' && rows[i].slot == slot[0] && *at != '\0';
             at += strcspn(at, "|"), at += *at == '|')
            if (strncmp(at, type, strlen(type)) == 0 && (at[strlen(type)] == '|' || at[strlen(type)] == '\0'))
                return true;
    return strcmp(type, slot) == 0;
}

/* The section that a cue means, or the number of sections when there is none. */
static size_t section_of(const struct staging *st, const struct cue *cue)
{
    size_t count = st->spec->sections.count, found = count;
    double bar = bar_of(st, cue), distance = 1e9;
    int seen = 0;

    if (cue->at_section != NULL) {
        for (size_t i = 0; i < count; i++)
            if (is_of_slot(st->spec->sections.items[i].section_type, cue->at_section)) {
                found = i;
                if (cue->occurrence >= 0 && ++seen >= cue->occurrence)
                    return found;
            }
        if (found < count || isnan(bar))
            return found;
    }
    for (size_t i = 0; i < count; i++) {
        double away = fabs(st->spec->sections.items[i].start_bar - 1 - bar);

        if (away < distance && !(cue->action == CUE_ENTER && i == 0 && bar > 0)) {
            distance = away;
            found = i;
        }
    }
    return found;
}

static struct cast *lowest_harmony(const struct staging *st)
{
    struct cast *best = NULL;

    for (size_t i = 0; i < st->c->count; i++) {
        struct cast *m = &st->c->members[i];
        int role = m->part->role;

        if ((role == ROLE_CHORDS || role == ROLE_PAD || role == ROLE_GUITAR || role == ROLE_ARP) &&
            (best == NULL || m->joins_at < best->joins_at))
            best = m;
    }
    return best;
}

/* In sections without a tune a tune cannot open the song, so it becomes one that has. */
static void give_tune(const struct staging *st, size_t index)
{
    struct arranged_section *section = &st->spec->sections.items[index];

    for (size_t i = 0; i < st->spec->sections.count && !section_type_has_tune(st->c->s->genre, section->section_type); i++)
        if (section_type_has_tune(st->c->s->genre, st->spec->sections.items[i].section_type)) {
            section->section_type = st->spec->sections.items[i].section_type;
            section->changes = st->spec->sections.items[i].changes;
        }
}

static bool has_cue(const struct staging *st, const struct cast *member)
{
    const struct song_spec *song = st->c->s->song->song_spec;

    for (size_t i = 0; i < song->cues.count; i++)
        if (means(st, member, song->cues.items[i].instrument) && !is_band(song->cues.items[i].instrument))
            return true;
    return false;
}

/* Nobody is left, or a bass alone that nobody asks for: one with chords stays, if possible one without a cue. */
static void keep_somebody(const struct staging *st, struct arranged_section *section)
{
    struct cast *m = NULL;

    for (size_t i = 0; i < st->c->count; i++)
        if (arranged_section_has(section, st->c->members[i].id) &&
            (st->c->members[i].part->role != ROLE_BASS || has_cue(st, &st->c->members[i]) || st->c->members[i].wish != NULL))
            return;
    for (size_t i = 0; i < st->c->count; i++) {
        struct cast *other = &st->c->members[i];
        int role = other->part->role;

        if ((role == ROLE_CHORDS || role == ROLE_PAD || role == ROLE_GUITAR || role == ROLE_ARP) && !has_cue(st, other) &&
            (m == NULL || other->joins_at < m->joins_at))
            m = other;
    }
    if (m == NULL && section->instruments.count == 0)
        m = lowest_harmony(st);
    if (m != NULL || (section->instruments.count == 0 && st->c->count > 0))
        put(section, m != NULL ? m->id : st->c->members[0].id);
}

/* One with the tune and nobody else: he needs one in every section. */
static void give_tunes_to_the_lonely(struct staging *st)
{
    for (size_t i = 0; i < st->spec->sections.count; i++) {
        bool only_tune = st->spec->sections.items[i].instruments.count > 0;

        for (size_t m = 0; m < st->c->count; m++)
            only_tune &= !arranged_section_has(&st->spec->sections.items[i], st->c->members[m].id) ||
                         st->c->members[m].part->role == ROLE_LEAD;
        if (only_tune)
            give_tune(st, i);
    }
}

/* At one end of the song: those with such a cue and nobody else. */
static void play_alone(struct staging *st, enum cue_action action, size_t index)
{
    const struct song_spec *song = st->c->s->song->song_spec;
    struct arranged_section *section = &st->spec->sections.items[index];
    size_t kept = 0;

    for (size_t i = 0; i < st->c->count; i++)
        for (size_t k = 0; k < song->cues.count; k++) {
            const struct cue *cue = &song->cues.items[k];

            if (cue->action != (int)action || !means(st, &st->c->members[i], cue->instrument))
                continue;
            if (kept == 0)
                section->instruments.count = 0;
            if (st->c->members[i].part->role == ROLE_LEAD)
                give_tune(st, index);
            put(section, st->c->members[i].id);
            kept++;
        }
    if (kept > 0)
        decide(st->c->s, agent, 0.8, arena_printf(st->c->s->arena, "%zu alone in %s", kept, section->label), "it is asked for");
}

static void enter(struct staging *st, const struct cue *cue)
{
    size_t at = section_of(st, cue), count = st->spec->sections.count;

    if (at >= count || at == 0) {
        decide(st->c->s, agent, 0.4, arena_printf(st->c->s->arena, "%s from the beginning", cue->instrument),
               "no later section begins where the cue is");
        return;
    }
    for (size_t m = 0; m < st->c->count; m++) {
        const struct cast *member = &st->c->members[m];
        bool tune = member->part->role == ROLE_LEAD;

        if (!means(st, member, cue->instrument))
            continue;
        for (size_t i = 0; i < count; i++) {
            struct arranged_section *section = &st->spec->sections.items[i];

            if (i < at)
                drop(section, member->id);
            else if (member->part->role != ROLE_VOICE && member->part->role != ROLE_EFFECTS && !is_band(cue->instrument) &&
                     (!tune || (i == at && section_type_has_tune(st->c->s->genre, section->section_type))))
                put(section, member->id);
        }
    }
    decide(st->c->s, agent, 0.8, arena_printf(st->c->s->arena, "%s from %s", cue->instrument, st->spec->sections.items[at].label),
           "it is asked for; that is bar %d", st->spec->sections.items[at].start_bar);
}

static void leave(struct staging *st, const struct cue *cue)
{
    size_t at = section_of(st, cue), count = st->spec->sections.count;
    bool stays_out;

    if (at >= count)
        return;
    stays_out = cue->at_section == NULL && bar_of(st, cue) > TO_THE_END * st->spec->total_bars;
    for (size_t i = at; i < count && (i == at || stays_out || (cue->at_section != NULL && cue->occurrence == 0)); i++) {
        struct arranged_section *section = &st->spec->sections.items[i];

        if (cue->at_section != NULL && cue->occurrence == 0 && !is_of_slot(section->section_type, cue->at_section))
            continue;
        for (size_t m = 0; m < st->c->count; m++)
            if (means(st, &st->c->members[m], cue->instrument))
                drop(section, st->c->members[m].id);
    }
    decide(st->c->s, agent, 0.8, arena_printf(st->c->s->arena, "%s out in %s", cue->instrument, st->spec->sections.items[at].label),
           stays_out ? "it is asked for, to the end" : "it is asked for");
}

/* Where nobody says where a solo is: the genre's solos, else a tuned section in the second half. */
static size_t solo_section(const struct staging *st, const struct cue *cue)
{
    size_t count = st->spec->sections.count, best = count;
    double wished = 0.62 * st->spec->total_bars, distance = 1e9;

    if (cue->at_section != NULL || !isnan(cue->at_seconds) || cue->at_percent != 62) {
        size_t at = section_of(st, cue);

        if (at < count)
            return at;
    }
    for (size_t i = 0; i < count; i++)
        if (strcmp(st->spec->sections.items[i].section_type, "solo") == 0)
            return i;
    for (size_t i = 1; i + 1 < count; i++) {
        const struct arranged_section *s = &st->spec->sections.items[i];
        double away = fabs(s->start_bar + s->length_bars / 2.0 - wished);

        if (section_type_has_tune(st->c->s->genre, s->section_type) && s->length_bars >= SOLO_BARS && away < distance) {
            distance = away;
            best = i;
        }
    }
    return best < count ? best : count - 1;
}

/* The lead himself when he plays nothing else. */
static struct cast *soloist_of(const struct staging *st, const char *name)
{
    for (size_t i = 0; i < st->c->count; i++) {
        struct cast *m = &st->c->members[i];

        bool all = m->part->role == ROLE_LEAD && m->part->player == PLAYER_LEAD && m->wish == NULL &&
                   m->program == FIELD_INT_UNSET && m->part->programs.count > 0;

        for (size_t p = 0; p < m->part->programs.count && all; p++)
            all = gm_program_matches((uint8_t)m->part->programs.items[p].program, name);
        if (all)
            return m;
    }
    return casting_find(st->c, name);
}

static bool plays_it(const struct cast *member, const char *name)
{
    bool all = member->part->programs.count > 0;

    if (member->program != FIELD_INT_UNSET)
        return gm_program_matches((uint8_t)member->program, name);
    for (size_t i = 0; i < member->part->programs.count && all; i++)
        all = gm_program_matches((uint8_t)member->part->programs.items[i].program, name);
    return all;
}

/* "tenor-sax-solo" */
static const char *slug_of(const struct staging *st, const char *name)
{
    char *out = arena_printf(st->c->s->arena, "%s-solo", name);

    for (char *at = out; *at != '\0'; at++)
        if (!isalnum((unsigned char)*at))
            *at = '-';
    return out;
}

static void solo(struct staging *st, const struct cue *cue)
{
    size_t at = solo_section(st, cue);
    struct arranged_section *section = &st->spec->sections.items[at];
    struct cast *member = soloist_of(st, cue->instrument), *guest;

    if (member == NULL && gm_program_find(cue->instrument) >= 0)
        for (size_t i = 0; i < st->c->count && member == NULL; i++)
            if (st->c->members[i].part->role == ROLE_LEAD)
                member = &st->c->members[i];
    if (member == NULL || member->part->role == ROLE_DRUMS) {
        decide(st->c->s, agent, 0.4, arena_printf(st->c->s->arena, "no solo for %s", cue->instrument),
               "the tune is nothing that it plays");
        return;
    }
    give_tune(st, at);
    if (member->part->role != ROLE_LEAD || (member->wish == NULL ? !plays_it(member, cue->instrument) :
                                                                   strcasecmp(member->wish, cue->instrument) != 0)) { /* he lays his part down, and has the tune */
        guest = NULL;
        for (size_t i = 0; i < st->c->count && guest == NULL && st->c->count < CAST_MAX; i++)
            if (st->c->members[i].part->role == ROLE_LEAD && st->c->members[i].part->player == PLAYER_LEAD) {
                guest = &st->c->members[st->c->count++];
                *guest = st->c->members[i];
                guest->id = slug_of(st, cue->instrument);
                guest->is_guest = false;
                guest->wish = cue->instrument;
                guest->program = casting_program(guest->part, cue->instrument);
                if (guest->program == FIELD_INT_UNSET)
                    guest->program = member->program;
                guest->is_soloist = true;
            }
        if (guest == NULL)
            return;
        if (gm_program_find(cue->instrument) >= 0 && member->part->role == ROLE_COUNTER)
            drop(section, member->id);
        member = guest;
    }
    for (size_t i = 0; i < st->c->count; i++)
        if (st->c->members[i].part->role == ROLE_LEAD && &st->c->members[i] != member)
            drop(section, st->c->members[i].id);
    put(section, member->id);
    decide(st->c->s, agent, 0.8, arena_printf(st->c->s->arena, "%s solo in %s", cue->instrument, section->label), "it is asked for");
}

/* The responses, which the form calls B, are another's: a guest's when the band has one lead. */
static void respond(struct staging *st)
{
    struct cast *lead = NULL, *other = NULL;

    for (size_t i = 0; i < st->c->count; i++) {
        struct cast *m = &st->c->members[i];

        if (m->part->role == ROLE_LEAD && m->part->player == PLAYER_LEAD)
            *(lead == NULL ? &lead : &other) = m;
    }
    if (lead == NULL)
        return;
    if (other == NULL && st->c->count < CAST_MAX) {
        other = &st->c->members[st->c->count++];
        *other = *lead;
        other->id = "response";
        other->wish = NULL;
        other->is_soloist = true;
        for (size_t i = 0; i < lead->part->programs.count; i++) /* not what the call is played on */
            if (lead->part->programs.items[i].program != lead->program) {
                other->program = lead->part->programs.items[i].program;
                if (lead->program != FIELD_INT_UNSET)
                    break;
                lead->program = lead->part->programs.items[i == 0 ? 1 % lead->part->programs.count : 0].program;
                break;
            }
    }
    for (size_t i = 0; i < st->spec->sections.count && other != NULL; i++) {
        struct arranged_section *section = &st->spec->sections.items[i];
        bool answers = strncmp(section->label, "B ", 2) == 0;

        if (!section_type_has_tune(st->c->s->genre, section->section_type))
            continue;
        drop(section, (answers ? lead : other)->id);
        put(section, (answers ? other : lead)->id);
    }
}

/* Call and response: somebody answers in every section with a tune. */
static void answer(struct staging *st)
{
    const struct song_spec *song = st->c->s->song->song_spec;

    if (song->form == NULL || strcmp(song->form, "call and response") != 0)
        return;
    for (size_t m = 0; m < st->c->count; m++)
        for (size_t i = 0; i < st->spec->sections.count; i++)
            if (st->c->members[m].part->player == PLAYER_COUNTER &&
                section_type_has_tune(st->c->s->genre, st->spec->sections.items[i].section_type))
                put(&st->spec->sections.items[i], st->c->members[m].id);
    respond(st);
}

static void everybody_at_the_end(struct staging *st)
{
    struct arranged_section *last = &st->spec->sections.items[st->spec->sections.count - 1];

    if (st->c->s->song->song_spec->ending != SONG_ENDING_BIG)
        return;
    for (size_t i = 0; i < st->c->count; i++)
        if (st->c->members[i].part->role != ROLE_VOICE && !st->c->members[i].is_soloist && st->c->members[i].joins_at <= 1)
            put(last, st->c->members[i].id);
}

void cues_apply(struct casting *c, struct arrangement_spec *spec)
{
    struct staging st = { c, spec };
    const struct song_spec *song = c->s->song->song_spec;

    for (size_t i = 0; i < spec->sections.count; i++) { /* room for guests */
        const char **more = ARENA_ARRAY(c->s->arena, const char *, CAST_MAX + 1);

        if (spec->sections.items[i].instruments.count > 0)
            memcpy(more, spec->sections.items[i].instruments.items, spec->sections.items[i].instruments.count * sizeof(*more));
        spec->sections.items[i].instruments.items = more;
    }
    answer(&st);
    everybody_at_the_end(&st);
    for (size_t i = 0; i < song->cues.count; i++)
        if (song->cues.items[i].action == CUE_ENTER)
            enter(&st, &song->cues.items[i]);
        else if (song->cues.items[i].action == CUE_LEAVE)
            leave(&st, &song->cues.items[i]);
        else if (song->cues.items[i].action == CUE_SOLO)
            solo(&st, &song->cues.items[i]);
    play_alone(&st, CUE_OPEN, 0);
    play_alone(&st, CUE_CLOSE, spec->sections.count - 1);
    for (size_t i = 0; i < spec->sections.count; i++)
        keep_somebody(&st, &spec->sections.items[i]);
    give_tunes_to_the_lonely(&st);
}
