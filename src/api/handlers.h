/* The handlers, and what the routes have in common. A file each, by the name before the underscore. */
#ifndef API_HANDLERS_H
#define API_HANDLERS_H

#include "api/api.h"
#include "server/request.h"
#include "server/response.h"
#include "song/brief.h"
#include "store/idempotency.h"
#include "store/jobs.h"

bool health_get(struct request *req, struct response *resp, struct error *e);
bool health_ready(struct request *req, struct response *resp, struct error *e);
bool health_live(struct request *req, struct response *resp, struct error *e);
bool genres_list(struct request *req, struct response *resp, struct error *e);
bool genres_get(struct request *req, struct response *resp, struct error *e);
bool generate_post(struct request *req, struct response *resp, struct error *e);
bool render_post(struct request *req, struct response *resp, struct error *e);
bool tracks_post(struct request *req, struct response *resp, struct error *e);
bool jobs_list(struct request *req, struct response *resp, struct error *e);
bool jobs_get(struct request *req, struct response *resp, struct error *e);
bool events_get(struct request *req, struct response *resp, struct error *e);
bool metrics_get(struct request *req, struct response *resp, struct error *e);
bool jobs_delete(struct request *req, struct response *resp, struct error *e);
bool downloads_get(struct request *req, struct response *resp, struct error *e);
bool audit_list(struct request *req, struct response *resp, struct error *e);
bool audit_check(struct request *req, struct response *resp, struct error *e);

/* A job as the API shows it. */
extern const struct fields job_view_fields;

/* Checks of rows: what a brief and what documents must say beyond their fields. */
void brief_check(struct request *req, struct problems *problems);
void render_check(struct request *req, struct problems *problems);
void track_check(struct request *req, struct problems *problems);

/* Of a struct track_request: whether its callback_url may be called. */
void order_check(struct request *req, struct problems *problems);

/* An unknown genre becomes a problem that names what there is. */
void genre_check(const struct request *req, const char *name, const char *pointer, struct problems *problems);

/* So does an unknown SoundFont, when there is one at all. */
void soundfont_check_name(const struct request *req, const char *name, const char *pointer, struct problems *problems);

/* Queues the request's body as a job, and answers: when it is completed with its result, when it has failed with the
 * problem, after the time that the client would wait (Prefer) with 202 and Location. */
bool job_order_answer(struct request *req, struct response *resp, enum job_kind kind, int64_t seed, struct error *e);

/* The request's Idempotency-Key (out->key NULL: it has none) and what it stands for. ERROR_INPUT. */
bool idempotency_read(const struct request *req, struct idempotency *out, struct error *e);

/* The request waits until the job `id`, which another request is making, is recorded; then `next` goes on, also when it is
 * not there after all. job_waited_for is that id. */
void job_wait_until_there(struct request *req, const char *id, handler *next);
const char *job_waited_for(const struct request *req);

/* The key that asks, as jobs record it: NULL without authentication. */
const char *who_key_id(const struct request *req);

/* service->poll: which jobs are over. */
void job_poll(void *store, struct wait *const *waits, size_t count);

/* Adds to an event stream what is new of its job. `a` is for the moment. */
void events_report(struct store *store, struct wait *wait, const struct job *job, struct arena *a);

/* The job as the API shows it; in the request's arena, for json_hold or another tree. */
json_object *job_view(const struct request *req, const struct job *job);

/* The job as the body of an answer. */
void job_answer(const struct request *req, struct response *resp, int status, const struct job *job);

/* Which code a slug of the store stands for. */
enum error_code error_code_find(const char *slug);

#endif
