/*
 * Writes XML 1.0 in UTF-8 into an arena. Text and attributes may be anything: markup is escaped, characters that XML
 * cannot hold (most control characters, U+FFFE, U+FFFF) are left out, bytes that are no UTF-8 become U+FFFD. Names of
 * elements and attributes are the caller's own and are written as they are. Elements down to `line_depth` begin a line.
 */
#ifndef FORMATS_XML_H
#define FORMATS_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"

enum { XML_DEPTH_MAX = 16 };

struct xml {
    struct arena *arena;
    char *text;
    size_t len, cap;
    const char *names[XML_DEPTH_MAX];
    int depth, line_depth;
    bool is_tag_open; /* "<name" is written, attributes may follow */
    bool has_ended;   /* an element ended last */
};

/* Begins a document; `doctype` (may be NULL) is what stands after "<!DOCTYPE ". */
void xml_init(struct xml *x, struct arena *a, int line_depth, const char *doctype);

void xml_begin(struct xml *x, const char *name);
void xml_attribute(struct xml *x, const char *name, const char *value); /* right after xml_begin */
void xml_attribute_int(struct xml *x, const char *name, int value);
void xml_text(struct xml *x, const char *text);
void xml_end(struct xml *x); /* the element begun last */

void xml_empty(struct xml *x, const char *name);
void xml_leaf(struct xml *x, const char *name, const char *text);
void xml_leaf_int(struct xml *x, const char *name, int value);
void xml_leaf_real(struct xml *x, const char *name, double value); /* two decimals at most */

/* The document, ended by 0, once every element has ended. *len may be NULL. */
const char *xml_finish(struct xml *x, size_t *len);

#endif
