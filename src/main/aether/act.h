/* Acts of an administrator at the command line, in the audit trail: 'begun' before anything is changed, then the end. The
 * actor is the operating system's user; one who became another (sudo, su) is both: "alice as root". An act may be part of
 * another one; what is ended or given a target is the one that began last. */
#ifndef MAIN_AETHER_ACT_H
#define MAIN_AETHER_ACT_H

#include "main/aether/command.h"

/* `action` such as "keys.create" must live on; `target` and `organisation` may be NULL. False when it cannot be recorded:
 * then nothing may be changed. */
bool act_begin(const struct invocation *in, const char *action, const char *organisation, const char *target, struct error *e);

/* What was made, or whose it turned out to be; copied. NULL leaves it as it is. */
void act_target(const char *organisation, const char *target);

/* How it ended: `ok`, or the failure `e`. Returns `ok`; false too, with its error, when the end cannot be recorded. */
bool act_end(bool ok, struct error *e);

#endif
