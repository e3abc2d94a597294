/* The options that set a quota, derived from its fields: --tracks-per-day and so on. */
#ifndef MAIN_AETHER_QUOTA_OPTIONS_H
#define MAIN_AETHER_QUOTA_OPTIONS_H

#include "main/aether/command.h"
#include "store/quota.h"

/* The rows of a command and those of a quota behind them. */
const struct option_row *quota_options_add(struct arena *a, const struct option_row *own, size_t own_count, size_t *count);

/* Sets the limits that were given ("none": no limit) and leaves the others. `given` (may be NULL): how many were. */
bool quota_options_read(const struct options *o, struct quota *out, int *given, struct error *e);

#endif
