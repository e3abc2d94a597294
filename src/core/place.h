/*
 * Where a program's own files are. An installed program is <root>/usr/bin/NAME and finds the rest below the same <root>, which is
 * empty on a machine that is in use and the staging folder of `make install DESTDIR=…` before that. A program in its source tree
 * is <tree>/build/bin/NAME and finds conf/ and sql/ in <tree>; it knows nothing of an installed service.
 */
#ifndef CORE_PLACE_H
#define CORE_PLACE_H

#include "core/arena.h"

/* The <root> of a program at the absolute path `program` ("" for "/usr/bin/aether"); NULL when it is not an installed one. In the
 * arena. */
const char *place_root(struct arena *a, const char *program);

/* The absolute path `path` below the <root> of this program; NULL when this program is not an installed one. In the arena. */
const char *place_installed(struct arena *a, const char *path);

/* <tree>/<name> of this program, whether it is there or not; NULL when this program is an installed one. In the arena. */
const char *place_in_tree(struct arena *a, const char *name);

#endif
