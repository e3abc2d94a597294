/* The HTTP interface: one row per route (routes.c), one file per resource. */
#ifndef API_API_H
#define API_API_H

#include "core/config.h"
#include "genre/genres.h"
#include "server/service.h"
#include "song/soundfonts.h"

/* What the handlers need, made by main before the fork; constant, shared by all threads. */
struct api {
    const struct config *config;
    const struct genres *genres;
    const char *genres_text;       /* the body of GET /v1/genres (api_genres_text), made once; NULL: each time */
    struct soundfonts soundfonts;  /* to choose from; the names' count is 0 when there is none that can be used */
    struct network_list trusted_proxies, webhook_networks;
    struct string_list cors_origins;
    const char *soundfont_problem; /* why not */
};

extern const struct route api_routes[];
extern const size_t api_route_count;

/* The service over these routes: each thread has a store of its own, keys are looked up in it, and waiting requests wait
 * for jobs. `api` and `shared` are borrowed. */
struct service api_service(const struct api *api, struct shared *shared);

/* The genres as GET /v1/genres shows them, in the arena. */
const char *api_genres_text(const struct genres *genres, struct arena *a);

/* The api and the store of the thread that serves the request. */
const struct api *api_of(const struct request *req);
struct store *api_store(const struct request *req);

#endif
