/* A picture in memory, RGB, that becomes a PNG file (libpng). Drawing beyond the edges is cut off. */
#ifndef SOUND_CANVAS_H
#define SOUND_CANVAS_H

#include "sound/part_file.h"

struct colour {
    unsigned char red, green, blue;
};

struct canvas {
    int width, height;
    struct colour *pixels; /* row by row from the top */
};

/* False with ERROR_UNAVAILABLE when out of memory. */
bool canvas_init(struct canvas *c, int width, int height, struct colour ground, struct error *e);
void canvas_finish(struct canvas *c);

/* `opacity` 0 … 1. */
void canvas_fill(struct canvas *c, int x, int y, int width, int height, struct colour colour, double opacity);

/* A bar one pixel wide from `top` to `bottom`, whose ends may lie between pixels. */
void canvas_bar(struct canvas *c, int x, double top, double bottom, struct colour colour);

/* The colour between two, `share` 0 … 1 of the way. */
struct colour colour_between(struct colour a, struct colour b, double share);

/* UTF-8, of which Latin-1 can be drawn; `y` is the base line. `align` -1: begins at x, 0: around it, 1: ends there. */
void canvas_text(struct canvas *c, int x, int y, int align, const char *text, struct colour colour);
int canvas_text_width(const char *text); /* pixels */

/* Writes it as PNG without the time of day. ERROR_IO, ERROR_STORAGE, ERROR_UNAVAILABLE. */
bool canvas_write(const struct canvas *c, struct part_file *to, struct error *e);

#endif
