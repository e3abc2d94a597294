/* UTF-8 and percent-encoding, for what goes into and comes out of URLs and headers. */
#ifndef SERVER_TEXT_H
#define SERVER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool utf8_is_valid(const char *text, size_t len);

/* The largest n ≤ `max` such that the first n bytes of valid UTF-8 end with a whole character. */
size_t utf8_cut(const char *text, size_t max);

/* Everything but RFC 3986's unreserved characters and those of `also` becomes %XX. In the arena. */
char *percent_encode(struct arena *a, const char *text, const char *also);

/* Value of a hexadecimal digit, or -1. */
int hex_value(char c);

#endif
