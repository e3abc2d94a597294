/* The reviewer's document: measures of the finished score, each against a band. */
#ifndef SONG_QA_REPORT_H
#define SONG_QA_REPORT_H

#include "core/fields.h"

enum qa_verdict { QA_PASS, QA_WARN, QA_FAIL, QA_VERDICT_COUNT };
extern const struct choices qa_verdict_choices; /* pass, warn, fail */

struct qa_check {
    const char *measure;   /* "chord_tones_on_strong_beats" */
    double value;          /* NAN: there was nothing to measure */
    double low, high;      /* inside: pass; NAN: no limit on that side */
    double typical;        /* of good music; NAN: nothing is */
    double fail_below, fail_above; /* beyond them: fail; NAN: no limit */
    const char *unit;
    int verdict;           /* enum qa_verdict */
    const char *found;     /* what was found: "like 'Ode to Joy'"; NULL: the value says it all */
    const char *why;       /* why this genre has another band than others; NULL: it has none */
    const char *help;
};

/* One time that the song was made. */
struct qa_round {
    int round;             /* from 1 */
    int64_t seed;
    double score;
    int kept;              /* whether this is the song that was delivered */
    LIST_OF(const char *) reasons; /* why it was not good enough: "clashes 0.52, above 0.4" */
    LIST_OF(const char *) redone;  /* documents that were then made anew, as "melody_spec: other tunes" */
};

/* A choice among candidates. */
struct qa_search {
    const char *what;      /* "tune of the chorus" */
    int candidates;
    double best, worst;    /* scores, 0–1 */
};

struct qa_report {
    const char *created_at, *updated_at, *id, *song_id;
    int passed;            /* no check failed */
    int attempts;          /* how often the song was made, ≥ 1 */
    double score;          /* 0–100: share of the checks passed, warnings half */
    LIST_OF(struct qa_check) checks;
    LIST_OF(struct qa_round) rounds;    /* as many as attempts */
    LIST_OF(struct qa_search) searches;
};

extern const struct fields qa_report_fields;

#endif
