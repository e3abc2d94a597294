#include "worker/technical.h"

#include <math.h>
#include <string.h>

static bool is_technical(const char *measure)
{
    for (int m = 0; m < INSPECT_COUNT; m++)
        if (strcmp(inspection_bands[m].name, measure) == 0)
            return true;
    return false;
}

static struct qa_check check_of(enum inspection_measure m, double value, const struct master_spec *master, int rounds,
                                struct arena *a)
{
    static const enum qa_verdict verdicts[] = { QA_PASS, QA_WARN, QA_FAIL };
    const struct inspection_band band = inspection_band_of(m, master);
    struct qa_check check = { .measure = band.name, .value = value, .low = band.low, .high = band.high, .typical = NAN,
                              .fail_below = band.fail_low, .fail_above = band.fail_high, .unit = band.unit,
                              .verdict = (int)verdicts[inspection_verdict(&band, value)], .help = band.help };

    if (check.verdict != QA_PASS && rounds > 1)
        check.found = arena_printf(a, "after %d masters with other settings", rounds);
    return check;
}

void technical_report(struct qa_report *report, const struct inspection *found, const struct master_spec *master, int rounds,
                      struct arena *a)
{
    struct qa_check *checks = ARENA_ARRAY(a, struct qa_check, report->checks.count + INSPECT_COUNT);
    size_t count = 0;

    for (size_t i = 0; i < report->checks.count; i++)
        if (!is_technical(report->checks.items[i].measure))
            checks[count++] = report->checks.items[i];
    for (int m = 0; m < INSPECT_COUNT; m++) {
        checks[count] = check_of((enum inspection_measure)m, found->values[m], master, rounds, a);
        report->passed &= checks[count++].verdict != QA_FAIL;
    }
    report->checks.items = checks;
    report->checks.count = count;
}
