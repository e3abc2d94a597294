/* POST /v1/tracks: from a brief to the finished track, in one job. */
#include "api/handlers.h"
#include "core/random.h"

void track_check(struct request *req, struct problems *problems)
{
    brief_check(req, problems);
    order_check(req, problems);
}

bool tracks_post(struct request *req, struct response *resp, struct error *e)
{
    const struct track_request *track = req->input;
    int64_t seed = track->brief.seed != FIELD_LONG_UNSET ? track->brief.seed : (int64_t)random_seed_draw();

    return job_order_answer(req, resp, JOB_TRACKS, seed, e);
}
