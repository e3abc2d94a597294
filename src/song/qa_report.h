/* The reviewer's document: measures of the finished score, each against a band. */
#ifndef SONG_QA_REPORT_H
#define SONG_QA_REPORT_H

#include "core/fields.h"

enum qa_verdict { QA_PASS, QA_WARN, QA_FAIL, QA_VERDICT_COUNT };
extern const struct choices qa_verdict_choices; /* pass, warn, fail */

struct qa_check {
    const char *measure;   /* "chord_tones_on_strong_beats" */
    double value;
    double low, high;      /* inside: pass; NAN: no limit on that side */
    const char *unit;
    int verdict;           /* enum qa_verdict */
    const char *help;
};

struct qa_report {
    const char *created_at, *updated_at, *id, *song_id;
    int passed;
    int attempts;          /* how often the song was made, ≥ 1 */
    double score;          /* 0–100: share of the checks passed, warnings half */
    LIST_OF(struct qa_check) checks;
};

extern const struct fields qa_report_fields;

#endif
