#include "band/rounds.h"

#include <math.h>
#include <string.h>

#include "genre/bands.h"

static const char agent[] = "reviewer";

enum { TIMES_MAX = ROUNDS_MAX * SEEDS_MAX };
enum side { BELOW, ABOVE, ANY };

/* What helps against a failure: the documents to make anew the first time and, when that did not help, the second. A measure
 * without a row is mended by no other draw. */
static const struct remedy {
    enum measure measure;
    enum side side;
    const char *redo[2];
    struct advice advice;
    const char *words;
} remedies[] = {
    /* measure             side   first, then                                         variation, ease; in words */
    { MEASURE_LENGTH_ERROR,  ANY,   { "arrangement_spec", "arrangement_spec" },        { 0, 0 },      "another form" },
    { MEASURE_STRONG_TONES,  ANY,   { "melody_spec", "harmony_spec" },                 { 0, 0 },      "other tunes" },
    { MEASURE_TONES_BY_TIME, ANY,   { "melody_spec", "harmony_spec" },                 { 0, 0 },      "other tunes" },
    { MEASURE_IN_SCALE,      ANY,   { "melody_spec", "harmony_spec" },                 { 0, 0 },      "other tunes" },
    { MEASURE_RESOLVED,      ANY,   { "melody_spec", "harmony_spec" },                 { 0, 0.3 },    "other tunes" },
    { MEASURE_RECOVERED,     ANY,   { "melody_spec", "melody_spec" },                  { 0, 0.5 },    "tunes that leap less" },
    { MEASURE_RANGE,         BELOW, { "melody_spec", "melody_spec" },                  { 0, 0 },      "other tunes" },
    { MEASURE_RANGE,         ABOVE, { "melody_spec", "melody_spec" },                  { 0, 0.5 },    "tunes that leap less" },
    { MEASURE_SINGABILITY,   ANY,   { "melody_spec", "melody_spec" },                  { 0, 0.5 },    "tunes that leap less" },
    { MEASURE_PHRASE_ENDS,   ANY,   { "melody_spec", "harmony_spec" },                 { 0, 0 },      "other tunes" },
    { MEASURE_SHARP,         ANY,   { "melody_spec", "harmony_spec" },                 { 0, 0 },      "other tunes" },
    { MEASURE_LONGEST_RUN,   ANY,   { "melody_spec", "melody_spec" },                  { 0.3, 0 },    "other motifs" },
    { MEASURE_MOTIFS,        BELOW, { "melody_spec", "melody_spec" },                  { -0.5, 0 },   "tunes that vary less" },
    { MEASURE_TUNE_RETURNS,  BELOW, { "melody_spec", "melody_spec" },                  { -0.5, 0 },   "tunes that vary less" },
    { MEASURE_TUNE_RETURNS,  ABOVE, { "melody_spec", "melody_spec" },                  { 0.4, 0 },    "tunes that vary more" },
    { MEASURE_KNOWN_TUNE,    ANY,   { "melody_spec", "melody_spec" },                  { 0, 0 },      "other motifs" },
    { MEASURE_ENDS_AT_HOME,  ANY,   { "harmony_spec", "harmony_spec" },                { 0, 0 },      "other cadences" },
    { MEASURE_IRREGULARITY,  BELOW, { "harmony_spec", "harmony_spec" },                { 0.5, 0 },    "chords that vary more" },
    { MEASURE_IRREGULARITY,  ABOVE, { "harmony_spec", "harmony_spec" },                { -0.5, 0 },   "chords that vary less" },
    { MEASURE_VOCABULARY,    ANY,   { "harmony_spec", "harmony_spec" },                { 0, 0 },      "other chords" },
    { MEASURE_CHORDS_IN_KEY, ANY,   { "harmony_spec", "harmony_spec" },                { 0, 0 },      "other chords" },
    { MEASURE_VOICE_LEADING, ANY,   { "harmony_spec", "harmony_spec" },                { 0, 0 },      "other chords" },
    { MEASURE_CLASHES,       ANY,   { "melody_spec", "harmony_spec" },                 { 0, 0 },      "other tunes" },
    { MEASURE_GROOVE,        BELOW, { "rhythm_spec", "rhythm_spec" },                  { -0.5, 0 },   "grooves that vary less" },
    { MEASURE_GROOVE,        ABOVE, { "rhythm_spec", "rhythm_spec" },                  { 0.5, 0 },    "grooves that vary more" },
    { MEASURE_LOOPS,         ABOVE, { "rhythm_spec", "rhythm_spec harmony_spec" },     { 0.5, 0 },    "grooves that vary more" },
    { MEASURE_SECTIONS,      BELOW, { "arrangement_spec", "arrangement_spec" },        { 0, 0 },      "another arrangement" },
    { MEASURE_SILENCE,       ABOVE, { "rhythm_spec", "arrangement_spec" },             { 0, 0 },      "other grooves" },
    { MEASURE_EXCLUDED,      ANY,   { "sound_design_spec", "arrangement_spec" },       { 0, 0 },      "other instruments" },
    { MEASURE_FAULTS,        ANY,   { "rhythm_spec", "arrangement_spec" },             { 0, 0 },      "other grooves" },
};

/* What builds on what; a later row's documents may be an earlier row's. */
static const char *const builds_on[][2] = {
    { "arrangement_spec", "harmony_spec rhythm_spec sound_design_spec" },
    { "harmony_spec", "melody_spec" },
    { "melody_spec", "lyric_spec vocal_spec" },
};

/* These speak of the finished score, so that every round has its own. */
#define ALWAYS "mix_spec master_spec qa_report release_spec"

static void **document_at(struct song *song, size_t index)
{
    return (void **)((char *)song + song_documents[index].offset);
}

static unsigned documents_named(const char *names)
{
    unsigned found = 0;

    for (size_t i = 0; i < song_document_count; i++)
        if (strstr(names, song_documents[i].name) != NULL)
            found |= 1u << i;
    return found;
}

static unsigned with_what_builds_on(unsigned documents)
{
    for (size_t i = 0; i < sizeof(builds_on) / sizeof(builds_on[0]); i++)
        if (documents & documents_named(builds_on[i][0]))
            documents |= documents_named(builds_on[i][1]);
    return documents;
}

static void documents_clear(struct session *s, unsigned documents)
{
    for (size_t i = 0; i < song_document_count; i++)
        if (documents >> i & ~(s->given >> i) & 1)
            *document_at(s->song, i) = NULL;
    s->song->score = NULL;
    s->timeline = NULL;
}

static const struct remedy *remedy_for(const struct qa_check *check, enum measure measure)
{
    enum side side = check->value < check->fail_below ? BELOW : ABOVE;

    for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
        if (remedies[i].measure == measure && (remedies[i].side == ANY || remedies[i].side == side))
            return &remedies[i];
    return NULL;
}

static const char *reason(const struct session *s, const struct qa_check *check)
{
    bool below = check->value < check->fail_below;

    return arena_printf(s->arena, "%s %.3g %s, %s %.3g%s%s", check->measure, check->value, check->unit,
                        below ? "below" : "above", below ? check->fail_below : check->fail_above,
                        check->found != NULL ? ", " : "", check->found != NULL ? check->found : "");
}

void rounds_note(struct rounds *r, struct session *s)
{
    const struct qa_report *report = s->song->qa_report;
    struct qa_round *round;

    if (r->log.items == NULL)
        r->log.items = ARENA_ARRAY(s->arena, struct qa_round, TIMES_MAX);
    ASSERT(r->log.count < TIMES_MAX);
    round = &r->log.items[r->log.count];
    *round = (struct qa_round){ .round = (int)r->log.count + 1, .seed = (int64_t)s->seed, .score = report->score };
    round->reasons.items = ARENA_ARRAY(s->arena, const char *, MEASURE_COUNT);
    round->redone.items = ARENA_ARRAY(s->arena, const char *, MEASURE_COUNT);
    for (size_t i = 0; i < report->checks.count; i++)
        if (report->checks.items[i].verdict == QA_FAIL)
            round->reasons.items[round->reasons.count++] = reason(s, &report->checks.items[i]);
    if (s->round == 0 || report->score > r->best.song.qa_report->score) {
        r->best = (struct take){ .song = *s->song, .round = r->log.count };
        r->best.searches.items = s->searches.items;
        r->best.searches.count = s->searches.count;
    }
    r->log.count++;
}

static void redo_note(struct rounds *r, struct session *s, const char *what)
{
    struct qa_round *round = &r->log.items[r->log.count - 1];

    for (size_t i = 0; i < round->redone.count; i++)
        if (strcmp(round->redone.items[i], what) == 0)
            return;
    round->redone.items[round->redone.count++] = what;
    decide(s, agent, 0.9, arena_printf(s->arena, "round %zu: %s", r->log.count + 1, what), "%s", round->reasons.items[0]);
}

bool rounds_prepare(struct rounds *r, struct session *s)
{
    const struct qa_report *report = s->song->qa_report;
    struct advice advice = { 0 };
    unsigned redo = 0;

    for (size_t i = 0; i < report->checks.count; i++) {
        const struct remedy *remedy;

        if (report->checks.items[i].verdict != QA_FAIL)
            continue;
        remedy = remedy_for(&report->checks.items[i], (enum measure)i);
        if (remedy == NULL || (documents_named(remedy->redo[s->round > 0]) & ~s->given) == 0)
            continue;
        redo |= documents_named(remedy->redo[s->round > 0]);
        if (fabs(remedy->advice.variation) > fabs(advice.variation))
            advice.variation = remedy->advice.variation;
        advice.ease = fmax(advice.ease, remedy->advice.ease);
        redo_note(r, s, arena_printf(s->arena, "%s: %s", remedy->redo[s->round > 0], remedy->words));
    }
    if (redo == 0)
        return false;
    documents_clear(s, with_what_builds_on(redo) | documents_named(ALWAYS));
    s->advice.variation += advice.variation; /* a second time more of it */
    s->advice.ease = fmin(s->advice.ease + advice.ease, 0.9);
    return true;
}

bool rounds_is_too_like(const struct song *song)
{
    return song->qa_report->checks.items[MEASURE_EARLIER_TRACK].verdict == QA_FAIL;
}

static double likeness(const struct take *take)
{
    return take->song.qa_report->checks.items[MEASURE_EARLIER_TRACK].value;
}

void rounds_begin_anew(struct rounds *r, struct session *s)
{
    struct qa_round *round = &r->log.items[r->log.count - 1];

    round->redone.items[round->redone.count++] = "everything: another seed";
    if (!r->has_other || likeness(&r->best) < likeness(&r->other))
        r->other = r->best;
    r->has_other = true;
    documents_clear(s, ~0u);
    if (s->song->song_spec != NULL) { /* a given one bears the seed; the song set aside keeps its own */
        struct song_spec *spec = ARENA_NEW(s->arena, struct song_spec);

        *spec = *s->song->song_spec;
        s->song->song_spec = spec;
    }
    s->song->decisions.items = NULL;
    s->song->decisions.count = 0;
    s->advice = (struct advice){ 0 };
    s->searches.items = NULL;
    s->searches.count = 0;
}

bool rounds_finish(struct rounds *r, struct session *s, struct error *e)
{
    const struct take *kept = &r->best;
    struct qa_report *report;

    if (r->has_other && rounds_is_too_like(&kept->song) && likeness(&r->other) <= likeness(kept))
        kept = &r->other;
    *s->song = kept->song;
    report = s->song->qa_report;
    for (size_t i = 0; i < r->log.count; i++)
        r->log.items[i].kept = i == kept->round;
    report->rounds.items = r->log.items;
    report->rounds.count = r->log.count;
    report->attempts = (int)r->log.count;
    report->searches.items = kept->searches.items;
    report->searches.count = kept->searches.count;
    if (r->log.count > 1)
        decide(s, agent, 0.9, arena_printf(s->arena, "round %zu of %zu is kept", kept->round + 1, r->log.count),
               "%.0f of 100 points%s", report->score, report->passed ? "" : "; it does not pass");
    for (size_t i = 0; i < report->checks.count; i++)
        if (report->checks.items[i].verdict == QA_FAIL && measure_infos[i].is_promise && !s->judges_given)
            return error_set(e, ERROR_QUALITY, "%s", reason(s, &report->checks.items[i]));
    return true;
}
