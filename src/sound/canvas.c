#include "sound/canvas.h"

#include <math.h>
#include <png.h>
#include <stdlib.h>

#include "core/yield.h"
#include "sound/glyphs.h"

enum { PNG_EFFORT = 2 }; /* of zlib's 9; more and prediction filters help photographs, not these */

bool canvas_init(struct canvas *c, int width, int height, struct colour ground, struct error *e)
{
    *c = (struct canvas){ .width = width, .height = height };
    c->pixels = malloc((size_t)width * (size_t)height * sizeof(*c->pixels));
    if (c->pixels == NULL)
        return error_set(e, ERROR_UNAVAILABLE, "no memory for a picture");
    for (int i = 0; i < width * height; i++)
        c->pixels[i] = ground;
    return true;
}

void canvas_finish(struct canvas *c)
{
    free(c->pixels);
    c->pixels = NULL;
}

struct colour colour_between(struct colour a, struct colour b, double share)
{
    return (struct colour){ (unsigned char)lrint(a.red + (b.red - a.red) * share),
                            (unsigned char)lrint(a.green + (b.green - a.green) * share),
                            (unsigned char)lrint(a.blue + (b.blue - a.blue) * share) };
}

static void blend(struct canvas *c, int x, int y, struct colour colour, double opacity)
{
    struct colour *at;

    if (x < 0 || y < 0 || x >= c->width || y >= c->height || opacity <= 0)
        return;
    at = &c->pixels[y * c->width + x];
    *at = opacity >= 1 ? colour : colour_between(*at, colour, opacity);
}

void canvas_fill(struct canvas *c, int x, int y, int width, int height, struct colour colour, double opacity)
{
    for (int row = y; row < y + height; row++)
        for (int column = x; column < x + width; column++)
            blend(c, column, row, colour, opacity);
}

void canvas_bar(struct canvas *c, int x, double top, double bottom, struct colour colour)
{
    for (int y = (int)floor(top); y < bottom; y++)
        blend(c, x, y, colour, fmin(y + 1, bottom) - fmax(y, top));
}

/* The next character of UTF-8; what is no such is skipped byte by byte. */
static uint32_t next_code(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    int more = at[0] >= 0xf0 ? 3 : at[0] >= 0xe0 ? 2 : at[0] >= 0xc0 ? 1 : 0;
    uint32_t code = more == 0 ? at[0] : at[0] & (0x3fu >> more);

    (*text)++;
    for (int i = 0; i < more && ((unsigned char)**text & 0xc0) == 0x80; i++, (*text)++)
        code = code << 6 | ((unsigned char)**text & 0x3f);
    return code;
}

static const struct glyph *glyph_find(uint32_t code)
{
    for (int i = 0; i < GLYPH_COUNT; i++)
        if (glyphs[i].code == code)
            return &glyphs[i];
    return code == '?' ? NULL : glyph_find('?');
}

int canvas_text_width(const char *text)
{
    int width = 0;

    while (*text != '\0')
        width += glyph_find(next_code(&text))->advance;
    return width;
}

static int level_of(char digit)
{
    return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

void canvas_text(struct canvas *c, int x, int y, int align, const char *text, struct colour colour)
{
    x -= align > 0 ? canvas_text_width(text) : align == 0 ? canvas_text_width(text) / 2 : 0;
    while (*text != '\0') {
        const struct glyph *g = glyph_find(next_code(&text));

        for (int i = 0; i < g->width * g->height; i++)
            blend(c, x + g->left + i % g->width, y - g->top + i / g->width, colour, level_of(g->levels[i]) / 15.0);
        x += g->advance;
    }
}

/* Where libpng puts its bytes. */
struct sink {
    struct part_file *to;
    int64_t at;
};

static void sink_put(png_structp png, png_bytep data, png_size_t bytes)
{
    struct sink *sink = png_get_io_ptr(png);

    part_file_put(sink->to, data, bytes, sink->at);
    sink->at += (int64_t)bytes;
}

static void sink_flush(png_structp png)
{
    (void)png;
}

bool canvas_write(const struct canvas *c, struct part_file *to, struct error *e)
{
    struct sink sink = { to, 0 };
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png != NULL ? png_create_info_struct(png) : NULL;

    if (info == NULL || setjmp(png_jmpbuf(png)) != 0) { /* libpng's way to say that memory ran out */
        png_destroy_write_struct(&png, &info);
        return error_set(e, ERROR_UNAVAILABLE, "no memory for a picture");
    }
    png_set_write_fn(png, &sink, sink_put, sink_flush);
    png_set_compression_level(png, PNG_EFFORT);
    png_set_IHDR(png, info, (png_uint_32)c->width, (png_uint_32)c->height, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_filter(png, 0, PNG_FILTER_NONE);
    png_write_info(png, info);
    for (int y = 0; y < c->height; y++) {
        png_write_row(png, (png_const_bytep)&c->pixels[y * c->width]);
        yield_when_due();
    }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return part_file_check(to, e);
}
