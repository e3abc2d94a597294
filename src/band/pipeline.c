#include "band/pipeline.h"

#include "band/agent.h"
#include "band/stage.h"
#include "band/rounds.h"
#include "song/brief.h"
#include "song/qa_report.h"
#include "song/song_spec.h"

const struct agent band_agents[] = {
    /* id                    name                    stage          what it does */
    { "creative-director",  "creative director",  "directing",    creative_director_work },
    { "arranger",           "arranger",           "arranging",    arranger_work },
    { "composer",           "composer",           "composing",    composer_work },
    { "lyricist",           "lyricist",           "writing",      lyricist_work },
    { "vocalist",           "vocalist",           "singing",      vocalist_work },
    { "sound-designer",     "sound designer",     "orchestrating", sound_designer_work },
    { "players",            "players",            "performing",   players_perform },
    { "mix-engineer",       "mix engineer",       "balancing",    mix_engineer_work },
    { "mastering-engineer", "mastering engineer", "finishing",    mastering_engineer_work },
    { "reviewer",           "reviewer",           "reviewing",    reviewer_work },
    { "release-manager",    "release manager",    "releasing",    release_manager_work },
};
const size_t band_agent_count = sizeof(band_agents) / sizeof(band_agents[0]);

static bool find_genre(struct session *s, struct error *e)
{
    const struct song *song = s->song;
    const char *name = song->song_spec != NULL ? song->song_spec->genre_id : song->brief->genre, *near;
    struct problems problems = { .arena = s->arena };

    s->genre = genres_find(s->genres, name);
    if (s->genre != NULL)
        return true;
    near = genres_suggest(s->genres, name);
    problem_add(&problems, song->song_spec != NULL ? "/song_spec/genre_id" : "/genre",
                near != NULL ? "'%.60s' is not a genre here; did you mean '%s'?" : "'%.60s' is not a genre here", name, near);
    return problems_none(&problems, "genre", e);
}

static void find_seed(const struct band_order *order, struct session *s)
{
    int64_t seed = s->song->song_spec != NULL ? s->song->song_spec->random_seed : s->song->brief->seed;

    s->seed_is_drawn = order->seed_is_drawn || seed == FIELD_LONG_UNSET;
    s->seed = seed != FIELD_LONG_UNSET ? (uint64_t)seed : random_seed_draw();
}

/* Another seed after one that was drawn: the same each time, so that a job that is tried again comes out alike. */
static uint64_t next_seed(uint64_t seed)
{
    struct random random = random_stream(seed, "another seed", 0);

    return ((uint64_t)random_u32(&random) << 32 | random_u32(&random)) >> 11;
}

static unsigned documents_given(const struct song *song)
{
    unsigned given = 0;

    for (size_t i = 0; i < song_document_count; i++)
        if (*(void *const *)((const char *)song + song_documents[i].offset) != NULL)
            given |= 1u << i;
    return given;
}

static bool work_once(const struct band_order *order, struct session *s, struct error *e)
{
    for (size_t i = 0; i < band_agent_count; i++) {
        const struct agent *agent = &band_agents[i];

        if (order->progress != NULL &&
            !order->progress(order->progress_arg, agent->stage, (double)i / (double)band_agent_count))
            return error_set(e, ERROR_CANCELLED, "cancelled while %s", agent->stage);
        s->draw = agent->work == players_perform ? 0 : s->round * DRAWS_A_ROUND;
        if (!agent->work(s, e))
            return error_wrap(e, "%s", agent->name);
    }
    return true;
}

void band_check(const struct genres *genres, struct song *song, struct arena *a, struct problems *problems)
{
    struct session s = { .song = song, .genres = genres, .arena = a };

    s.genre = song->song_spec != NULL ? genres_find(genres, song->song_spec->genre_id) : NULL;
    if (s.genre != NULL)
        stage_check(&s, problems);
}

static bool may_be_played(const struct band_order *order, struct song *song, struct arena *a, struct error *e)
{
    struct problems problems = { .arena = a };

    band_check(order->genres, song, a, &problems);
    return problems_none(&problems, "the documents", e);
}

/* All rounds with one seed. */
static bool work_rounds(const struct band_order *order, struct session *s, struct rounds *rounds, struct error *e)
{
    for (s->round = 0; s->round < ROUNDS_MAX; s->round++) {
        if (!work_once(order, s, e))
            return false;
        rounds_note(rounds, s);
        if (s->song->qa_report->passed || s->round + 1 == ROUNDS_MAX || !rounds_prepare(rounds, s))
            break;
    }
    return true;
}

bool band_make(const struct band_order *order, struct song *song, struct arena *a, struct error *e)
{
    struct session s = { .song = song, .genres = order->genres, .arena = a, .given = documents_given(song),
                         .earlier = order->earlier, .judges_given = order->judges_given };
    struct rounds rounds = { .has_other = false };
    struct error own = { 0 };

    if (e == NULL)
        e = &own;
    ASSERT(song->brief != NULL || song->song_spec != NULL);
    if (!find_genre(&s, e) || !may_be_played(order, song, a, e))
        return false;
    find_seed(order, &s);
    for (int seeds = 1;; seeds++) {
        if (!work_rounds(order, &s, &rounds, e))
            return false;
        if (!rounds_is_too_like(&rounds.best.song) || seeds == SEEDS_MAX)
            return rounds_finish(&rounds, &s, e);
        rounds_begin_anew(&rounds, &s);
        s.seed = next_seed(s.seed);
    }
}
