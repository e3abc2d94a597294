#include "sound/picture.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const struct colour picture_ground = { 0x12, 0x15, 0x1b }, picture_panel = { 0x18, 0x1c, 0x24 },
                    picture_line = { 0x5a, 0x64, 0x74 }, picture_dim = { 0x86, 0x90, 0xa0 },
                    picture_text = { 0xd6, 0xdc, 0xe6 };

enum { NAME_GAP = 8, NAME_BASE = 11, TICK = 5, TIME_BASE = 20, LABEL_SPACE = 90 };

static int x_of(const struct picture_area *area, double seconds, double of)
{
    int x = area->left + (int)lrint(seconds / of * area->width);

    return x < area->left + area->width ? x : area->left + area->width;
}

static int marker_x(const struct picture_area *area, const struct score *score, size_t i, double seconds)
{
    return i < score->marker_count ? x_of(area, score_seconds(score, score->markers[i].tick), seconds)
                                   : area->left + area->width;
}

void picture_panel_draw(struct canvas *c, const struct picture_area *area, const struct score *score, double seconds)
{
    const struct colour white = { 255, 255, 255 };

    canvas_fill(c, area->left, area->top, area->width, area->height, picture_panel, 1);
    for (size_t i = 1; i < score->marker_count; i += 2) {
        int from = marker_x(area, score, i, seconds), to = marker_x(area, score, i + 1, seconds);

        canvas_fill(c, from, area->top, to - from, area->height, white, 0.03);
    }
}

/* "Pre-Chorus 2" in a narrow place: "P2". */
static void initials(const char *name, char *out, size_t size)
{
    size_t len = 0;

    for (size_t i = 0; name[i] != '\0' && len + 1 < size; i++)
        if (i == 0 || isdigit((unsigned char)name[i]))
            out[len++] = name[i];
    out[len] = '\0';
}

static void sections_draw(struct canvas *c, const struct picture_area *area, const struct score *score,
                          double seconds)
{
    for (size_t i = 0; i < score->marker_count; i++) {
        int x = marker_x(area, score, i, seconds), room = marker_x(area, score, i + 1, seconds) - x - NAME_GAP;
        const char *name = score->markers[i].text;
        char brief[8];

        if (room + NAME_GAP <= 0)
            continue;
        if (i > 0)
            canvas_fill(c, x, area->top - NAME_BASE - 8, 1, area->height + NAME_BASE + 8, picture_line, 0.8);
        initials(name, brief, sizeof(brief));
        if (canvas_text_width(name) > room)
            name = brief;
        if (canvas_text_width(name) <= room)
            canvas_text(c, x + NAME_GAP / 2 + 1, area->top - NAME_BASE + 3, -1, name, picture_text);
    }
}

/* The shortest of the usual steps at which the labels do not crowd. */
static double time_step(double seconds, int width)
{
    static const double steps[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300 };
    size_t i = 0;

    while (i + 1 < sizeof(steps) / sizeof(steps[0]) && steps[i] / seconds * width < LABEL_SPACE)
        i++;
    return steps[i];
}

static void time_draw(struct canvas *c, const struct picture_area *area, double seconds)
{
    double step = time_step(seconds, area->width);
    int bottom = area->top + area->height;

    for (int i = 0; i * step <= seconds; i++) {
        int x = x_of(area, i * step, seconds), t = (int)lrint(i * step);
        char text[16];

        snprintf(text, sizeof(text), "%d:%02d", t / 60, t % 60);
        canvas_fill(c, x, bottom, 1, TICK, picture_line, 1);
        canvas_text(c, x, bottom + TIME_BASE, i == 0 ? -1 : x + 20 > c->width ? 1 : 0, text, picture_dim);
    }
}

void picture_marks_draw(struct canvas *c, const struct picture_area *area, const struct score *score, double seconds)
{
    sections_draw(c, area, score, seconds);
    time_draw(c, area, seconds);
}
