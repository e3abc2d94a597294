/* The comma-separated lists of other names in the tables of this layer. */
#ifndef THEORY_ALIASES_H
#define THEORY_ALIASES_H

#include <stdbool.h>

/* Whether `text` is one of the words of `list`, exactly. An empty text never is. */
bool aliases_have(const char *list, const char *text);

#endif
