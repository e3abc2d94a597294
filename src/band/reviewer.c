/* Measures the finished score against the genre's bands. What is given is played as it is, however it measures: it is
 * warned of and no more. */
#include <math.h>
#include <string.h>

#include "band/agent.h"
#include "band/critic.h"
#include "band/incipits.h"
#include "band/likeness.h"
#include "band/measures.h"
#include "band/stage.h"
#include "song/melody_spec.h"
#include "song/qa_report.h"

static const char agent[] = "reviewer";

enum { VARIATION_SECTIONS_LEAST = 3 };

struct review {
    struct session *s;
    const struct timeline *timeline;
    const struct score *score;
    double values[MEASURE_COUNT];
    const char *found[MEASURE_COUNT];
};

static double length_error(const struct review *r)
{
    double wanted = r->s->song->song_spec->target_duration_seconds;

    return 100 * fabs(score_seconds(r->score, r->score->end_tick) / wanted - 1);
}

static double ends_at_home(const struct review *r)
{
    const struct timeline_chord *last = &r->timeline->chords.items[r->timeline->chords.count - 1];

    return pitch_class(last->chord.root) == pitch_class(timeline_key_at(r->timeline, last->start_tick).root);
}

static double excluded_heard(const struct review *r)
{
    double heard = 0;

    for (size_t i = 0; i < r->score->part_count; i++)
        heard += r->score->parts[i].bank == 0 && r->score->parts[i].note_count > 0 &&
                 program_is_excluded(r->s->song->song_spec, r->score->parts[i].program);
    return heard;
}

static void measure_tune(struct review *r)
{
    const struct timeline_note *notes = r->timeline->melody.items;
    size_t count = r->timeline->melody.count;
    const char *name;
    struct likeness like;

    critic_measure_tune(r->s, notes, count, true, r->values);
    incipit_longest(notes, count, &name);
    if (name != NULL)
        r->found[MEASURE_KNOWN_TUNE] = arena_printf(r->s->arena, "like '%s'", name);
    r->values[MEASURE_EARLIER_TRACK] = NAN;
    if (r->s->earlier == NULL)
        return;
    like = likeness_find(notes, count, r->s->earlier, likeness_song(r->s->song, r->s->arena), r->s->arena);
    r->values[MEASURE_EARLIER_TRACK] = (double)like.notes;
    r->found[MEASURE_EARLIER_TRACK] =
        like.with != NULL ? arena_printf(r->s->arena, "like '%s' of %s", like.with->title, like.with->made)
                          : arena_printf(r->s->arena, "compared with %zu tracks", r->s->earlier->count);
}

static void measure_score(struct review *r)
{
    const struct score *score = r->score;
    const struct timeline *t = r->timeline;
    struct arena *a = r->s->arena;
    const char *fault = score_fault(score);

    r->values[MEASURE_LENGTH_ERROR] = length_error(r);
    r->values[MEASURE_ENDS_AT_HOME] = ends_at_home(r);
    r->values[MEASURE_CLASHES] = score_clash_share(score, t, a);
    r->values[MEASURE_VOICE_LEADING] = score_voice_leading(score, a);
    r->values[MEASURE_GROOVE] = score_groove(score, t, a);
    r->values[MEASURE_LOOPS] = score_loops(score, t, a);
    r->values[MEASURE_SECTIONS] =
        t->sections.count >= VARIATION_SECTIONS_LEAST ? score_section_difference(score, t, a) : NAN;
    r->values[MEASURE_SILENCE] = score_longest_silence(score, a) / (double)t->bar_ticks;
    r->values[MEASURE_EXCLUDED] = excluded_heard(r);
    r->values[MEASURE_FAULTS] = fault != NULL;
    r->found[MEASURE_FAULTS] = fault;
}

static bool was_given(const struct session *s, const char *documents)
{
    for (size_t i = 0; i < song_document_count; i++)
        if ((s->given >> i & 1) && strstr(documents, song_documents[i].name) != NULL)
            return true;
    return false;
}

/* A seed that was asked for is kept, whatever its song is like. */
static bool may_fail(const struct session *s, enum measure measure)
{
    return (s->judges_given || !was_given(s, measure_infos[measure].documents)) && (measure != MEASURE_EARLIER_TRACK || s->seed_is_drawn);
}

static int judge(const struct session *s, enum measure measure, const struct band *band, double value)
{
    if (isnan(value) || (!(value < band->low) && !(value > band->high)))
        return QA_PASS;
    return (value < band->fail_below || value > band->fail_above) && may_fail(s, measure) ? QA_FAIL : QA_WARN;
}

static void check_write(const struct review *r, enum measure measure, struct qa_check *out)
{
    const struct measure_info *info = &measure_infos[measure];
    const char *why;
    struct band band = critic_band(r->s, measure, &why);
    double value = r->values[measure];

    *out = (struct qa_check){
        .measure = measure_names[measure], .value = value, .low = band.low, .high = band.high, .typical = band.typical,
        .fail_below = band.fail_below, .fail_above = band.fail_above, .unit = info->unit,
        .verdict = judge(r->s, measure, &band, value), .found = r->found[measure], .why = why, .help = info->help
    };
    if (out->verdict != QA_PASS)
        decide(r->s, agent, 0.9, arena_printf(r->s->arena, "%s: %s", qa_verdict_choices.names[out->verdict], out->measure),
               "%.3g %s%s%s; %s", value, info->unit, out->found != NULL ? ", " : "", out->found != NULL ? out->found : "",
               info->help);
}

/* What was made before counts in the verdict but not in the score: the same seed scores the same on every machine. */
static void checks_write(const struct review *r, struct qa_report *report)
{
    double points = 0, checks = 0;

    report->checks.items = ARENA_ARRAY(r->s->arena, struct qa_check, MEASURE_COUNT);
    report->checks.count = MEASURE_COUNT;
    report->passed = true;
    for (int m = 0; m < MEASURE_COUNT; m++) {
        struct qa_check *check = &report->checks.items[m];

        check_write(r, (enum measure)m, check);
        if (check->verdict == QA_FAIL)
            report->passed = false;
        if (m == MEASURE_EARLIER_TRACK)
            continue;
        points += check->verdict == QA_PASS ? 1 : check->verdict == QA_WARN ? 0.5 : 0;
        checks++;
    }
    report->score = 100 * points / checks;
}

/* 1: nothing of the tune goes like a well-known one; 0: as much as makes it fail. */
static void originality_write(const struct review *r)
{
    struct band band = critic_band(r->s, MEASURE_KNOWN_TUNE, NULL);
    struct melody_spec *melody = r->s->song->melody_spec;

    if (!was_given(r->s, "melody_spec"))
        melody->originality_score = fmax(1 - r->values[MEASURE_KNOWN_TUNE] / (band.fail_above + 1), 0);
}

bool reviewer_work(struct session *s, struct error *e)
{
    struct review r = { .s = s, .timeline = s->timeline, .score = s->song->score };
    struct qa_report *report = ARENA_NEW(s->arena, struct qa_report);

    (void)e;
    fields_init(&qa_report_fields, report, s->arena);
    SESSION_STAMP(s, report, "qa_report");
    report->attempts = 1;
    measure_tune(&r);
    critic_measure_harmony(s, s->timeline->chords.items, s->timeline->chords.count, r.values);
    measure_score(&r);
    checks_write(&r, report);
    originality_write(&r);
    s->song->qa_report = report;
    return true;
}
