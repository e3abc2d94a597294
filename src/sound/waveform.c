#include "sound/waveform.h"

#include <math.h>
#include <string.h>

#include "sound/picture.h"
#include "sound/render.h"

static const struct colour peak_colour = { 0x2b, 0x6f, 0x96 }, rms_colour = { 0x8e, 0xd6, 0xf4 },
                           middle_colour = { 0x0e, 0x11, 0x16 };

void waveform_init(struct waveform *w, int64_t frames)
{
    memset(w, 0, sizeof(*w));
    w->frames = frames;
}

void waveform_add(struct waveform *w, const int32_t *pcm, int64_t at, int frames)
{
    for (int i = 0; i < frames;) {
        int64_t column = (at + i) * WAVEFORM_COLUMNS / w->frames;
        int64_t end = ((column + 1) * w->frames + WAVEFORM_COLUMNS - 1) / WAVEFORM_COLUMNS - at;
        int until = end < frames ? (int)end : frames;
        int32_t least = w->columns[column].least, greatest = w->columns[column].greatest;
        double squares = 0;

        w->columns[column].count += until - i;
        for (; i < until; i++)
            for (int c = 0; c < 2; c++) {
                int32_t sample = pcm[2 * i + c];
                double value = sample / 2147483648.0;

                least = sample < least ? sample : least;
                greatest = sample > greatest ? sample : greatest;
                squares += value * value;
            }
        w->columns[column].least = least;
        w->columns[column].greatest = greatest;
        w->columns[column].squares += squares;
    }
}

bool waveform_write(const struct waveform *w, const struct score *score, const char *left, const char *right,
                    struct part_file *to, struct error *e)
{
    const struct picture_area area = { WAVEFORM_MARGIN, 36, WAVEFORM_COLUMNS, WAVEFORM_HEIGHT - 36 - 56 };
    const double seconds = (double)w->frames / RENDER_RATE_HZ, middle = area.top + area.height / 2.0;
    const double half = area.height / 2.0 - 4;
    struct canvas c;
    bool ok;

    if (!canvas_init(&c, WAVEFORM_WIDTH, WAVEFORM_HEIGHT, picture_ground, e))
        return false;
    picture_panel_draw(&c, &area, score, seconds);
    for (int i = 0; i < WAVEFORM_COLUMNS; i++) {
        double rms = w->columns[i].count > 0 ? sqrt(w->columns[i].squares / (2 * (double)w->columns[i].count)) : 0;

        canvas_bar(&c, area.left + i, middle - half * w->columns[i].greatest / 2147483648.0 - 0.5,
                   middle - half * w->columns[i].least / 2147483648.0 + 0.5, peak_colour);
        canvas_bar(&c, area.left + i, middle - half * rms, middle + half * rms, rms_colour);
    }
    canvas_fill(&c, area.left, (int)middle, area.width, 1, middle_colour, 0.5);
    picture_marks_draw(&c, &area, score, seconds);
    canvas_text(&c, WAVEFORM_MARGIN, WAVEFORM_HEIGHT - 12, -1, left, picture_dim);
    canvas_text(&c, WAVEFORM_WIDTH - WAVEFORM_MARGIN, WAVEFORM_HEIGHT - 12, 1, right, picture_dim);
    ok = canvas_write(&c, to, e);
    canvas_finish(&c);
    return ok;
}
