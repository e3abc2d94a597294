#include "song/qa_report.h"

static const char *const verdict_names[QA_VERDICT_COUNT] = { "pass", "warn", "fail" };
const struct choices qa_verdict_choices = { verdict_names, QA_VERDICT_COUNT, NULL };

#define AT(member) offsetof(struct qa_check, member)
static const struct field check_rows[] = {
    { "measure", FIELD_STRING, FIELD_REQUIRED, AT(measure), .help = "What is measured." },
    { "value", FIELD_REAL, 0, AT(value), .help = "What was measured." },
    { "low", FIELD_REAL, 0, AT(low), .help = "Lowest value that passes." },
    { "high", FIELD_REAL, 0, AT(high), .help = "Highest value that passes." },
    { "typical", FIELD_REAL, 0, AT(typical), .help = "What good music measures." },
    { "fail_below", FIELD_REAL, 0, AT(fail_below), .help = "What is lower fails." },
    { "fail_above", FIELD_REAL, 0, AT(fail_above), .help = "What is higher fails." },
    { "unit", FIELD_STRING, 0, AT(unit), .help = "Unit of the values." },
    { "verdict", FIELD_CHOICE, FIELD_REQUIRED, AT(verdict), .choices = &qa_verdict_choices,
      .help = "fail sends the song back." },
    { "found", FIELD_STRING, FIELD_OMIT, AT(found), .help = "What was found, where the value does not say it." },
    { "why", FIELD_STRING, FIELD_OMIT, AT(why), .help = "Why the genre has its own band." },
    { "help", FIELD_STRING, 0, AT(help), .help = "The measure in words." },
};
static const struct fields check_fields = FIELDS("qa_check", struct qa_check, check_rows, "One measure.");
#undef AT

#define AT(member) offsetof(struct qa_round, member)
static const struct field round_rows[] = {
    { "round", FIELD_INT, FIELD_REQUIRED, AT(round), 1, 1000, .help = "Which one." },
    { "seed", FIELD_LONG, 0, AT(seed), 0, 9007199254740991.0, .help = "Its seed." },
    { "score", FIELD_REAL, 0, AT(score), 0, 100, .help = "Its score." },
    { "kept", FIELD_BOOL, 0, AT(kept), .help = "Whether it is the song that was delivered." },
    { "reasons", FIELD_STRINGS, 0, AT(reasons), .help = "Why it was not good enough." },
    { "redone", FIELD_STRINGS, 0, AT(redone), .help = "What was then made anew." },
};
static const struct fields round_fields = FIELDS("qa_round", struct qa_round, round_rows, "One time the song was made.");
#undef AT

#define AT(member) offsetof(struct qa_search, member)
static const struct field search_rows[] = {
    { "what", FIELD_STRING, FIELD_REQUIRED, AT(what), .help = "What was chosen." },
    { "candidates", FIELD_INT, 0, AT(candidates), .help = "Among how many." },
    { "best", FIELD_REAL, 0, AT(best), 0, 1, .help = "Score of the one that was chosen." },
    { "worst", FIELD_REAL, 0, AT(worst), 0, 1, .help = "Score of the worst." },
};
static const struct fields search_fields = FIELDS("qa_search", struct qa_search, search_rows, "A choice of candidates.");
#undef AT

#define AT(member) offsetof(struct qa_report, member)
static const struct field rows[] = {
    { "created_at", FIELD_STRING, 0, AT(created_at), .help = "When it was made." },
    { "updated_at", FIELD_STRING, 0, AT(updated_at), .help = "When it was changed." },
    { "id", FIELD_STRING, 0, AT(id), .help = "Identifier." },
    { "song_id", FIELD_STRING, 0, AT(song_id), .help = "Identifier of the song_spec." },
    { "passed", FIELD_BOOL, 0, AT(passed), .help = "Whether no check failed." },
    { "attempts", FIELD_INT, 0, AT(attempts), .help = "How often the song was made." },
    { "score", FIELD_REAL, 0, AT(score), 0, 100, .help = "Share of the checks passed, a warning as half." },
    { "checks", FIELD_LIST, 0, AT(checks), .of = &check_fields, .help = "The measures." },
    { "rounds", FIELD_LIST, 0, AT(rounds), .of = &round_fields, .help = "Each time it was made, and why again." },
    { "searches", FIELD_LIST, 0, AT(searches), .of = &search_fields, .help = "Choices among candidates." },
};
const struct fields qa_report_fields = FIELDS("qa_report", struct qa_report, rows, "The review of the song.");
