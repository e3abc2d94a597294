/*
 * The request target (RFC 9112 §3.2.1), taken raw from REQUEST_URI and decoded and normalised here, once: web servers
 * disagree about what they decode.
 *
 * Every segment is decoded, then empty segments and "." go, ".." takes its parent with it, and a slash at the end goes.
 * Refused are "..", where there is no parent, bytes that would change what a path means once they are decoded (%2F,
 * control characters and %00 among them), bad escapes, bytes that are not UTF-8, and paths over TARGET_PATH_MAX bytes.
 */
#ifndef SERVER_TARGET_H
#define SERVER_TARGET_H

#include "core/arena.h"
#include "core/error.h"

enum { TARGET_PATH_MAX = 4096 };

struct target {
    const char *path;  /* "/", or "/a/b" */
    const char *query; /* raw, without the question mark; "" when there is none */
};

/* ERROR_INPUT when it is refused. `raw` may be any bytes. The texts live in the arena. */
bool target_parse(const char *raw, struct arena *a, struct target *out, struct error *e);

#endif
