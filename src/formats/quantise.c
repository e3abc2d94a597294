#include "formats/quantise.h"

#include <math.h>
#include <stdlib.h>

/* Scatter of a player's notes, and of rounding. */
#define SPREAD_MS 9.0
#define SPREAD_TICKS 4.0
/* More than this says only that a note is no part of the grid. */
#define MISS_MAX 8.0
#define LOST_NOTE 10.0
#define STRING_GAP_MS 22.0

enum { PLACES_MAX = 13, GRIDS = 5, EARLY_TICKS = 30, OFFSETS_MAX = 4096 };

enum grid_kind { GRID_EIGHTHS, GRID_SIXTEENTHS, GRID_TRIPLETS, GRID_SEXTUPLETS, GRID_THIRTYSECONDS };

struct grid {
    int step;                 /* in divisions; 0: not in this metre */
    int count;                /* places, the window's end among them */
    double prior;             /* what it costs to assume it */
    int32_t ticks[PLACES_MAX]; /* where each place sounds, from the window's start */
};

/* Notes struck together. */
struct cluster {
    int32_t tick;
    size_t first, count;
    int32_t place;            /* in divisions */
};

struct reading {
    const struct performed_in *how;
    struct grid grids[GRIDS];
    int32_t window_ticks, window_divisions;
    double spread;            /* in ticks */
    const struct score_note *notes;
    struct cluster *clusters;
    size_t cluster_count;
    uint8_t *chosen;          /* by window */
    int32_t windows, end;     /* end in divisions */
};

static int32_t place_ticks(const struct reading *r, enum grid_kind kind, int place)
{
    const struct performed_in *how = r->how;
    int32_t tick = place * DIVISION_TICKS;

    if (how->swing_ticks == 0 || r->window_ticks < 2 * how->swing_ticks)
        return tick;
    /* Triplets are stretched with the beat that they divide. */
    if (kind == GRID_TRIPLETS && how->swing_ticks * 2 == r->window_ticks && place % 24 != 0)
        return (int32_t)lround(SCORE_PPQ * how->swing_percent / (place == 8 ? 200 : 100));
    return metre_swing(tick, how->swing_ticks, how->swing_percent);
}

static void grids_init(struct reading *r)
{
    static const struct {
        int step;
        double prior, prior_swung;
    } kinds[GRIDS] = {
        [GRID_EIGHTHS] = { 12, 0, 0 },      [GRID_SIXTEENTHS] = { 6, 1.5, 3 }, [GRID_TRIPLETS] = { 8, 3, 1 },
        [GRID_SEXTUPLETS] = { 4, 9, 9 },    [GRID_THIRTYSECONDS] = { 3, 8, 10 },
    };

    for (int k = 0; k < GRIDS; k++) {
        struct grid *g = &r->grids[k];
        bool is_ternary = k == GRID_TRIPLETS || k == GRID_SEXTUPLETS;

        g->step = is_ternary && r->window_divisions != NOTATION_DIVISIONS ? 0 : kinds[k].step;
        g->prior = r->how->swing_ticks == SCORE_PPQ / 2 ? kinds[k].prior_swung : kinds[k].prior;
        g->count = g->step > 0 ? r->window_divisions / g->step + 1 : 0;
        for (int i = 0; i < g->count; i++)
            g->ticks[i] = place_ticks(r, (enum grid_kind)k, i * g->step);
    }
}

/* The place of the grid that is nearest to `tick`, from the window's start, and how far it is. */
static int place_near(const struct grid *g, int32_t tick, int32_t *miss)
{
    int best = 0;

    for (int i = 1; i < g->count; i++)
        if (abs(g->ticks[i] - tick) < abs(g->ticks[best] - tick))
            best = i;
    if (miss != NULL)
        *miss = tick - g->ticks[best];
    return best * g->step;
}

static int32_t window_of(const struct reading *r, int32_t tick)
{
    int32_t window = (tick + (r->how->is_exact ? 0 : EARLY_TICKS)) / r->window_ticks;

    return window < r->windows ? window : r->windows - 1;
}

static bool is_of_cluster(const struct reading *r, const struct cluster *c, size_t note)
{
    const struct score_note *n = &r->notes[note], *last = &r->notes[note - 1];
    double gap = (r->how->is_strummed ? STRING_GAP_MS : 6) * r->how->bpm * SCORE_PPQ / 60000;

    if (r->how->is_exact)
        return n->start_tick == r->notes[c->first].start_tick;
    if (n->start_tick - last->start_tick > gap || n->start_tick - r->notes[c->first].start_tick > 5 * gap)
        return false;
    for (size_t i = c->first; i < note; i++)
        if (r->notes[i].pitch == n->pitch)
            return false;
    return true;
}

static void clusters_make(struct reading *r, size_t count, struct arena *a)
{
    r->clusters = ARENA_ARRAY(a, struct cluster, count);
    for (size_t i = 0; i < count; i++) {
        struct cluster *c = &r->clusters[r->cluster_count];

        if (r->cluster_count > 0 && is_of_cluster(r, c - 1, i)) {
            c[-1].count++;
            continue;
        }
        *c = (struct cluster){ .tick = r->notes[i].start_tick, .first = i, .count = 1 };
        r->cluster_count++;
    }
}

static int compare_int(const void *a, const void *b)
{
    const int32_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static int cluster_compare(const void *a, const void *b)
{
    const struct cluster *x = a, *y = b;

    if (x->tick != y->tick)
        return x->tick < y->tick ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

/* How far `tick` lies from the eighths. */
static int32_t miss_eighths(const struct reading *r, int32_t tick)
{
    int32_t miss;

    tick = tick > 0 ? tick : 0;
    place_near(&r->grids[GRID_EIGHTHS], tick % r->window_ticks, &miss);
    return miss;
}

/* Undoes what a player does to all notes: slow attacks that begin early, and playing ahead of or behind the beat. */
static void clusters_align(struct reading *r)
{
    int32_t misses[OFFSETS_MAX], lead_in = (int32_t)lround(r->how->lead_in_ms * r->how->bpm * SCORE_PPQ / 60000);
    size_t count = 0;

    if (r->how->is_exact)
        return;
    for (size_t i = 0; i < r->cluster_count; i++) {
        struct cluster *c = &r->clusters[i];
        int32_t miss;

        if (lead_in > 0 && abs(miss_eighths(r, c->tick + lead_in)) < abs(miss_eighths(r, c->tick)))
            c->tick += lead_in;
        miss = miss_eighths(r, c->tick);
        if (abs(miss) <= 50 && count < OFFSETS_MAX)
            misses[count++] = miss;
    }
    if (count < 8)
        return;
    qsort(misses, count, sizeof(misses[0]), compare_int);
    for (size_t i = 0; i < r->cluster_count; i++)
        r->clusters[i].tick -= misses[count / 2];
}

static bool shares_pitch(const struct reading *r, const struct cluster *a, const struct cluster *b)
{
    for (size_t i = a->first; i < a->first + a->count; i++)
        for (size_t j = b->first; j < b->first + b->count; j++)
            if (r->notes[i].pitch == r->notes[j].pitch)
                return true;
    return false;
}

static double grid_cost(const struct reading *r, const struct grid *g, size_t first, size_t count, int32_t start)
{
    double cost = g->prior;
    int last = -1;

    for (size_t i = first; i < first + count; i++) {
        int32_t miss;
        int place = place_near(g, r->clusters[i].tick - start, &miss);
        double share = miss * (double)miss / (2 * r->spread * r->spread);

        cost += share < MISS_MAX ? share : MISS_MAX;
        if (place == last && shares_pitch(r, &r->clusters[i - 1], &r->clusters[i]))
            cost += LOST_NOTE;
        last = place;
    }
    return cost;
}

static void windows_read(struct reading *r)
{
    for (size_t i = 0, count; i < r->cluster_count; i += count) {
        int32_t window = window_of(r, r->clusters[i].tick), start = window * r->window_ticks;
        double best = INFINITY;

        count = 1;
        while (i + count < r->cluster_count && window_of(r, r->clusters[i + count].tick) == window)
            count++;
        for (int k = 0; k < GRIDS; k++) {
            double cost = r->grids[k].step > 0 ? grid_cost(r, &r->grids[k], i, count, start) : INFINITY;

            if (cost < best) {
                best = cost;
                r->chosen[window] = (uint8_t)k;
            }
        }
        for (size_t j = i; j < i + count; j++)
            r->clusters[j].place = window * r->window_divisions +
                                   place_near(&r->grids[r->chosen[window]], r->clusters[j].tick - start, NULL);
    }
}

static int paper_compare(const void *a, const void *b)
{
    const struct paper_note *x = a, *y = b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->pitch != y->pitch)
        return x->pitch < y->pitch ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static struct paper_note note_write(const struct reading *r, const struct cluster *c, size_t index)
{
    const struct score_note *n = &r->notes[index];
    int32_t end_tick = n->start_tick + n->len_ticks, window = window_of(r, end_tick);
    const struct grid *g = &r->grids[r->chosen[window]];
    struct paper_note out = { .start = c->place, .index = index, .pitch = n->pitch };

    out.end = window * r->window_divisions + place_near(g, end_tick - window * r->window_ticks, NULL);
    if (out.start >= r->end) /* rounded to the last bar line */
        out.start = r->end - r->grids[r->chosen[r->windows - 1]].step;
    window = out.start / r->window_divisions;
    if (out.end <= out.start)
        out.end = out.start + r->grids[r->chosen[window]].step;
    return out;
}

struct paper_note *quantise(const struct score_note *notes, size_t count, int32_t end_tick,
                            const struct performed_in *how, struct arena *a)
{
    int bar_ticks = metre_bar_ticks(how->metre);
    bool is_compound = metre_find(how->metre)->is_compound;
    struct reading r = { .how = how, .notes = notes };
    struct paper_note *out = ARENA_ARRAY(a, struct paper_note, count + 1);
    size_t written = 0;

    r.window_ticks = is_compound ? SCORE_PPQ * 3 / 2 : bar_ticks % SCORE_PPQ == 0 ? SCORE_PPQ : SCORE_PPQ / 2;
    r.window_divisions = r.window_ticks / DIVISION_TICKS;
    r.windows = (end_tick + r.window_ticks - 1) / r.window_ticks;
    r.end = r.windows * r.window_divisions;
    r.spread = how->is_exact ? 1 : SPREAD_TICKS + SPREAD_MS * how->bpm * SCORE_PPQ / 60000;
    r.chosen = ARENA_ARRAY(a, uint8_t, (size_t)r.windows + 1);
    if (r.windows == 0 || count == 0)
        return out;
    grids_init(&r);
    clusters_make(&r, count, a);
    clusters_align(&r);
    qsort(r.clusters, r.cluster_count, sizeof(r.clusters[0]), cluster_compare);
    windows_read(&r);
    for (size_t i = 0; i < r.cluster_count; i++)
        for (size_t j = 0; j < r.clusters[i].count; j++, written++)
            out[written] = note_write(&r, &r.clusters[i], r.clusters[i].first + j);
    qsort(out, count, sizeof(*out), paper_compare);
    return out;
}
