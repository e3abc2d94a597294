/*
 * JSON in and out through json-c, with its leniency taken away: input must be UTF-8 and RFC 8259, without duplicate
 * keys, at most `depth` deep and `max_bytes` long. Trees that an arena holds are released with it. A tree stays within
 * one thread.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include <json-c/json.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/error.h"

enum { JSON_DEPTH_MAX = 24 };

/* The tree of `text`, owned by the arena; NULL with ERROR_INPUT and line and column of the first mistake. */
json_object *json_read(struct arena *a, const char *text, size_t len, struct error *e);

/* The same for a file of at most `max_bytes`. ERROR_IO when it cannot be read. The message begins with the path. */
json_object *json_read_file(struct arena *a, const char *path, size_t max_bytes, struct error *e);

/* The bytes of a file of at most `max_bytes`, with a zero behind them, in the arena; NULL on failure as above. */
char *json_read_text(struct arena *a, const char *path, size_t max_bytes, size_t *len, struct error *e);

/* Compact (`pretty` false) or indented text in the arena; takes no ownership of `tree`. */
char *json_text(struct arena *a, json_object *tree, bool pretty);

/* A number that prints with at most `decimals` places and no trailing zeros; NaN and infinities give null. */
json_object *json_real(double value, int decimals);

/* The string under `key`, or NULL when it is missing or no string. Borrowed. */
const char *json_get_string(json_object *tree, const char *key);

/* Puts `tree` (one reference) under the arena's care and returns it. */
json_object *json_hold(struct arena *a, json_object *tree);

/* The rest of a JSON pointer: "<base>/<name>" with ~ and / escaped (RFC 6901), in the arena. */
const char *json_pointer_add(struct arena *a, const char *base, const char *name);
const char *json_pointer_add_index(struct arena *a, const char *base, size_t index);

#endif
