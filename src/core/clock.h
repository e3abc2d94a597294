/* Time: a monotonic clock for durations and deadlines, the wall clock for records. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { CLOCK_TEXT_SIZE = 32 };

int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);
int64_t clock_wall_ms(void);                                    /* since 1970-01-01 UTC */
double clock_cpu_s(void);                                       /* processor time of this process, seconds */

/* "2026-11-23T06:07:37.409Z" (RFC 3339, UTC). Returns `out`. */
const char *clock_text(int64_t wall_ms, char out[CLOCK_TEXT_SIZE]);

/* The reverse: RFC 3339 with Z or an offset, the seconds and their fraction may be missing; or a date alone, its midnight in
 * UTC. False when it is none, or no date of the calendar. */
bool clock_parse(const char *text, int64_t *wall_ms);

/* A time as people give it: "7d", "12h", "30m", "90s" before now_ms, or what clock_parse reads. False, *out untouched, when
 * it is none of these. */
bool clock_parse_ago(const char *text, int64_t now_ms, int64_t *out);

#endif
