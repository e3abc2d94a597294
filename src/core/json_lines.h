/* Where in a JSON text a JSON pointer's value stands, so that complaints about a file can name the line. */
#ifndef CORE_JSON_LINES_H
#define CORE_JSON_LINES_H

#include <stddef.h>

/* The line, from 1, on which the value of `pointer` (RFC 6901) begins in `text`, which json_read has accepted. When the
 * pointer leads to nothing, that of the nearest value above it. */
size_t json_line_of(const char *text, size_t len, const char *pointer);

#endif
