#include "formats/notation.h"

#include <string.h>

#include "core/error.h"

const char *const note_type_names[NOTE_TYPE_COUNT] = { "whole", "half", "quarter", "eighth", "16th", "32nd" };

static const struct value {
    int16_t len;
    uint8_t type, dots;
} values[] = {
    { 144, NOTE_WHOLE, 1 },   { 96, NOTE_WHOLE, 0 },   { 72, NOTE_HALF, 1 },   { 48, NOTE_HALF, 0 },
    { 36, NOTE_QUARTER, 1 },  { 24, NOTE_QUARTER, 0 }, { 18, NOTE_EIGHTH, 1 }, { 12, NOTE_EIGHTH, 0 },
    { 9, NOTE_16TH, 1 },      { 6, NOTE_16TH, 0 },     { 3, NOTE_32ND, 0 },
};

enum { BEATS_MAX = BAR_DIVISIONS_MAX / NOTATION_DIVISIONS, LEVEL_BEAT = 2 };

struct writing {
    const struct bar_plan *plan;
    bool triplets[BEATS_MAX]; /* quarters that are divided by three */
    struct symbol *out;
    size_t count;
    int32_t bar_start;
};

static const struct value *value_find(int32_t len)
{
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        if (values[i].len == len)
            return &values[i];
    return NULL;
}

struct bar_plan bar_plan_make(struct metre metre)
{
    struct bar_plan plan = { .metre = metre, .is_compound = metre_find(metre)->is_compound,
                             .len = metre_bar_ticks(metre) / DIVISION_TICKS };

    ASSERT(plan.len <= BAR_DIVISIONS_MAX);
    for (int32_t i = 0; i <= plan.len; i++) {
        double weight = metre_weight(metre, i * DIVISION_TICKS);

        plan.levels[i] = (int8_t)(weight >= 1 ? 4 : weight >= 0.75 ? 3 : weight >= 0.5 ? LEVEL_BEAT :
                                  weight >= 0.25 ? 1 : weight >= 0.125 ? 0 : -1);
    }
    return plan;
}

static int level_at(const struct writing *w, int32_t place)
{
    if (w->triplets[place / NOTATION_DIVISIONS % BEATS_MAX] && place % NOTATION_DIVISIONS != 0)
        return place % 8 == 0 ? 0 : -1;
    return w->plan->levels[place];
}

/* Whether a symbol may hide the place `at` that lies within it. A syncopation by one level is read easily, but not
 * over the middle of a bar by less than a beat, nor over the beat of a compound metre. */
static bool may_cross(const struct writing *w, int32_t start, int32_t end, int32_t at, bool is_rest)
{
    int level = level_at(w, at), from = level_at(w, start), to = level_at(w, end);

    if (is_rest) /* in compound metres a longer rest than an eighth begins on a beat */
        return from >= (w->plan->is_compound && level == 1 ? LEVEL_BEAT : level);
    if (w->plan->is_compound && level >= LEVEL_BEAT)
        return level_at(w, start) >= LEVEL_BEAT && level_at(w, end) >= LEVEL_BEAT;
    if (from >= level || to >= level)
        return true;
    return at - start == end - at && level - (from > to ? from : to) <= 1;
}

/* The value that writes start … end as one symbol; NULL when it takes several. */
static const struct value *value_of(const struct writing *w, int32_t start, int32_t end, bool is_rest)
{
    int32_t first = start / NOTATION_DIVISIONS, last = (end - 1) / NOTATION_DIVISIONS;
    const struct value *v = value_find(end - start);

    if (w->triplets[first])
        return first == last ? value_find((end - start) * 3 / 2) : NULL;
    for (int32_t beat = first; beat <= last; beat++)
        if (w->triplets[beat])
            return NULL;
    if (v == NULL || (is_rest && v->dots > 0 && v->len > 18 && !w->plan->is_compound))
        return NULL;
    for (int32_t at = start + 1; at < end; at++)
        if (!may_cross(w, start, end, at, is_rest))
            return NULL;
    return v;
}

/* The strongest place within; of equals the one that leaves the longer piece at the stronger end. */
static int32_t cut_place(const struct writing *w, int32_t start, int32_t end)
{
    bool takes_last = level_at(w, start) >= level_at(w, end);
    int32_t best = start + 1;

    for (int32_t at = start + 1; at < end; at++) {
        bool is_place = at % 3 == 0 || (w->triplets[at / NOTATION_DIVISIONS] && at % 4 == 0);
        bool was_place = best % 3 == 0 || (w->triplets[best / NOTATION_DIVISIONS] && best % 4 == 0);
        int level = level_at(w, at), before = level_at(w, best);

        if (is_place && (!was_place || level > before || (level == before && takes_last)))
            best = at;
    }
    return best;
}

static void write_span(struct writing *w, int32_t start, int32_t end, const struct stroke *stroke)
{
    const struct value *v = value_of(w, start, end, stroke == NULL);
    struct symbol *s = &w->out[w->count];
    int32_t cut;

    if (v == NULL && end - start > 3) {
        cut = cut_place(w, start, end);
        write_span(w, start, cut, stroke);
        write_span(w, cut, end, stroke);
        return;
    }
    ASSERT(w->count < SYMBOLS_MAX && v != NULL);
    w->count++;
    *s = (struct symbol){ .start = start, .len = end - start, .stroke = stroke, .type = (enum note_type)v->type,
                          .dots = v->dots, .in_triplet = w->triplets[start / NOTATION_DIVISIONS] };
    if (stroke != NULL) {
        s->is_first = w->bar_start + start == stroke->start;
        s->is_tied_back = !s->is_first;
        s->is_tied_on = w->bar_start + end < stroke->end;
    }
}

/* Which quarters of the bar are divided by three: those with an edge that no binary place has. */
static void find_triplets(struct writing *w, const struct voice *v)
{
    for (size_t i = v->next; i < v->count && v->strokes[i].start < w->bar_start + w->plan->len; i++) {
        int32_t edges[] = { v->strokes[i].start - w->bar_start, v->strokes[i].end - w->bar_start };

        for (size_t j = 0; j < 2; j++)
            if (edges[j] > 0 && edges[j] < w->plan->len && edges[j] % 3 != 0)
                w->triplets[edges[j] / NOTATION_DIVISIONS] = true;
    }
}

static void mark_triplets(struct writing *w)
{
    for (size_t i = 0; i < w->count; i++) {
        struct symbol *s = &w->out[i];

        if (!s->in_triplet)
            continue;
        s->starts_triplet = s->start % NOTATION_DIVISIONS == 0;
        s->ends_triplet = (s->start + s->len) % NOTATION_DIVISIONS == 0;
    }
}

size_t notation_bar(struct voice *v, const struct bar_plan *plan, int bar, struct symbol out[SYMBOLS_MAX])
{
    struct writing w = { .plan = plan, .out = out, .bar_start = bar * plan->len };
    int32_t at = 0;

    while (v->next < v->count && v->strokes[v->next].end <= w.bar_start)
        v->next++;
    find_triplets(&w, v);
    for (size_t i = v->next; i < v->count && v->strokes[i].start < w.bar_start + plan->len; i++) {
        const struct stroke *s = &v->strokes[i];
        int32_t start = s->start > w.bar_start ? s->start - w.bar_start : 0, end = s->end - w.bar_start;

        if (start > at)
            write_span(&w, at, start, NULL);
        at = end < plan->len ? end : plan->len;
        write_span(&w, start, at, s);
    }
    if (w.count == 0) {
        out[0] = (struct symbol){ .len = plan->len, .is_bar_rest = true };
        return 1;
    }
    if (at < plan->len)
        write_span(&w, at, plan->len, NULL);
    mark_triplets(&w);
    return w.count;
}
