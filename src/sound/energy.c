#include "sound/energy.h"

#include <math.h>
#include <string.h>

enum { CC_VOLUME = 7, CC_EXPRESSION = 11, BLOCK_WINDOWS = 4 };

static double fourth_power(double x)
{
    return x * x * x * x;
}

/* Seconds in which the power of a held note falls to 1/e; 0 = it does not. */
static double decay_s(const struct score_part *part)
{
    static const struct {
        uint8_t first, last;
        double decay_s;
    } families[] = {
        /* programs    decay_s */
        { 0, 7, 0.7 },     /* pianos */
        { 8, 15, 0.4 },    /* chromatic percussion */
        { 24, 31, 0.6 },   /* guitars */
        { 32, 37, 0.7 },   /* basses but the synthetic */
        { 45, 47, 0.3 },   /* pizzicato, harp, timpani */
        { 104, 108, 0.4 }, /* sitar … kalimba */
        { 112, 119, 0.2 }, /* percussive */
    };

    if (part->bank == 128)
        return 0.12;
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (part->program >= families[i].first && part->program <= families[i].last)
            return families[i].decay_s;
    return 0;
}

static void note_add(double power, double from_s, double to_s, double decay, double *out, int count)
{
    const double step = 1.0 / ENERGY_WINDOWS_S;

    for (int w = (int)(from_s / step); w < count && w * step < to_s; w++) {
        double start = fmax(w * step, from_s), end = fmin((w + 1) * step, to_s);

        if (end <= start)
            continue;
        out[w] += power / step *
                  (decay > 0 ? decay * (exp(-(start - from_s) / decay) - exp(-(end - from_s) / decay))
                             : end - start);
    }
}

static void controls_apply(const struct score *score, const struct score_part *part, double *power, int count)
{
    double factor = 1, volume = 100, expression = 127;
    size_t next = 0;

    for (int w = 0; w < count; w++) {
        for (; next < part->control_count; next++) {
            const struct score_control *c = &part->controls[next];

            if (score_seconds(score, c->tick) * ENERGY_WINDOWS_S > w + 0.5)
                break;
            if (c->kind == SCORE_CC && c->number == CC_VOLUME)
                volume = c->value;
            else if (c->kind == SCORE_CC && c->number == CC_EXPRESSION)
                expression = c->value;
            factor = fourth_power(volume / 100) * fourth_power(expression / 127);
        }
        power[w] *= factor;
    }
}

void energy_map(const struct score *score, const struct score_part *part, double exponent, double *power, int count)
{
    const double decay = decay_s(part), kit_ring_s = 0.6, release_s = 0.1;

    memset(power, 0, (size_t)count * sizeof(*power));
    for (size_t i = 0; i < part->note_count; i++) {
        const struct score_note *n = &part->notes[i];
        double from_s = score_seconds(score, n->start_tick);
        double to_s = part->bank == 128 ? from_s + kit_ring_s
                                        : score_seconds(score, n->start_tick + n->len_ticks) + release_s;

        note_add(pow(n->velocity / 127.0, exponent), from_s, to_s, decay, power, count);
    }
    controls_apply(score, part, power, count);
}

static double block_power(const double *power)
{
    double sum = 0;

    for (int i = 0; i < BLOCK_WINDOWS; i++)
        sum += power[i];
    return sum / BLOCK_WINDOWS;
}

static double mean_above(const double *power, int count, double gate)
{
    double sum = 0;
    int blocks = 0;

    for (int w = 0; w + BLOCK_WINDOWS <= count; w++)
        if (block_power(power + w) > gate) {
            sum += block_power(power + w);
            blocks++;
        }
    return blocks > 0 ? sum / blocks : 0;
}

double energy_gated(const double *power, int count)
{
    double loudest = 0;

    for (int w = 0; w + BLOCK_WINDOWS <= count; w++)
        loudest = fmax(loudest, block_power(power + w));
    return mean_above(power, count, fmax(loudest * 1e-5, 0.1 * mean_above(power, count, loudest * 1e-5)));
}
