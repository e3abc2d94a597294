/* The letters of the pictures: Latin-1. */
#ifndef SOUND_GLYPHS_H
#define SOUND_GLYPHS_H

#include <stdint.h>

enum { GLYPH_COUNT = 191, GLYPH_ASCENT = 11 };

struct glyph {
    uint32_t code;      /* Unicode; ascending */
    int advance;        /* pixels to the next letter's origin */
    int left, top;      /* from the origin on the base line to the corner of the picture */
    int width, height;
    const char *levels; /* a hexadecimal digit a pixel */
};
extern const struct glyph glyphs[GLYPH_COUNT];

#endif
