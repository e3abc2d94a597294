/* Who leads, who plays alone, who comes and goes when: what the marks of a brief mean once a sentence is whole. */
#include <math.h>
#include <string.h>

#include "band/brief_scan.h"
#include "band/kit_pieces.h"
#include "band/palette.h"
#include "song/general_midi.h"

/* A stretch of instruments that belong together: "piano, strings and a flute". */
struct group {
    size_t from, to;         /* marks; to is exclusive */
    size_t count;
};

static bool is_name(const struct mark *m)
{
    return m->kind == MARK_INSTRUMENT || m->kind == MARK_EVERYONE;
}

static bool is_verb(const struct scan *s, size_t at, enum cue_verb verb)
{
    return at < s->mark_count && s->marks[at].kind == MARK_VERB && s->marks[at].verb == (int)verb;
}

static bool takes_subject(const struct mark *m)
{
    return m->kind == MARK_VERB && (m->verb == VERB_ENTER || m->verb == VERB_START || m->verb == VERB_LEAVE);
}

/* Whether the names after `at` have a verb or a time of their own: "piano, drums come in", "piano, drums at the chorus". */
static bool has_own_verb(const struct scan *s, size_t at)
{
    while (at < s->mark_count && is_name(&s->marks[at]))
        at++;
    return at < s->mark_count && (takes_subject(&s->marks[at]) || s->marks[at].kind == MARK_WHEN || is_verb(s, at, VERB_SOLO) ||
                                  is_verb(s, at, VERB_LEADS));
}

static struct group read_group(const struct scan *s, size_t at)
{
    struct group g = { .from = at };

    for (; at < s->mark_count; at++) {
        const struct mark *m = &s->marks[at];
        bool is_comma = m->kind == MARK_COMMA && at > g.from && at + 1 < s->mark_count && is_name(&s->marks[at + 1]) &&
                        !has_own_verb(s, at + 1);

        if (is_name(m) && m->kind != s->marks[g.from].kind)
            break;
        if ((!is_name(m) && !is_comma) || (is_name(m) && m->is_negated != s->marks[g.from].is_negated))
            break;
        if (is_comma && (s->marks[at + 1].kind != s->marks[g.from].kind || s->marks[at + 1].is_negated != s->marks[g.from].is_negated))
            break;
        g.count += is_name(m);
    }
    g.to = at;
    return g;
}

/* The time that goes with the verb at `at`: after it, else the last one of the sentence before it. */
static const struct mark *when_for(const struct scan *s, size_t at, size_t from)
{
    if (at + 1 < s->mark_count && s->marks[at + 1].kind == MARK_WHEN)
        return &s->marks[at + 1];
    for (size_t i = from; i-- > 0 && s->marks[i].kind != MARK_STOP && s->marks[i].kind != MARK_VERB;)
        if (s->marks[i].kind == MARK_WHEN)
            return &s->marks[i];
    return NULL;
}

static const char *when_text(const struct scan *s, const struct mark *when, double otherwise_percent)
{
    if (when == NULL)
        return arena_printf(s->arena, "about %.0f %% in", otherwise_percent);
    if (when->name != NULL)
        return arena_printf(s->arena, "at section %s%s", when->name, when->occurrence < 0 ? ", the last one" : "");
    if (!isnan(when->seconds))
        return arena_printf(s->arena, "at %.0f s", when->seconds);
    if (!isnan(when->bar))
        return arena_printf(s->arena, "at bar %.0f", when->bar + 1);
    return arena_printf(s->arena, "about %.0f %% in", when->percent);
}

/* What a sentence means as a whole goes on record beside its words. */
static void say(struct scan *s, const char *words, const char *effect)
{
    struct brief_reading *r = s->out;

    scan_request(s, arena_printf(s->arena, "%s %s", words, effect));
    if (r->heard_count < READING_HEARD_MAX)
        r->heard[r->heard_count++] = (struct reading_phrase){ words, effect, true };
}

static void add_cue(struct scan *s, const char *name, enum cue_action action, const struct mark *when,
                    double otherwise_percent)
{
    static const char *const verbs[CUE_ACTION_COUNT] = { "opens the song", "comes in", "rests", "has the tune",
                                                         "plays to the end" };
    struct brief_reading *r = s->out;
    struct reading_cue *out = &r->cues[r->cue_count];

    for (size_t i = 0; i < r->cue_count; i++)
        if (strcmp(r->cues[i].cue.instrument, name) == 0 && r->cues[i].cue.action == (int)action)
            return;
    if (r->cue_count == READING_NAMES_MAX)
        return;
    *out = (struct reading_cue){ .cue = { .instrument = name, .action = (int)action, .at_seconds = NAN, .at_percent = NAN },
                                 .at_bar = NAN };
    r->cue_count++;
    if (action == CUE_OPEN || action == CUE_CLOSE) {
        say(s, name, verbs[action]);
        return;
    }
    if (when == NULL) {
        out->cue.at_percent = otherwise_percent;
    } else {
        out->cue.at_section = when->name;
        out->cue.occurrence = when->occurrence;
        out->cue.at_seconds = when->seconds;
        out->cue.at_percent = when->percent;
        out->at_bar = when->bar;
    }
    say(s, name, arena_printf(s->arena, "%s %s", verbs[action], when_text(s, when, otherwise_percent)));
}

static void add_cues(struct scan *s, const struct group *g, enum cue_action action, const struct mark *when, double otherwise)
{
    for (size_t i = g->from; i < g->to; i++)
        if (is_name(&s->marks[i]) && !s->marks[i].is_negated)
            add_cue(s, s->marks[i].name, action, when, otherwise);
}

static const struct mark *last_name(const struct scan *s, const struct group *g)
{
    for (size_t i = g->to; i-- > g->from;)
        if (s->marks[i].kind == MARK_INSTRUMENT && !s->marks[i].is_negated)
            return &s->marks[i];
    return NULL;
}

static const struct mark *first_name(const struct scan *s, const struct group *g)
{
    for (size_t i = g->from; i < g->to; i++)
        if (s->marks[i].kind == MARK_INSTRUMENT && !s->marks[i].is_negated)
            return &s->marks[i];
    return NULL;
}

/* Keys, plucked strings and mallets: one player is a whole band. */
static bool plays_chords(const char *name)
{
    int program = gm_program_find(name);

    return program >= 0 && (program < 32 || program == 46 || (program >= 104 && program <= 108));
}

static bool can_lead(const char *name)
{
    int program = gm_program_find(name);

    return program >= 0 && gm_family_of((uint8_t)program) != GM_BASS && gm_family_of((uint8_t)program) != GM_SYNTH_PAD &&
           kit_piece_find(name) == NULL;
}

static void take_lead(struct scan *s, const struct mark *m)
{
    if (m == NULL || s->out->lead != NULL || kit_piece_find(m->name) != NULL)
        return;
    s->out->lead = m->name;
    say(s, m->name, "has the tune");
}

static void take_only(struct scan *s)
{
    if (!s->out->only_instruments)
        say(s, "only", "nobody else plays");
    s->out->only_instruments = true;
}

/* "Solo piano" is a piano alone; "solo violin over strings" has the tune. */
static void take_solo_before(struct scan *s, const struct group *g)
{
    const struct mark *m = first_name(s, g);

    if (m == NULL)
        return;
    if (plays_chords(m->name) && s->out->instrument_count == 1)
        take_only(s);
    else
        take_lead(s, m);
}

/* "With a trumpet solo" is a passage; "a piano solo" and nothing else is the piece. */
static void take_solo_after(struct scan *s, const struct group *g, const struct mark *when)
{
    const struct mark *m = last_name(s, g);
    int program = m != NULL ? gm_program_find(m->name) : -1;

    if (m == NULL)
        return;
    if (!m->has_with && s->out->instrument_count == 1 && program >= 0 && program < 24 && when == NULL)
        take_only(s);
    else
        add_cue(s, m->name, CUE_SOLO, when, 62);
}

static void unexclude(struct brief_reading *r, const char *name)
{
    for (size_t i = 0; i < r->excluded_count; i++)
        if (strcmp(r->excluded[i], name) == 0) {
            memmove(&r->excluded[i], &r->excluded[i + 1], (r->excluded_count - i - 1) * sizeof(r->excluded[0]));
            r->excluded_count--;
            return;
        }
}

/* "No drums until the chorus", "no drums in the intro": they rest there only. */
static void resolve_negated(struct scan *s, const struct group *g)
{
    const struct mark *when = g->to < s->mark_count && s->marks[g->to].kind == MARK_WHEN ? &s->marks[g->to] : NULL;

    for (size_t i = g->from; i < g->to && when != NULL; i++) {
        bool opens = !isnan(when->percent) && when->percent < 10;

        if (s->marks[i].kind != MARK_INSTRUMENT || !s->marks[i].is_negated || (!isnan(when->percent) && when->percent > 95))
            continue;
        unexclude(s->out, s->marks[i].name);
        if (when->is_until)
            add_cue(s, s->marks[i].name, CUE_ENTER, when, 0);
        else if (opens)
            add_cue(s, s->marks[i].name, CUE_ENTER, NULL, 15);
        else
            add_cue(s, s->marks[i].name, CUE_LEAVE, when, 0);
    }
}

static void resolve_verb_before(struct scan *s, const struct group *g, size_t verb_at)
{
    const struct mark *m = first_name(s, g);

    switch (s->marks[verb_at].verb) {
    case VERB_ONLY:
        if (verb_at > 0 && is_verb(s, verb_at - 1, VERB_OPEN))
            add_cues(s, g, CUE_OPEN, NULL, 0);
        else if (verb_at > 0 && is_verb(s, verb_at - 1, VERB_CLOSE))
            add_cues(s, g, CUE_CLOSE, NULL, 0);
        else if (m != NULL && !(g->to < s->mark_count && s->marks[g->to].kind == MARK_WHEN))
            take_only(s);
        break;
    case VERB_OPEN:
        add_cues(s, g, CUE_OPEN, NULL, 0);
        break;
    case VERB_CLOSE:
        add_cues(s, g, CUE_CLOSE, NULL, 0);
        break;
    case VERB_SOLO:
        if (verb_at > 0 && is_verb(s, verb_at - 1, VERB_OPEN))
            add_cues(s, g, CUE_OPEN, NULL, 0);
        else if (verb_at > 0 && is_verb(s, verb_at - 1, VERB_CLOSE))
            add_cues(s, g, CUE_CLOSE, NULL, 0);
        else
            take_solo_before(s, g);
        break;
    case VERB_LEAD_BY:
        if (m != NULL && can_lead(m->name))
            take_lead(s, m);
        break;
    default:
        break;
    }
}

static void resolve_verb_after(struct scan *s, const struct group *g, size_t verb_at)
{
    const struct mark *verb = &s->marks[verb_at], *when = when_for(s, verb_at, g->from);

    switch (verb->verb) {
    case VERB_START:
        add_cues(s, g, when != NULL ? CUE_ENTER : CUE_OPEN, when, 0);
        break;
    case VERB_ENTER:
        add_cues(s, g, CUE_ENTER, when, 33);
        break;
    case VERB_LEAVE:
        add_cues(s, g, CUE_LEAVE, when, 52);
        break;
    case VERB_SOLO:
        take_solo_after(s, g, when);
        break;
    case VERB_LEADS:
        take_lead(s, last_name(s, g));
        break;
    case VERB_ONLY:
        if (g->from > 0 && (is_verb(s, g->from - 1, VERB_OPEN) || is_verb(s, g->from - 1, VERB_CLOSE)))
            break; /* "starts with pads only" */
        if (!(verb_at + 1 < s->mark_count && (is_name(&s->marks[verb_at + 1]) || s->marks[verb_at + 1].kind == MARK_WHEN)))
            take_only(s);
        break;
    case VERB_TOGETHER:
        if (g->count >= 2 || s->out->palette != NULL)
            take_only(s);
        break;
    case VERB_ANSWER:
        s->out->form = "call and response";
        break;
    default:
        break;
    }
}

static void resolve_group(struct scan *s, const struct group *g)
{
    bool has_positive = false;
    size_t next = g->to;

    for (size_t i = g->from; i < g->to; i++)
        has_positive |= is_name(&s->marks[i]) && !s->marks[i].is_negated;
    if (!has_positive) {
        resolve_negated(s, g);
        return;
    }
    if (g->from > 0 && s->marks[g->from - 1].kind == MARK_VERB)
        resolve_verb_before(s, g, g->from - 1);
    if (next < s->mark_count && s->marks[next].kind == MARK_VERB)
        resolve_verb_after(s, g, next);
    else if (next < s->mark_count && s->marks[next].kind == MARK_SECTION && strchr("IO", s->marks[next].name[0]) != NULL)
        add_cues(s, g, s->marks[next].name[0] == 'I' ? CUE_OPEN : CUE_CLOSE, NULL, 0); /* "piano intro" */
    else if (next < s->mark_count && s->marks[next].kind == MARK_WHEN)
        add_cues(s, g, s->marks[next].is_until ? CUE_OPEN : CUE_ENTER, &s->marks[next], 0);
}

/* "Intro, verse, chorus, verse, chorus, outro": a form of its own when three and more follow each other. */
static void resolve_sections(struct scan *s)
{
    char slots[MARKS_MAX + 1];
    size_t count = 0;

    for (size_t i = 0; i <= s->mark_count; i++) {
        bool is_section = i < s->mark_count && s->marks[i].kind == MARK_SECTION && !s->marks[i].is_negated;

        if (is_section)
            slots[count++] = s->marks[i].name[0];
        else if (i < s->mark_count && s->marks[i].kind == MARK_COMMA)
            continue;
        else if (count >= 3)
            break;
        else
            count = 0;
    }
    if (count < 3)
        return;
    slots[count] = '\0';
    s->out->form = arena_printf(s->arena, "sections %s", slots);
    say(s, "the sections", arena_printf(s->arena, "in the order %s", slots));
}

void scan_resolve(struct scan *s)
{
    for (size_t i = 0; i < s->mark_count;) {
        if (is_name(&s->marks[i])) {
            struct group g = read_group(s, i);

            resolve_group(s, &g);
            i = g.to > i ? g.to : i + 1;
        } else {
            const struct mark *m = &s->marks[i];

            if (m->kind == MARK_VERB && m->verb == VERB_LEAVE && m->may_stand_alone && !(i > 0 && is_name(&s->marks[i - 1])))
                add_cue(s, "rhythm", CUE_LEAVE, when_for(s, i, i), 52);
            i++;
        }
    }
    resolve_sections(s);
    if (s->out->only_instruments && s->out->instrument_count == 0 && s->out->palette == NULL)
        s->out->only_instruments = false;
    if (s->out->palette != NULL && palette_is_whole(s->out->palette))
        s->out->only_instruments = true;
    if (s->out->only_instruments && s->out->palette == NULL && s->out->instrument_count == 1)
        s->out->palette = palette_named(s->out->instruments[0]);
}
