/* The reviewer's report for people. */
#ifndef MAIN_AETHER_REPORT_H
#define MAIN_AETHER_REPORT_H

#include "song/qa_report.h"

/* A table on standard output: each measure with its value, its band and the verdict, then the rounds that were needed. */
void report_print(const struct qa_report *report);

#endif
