#include "api/handlers.h"
#include "api/key_view.h"
#include "api/keys.h"
#include "store/keys.h"
#include "store/results.h"

#define MIB (1024 * 1024)
enum { BRIEF_BYTES_MAX = 64 * 1024, DOCUMENTS_BYTES_MAX = 2 * MIB, SMALL_BYTES_MAX = 4 * 1024 };
#define SCOPE_TRACKS (SCOPE_GENERATE | SCOPE_RENDER)

/* clang-format off */
const struct route api_routes[] = {
    /* method        path pattern                          handler        scopes          rate          body max             flags          request                 response            summary, check */
    { METHOD_GET,    "/health",                            health_get,    ROUTE_OPEN,     RATE_NONE,    0,                   0,             NULL,                   NULL,               "The state of the service and of what it depends on.", NULL },
    { METHOD_GET,    "/ready",                             health_ready,  ROUTE_OPEN,     RATE_NONE,    0,                   0,             NULL,                   NULL,               "Whether requests should be sent here.", NULL },
    { METHOD_GET,    "/live",                              health_live,   ROUTE_OPEN,     RATE_NONE,    0,                   0,             NULL,                   NULL,               "Whether the process is alive.", NULL },
    { METHOD_GET,    "/metrics",                           metrics_get,   SCOPE_METRICS, RATE_NONE,    0,                   ROUTE_LOCAL,   NULL,                   NULL,               "Counters of all processes for Prometheus (text format 0.0.4).", NULL },
    { METHOD_GET,    "/v1/genres",                         genres_list,   ROUTE_OPEN,     RATE_DEFAULT, 0,                   0,             NULL,                   NULL,               "All genres: id, name, aliases.", NULL },
    { METHOD_GET,    "/v1/genres/{id}",                    genres_get,    ROUTE_OPEN,     RATE_DEFAULT, 0,                   0,             NULL,                   &genre_fields,      "The profile of a genre, by id, name or alias.", NULL },
    { METHOD_POST,   "/v1/generate",                       generate_post, SCOPE_GENERATE, RATE_DEFAULT, BRIEF_BYTES_MAX,     ROUTE_HEAVY,   &brief_fields,          NULL,               "Composes: a brief becomes all documents of a song, at once.", brief_check },
    { METHOD_POST,   "/v1/render",                         render_post,   SCOPE_RENDER,   RATE_DEFAULT, DOCUMENTS_BYTES_MAX, ROUTE_LENIENT, &delivery_order_fields, &job_result_fields, "Performs, mixes and masters the documents given.", render_check },
    { METHOD_POST,   "/v1/tracks",                         tracks_post,   SCOPE_TRACKS,   RATE_DEFAULT, BRIEF_BYTES_MAX,     0,             &track_order_fields,    &job_result_fields, "From a brief to the finished track, in one job.", track_check },
    { METHOD_GET,    "/v1/jobs",                           jobs_list,     ROUTE_ANY_KEY,  RATE_DEFAULT, 0,                   0,             NULL,                   NULL,               "The organisation's jobs, newest first: ?limit, ?cursor, ?status, ?kind, ?key_id, ?since, ?until.", NULL },
    { METHOD_GET,    "/v1/jobs/{id}",                      jobs_get,      ROUTE_ANY_KEY,  RATE_DEFAULT, 0,                   0,             NULL,                   &job_view_fields,   "State, progress and result of a job.", NULL },
    { METHOD_GET,    "/v1/jobs/{id}/events",               events_get,    ROUTE_ANY_KEY,  RATE_DEFAULT, 0,                   0,             NULL,                   NULL,               "Stage, progress and end of a job as they come (Server-Sent Events); Last-Event-ID is honoured.", NULL },
    { METHOD_DELETE, "/v1/jobs/{id}",                      jobs_delete,   ROUTE_ANY_KEY,  RATE_DEFAULT, 0,                   0,             NULL,                   &job_view_fields,   "Cancels a job.", NULL },
    { METHOD_GET,    "/v1/download/{job_id}/{filename}",   downloads_get, ROUTE_ANY_KEY,  RATE_DEFAULT, 0,                   0,             NULL,                   NULL,               "A finished file; ranges and conditions are honoured.", NULL },
    { METHOD_GET,    "/v1/keys",                           keys_list,     SCOPE_KEYS,     RATE_DEFAULT, 0,                   0,             NULL,                   NULL,               "The organisation's keys; an administrator's: all, or of ?organisation.", NULL },
    { METHOD_POST,   "/v1/keys",                           keys_post,     SCOPE_KEYS,     RATE_DEFAULT, SMALL_BYTES_MAX,     0,             &key_request_fields,    &key_view_fields,   "Makes a key; its text is shown only now.", key_request_check },
    { METHOD_GET,    "/v1/keys/{id}",                      keys_get,      SCOPE_KEYS,     RATE_DEFAULT, 0,                   0,             NULL,                   &key_view_fields,   "One key; never its text.", NULL },
    { METHOD_DELETE, "/v1/keys/{id}",                      keys_delete,   SCOPE_KEYS,     RATE_DEFAULT, 0,                   0,             NULL,                   &key_view_fields,   "Revokes a key, at once and for ever.", NULL },
    { METHOD_POST,   "/v1/keys/{id}/rotate",               keys_rotate,   SCOPE_KEYS,     RATE_DEFAULT, SMALL_BYTES_MAX,     0,             &key_rotation_fields,   &key_view_fields,   "A new secret; the one before is good for a grace period.", NULL },
    { METHOD_PUT,    "/v1/keys/{id}/quota",                keys_quota_put, SCOPE_KEYS,    RATE_DEFAULT, SMALL_BYTES_MAX,     0,             &quota_fields,          &key_view_fields,   "What a key may order.", NULL },
    { METHOD_PUT,    "/v1/organisations/{name}/quota",     organisation_quota_put, SCOPE_ADMIN, RATE_DEFAULT, SMALL_BYTES_MAX, 0,          &quota_fields,          NULL,               "What an organisation may order.", NULL },
    { METHOD_GET,    "/v1/audit",                          audit_list,    SCOPE_AUDIT,    RATE_DEFAULT, 0,                   0,             NULL,                   NULL,               "What was done and refused, newest first: ?since, ?until, ?actor, ?action, ?outcome, ?address, ?request_id, ?limit, ?cursor.", NULL },
    { METHOD_GET,    "/v1/audit/verify",                   audit_check,   SCOPE_AUDIT,    RATE_DEFAULT, 0,                   ROUTE_HEAVY,   NULL,                   NULL,               "Whether the audit trail is as it was written: ?anchor.", NULL },
    { METHOD_GET,    "/v1/usage",                          usage_report,  ROUTE_ANY_KEY,  RATE_DEFAULT, 0,                   0,             NULL,                   NULL,               "What organisation and key have ordered and may; an administrator's: ?organisation, * for all.", NULL },
};
/* clang-format on */
const size_t api_route_count = sizeof(api_routes) / sizeof(api_routes[0]);
