#include "song/qa_report.h"

static const char *const verdict_names[QA_VERDICT_COUNT] = { "pass", "warn", "fail" };
const struct choices qa_verdict_choices = { verdict_names, QA_VERDICT_COUNT, NULL };

#define AT(member) offsetof(struct qa_check, member)
static const struct field check_rows[] = {
    { "measure", FIELD_STRING, FIELD_REQUIRED, AT(measure), .help = "What is measured." },
    { "value", FIELD_REAL, 0, AT(value), .help = "What was measured." },
    { "low", FIELD_REAL, 0, AT(low), .help = "Lowest value that passes." },
    { "high", FIELD_REAL, 0, AT(high), .help = "Highest value that passes." },
    { "unit", FIELD_STRING, 0, AT(unit), .help = "Unit of value, low and high." },
    { "verdict", FIELD_CHOICE, FIELD_REQUIRED, AT(verdict), .choices = &qa_verdict_choices,
      .help = "fail sends the song back." },
    { "help", FIELD_STRING, 0, AT(help), .help = "The measure in words." },
};
static const struct fields check_fields = FIELDS("qa_check", struct qa_check, check_rows, "One measure.");
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
};
const struct fields qa_report_fields = FIELDS("qa_report", struct qa_report, rows, "The review of the song.");
