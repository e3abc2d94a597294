#include "band/critic.h"

#include <math.h>
#include <string.h>

#include "band/incipits.h"
#include "band/measures.h"

enum { SEARCHES_MAX = 64 };

/* What candidates of each kind are measured by. */
static const enum measure of_a_tune[] = {
    MEASURE_STRONG_TONES, MEASURE_TONES_BY_TIME, MEASURE_IN_SCALE, MEASURE_RESOLVED, MEASURE_RECOVERED, MEASURE_RANGE,
    MEASURE_SINGABILITY, MEASURE_PHRASE_ENDS, MEASURE_SHARP, MEASURE_LONGEST_RUN, MEASURE_MOTIFS, MEASURE_TUNE_RETURNS,
    MEASURE_KNOWN_TUNE,
};
static const enum measure of_harmony[] = { MEASURE_IRREGULARITY, MEASURE_VOCABULARY, MEASURE_CHORDS_IN_KEY };

static const struct {
    const enum measure *measures;
    size_t count;
} scopes[] = {
    [CRITIC_TUNE] = { of_a_tune, sizeof(of_a_tune) / sizeof(of_a_tune[0]) },
    [CRITIC_HARMONY] = { of_harmony, sizeof(of_harmony) / sizeof(of_harmony[0]) },
};

struct band critic_band(const struct session *s, enum measure measure, const char **why)
{
    return band_find(s->genre->review.items, s->genre->review.count, measure, why);
}

void critic_measure_tune(const struct session *s, const struct timeline_note *notes, size_t count, bool memory,
                         double values[MEASURE_COUNT])
{
    struct tune_measures m = tune_measure(s->timeline, notes, count);
    struct tune_memory again = { NAN, NAN };

    if (memory)
        again = tune_memory_measure(s->timeline, notes, count, s->arena);
    values[MEASURE_STRONG_TONES] = m.chord_tones_strong;
    values[MEASURE_TONES_BY_TIME] = m.chord_tones_time;
    values[MEASURE_IN_SCALE] = m.in_scale_time;
    values[MEASURE_RESOLVED] = m.resolved;
    values[MEASURE_RECOVERED] = m.recovered;
    values[MEASURE_RANGE] = count > 0 ? (double)m.range : NAN;
    values[MEASURE_SINGABILITY] = m.singability;
    values[MEASURE_PHRASE_ENDS] = m.phrase_ends;
    values[MEASURE_SHARP] = m.sharp_time;
    values[MEASURE_LONGEST_RUN] = count > 0 ? (double)m.longest_run : NAN;
    values[MEASURE_MOTIFS] = again.motifs;
    values[MEASURE_TUNE_RETURNS] = again.bars;
    values[MEASURE_KNOWN_TUNE] = (double)incipit_longest(notes, count, NULL);
}

void critic_measure_harmony(const struct session *s, const struct timeline_chord *chords, size_t count,
                            double values[MEASURE_COUNT])
{
    struct harmony_measures m = harmony_measure(s->timeline, chords, count, s->arena);

    values[MEASURE_IRREGULARITY] = m.irregularity;
    values[MEASURE_VOCABULARY] = m.vocabulary;
    values[MEASURE_CHORDS_IN_KEY] = m.in_key;
}

double critic_score(const struct session *s, enum critic_scope scope, const double values[MEASURE_COUNT])
{
    double sum = 0, weights = 0;

    for (size_t i = 0; i < scopes[scope].count; i++) {
        enum measure measure = scopes[scope].measures[i];
        struct band band = critic_band(s, measure, NULL);

        sum += measure_infos[measure].weight * band_closeness(&band, values[measure]);
        weights += measure_infos[measure].weight;
    }
    return sum / weights;
}

void critic_note(struct session *s, const char *what, int candidates, double best, double worst)
{
    if (s->searches.items == NULL)
        s->searches.items = ARENA_ARRAY(s->arena, struct qa_search, SEARCHES_MAX);
    if (s->searches.count < SEARCHES_MAX)
        s->searches.items[s->searches.count++] = (struct qa_search){ what, candidates, best, worst };
    decide(s, "composer", best, arena_printf(s->arena, "%s: the best of %d", what, candidates),
           "scores %.2f by the reviewer's measures, the worst of them %.2f", best, worst);
}
