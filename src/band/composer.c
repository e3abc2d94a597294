/* Harmony first, then the tune on it, then the groove under both; what was given stays. Of the harmony several are made and
 * the one is taken that measures best; of the tunes the same, a section type at a time (composer_melody.c). */
#include <string.h>

#include "band/agent.h"
#include "band/describe.h"
#include "band/critic.h"
#include "band/key_plan.h"
#include "song/song_check.h"

enum { HARMONIES = 3 };

struct harmony_candidate {
    struct harmony_spec *spec;
    double score;
    LIST_OF(struct decision) decisions;
};

/* Makes the candidate of the present draw; its decisions are taken back until it is chosen. */
static bool try_harmony(struct session *s, struct harmony_candidate *out, struct error *e)
{
    struct song *song = s->song;
    size_t before = song->decisions.count;
    double values[MEASURE_COUNT];

    song->harmony_spec = NULL;
    if (!composer_harmony(s, e) || !session_timeline(s, e))
        return false;
    critic_measure_harmony(s, s->timeline->chords.items, s->timeline->chords.count, values);
    out->spec = song->harmony_spec;
    out->score = critic_score(s, CRITIC_HARMONY, values);
    out->decisions.count = song->decisions.count - before;
    out->decisions.items = ARENA_ARRAY(s->arena, struct decision, out->decisions.count + 1);
    for (size_t i = 0; i < out->decisions.count; i++)
        out->decisions.items[i] = song->decisions.items[before + i];
    song->decisions.count = before;
    return true;
}

static bool best_harmony(struct session *s, struct error *e)
{
    struct harmony_candidate tried[HARMONIES];
    const struct harmony_candidate *best = &tried[0], *worst = &tried[0];
    unsigned first_draw = s->draw;

    for (unsigned i = 0; i < HARMONIES; i++) {
        s->draw = first_draw + i;
        if (!try_harmony(s, &tried[i], e))
            return false;
        if (tried[i].score > best->score)
            best = &tried[i];
        if (tried[i].score < worst->score)
            worst = &tried[i];
    }
    s->draw = first_draw;
    s->song->harmony_spec = best->spec;
    for (size_t i = 0; i < best->decisions.count; i++)
        decide(s, best->decisions.items[i].agent, best->decisions.items[i].confidence, best->decisions.items[i].what, "%s",
               best->decisions.items[i].why);
    critic_note(s, "harmony", HARMONIES, best->score, worst->score);
    return true;
}

/* With chords of its own, so that key_plan_apply moves these and not those. */
static struct harmony_spec *harmony_copy(struct session *s, const struct harmony_spec *in)
{
    struct harmony_spec *out = ARENA_NEW(s->arena, struct harmony_spec);

    *out = *in;
    out->progressions.items = ARENA_ARRAY(s->arena, struct progression, in->progressions.count);
    for (size_t i = 0; i < in->progressions.count; i++) {
        struct progression *p = &out->progressions.items[i];
        size_t count = in->progressions.items[i].chords.count;

        *p = in->progressions.items[i];
        p->chords.items = arena_alloc_array(s->arena, count, sizeof(*p->chords.items));
        memcpy(p->chords.items, in->progressions.items[i].chords.items, count * sizeof(*p->chords.items));
    }
    return out;
}

/* A tune is composed in the song's own key: chords that a round before moved elsewhere are taken as they were. */
static bool harmony_ready(struct session *s, bool makes_tune, struct error *e)
{
    if (s->song->harmony_spec == NULL) {
        if (!best_harmony(s, e))
            return false;
        s->harmony_at_home = s->song->harmony_spec;
    }
    if (makes_tune && s->harmony_at_home != NULL)
        s->song->harmony_spec = harmony_copy(s, s->harmony_at_home);
    return session_timeline(s, e);
}

/* Chords that were changed, or moved to another key, are called by what they are now. */
static void numerals_put_right(struct session *s)
{
    size_t otherwise = song_write_numerals(s->song, s->arena);

    if (otherwise > 0 && s->harmony_at_home == NULL)
        decide(s, "composer", 0.9, arena_printf(s->arena, "%zu roman numerals are put right", otherwise),
               "the chords that are given decide");
}

bool composer_work(struct session *s, struct error *e)
{
    bool makes_tune = s->song->melody_spec == NULL;

    if (!harmony_ready(s, makes_tune, e) || (makes_tune && !composer_melody(s, e)))
        return false;
    if (makes_tune && s->harmony_at_home != NULL) {
        struct key_plan plan = key_plan_make(s);

        key_plan_apply(s, &plan);
    }
    if (makes_tune && !session_timeline(s, e))
        return false;
    if (s->harmony_at_home != NULL) /* also a copy of an earlier round's */
        describe_harmony(s);
    if (makes_tune)
        describe_melody(s);
    numerals_put_right(s);
    return s->song->rhythm_spec != NULL || composer_rhythm(s, e);
}
