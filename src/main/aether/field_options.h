/* The fields of a request as options of the command line: "duration_seconds" is --duration-seconds. */
#ifndef MAIN_AETHER_FIELD_OPTIONS_H
#define MAIN_AETHER_FIELD_OPTIONS_H

#include "core/fields.h"
#include "main/aether/command.h"

/* At most 2 * f->count rows for `rows`: one for each field but `except` (may be NULL), and --no-… for each that is true or
 * false. Returns how many. */
size_t field_options_rows(struct arena *a, const struct fields *f, const char *except, struct option_row *rows);

/* Adds what was given to `tree`, as the fields expect it in JSON. */
void field_options_read(struct invocation *in, const struct fields *f, const char *except, json_object *tree);

#endif
