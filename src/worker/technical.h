/* The technical side of the review in the report: what was measured on the finished master, each measure with its band. */
#ifndef WORKER_TECHNICAL_H
#define WORKER_TECHNICAL_H

#include "core/arena.h"
#include "song/qa_report.h"
#include "sound/inspection.h"

/* Puts a check for each measure behind those of the music, in place of those of an earlier rendering. `master` is what was asked for; `rounds` is how often
 * the master was finished. A fault fails the report; its score stays that of the music. The lists
 * are the arena's afterwards. */
void technical_report(struct qa_report *report, const struct inspection *found, const struct master_spec *master, int rounds,
                      struct arena *a);

#endif
