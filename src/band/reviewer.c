/* Measures the finished score. A measure outside its band is a warning; far outside it sends the song back, unless the
 * document that it speaks of was given: then it is only said. */
#include <math.h>
#include <string.h>

#include "band/agent.h"
#include "band/incipits.h"
#include "band/measures.h"
#include "band/stage.h"
#include "song/qa_report.h"

static const char agent[] = "reviewer";

struct review {
    struct session *s;
    const struct timeline *timeline;
    const struct score *score;
    struct tune_measures tune;
};

static double length_error(const struct review *r)
{
    double wanted = r->s->song->song_spec->target_duration_seconds;

    return 100 * fabs(score_seconds(r->score, r->score->end_tick) / wanted - 1);
}

static double chord_tones_strong(const struct review *r)
{
    return r->tune.chord_tones_strong;
}

static double chord_tones_time(const struct review *r)
{
    return r->tune.chord_tones_time;
}

static double in_scale(const struct review *r)
{
    return r->tune.in_scale_time;
}

static double resolved(const struct review *r)
{
    return r->tune.resolved;
}

static double recovered(const struct review *r)
{
    return r->tune.recovered;
}

static double tune_range(const struct review *r)
{
    return r->tune.notes > 0 ? (double)r->tune.range : NAN;
}

static double phrase_ends(const struct review *r)
{
    return r->tune.phrase_ends;
}

static double sharp_time(const struct review *r)
{
    return r->tune.sharp_time;
}

static double longest_run(const struct review *r)
{
    return r->tune.notes > 0 ? (double)r->tune.longest_run : NAN;
}

static double ends_at_home(const struct review *r)
{
    const struct timeline_chord *last = &r->timeline->chords.items[r->timeline->chords.count - 1];

    return pitch_class(last->chord.root) == pitch_class(timeline_key_at(r->timeline, last->start_tick).root);
}

static double clashes(const struct review *r)
{
    return score_clash_share(r->score, r->s->arena);
}

static double longest_silence(const struct review *r)
{
    return score_longest_silence(r->score, r->s->arena) / (double)r->timeline->bar_ticks;
}

static double sections_differ(const struct review *r)
{
    return r->timeline->sections.count > 2 ? score_section_difference(r->score, r->timeline, r->s->arena) : NAN;
}

static double like_a_known_tune(const struct review *r)
{
    return (double)incipit_longest(r->timeline->melody.items, r->timeline->melody.count, NULL);
}

static double excluded_heard(const struct review *r)
{
    double heard = 0;

    for (size_t i = 0; i < r->score->part_count; i++)
        heard += r->score->parts[i].bank == 0 && r->score->parts[i].note_count > 0 &&
                 program_is_excluded(r->s->song->song_spec, r->score->parts[i].program);
    return heard;
}

static double faults(const struct review *r)
{
    return score_fault(r->score) != NULL;
}

/* Bands after what human songs measure; what fails is far outside of them. */
static const struct check {
    const char *measure, *unit;
    double (*value)(const struct review *r);
    double low, high, fail_below, fail_above; /* NAN: no limit */
    const char *documents;                    /* what it speaks of */
    const char *help;
} checks[] = {
    /* measure                      unit     value               low   high  fails below, above; of what */
    { "length_error",                "%",    length_error,        NAN,  2,    NAN, 5,    "arrangement_spec song_spec",
      "Length against the length that was asked for." },
    { "chord_tones_on_strong_beats", "share", chord_tones_strong, 0.65, NAN,  0.45, NAN, "melody_spec harmony_spec",
      "Notes of the tune on strong beats that belong to the chord." },
    { "chord_tones_by_time",         "share", chord_tones_time,   0.55, NAN,  0.35, NAN, "melody_spec harmony_spec",
      "The tune's sounding time on chord tones." },
    { "in_scale",                    "share", in_scale,           0.9,  NAN,  0.75, NAN, "melody_spec harmony_spec",
      "The tune's sounding time in the scale." },
    { "foreign_notes_resolved",      "share", resolved,           0.5,  NAN,  0.2, NAN,  "melody_spec harmony_spec",
      "Notes foreign to the chord that are left by step." },
    { "leaps_recovered",             "share", recovered,          0.8,  NAN,  0.5, NAN,  "melody_spec",
      "Leaps of the tune that are turned back." },
    { "tune_range",                  "semitones", tune_range,     7,    24,   4,   36,   "melody_spec",
      "From the tune's lowest to its highest note." },
    { "phrases_end_on_chord_tones",  "share", phrase_ends,        0.7,  NAN,  0.4, NAN,  "melody_spec harmony_spec",
      "Last notes of phrases that belong to the chord." },
    { "sharp_against_the_chord",     "share", sharp_time,         NAN,  0.05, NAN, 0.15, "melody_spec harmony_spec",
      "The tune's time on long notes a semitone above a chord tone." },
    { "longest_repetition",          "notes", longest_run,        NAN,  6,    NAN, 14,   "melody_spec",
      "The longest run of one pitch in the tune." },
    { "like_a_known_tune",           "notes", like_a_known_tune,  NAN,  6,    NAN, 7,    "melody_spec",
      "The longest run of notes that goes like the beginning of a well-known tune." },
    { "ends_at_home",                "share", ends_at_home,       1,    NAN,  1,   NAN,  "harmony_spec song_spec",
      "Whether the last chord is the tonic." },
    { "clashes",                     "share", clashes,            NAN,  0.15, NAN, 0.4,  "melody_spec harmony_spec",
      "Time in which notes of two parts stand a minor second or ninth apart." },
    { "longest_silence",             "bars",  longest_silence,    NAN,  2,    NAN, 6,    "arrangement_spec rhythm_spec",
      "The longest stretch in which nobody plays." },
    { "sections_differ",             "share", sections_differ,    0.1,  NAN,  0.02, NAN, "arrangement_spec rhythm_spec",
      "How much the number of notes and their velocity change from section to section." },
    { "excluded_instruments_heard",  "parts", excluded_heard,     NAN,  0,    NAN, 0,    "sound_design_spec",
      "Parts with an instrument that was to be left out." },
    { "faults",                      "count", faults,             NAN,  0,    NAN, 0,    "",
      "Notes that break the rules of the score." },
};
enum { CHECKS = sizeof(checks) / sizeof(checks[0]) };

static bool was_given(const struct session *s, const char *documents)
{
    for (size_t i = 0; i < song_document_count; i++)
        if ((s->given >> i & 1) && strstr(documents, song_documents[i].name) != NULL)
            return true;
    return false;
}

static int judge(const struct session *s, const struct check *check, double value)
{
    if (isnan(value) || (!(value < check->low) && !(value > check->high)))
        return QA_PASS;
    if (value < check->fail_below || value > check->fail_above)
        return was_given(s, check->documents) ? QA_WARN : QA_FAIL;
    return QA_WARN;
}

static void run_checks(struct review *r, struct qa_report *report)
{
    double points = 0;

    report->checks.items = ARENA_ARRAY(r->s->arena, struct qa_check, CHECKS);
    report->checks.count = CHECKS;
    report->passed = true;
    for (size_t i = 0; i < CHECKS; i++) {
        const struct check *c = &checks[i];
        double value = c->value(r);
        int verdict = judge(r->s, c, value);

        report->checks.items[i] = (struct qa_check){ c->measure, value, c->low, c->high, c->unit, verdict, c->help };
        points += verdict == QA_PASS ? 1 : verdict == QA_WARN ? 0.5 : 0;
        if (verdict != QA_PASS)
            decide(r->s, agent, 0.9, arena_printf(r->s->arena, "%s: %s", qa_verdict_choices.names[verdict], c->measure),
                   "%.3g %s; %s", value, c->unit, c->help);
        if (verdict == QA_FAIL)
            report->passed = false;
    }
    report->score = 100 * points / CHECKS;
}

bool reviewer_work(struct session *s, struct error *e)
{
    struct review r = { .s = s, .timeline = s->timeline, .score = s->song->score };
    struct qa_report *report = ARENA_NEW(s->arena, struct qa_report);

    fields_init(&qa_report_fields, report, s->arena);
    SESSION_STAMP(s, report, "qa_report");
    report->attempts = (int)s->attempt + 1;
    r.tune = tune_measure(r.timeline, r.timeline->melody.items, r.timeline->melody.count);
    run_checks(&r, report);
    s->song->qa_report = report;
    if (report->passed)
        return true;
    for (size_t i = 0; i < CHECKS; i++)
        if (report->checks.items[i].verdict == QA_FAIL)
            return error_set(e, ERROR_QUALITY, "%s is %.3g", checks[i].measure, report->checks.items[i].value);
    return true;
}
