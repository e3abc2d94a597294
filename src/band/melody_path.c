#include "band/melody_path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RANGE_MAX = 36, SKIP = 3, LEAP = 5 };
enum { MOVE_LANES = 8 }; /* moves, filled up to what a compiler computes side by side */
#define FREE_BLUE 0.5 /* from here on a blue note is left as it likes, as a chord tone is */
#define TASTE_SIZE 0.4  /* deviations of a song's taste, in the costs' unit */
#define TASTE_TURN 0.4
#define LIGHT_WEIGHT 0.9 /* salience below which a note may be chromatic: an eighth off the beat */

/* What the move in the column costs after the one in the row: leaps are turned back or rest, thirds do not swing to and
 * fro, neither do steps, a note is not struck four times. */
static const float turn_costs[MOVE_COUNT][MOVE_COUNT] = {
    /*                     repeat step up  down  skip up down  leap up down */
    [MOVE_REPEAT]      = {  1.5f,  0.0f,  0.0f,  0.0f,  0.0f,  0.0f,  0.0f },
    [MOVE_STEP_UP]     = {  0.0f,  0.0f,  0.4f,  0.2f,  0.2f,  0.2f,  0.0f },
    [MOVE_STEP_DOWN]   = {  0.0f,  0.4f,  0.0f,  0.2f,  0.2f,  0.0f,  0.2f },
    [MOVE_SKIP_UP]     = {  0.0f,  0.2f,  0.0f,  0.5f,  0.9f,  1.0f,  0.3f },
    [MOVE_SKIP_DOWN]   = {  0.0f,  0.0f,  0.2f,  0.9f,  0.5f,  0.3f,  1.0f },
    [MOVE_LEAP_UP]     = {  0.6f,  0.9f,  0.0f,  3.0f,  0.2f,  3.5f,  1.0f },
    [MOVE_LEAP_DOWN]   = {  0.6f,  0.0f,  0.9f,  0.2f,  3.0f,  1.0f,  3.5f },
};

/* How willingly a tune moves by so many semitones. */
static const float interval_costs[] = { 0.75f, 0.35f, 0.0f, 0.35f, 0.6f, 0.45f, 4.0f, 0.65f, 1.5f,
                                        1.6f,  3.5f,  5.0f, 1.6f,  9.0f };

struct melody_taste melody_taste_draw(struct random *random)
{
    struct melody_taste taste;

    for (int direction = 0; direction < 2; direction++)
        for (int i = 0; i < TASTE_SIZES; i++)
            taste.size[direction][i] = (float)(TASTE_SIZE * random_normal(random));
    for (int last = 0; last < MOVE_COUNT; last++)
        for (int move = 0; move < MOVE_COUNT; move++)
            taste.turn[last][move] = (float)(TASTE_TURN * random_normal(random));
    return taste;
}

/* What one chord means for the notes above it; sets of pitch classes. */
struct ground {
    unsigned tones, scale, colour, guides;
    unsigned over;          /* a semitone above a chord tone: sharp against it */
};

/* The pitches that a note may have: what only the next note asks for. */
struct step {
    int count;
    int pitch[RANGE_MAX], rung[RANGE_MAX]; /* rung: of the key's scale */
    float local[RANGE_MAX];                /* what the pitch costs by itself */
    bool foreign[RANGE_MAX];               /* to the chord */
    bool outside[RANGE_MAX];               /* of the scale too: leads by a semitone */
    float cost[RANGE_MAX][MOVE_COUNT];     /* of the best way that reaches it by a move */
    float least[RANGE_MAX], least_of_all;  /* of the costs */
    struct trail *trail;
};

/* What is kept of a step to the end, to find the way back. */
struct trail {
    uint8_t pitch[RANGE_MAX];
    uint8_t from[RANGE_MAX][MOVE_COUNT];   /* of the note before: place * MOVE_COUNT + move */
};

struct search {
    const struct timeline *timeline;
    const struct melody_rules *rules;
    struct key key;
    struct scale scale;
    unsigned scale_classes, pentatonic, blue, flat_fifth; /* sets of pitch classes */
    int range;
    struct {                /* by interval + RANGE_MAX */
        float cost;
        enum melody_move move;
    } moves[2 * RANGE_MAX + 1];
    const struct chord *chord;  /* of the note before, and its ground */
    struct ground ground;
    float turns[2][MOVE_COUNT][MOVE_LANES]; /* twice as dear in [1], for quick notes */
};

static struct ground ground_of(struct search *search, const struct chord *chord)
{
    struct ground g = { .tones = chord_mask(chord), .colour = chord_colour_mask(chord),
                        .guides = chord_guide_mask(chord), .scale = search->scale_classes };

    if (chord == search->chord)
        return search->ground;
    if (g.tones & ~g.scale)
        g.scale = scale_mask(chord_scale(chord, search->key));
    g.scale |= search->blue;
    g.over = pitch_mask_turn(g.tones, 1);
    search->chord = chord;
    search->ground = g;
    return g;
}

/* How much it matters that a note fits: strong beats and long notes stand out. */
static double salience(const struct search *search, const struct melody_cell *cell)
{
    double weight = metre_weight(search->timeline->metre, cell->tick % search->timeline->bar_ticks);

    return 0.35 + weight + 0.45 * fmin(cell->len_ticks / (double)SCORE_PPQ, 3);
}

static double pitch_cost(const struct search *search, const struct melody_cell *cell, const struct ground *g, int pitch,
                         unsigned bit, double weight)
{
    double beats = fmin(cell->len_ticks / (double)SCORE_PPQ, 4), cost = 0;
    bool foreign = !(g->tones & bit);

    if (foreign)
        cost += (1.8 * weight + (g->over & bit ? 2.6 * weight + beats : 0)) *
                (search->blue & bit ? 1 - 0.7 * search->rules->blue : 1);
    else if (g->colour & bit)
        cost += (0.6 - search->rules->colour) * weight;
    else if (g->guides & bit)
        cost -= 0.25 * weight;
    if (!foreign && g->over & bit) /* a root against a major seventh */
        cost += 1.3 * beats;
    if (search->blue & bit && !((g->tones | search->scale_classes) & bit))
        cost += 2.5 * (1 - search->rules->blue);
    if (!(search->pentatonic & bit))
        cost += search->rules->pentatonic * (foreign ? 1.0 : 0.4);
    if (cell->ends_phrase || cell->goal != 0)
        cost += foreign ? 9 : cell->goal != 0 && !(cell->goal & bit) ? cell->goal_weight : 0;
    if (cell->ceiling > 0 && pitch > cell->ceiling)
        cost += 4 + 1.5 * (pitch - cell->ceiling);
    cost += cell->contour_weight * (pitch - cell->contour) * (pitch - cell->contour);
    if (cell->want > 0 && pitch != cell->want)
        cost += cell->want_weight * (0.7 + 0.25 * abs(pitch - cell->want));
    return cost;
}

static void prepare_step(struct search *search, const struct melody_cell *cell, struct step *step,
                         struct random *random)
{
    struct ground ground = ground_of(search, &timeline_chord_at(search->timeline, cell->tick)->chord);
    double weight = salience(search, cell);
    bool light = cell->len_ticks <= METRE_PPQ / 2 && weight < LIGHT_WEIGHT && !cell->ends_phrase;
    bool bends = light && search->rules->chromatic > 0 && random_chance(random, search->rules->chromatic);

    step->count = 0;
    for (int i = 0; i < search->range; i++) {
        int pitch = search->rules->low + i, n = step->count;
        unsigned bit = 1u << pitch % 12;
        double noise = search->rules->noise * random_unit(random);
        bool outside = !((ground.tones | ground.scale) & bit);
        bool may_bend = bends && (search->rules->blue < FREE_BLUE || search->flat_fifth & bit);

        if (outside && !may_bend && !(light && pitch == cell->want))
            continue;
        step->pitch[n] = pitch;
        step->trail->pitch[n] = (uint8_t)pitch;
        step->rung[n] = scale_rung(search->scale, pitch);
        step->foreign[n] = !((ground.tones | (search->rules->blue >= FREE_BLUE ? search->blue : 0)) & bit);
        step->outside[n] = outside;
        step->local[n] = (float)(noise + (outside ? 0 : pitch_cost(search, cell, &ground, pitch, bit, weight)));
        for (int move = 0; move < MOVE_COUNT; move++)
            step->cost[n][move] = HUGE_VALF;
        step->count++;
    }
}

static enum melody_move move_of(int interval)
{
    int size = abs(interval);
    enum melody_move up = size >= LEAP ? MOVE_LEAP_UP : size >= SKIP ? MOVE_SKIP_UP : MOVE_STEP_UP;

    return interval == 0 ? MOVE_REPEAT : interval > 0 ? up : up + 1;
}

/* The place in a taste of an interval of so many semitones. */
static int taste_size(int size)
{
    static const int places[] = { 0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 5, 5, 5 };
    enum { PLACES = sizeof(places) / sizeof(places[0]) };

    return places[size < PLACES ? size : PLACES - 1];
}

static void prepare_moves(struct search *search)
{
    enum { ROWS = sizeof(interval_costs) / sizeof(interval_costs[0]) };
    const struct melody_taste *taste = search->rules->taste;

    for (int interval = -RANGE_MAX; interval <= RANGE_MAX; interval++) {
        int size = abs(interval);
        double scale = size == 0 ? 1.4 - search->rules->repeat : size >= SKIP ? 1.35 - search->rules->leap : 1;

        search->moves[interval + RANGE_MAX].move = move_of(interval);
        search->moves[interval + RANGE_MAX].cost = interval_costs[size < ROWS ? size : ROWS - 1] * (float)scale;
        if (taste != NULL)
            search->moves[interval + RANGE_MAX].cost += taste->size[interval < 0][taste_size(size)];
    }
    for (int last = 0; last < MOVE_COUNT; last++)
        for (int move = 0; move < MOVE_COUNT; move++) {
            float cost = turn_costs[last][move] + (taste != NULL ? taste->turn[last][move] : 0);

            search->turns[0][last][move] = cost;
            search->turns[1][last][move] = 2 * cost;
        }
}

/* What a move costs beside its size: foreign notes want steps, a motif its own steps. */
static float fit_cost(const struct melody_cell *cell, const struct step *before, const struct step *step, int from, int to)
{
    int size = abs(step->pitch[to] - before->pitch[from]);
    float cost = 0;

    if (before->foreign[from] && (size == 0 || size >= SKIP))
        cost += size == 0 ? 1.2f : 3.6f;
    if (step->foreign[to] && size >= SKIP)
        cost += 2.4f;
    if (before->outside[from] && size != 1)
        cost += 9.0f;
    if (cell->want_step != CELL_NO_STEP) {
        int off = abs(step->rung[to] - before->rung[from] - cell->want_step);

        cost += (float)cell->step_weight * (float)(off > 4 ? 4 : off);
    }
    return cost;
}

/* The cheapest way to leave `from` by each kind of move, and the kind of move that had led there. Quick notes run on. */
static void leave(const struct search *search, const struct step *before, int from, bool quick, float best[MOVE_LANES],
                  int32_t last[MOVE_LANES])
{
    for (int move = 0; move < MOVE_LANES; move++) {
        best[move] = before->cost[from][0] + search->turns[quick][0][move];
        last[move] = 0;
    }
    for (int led = 1; led < MOVE_COUNT; led++)
        for (int move = 0; move < MOVE_LANES; move++) {
            float sum = before->cost[from][led] + search->turns[quick][led][move];
            bool is_less = sum < best[move];

            best[move] = is_less ? sum : best[move];
            last[move] = is_less ? led : last[move];
        }
}

/* What is this much dearer than the best way so far is not followed: no later note makes up for it (in 87 songs of all
 * genres the tunes stay the same to the last note, in half the time). */
#define HOPELESS 10.0f

static void sum_up(struct step *step)
{
    step->least_of_all = HUGE_VALF;
    for (int i = 0; i < step->count; i++) {
        step->least[i] = HUGE_VALF;
        for (int move = 0; move < MOVE_COUNT; move++)
            step->least[i] = step->cost[i][move] < step->least[i] ? step->cost[i][move] : step->least[i];
        step->least_of_all = step->least[i] < step->least_of_all ? step->least[i] : step->least_of_all;
    }
}

static void relax(const struct search *search, const struct melody_cell *cell, const struct step *before, struct step *step)
{
    float factor = cell->after_rest ? 0.6f : 1.0f, best[MOVE_LANES];
    int32_t last[MOVE_LANES];
    bool quick = cell->len_ticks <= METRE_PPQ / 2 && !cell->after_rest;

    for (int from = 0; from < before->count; from++) {
        if (before->least[from] > before->least_of_all + HOPELESS)
            continue;
        leave(search, before, from, quick, best, last);
        for (int to = 0; to < step->count; to++) {
            int interval = step->pitch[to] - before->pitch[from] + RANGE_MAX;
            enum melody_move move = search->moves[interval].move;
            float sum = best[move] + step->local[to] + (quick && move == MOVE_REPEAT ? 0.5f : 0) + factor * search->moves[interval].cost;

            if (sum >= step->cost[to][move]) /* what it costs beside is nothing at best */
                continue;
            sum += fit_cost(cell, before, step, from, to);
            if (sum < step->cost[to][move]) {
                step->cost[to][move] = sum;
                step->trail->from[to][move] = (uint8_t)(from * MOVE_COUNT + last[move]);
            }
        }
    }
}

static void begin(const struct search *search, const struct melody_cell *cell, struct step *step, int before)
{
    for (int i = 0; i < step->count; i++) {
        int interval = step->pitch[i] - before;

        step->cost[i][MOVE_STEP_UP] = step->local[i];
        if (before > 0 && abs(interval) <= RANGE_MAX)
            step->cost[i][MOVE_STEP_UP] += (cell->after_rest ? 0.5f : 1.0f) * search->moves[interval + RANGE_MAX].cost;
    }
}

static double trace(const struct step *last, const struct trail *trails, struct melody_cell *cells, size_t count)
{
    float best = HUGE_VALF;
    int at = -1;

    for (int i = 0; i < last->count * MOVE_COUNT; i++)
        if (last->cost[i / MOVE_COUNT][i % MOVE_COUNT] < best) {
            best = last->cost[i / MOVE_COUNT][i % MOVE_COUNT];
            at = i;
        }
    ASSERT(at >= 0);
    for (size_t n = count; n-- > 0;) {
        cells[n].pitch = trails[n].pitch[at / MOVE_COUNT];
        at = trails[n].from[at / MOVE_COUNT][at % MOVE_COUNT];
    }
    return best / (double)count;
}

unsigned melody_degrees(struct key key, const char *list)
{
    struct scale scale = key_scale(key);
    const struct mode_info *mode = &mode_infos[scale.mode];
    unsigned mask = 0;

    for (; *list != '\0'; list++)
        for (size_t i = 0; i < mode->count; i++)
            if (mode->tones[i].degree == *list - '0')
                mask |= 1u << pitch_class_of(scale.root + mode->tones[i].semitones);
    return mask != 0 ? mask : 1u << scale.root;
}

/* What pitch classes the rules prefer, of the key at hand. */
static void prepare_key(struct search *search, struct key key)
{
    struct scale five = { .mode = key_is_minor(key) ? MODE_MINOR_PENTATONIC : MODE_MAJOR_PENTATONIC };

    search->key = key;
    search->scale = key_scale(key);
    five.root = search->scale.root;
    search->scale_classes = scale_mask(search->scale);
    search->pentatonic = scale_mask(five);
    if (search->rules->blue > 0)
        search->blue = pitch_mask_turn(1u << 3 | 1u << 10, five.root);
    search->pentatonic |= search->blue;
    search->flat_fifth = pitch_mask_turn(1u << 6, five.root);
}

double melody_path(const struct session *s, struct melody_cell *cells, size_t count, int before,
                   const struct melody_rules *rules, struct random *random)
{
    struct search search = { .timeline = s->timeline, .rules = rules };
    struct step steps[2];
    struct trail *trails;

    if (count == 0)
        return 0;
    prepare_key(&search, timeline_key_at(s->timeline, cells[0].tick));
    search.range = rules->high - rules->low + 1;
    ASSERT(search.range >= 12);
    if (search.range > RANGE_MAX)
        search.range = RANGE_MAX;
    prepare_moves(&search);
    trails = ARENA_ARRAY(s->arena, struct trail, count);
    for (size_t n = 0; n < count; n++) {
        struct step *step = &steps[n % 2];

        step->trail = &trails[n];
        prepare_step(&search, &cells[n], step, random);
        if (n == 0)
            begin(&search, &cells[0], step, before);
        else
            relax(&search, &cells[n], &steps[(n + 1) % 2], step);
        sum_up(step);
    }
    return trace(&steps[(count - 1) % 2], trails, cells, count);
}
