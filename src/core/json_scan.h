/* Well-formedness by RFC 8259 and UTF-8, checked before json-c sees the text: json-c accepts duplicate keys, single quotes,
 * NaN, raw control characters, overlong UTF-8 and surrogates. */
#ifndef CORE_JSON_SCAN_H
#define CORE_JSON_SCAN_H

#include <stddef.h>

#include "core/error.h"

/* True when text[0 … len) is one JSON value, at most `depth` deep, without duplicate or NUL-holding keys. Otherwise
 * ERROR_INPUT with line and column. */
bool json_scan(const char *text, size_t len, int depth, struct error *e);

#endif
