#include "sound/spectrogram.h"

#include <kiss_fft.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sound/picture.h"
#include "sound/render.h"
#include "sound/scratch.h"

enum { WINDOW = 8192, BINS = WINDOW / 2, LEFT = 56, TOP = 36, SCALE_WIDTH = 14 };

static const double lowest_hz = 30, highest_hz = 20000;
static const double floor_db = -100, top_db = -16; /* the ends of the colours */

/* Black through violet and orange to pale yellow, even in lightness: nine points of "magma" (van der Walt and Smith 2015,
 * CC0). */
static const struct colour scale[] = {
    { 0, 0, 4 },      { 28, 16, 68 },   { 79, 18, 123 },   { 129, 37, 129 },  { 181, 54, 122 },
    { 229, 80, 100 }, { 251, 135, 97 }, { 254, 194, 135 }, { 252, 253, 191 },
};
/* A step is a dB, which nobody sees; with 256 colours the file is twice as long. */
enum { SCALE_POINTS = sizeof(scale) / sizeof(scale[0]), COLOURS = 85 };

/* Which bins a row shows: first … last, or a place between `first` and the next. */
struct row {
    int first, last;
    double between;
};

struct spectrogram {
    int pcm_fd;
    int64_t frames;
    int done; /* columns */
    kiss_fft_cfg plan;
    float window[WINDOW];
    kiss_fft_cpx in[WINDOW], out[WINDOW];
    int32_t pcm[2 * WINDOW];
    double power[BINS];
    struct row rows[SPECTROGRAM_ROWS];
    unsigned char levels[SPECTROGRAM_COLUMNS][SPECTROGRAM_ROWS]; /* of COLOURS */
};

static void rows_init(struct row rows[SPECTROGRAM_ROWS])
{
    const double bin_hz = (double)RENDER_RATE_HZ / WINDOW, step = pow(highest_hz / lowest_hz, 0.5 / SPECTROGRAM_ROWS);

    for (int i = 0; i < SPECTROGRAM_ROWS; i++) {
        double at = spectrogram_row_hz(i) / bin_hz;

        rows[i] = (struct row){ .first = (int)(at / step), .last = (int)ceil(at * step) };
        if (at * step - at / step < 1)
            rows[i] = (struct row){ .first = (int)at, .last = (int)at, .between = at - floor(at) };
    }
}

struct spectrogram *spectrogram_new(int pcm_fd, int64_t frames, struct error *e)
{
    struct spectrogram *s = calloc(1, sizeof(*s));

    if (s != NULL)
        s->plan = kiss_fft_alloc(WINDOW, 0, NULL, NULL);
    if (s == NULL || s->plan == NULL) {
        free(s);
        error_set(e, ERROR_UNAVAILABLE, "no memory for the spectrogram");
        return NULL;
    }
    s->pcm_fd = pcm_fd;
    s->frames = frames;
    rows_init(s->rows);
    for (int i = 0; i < WINDOW; i++)
        s->window[i] = (float)(0.5 - 0.5 * cos(2 * M_PI * i / WINDOW));
    return s;
}

void spectrogram_free(struct spectrogram *s)
{
    if (s == NULL)
        return;
    kiss_fft_free(s->plan);
    free(s);
}

double spectrogram_row_hz(int row)
{
    return highest_hz * pow(lowest_hz / highest_hz, (row + 0.5) / SPECTROGRAM_ROWS);
}

/* Both channels in one transform, as real and imaginary part: |X(k)|² + |X(-k)|² = 2 (|L(k)|² + |R(k)|²). */
static bool window_transform(struct spectrogram *s, int64_t middle, struct error *e)
{
    int64_t start = middle - WINDOW / 2, from = start < 0 ? 0 : start;
    int64_t until = start + WINDOW < s->frames ? start + WINDOW : s->frames;
    const size_t frame_bytes = 2 * sizeof(*s->pcm);
    const double full_scale = 4.0 * (WINDOW / 4.0) * (WINDOW / 4.0);

    memset(s->pcm, 0, sizeof(s->pcm));
    if (until > from && !scratch_read(s->pcm_fd, s->pcm + 2 * (from - start), (size_t)(until - from) * frame_bytes,
                                      from * (int64_t)frame_bytes, e))
        return false;
    for (int i = 0; i < WINDOW; i++) {
        float weight = s->window[i] / 2147483648.0f;

        s->in[i].r = (float)s->pcm[2 * i] * weight;
        s->in[i].i = (float)s->pcm[2 * i + 1] * weight;
    }
    kiss_fft(s->plan, s->in, s->out);
    for (int k = 1; k < BINS; k++) {
        kiss_fft_cpx a = s->out[k], b = s->out[WINDOW - k];

        s->power[k] = (double)(a.r * a.r + a.i * a.i + b.r * b.r + b.i * b.i) / full_scale;
    }
    return true;
}

static double decibels(double power)
{
    return 10 * log10(power + 1e-15);
}

/* The strongest bin of the row; where bins are wider than rows, what lies between them. */
static double row_level(const struct spectrogram *s, int row)
{
    const struct row *r = &s->rows[row];
    double greatest = 0;

    if (r->last <= r->first) {
        double a = decibels(s->power[r->first]), b = decibels(s->power[r->first + 1]);

        return a + (b - a) * r->between;
    }
    for (int i = r->first; i <= r->last; i++)
        greatest = s->power[i] > greatest ? s->power[i] : greatest;
    return decibels(greatest);
}

bool spectrogram_step(struct spectrogram *s, struct error *e)
{
    if (!window_transform(s, (2 * s->done + 1) * s->frames / (2 * SPECTROGRAM_COLUMNS), e))
        return false;
    for (int row = 0; row < SPECTROGRAM_ROWS; row++) {
        double share = (row_level(s, row) - floor_db) / (top_db - floor_db);

        share = share < 0 ? 0 : share > 1 ? 1 : share;
        s->levels[s->done][row] = (unsigned char)(share * (COLOURS - 1) + 0.5);
    }
    s->done++;
    return true;
}

bool spectrogram_is_done(const struct spectrogram *s)
{
    return s->done == SPECTROGRAM_COLUMNS;
}

double spectrogram_level_db(const struct spectrogram *s, int column, int row)
{
    return floor_db + (top_db - floor_db) * s->levels[column][row] / (COLOURS - 1);
}

static struct colour colour_of(int level)
{
    double at = (double)level / (COLOURS - 1) * (SCALE_POINTS - 1);
    int i = (int)at < SCALE_POINTS - 2 ? (int)at : SCALE_POINTS - 2;

    return colour_between(scale[i], scale[i + 1], at - i);
}

static void sound_draw(struct canvas *c, const struct picture_area *area, const struct spectrogram *s)
{
    struct colour colours[COLOURS];

    for (int i = 0; i < COLOURS; i++)
        colours[i] = colour_of(i);
    for (int row = 0; row < SPECTROGRAM_ROWS; row++)
        for (int column = 0; column < SPECTROGRAM_COLUMNS; column++)
            c->pixels[(area->top + row) * c->width + area->left + column] = colours[s->levels[column][row]];
}

static void frequencies_draw(struct canvas *c, const struct picture_area *area)
{
    static const struct {
        double hz;
        const char *text;
    } labels[] = {
        { 50, "50" },     { 100, "100" },   { 200, "200" },     { 500, "500" }, { 1000, "1k" },
        { 2000, "2k" },   { 5000, "5k" },   { 10000, "10k" },   { 20000, "20k" },
    };
    const struct colour white = { 255, 255, 255 };

    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        int y = area->top + (int)lrint(log(highest_hz / labels[i].hz) / log(highest_hz / lowest_hz) * area->height);

        canvas_fill(c, area->left, y, area->width, 1, white, 0.07);
        canvas_fill(c, area->left - 5, y, 5, 1, picture_line, 1);
        canvas_text(c, area->left - 10, y + 5, 1, labels[i].text, picture_dim);
    }
    canvas_text(c, area->left - 10, area->top + area->height + 20, 1, "Hz", picture_dim);
}

static void scale_draw(struct canvas *c, const struct picture_area *area)
{
    int left = area->left + area->width + 20;

    for (int y = 0; y < area->height; y++)
        canvas_fill(c, left, area->top + y, SCALE_WIDTH, 1,
                    colour_of((COLOURS - 1) * (area->height - 1 - y) / (area->height - 1)), 1);
    for (int db = -20; db >= floor_db; db -= 20) {
        int y = area->top + (int)lrint((top_db - db) / (top_db - floor_db) * (area->height - 1));
        char text[16];

        snprintf(text, sizeof(text), "-%d", -db);
        canvas_fill(c, left + SCALE_WIDTH, y, 4, 1, picture_line, 1);
        canvas_text(c, left + SCALE_WIDTH + 8, y + 5, -1, text, picture_dim);
    }
    canvas_text(c, left + SCALE_WIDTH + 8, area->top + area->height + 20, -1, "dB", picture_dim);
}

bool spectrogram_write(const struct spectrogram *s, const struct score *score, struct part_file *to,
                       struct error *e)
{
    const struct picture_area area = { LEFT, TOP, SPECTROGRAM_COLUMNS, SPECTROGRAM_ROWS };
    struct canvas c;
    bool ok;

    if (!canvas_init(&c, SPECTROGRAM_WIDTH, SPECTROGRAM_HEIGHT, picture_ground, e))
        return false;
    sound_draw(&c, &area, s);
    frequencies_draw(&c, &area);
    scale_draw(&c, &area);
    picture_marks_draw(&c, &area, score, (double)s->frames / RENDER_RATE_HZ);
    ok = canvas_write(&c, to, e);
    canvas_finish(&c);
    return ok;
}
