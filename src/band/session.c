#include "band/agent.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/id.h"

enum { DECISIONS_STEP = 32 };

void decide(struct session *s, const char *agent, double confidence, const char *what, const char *why_format, ...)
{
    struct song *song = s->song;
    char why[400];
    va_list args;

    va_start(args, why_format);
    vsnprintf(why, sizeof(why), why_format, args);
    va_end(args);
    if (song->decisions.count % DECISIONS_STEP == 0) {
        struct decision *more = ARENA_ARRAY(s->arena, struct decision, song->decisions.count + DECISIONS_STEP);

        if (song->decisions.count > 0)
            memcpy(more, song->decisions.items, song->decisions.count * sizeof(*more));
        song->decisions.items = more;
    }
    song->decisions.items[song->decisions.count++] = (struct decision){
        .agent = agent, .what = arena_strdup(s->arena, what), .why = arena_strdup(s->arena, why),
        .confidence = confidence
    };
}

struct random session_random(const struct session *s, const char *name, unsigned index)
{
    return random_stream(s->seed + s->draw * 0x9e3779b97f4a7c15u, name, index);
}

const char *session_document_id(const struct session *s, const char *document)
{
    char id[ID_TEXT_SIZE];

    id_derive(s->seed, document, id);
    return arena_strdup(s->arena, id);
}

bool session_timeline(struct session *s, struct error *e)
{
    struct problems problems = { .arena = s->arena };
    struct timeline *timeline = ARENA_NEW(s->arena, struct timeline);

    timeline_make(s->song, timeline, s->arena, &problems);
    if (!problems_none(&problems, "the documents", e))
        return false;
    s->timeline = timeline;
    return true;
}
