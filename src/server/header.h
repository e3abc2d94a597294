/* Reading request headers and making response headers that have a grammar. All input may be any bytes. */
#ifndef SERVER_HEADER_H
#define SERVER_HEADER_H

#include <stdbool.h>

#include "core/arena.h"

enum { PREFER_WAIT_UNSET = -1 };

/* Prefer (RFC 7240): what we know of it. The first of equal preferences counts, unknown and malformed ones do not. */
struct prefer {
    bool respond_async;
    int wait_s;                    /* PREFER_WAIT_UNSET, else ≥ 0; huge numbers become INT_MAX */
};

/* `value` may be NULL. */
void prefer_parse(const char *value, struct prefer *out);

/* A request id that we take over: 8–64 of A-Z a-z 0-9 . _ - */
bool request_id_is_valid(const char *text);

/* Idempotency-Key: 1–255 visible ASCII characters, bare or as a quoted string (RFC 8941), whose quotes go. False when the
 * value is none. */
enum { IDEMPOTENCY_KEY_SIZE = 256 };
bool idempotency_key_parse(const char *value, char out[IDEMPOTENCY_KEY_SIZE]);

/* "application/json" with or without parameters; also application/…+json. NULL is not. */
bool media_type_is_json(const char *content_type);

/* Content-Disposition (RFC 6266) that saves a file under `name`, which may be any UTF-8: an ASCII fallback in quotes
 * and filename*. Slashes and control characters become "_", and of the part before the extension at most
 * DISPOSITION_STEM_MAX bytes are kept, so that the header always fits beside the others. In the arena. */
enum { DISPOSITION_STEM_MAX = 180 };
const char *disposition_attachment(struct arena *a, const char *name);

#endif
