#include "band/groove_vary.h"

#include <string.h>

enum { LINES_MAX = 33, LAYER_BARS = 8, VARIED_BARS = 8 };

#define COLOUR_SHARE 0.7 /* of the amount: how often a bar's percussion changes */

struct drum_line {
    const struct drum_voice *voice;
    char steps[STEPS_BAR_MAX + 1]; /* of the bar at hand */
    int count;
    bool is_written;               /* in the pattern */
    char *text;                    /* what is written so far */
    size_t len;
};

static struct drum_line *line_of(struct drum_line *lines, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(lines[i].voice->name, name) == 0)
            return &lines[i];
    return NULL;
}

/* A place off the beat, after the first beat. */
static int offbeat_draw(struct random *random, int count)
{
    int beat = count % 4 == 0 ? count / 4 : 3, at;

    do
        at = random_between(random, count / 4, count - 1);
    while (beat > 1 && at % beat == 0);
    return beat > 1 ? at : count - 1;
}

static void kick_vary(struct drum_line *kick, const struct drum_line *snare, struct random *random)
{
    int at = offbeat_draw(random, kick->count);

    if (kick->steps[at] != '.') {
        kick->steps[at] = '.';
        return;
    }
    if (kick->steps[at - 1] == '.' &&
        (snare == NULL || snare->count != kick->count || strchr(".g", snare->steps[at]) != NULL))
        kick->steps[at] = '5';
}

static void ghost_vary(struct drum_line *snare, struct random *random)
{
    int at = offbeat_draw(random, snare->count);

    if (strchr("g23", snare->steps[at]) != NULL)
        snare->steps[at] = '.';
    else if (snare->steps[at] == '.' && (at + 1 >= snare->count || strchr(".g", snare->steps[at + 1]) != NULL))
        snare->steps[at] = 'g';
}

/* A drum or piece of percussion that colours, where nothing keeps time: one stroke off the beat moves by a
 * step into silence, grows faint, or a faint one comes. */
static void colour_vary(struct drum_line *line, struct random *random)
{
    int at = offbeat_draw(random, line->count), to = at + (random_chance(random, 0.5) ? 1 : -1);

    if (line->steps[at] == '.') {
        if (line->steps[at - 1] == '.' && at + 1 < line->count && line->steps[at + 1] == '.')
            line->steps[at] = '3';
    } else if (to < line->count && line->steps[to] == '.' && line->steps[at] <= '6') {
        line->steps[to] = line->steps[at];
        line->steps[at] = '.';
    } else if (line->steps[at] > '3' && line->steps[at] <= '9') {
        line->steps[at] = (char)(line->steps[at] - 2);
    }
}

static bool colours(const struct drum_line *line)
{
    return line->is_written && line->count >= 8 && (line->voice->rank == 3 || strcmp(line->voice->name, "triangle") == 0 ||
                                                    strcmp(line->voice->name, "shaker") == 0);
}

/* Whether a voice keeps time, so that the others can be left alone. */
static bool keeps_time(const struct drum_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (lines[i].is_written && lines[i].voice->rank == 2)
            return true;
    return false;
}

static void bar_vary(struct drum_line *lines, size_t count, int bar, double amount, struct random *random)
{
    struct drum_line *kick = line_of(lines, count, "kick"), *snare = line_of(lines, count, "snare");
    struct drum_line *hat = line_of(lines, count, "hat"), *open = line_of(lines, count, "open");
    bool has_ghosts = snare != NULL && strpbrk(snare->steps, "g23") != NULL;

    if (kick != NULL && kick->count >= 8 && random_chance(random, amount * (bar % 2 == 1 ? 0.7 : 0.3)))
        kick_vary(kick, snare, random);
    if (snare != NULL && snare->count >= 8 && random_chance(random, amount * (has_ghosts ? 0.8 : 0.25)))
        ghost_vary(snare, random);
    if (bar % 4 == 3 && hat != NULL && hat->count >= 8 && random_chance(random, amount)) {
        int at = hat->count - hat->count / 8; /* the last off-beat eighth */

        if (open != NULL && open->count == hat->count && hat->steps[at] != '.') {
            hat->steps[at] = '.';
            open->steps[at] = '6';
        }
    }
    /* Every other bar, so that there is something to vary from. */
    for (size_t i = 0; i < count && bar % 2 == 1 && !keeps_time(lines, count); i++)
        if (colours(&lines[i]) && random_chance(random, amount * COLOUR_SHARE))
            colour_vary(&lines[i], random);
}

static size_t lines_begin(struct drum_line *work, const char *const *lines, size_t count, const char **texts,
                          int bars, struct arena *a)
{
    size_t used = 0;
    bool has_open = false, has_hat = false;

    for (size_t i = 0; i < count && used + 1 < LINES_MAX; i++) {
        work[used] = (struct drum_line){ .voice = drum_voice_read(lines[i], &texts[used]) };
        if (work[used].voice == NULL)
            continue;
        work[used].is_written = true;
        has_open |= strcmp(work[used].voice->name, "open") == 0;
        has_hat |= strcmp(work[used].voice->name, "hat") == 0;
        used++;
    }
    if (has_hat && !has_open) { /* a line for the open hats that variation may bring */
        const char *unused;

        work[used] = (struct drum_line){ .voice = drum_voice_read("open:", &unused) };
        texts[used++] = "";
    }
    for (size_t i = 0; i < used; i++)
        work[i].text = arena_alloc(a, 16 + (size_t)bars * (STEPS_BAR_MAX + 1));
    return used;
}

static void bar_write(struct drum_line *line, int bar)
{
    if (bar == 0) {
        line->len = strlen(line->voice->name);
        memcpy(line->text, line->voice->name, line->len);
        memcpy(line->text + line->len, ": ", 3);
        line->len += 2;
    } else {
        line->text[line->len++] = '|';
    }
    memcpy(line->text + line->len, line->steps, (size_t)line->count + 1);
    line->len += (size_t)line->count;
}

/* A voice that keeps time or colours, and rests for some bars of the cycle. */
struct layer {
    const struct drum_voice *voice; /* NULL: none */
    int from, to;                   /* bars, 0-based, `to` not included */
};

static struct layer layer_draw(const struct drum_line *lines, size_t count, int bars, struct random *random)
{
    const struct drum_voice *able[LINES_MAX];
    struct layer out = { .voice = NULL };
    size_t found = 0;
    int half = bars / 2;

    for (size_t i = 0; i < count; i++)
        if ((lines[i].voice->rank == 2 || lines[i].voice->rank == 5) && lines[i].is_written)
            able[found++] = lines[i].voice;
    if (bars < LAYER_BARS || found < 2)
        return out;
    out.voice = able[random_between(random, 0, (int)found - 1)];
    out.from = random_chance(random, 0.6) ? 0 : half;
    out.to = out.from + (random_chance(random, 0.5) ? half : half / 2);
    return out;
}

static void layer_rest(struct drum_line *lines, size_t count, const struct layer *layer, int bar)
{
    for (size_t i = 0; i < count && bar >= layer->from && bar < layer->to; i++)
        if (lines[i].voice == layer->voice)
            memset(lines[i].steps, '.', (size_t)lines[i].count);
}

void groove_vary(const char *const *lines, size_t count, int bars, const struct variety *variety,
                 struct random *random, struct arena *a, const char ***out, size_t *out_count)
{
    struct drum_line work[LINES_MAX];
    const char *texts[LINES_MAX];
    size_t used = lines_begin(work, lines, count, texts, bars, a);
    struct layer layer = { .voice = NULL };
    struct random again;

    if (variety->layers)
        layer = layer_draw(work, used, bars, random);
    again = *random;

    for (int bar = 0; bar < bars; bar++) {
        const struct drum_line *hat = line_of(work, used, "hat");

        for (size_t i = 0; i < used; i++) {
            work[i].count = steps_copy(texts[i], (size_t)bar, work[i].steps);
            if (work[i].count == 0 && hat != NULL) { /* the empty line for open hats */
                work[i].count = hat->count;
                memset(work[i].steps, '.', (size_t)hat->count);
                work[i].steps[hat->count] = '\0';
            }
        }
        if (bar == VARIED_BARS)
            *random = again; /* the same changes once more */
        if (bar % VARIED_BARS > 0)
            bar_vary(work, used, bar, variety->amount, random);
        layer_rest(work, used, &layer, bar);
        for (size_t i = 0; i < used; i++)
            bar_write(&work[i], bar);
    }
    *out = ARENA_ARRAY(a, const char *, used);
    *out_count = 0;
    for (size_t i = 0; i < used; i++)
        if (strpbrk(strchr(work[i].text, ':'), "123456789xXog") != NULL)
            (*out)[(*out_count)++] = work[i].text;
}

static const char *bar_text(const char *text, int index, size_t *len)
{
    for (int i = index % (int)steps_bars(text); i > 0; i--)
        text = strchr(text, '|') + 1;
    *len = strcspn(text, "|");
    return text;
}

const char *groove_alternate(const char *main, const char *other, int bars, struct arena *a)
{
    size_t at = 0;
    char *out;

    if (other == NULL)
        return main;
    out = arena_alloc(a, (strlen(main) + strlen(other) + 1) * (size_t)bars + 1);
    for (int bar = 0; bar < bars; bar++) {
        size_t len;
        const char *text = bar_text(bar % 4 == 3 ? other : main, bar, &len);

        if (bar > 0)
            out[at++] = '|';
        memcpy(out + at, text, len);
        at += len;
    }
    return out;
}

const char *groove_fit(const char *line, int bars, struct arena *a)
{
    const char *colon = strchr(line, ':'), *text = colon != NULL ? colon + 1 : line;
    int own = (int)steps_bars(text);
    size_t at = (size_t)(text - line);
    char *out = arena_alloc(a, at + (strlen(text) + 1) * (size_t)bars + 1);

    memcpy(out, line, at);
    for (int bar = 0; bar < bars; bar++) {
        size_t len;
        int taken = bars < own ? own - bars + bar : ((bar + 1) * own + bars - 1) / bars - 1;
        const char *from = bar_text(text, taken, &len);

        if (bar > 0)
            out[at++] = '|';
        memcpy(out + at, from, len);
        at += len;
    }
    out[at] = '\0';
    return out;
}

/* The bar's steps from `from` on, each followed by a rest. */
static void stretch(const char *bar, int count, int from, char *out)
{
    for (int i = 0; i < count; i++)
        out[i] = i % 2 == 0 ? bar[from + i / 2] : '.';
}

const char *groove_feel(const char *line, bool half, struct arena *a)
{
    const char *text;
    const struct drum_voice *voice = drum_voice_read(line, &text);
    char bar[STEPS_BAR_MAX + 1], *out, *at;
    size_t bars;

    if (voice == NULL || voice->rank > 1)
        return line;
    bars = steps_bars(text);
    out = at = arena_alloc(a, strlen(voice->name) + 2 + 2 * bars * (STEPS_BAR_MAX + 1) + 1);
    at += strlen(voice->name);
    memcpy(out, voice->name, (size_t)(at - out));
    *at++ = ':';
    for (size_t i = 0; i < bars; i++) {
        int count = steps_copy(text, i, bar);

        if (count % 4 != 0)
            return line;
        if (half) {
            stretch(bar, count, 0, at);
            at[count] = '|';
            stretch(bar, count, count / 2, at + count + 1);
            at += 2 * count + 1;
        } else {
            for (int k = 0; k < count; k++)
                at[k] = bar[2 * k % count];
            at += count;
        }
        *at++ = i + 1 < bars ? '|' : '\0';
    }
    return out;
}
