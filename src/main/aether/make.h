/* What create and render share: from a request's tree to the files, with a progress bar and a summary. */
#ifndef MAIN_AETHER_MAKE_H
#define MAIN_AETHER_MAKE_H

#include "main/aether/command.h"
#include "store/jobs.h"

/* The options that both have; `first` derived rows before them. The array is in the arena. */
const struct option_row *make_options(struct arena *a, const struct option_row *first, size_t first_count, size_t *count);

/* Where the levels of SoundFonts are kept: below the data folder when it can be written, else in the user's cache; NULL when
 * there is neither. */
const char *levels_folder(struct invocation *in);

/* Makes what the tree asks for in --out, and says what it made. */
bool make_run(struct invocation *in, enum job_kind kind, json_object *tree, struct error *e);

#endif
