#include "band/pipeline.h"

#include <string.h>

#include "band/agent.h"
#include "band/stage.h"
#include "song/brief.h"
#include "song/qa_report.h"
#include "song/song_spec.h"

enum { ATTEMPTS_MAX = 3 };

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

static uint64_t find_seed(const struct song *song)
{
    int64_t seed = song->song_spec != NULL ? song->song_spec->random_seed : song->brief->seed;

    return seed != FIELD_LONG_UNSET ? (uint64_t)seed : random_seed_draw();
}

static unsigned documents_given(const struct song *song)
{
    unsigned given = 0;

    for (size_t i = 0; i < song_document_count; i++)
        if (*(void *const *)((const char *)song + song_documents[i].offset) != NULL)
            given |= 1u << i;
    return given;
}

/* A song that was sent back is played again as its last attempt was: every random stream depends on it. */
static unsigned attempt_given(const struct song *song)
{
    const struct qa_report *report = song->qa_report;

    return report != NULL && report->attempts >= 1 && report->attempts <= ATTEMPTS_MAX ? (unsigned)report->attempts - 1 : 0;
}

static void clear_documents(struct song *song, unsigned given)
{
    for (size_t i = 0; i < song_document_count; i++)
        if (!(given >> i & 1))
            *(void **)((char *)song + song_documents[i].offset) = NULL;
    song->decisions.items = NULL;
    song->decisions.count = 0;
    song->score = NULL;
}

static bool work_once(const struct band_order *order, struct session *s, struct error *e)
{
    for (size_t i = 0; i < band_agent_count; i++) {
        const struct agent *agent = &band_agents[i];

        if (order->progress != NULL &&
            !order->progress(order->progress_arg, agent->stage, (double)i / (double)band_agent_count))
            return error_set(e, ERROR_CANCELLED, "cancelled while %s", agent->stage);
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

bool band_make(const struct band_order *order, struct song *song, struct arena *a, struct error *e)
{
    struct session s = { .song = song, .genres = order->genres, .arena = a, .given = documents_given(song) };
    struct error own = { 0 };

    if (e == NULL)
        e = &own;
    ASSERT(song->brief != NULL || song->song_spec != NULL);
    if (!find_genre(&s, e) || !may_be_played(order, song, a, e))
        return false;
    s.seed = find_seed(song);
    s.attempt = attempt_given(song);
    for (;;) {
        if (work_once(order, &s, e))
            return true;
        if (e->code != ERROR_QUALITY || s.attempt + 1 >= ATTEMPTS_MAX)
            return false;
        clear_documents(song, s.given);
        s.timeline = NULL;
        s.attempt++;
    }
}
