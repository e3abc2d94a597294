#include "main/aether/report.h"

#include <math.h>
#include <stdio.h>

enum { NUMBER_SIZE = 16, BAND_SIZE = 40 };

static const char *number(double value, char out[NUMBER_SIZE])
{
    snprintf(out, NUMBER_SIZE, "%.3g", value);
    return out;
}

static void band_text(const struct qa_check *c, char out[BAND_SIZE])
{
    char low[NUMBER_SIZE], high[NUMBER_SIZE];

    number(c->low, low);
    number(c->high, high);
    if (isnan(c->low))
        snprintf(out, BAND_SIZE, "at most %s", high);
    else if (isnan(c->high))
        snprintf(out, BAND_SIZE, "at least %s", low);
    else
        snprintf(out, BAND_SIZE, "%s to %s", low, high);
}

static void check_print(const struct qa_check *c)
{
    char value[NUMBER_SIZE], band[BAND_SIZE];

    if (isnan(c->value)) /* there was nothing to measure */
        return;
    band_text(c, band);
    printf("  %-4s  %-32s %8s  %-16s %s", qa_verdict_choices.names[c->verdict], c->measure, number(c->value, value), band,
           c->unit);
    if (c->found != NULL)
        printf("; %s", c->found);
    if (c->why != NULL && c->verdict == QA_PASS)
        printf("; %s", c->why);
    printf("\n");
}

static void round_print(const struct qa_round *round)
{
    for (size_t i = 0; i < round->reasons.count; i++)
        printf("  round %d: %s\n", round->round, round->reasons.items[i]);
    for (size_t i = 0; i < round->redone.count; i++)
        printf("  round %d: made anew: %s\n", round->round, round->redone.items[i]);
}

void report_print(const struct qa_report *report)
{
    printf("review     %s, %.0f of 100\n", report->passed == 1 ? "passed" : "not passed", report->score);
    for (size_t i = 0; i < report->checks.count; i++)
        check_print(&report->checks.items[i]);
    for (size_t i = 0; report->rounds.count > 1 && i < report->rounds.count; i++)
        round_print(&report->rounds.items[i]);
}
