/* All genres of a folder, read once. Immutable afterwards: threads may share it. */
#ifndef GENRE_GENRES_H
#define GENRE_GENRES_H

#include "core/arena.h"
#include "core/error.h"
#include "genre/profile.h"
#include "song/soundfonts.h"

struct genres;

/* Reads every *.json of `folder`, sorted by id. Fails (ERROR_CONFIG) with the file's path and every problem in it: a
 * wrong field, an id that is not the file's name, an alias that two genres claim, a numeral that cannot be read. The
 * result lives in `a`. */
struct genres *genres_load(struct arena *a, const char *folder, struct error *e);

/* Checks one file as genres_load would, whatever its folder. ERROR_VALIDATION with the problems, each with the file and the
 * line before its pointer ("jazz.json:12: /tempo/min"); ERROR_IO and ERROR_INPUT when it is no JSON. */
bool genres_check_file(struct arena *a, const char *path, struct error *e);

/* Whether each genre that names a SoundFont names one of these; ERROR_CONFIG says which does not, and what there is. */
bool genres_check_soundfonts(const struct genres *g, const struct soundfonts *fonts, struct arena *a, struct error *e);

size_t genres_count(const struct genres *g);
const struct genre *genres_at(const struct genres *g, size_t index);

/* By id, name or alias, upper and lower case and the kind of separator aside ("Lo-Fi Hip Hop", "lofi_beats"). NULL when
 * unknown. */
const struct genre *genres_find(const struct genres *g, const char *name);

/* The id nearest to `name`, for "did you mean"; NULL when nothing is near. */
const char *genres_suggest(const struct genres *g, const char *name);

#endif
