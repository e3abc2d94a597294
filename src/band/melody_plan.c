#include "band/melody_plan.h"

#include <string.h>

enum { UNITS_MAX = 6 };

static const struct tune_character characters[] = {
    /* type          density peak hook   solo   vary */
    { "verse",        1.0,  -5,  false, false, 0.2 },
    { "pre-chorus",   1.05, -3,  false, false, 0.2 },
    { "build",        1.05, -3,  false, false, 0.2 },
    { "chorus",       0.82,  0,  true,  false, 0.15 },
    { "drop",         0.82,  0,  true,  false, 0.15 },
    { "bridge",       0.85, -2,  false, false, 0.2 },
    { "breakdown",    0.6,  -6,  false, false, 0.2 },
    { "head",         1.0,  -3,  true,  false, 0.2 },
    { "theme",        1.0,  -4,  true,  false, 0.2 },
    { "answer",       0.95, -1,  false, false, 0.2 },
    { "trio",         0.8,  -3,  true,  false, 0.2 },
    { "solo",         1.35,  1,  false, true,  0.75 },
    { "solo-bridge",  1.35,  1,  false, true,  0.75 },
    { "post-chorus",  0.9,  -1,  true,  false, 0.15 },
    { "vamp",         0.8,   1,  true,  false, 0.3 },
    { "shout",        1.35,  1,  false, true,  0.75 },
    { "groove",       0.9,  -4,  true,  false, 0.2 },
    { "intro",        0.7,  -6,  true,  false, 0.2 },
    { "tag",          0.8,  -4,  false, false, 0.2 },
    { "outro",        0.65, -6,  false, false, 0.2 },
};

const struct tune_character *tune_character(const char *type)
{
    for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++)
        if (strcmp(characters[i].type, type) == 0)
            return &characters[i];
    return &characters[0];
}

/* Schemes of phrases. `hook`: how often it serves what must be remembered. A consequent, or the B of A A B, is the unit
 * after the last MOTIF. */
static const struct scheme {
    int form;
    enum unit_kind units[UNITS_MAX];
    int count;
    double weight, hook_weight;
} schemes[] = {
    /* songs: periods, sentences, forms of hooks */
    { TUNE_SONG, { UNIT_MOTIF, UNIT_CONTRAST, UNIT_MOTIF, UNIT_CLOSE }, 4, 3, 3 },
    { TUNE_SONG, { UNIT_MOTIF, UNIT_CONTRAST, UNIT_MOTIF, UNIT_PARALLEL }, 4, 2, 2 },
    { TUNE_SONG, { UNIT_MOTIF, UNIT_SEQUENCE, UNIT_FRAGMENTS, UNIT_CLOSE }, 4, 3, 0.5 },
    { TUNE_SONG, { UNIT_MOTIF, UNIT_SEQUENCE, UNIT_MOTIF, UNIT_CLOSE }, 4, 2, 3 },
    { TUNE_SONG, { UNIT_MOTIF, UNIT_MOTIF, UNIT_SEQUENCE, UNIT_CLOSE }, 4, 1, 2 },
    { TUNE_SONG, { UNIT_MOTIF, UNIT_VARIED, UNIT_MOTIF, UNIT_CLOSE }, 4, 1, 2 },
    /* antecedent and consequent that begin alike */
    { TUNE_PERIOD, { UNIT_MOTIF, UNIT_CONTRAST, UNIT_MOTIF, UNIT_PARALLEL }, 4, 3, 3 },
    { TUNE_PERIOD, { UNIT_MOTIF, UNIT_SEQUENCE, UNIT_MOTIF, UNIT_CLOSE }, 4, 1, 1 },
    /* 2 + 2 + 1 + 1 + 2, and now and then a period */
    { TUNE_SENTENCE, { UNIT_MOTIF, UNIT_SEQUENCE, UNIT_FRAGMENTS, UNIT_CLOSE }, 4, 3, 2 },
    { TUNE_SENTENCE, { UNIT_MOTIF, UNIT_CONTRAST, UNIT_MOTIF, UNIT_PARALLEL }, 4, 1, 2 },
    /* a line, the line again over other chords, the answer; each with room for a reply */
    { TUNE_AAB, { UNIT_MOTIF, UNIT_REST, UNIT_MOTIF, UNIT_REST, UNIT_CONTRAST, UNIT_CLOSE }, 6, 1, 1 },
    /* the same figure, worked up */
    { TUNE_RIFF, { UNIT_MOTIF, UNIT_MOTIF, UNIT_SEQUENCE, UNIT_CLOSE }, 4, 2, 1 },
    { TUNE_RIFF, { UNIT_MOTIF, UNIT_VARIED, UNIT_MOTIF, UNIT_CLOSE }, 4, 2, 3 },
    { TUNE_RIFF, { UNIT_MOTIF, UNIT_CONTRAST, UNIT_MOTIF, UNIT_CLOSE }, 4, 0.5, 2 },
    /* calls, with the response left to others */
    { TUNE_CALL, { UNIT_MOTIF, UNIT_CONTRAST, UNIT_MOTIF, UNIT_CLOSE }, 4, 2, 2 },
    { TUNE_CALL, { UNIT_MOTIF, UNIT_SEQUENCE, UNIT_MOTIF, UNIT_CLOSE }, 4, 2, 3 },
    { TUNE_CALL, { UNIT_MOTIF, UNIT_MOTIF, UNIT_VARIED, UNIT_CLOSE }, 4, 1, 1 },
    /* a motif, and silence around it */
    { TUNE_SPARSE, { UNIT_MOTIF, UNIT_VARIED, UNIT_MOTIF, UNIT_CLOSE }, 4, 2, 3 },
    { TUNE_SPARSE, { UNIT_MOTIF, UNIT_REST, UNIT_SEQUENCE, UNIT_CLOSE }, 4, 2, 0.3 },
};
enum { SCHEMES = sizeof(schemes) / sizeof(schemes[0]) };

static const struct scheme *scheme_draw(enum tune_form form, bool is_hook, struct random *random)
{
    double weights[SCHEMES];

    for (size_t i = 0; i < SCHEMES; i++)
        weights[i] = schemes[i].form != (int)form ? 0 : is_hook ? schemes[i].hook_weight : schemes[i].weight;
    return &schemes[random_weighted(random, weights, SCHEMES)];
}

static bool closes(enum unit_kind unit)
{
    return unit == UNIT_CLOSE || unit == UNIT_PARALLEL;
}

void melody_plan(int bars, enum tune_form form, bool is_hook, struct random *random, struct plan_bar *out)
{
    const struct scheme *scheme = scheme_draw(form, is_hook, random);

    for (int bar = 0; bar < bars; bar++) {
        int unit = bar / UNIT_BARS, place = unit % scheme->count, left = bars - unit * UNIT_BARS;
        struct plan_bar *b = &out[bar];

        *b = (struct plan_bar){ .unit = scheme->units[place], .within = bar % UNIT_BARS, .unit_index = unit };
        if (left < UNIT_BARS)
            b->unit = UNIT_SILENT;
        else if (left < 2 * UNIT_BARS && !closes(b->unit))
            b->unit = UNIT_CLOSE;
        b->ends_phrase = b->within == 1 && (place % 2 == 1 || left < 2 * UNIT_BARS);
        b->ends_section = b->within == 1 && left < 2 * UNIT_BARS;
        b->is_answer = b->ends_phrase && closes(b->unit);
    }
    if (bars == 1) {
        out[0].unit = UNIT_CLOSE;
        out[0].within = 1;
        out[0].ends_phrase = out[0].ends_section = out[0].is_answer = true;
    }
}
