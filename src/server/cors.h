/* Cross-origin requests of browsers (the Fetch standard, "CORS protocol"): which pages may read the answers. Cookies play
 * no part, credentials are headers that a page has to set itself. */
#ifndef SERVER_CORS_H
#define SERVER_CORS_H

#include "server/request.h"
#include "server/response.h"

/* Adds what belongs to the request's Origin; for a preflight (OPTIONS) also methods, headers and how long it holds. An
 * origin that is not in service->cors_origins gets none of them, so that its browser keeps the answer from it. */
void cors_add(const struct request *req, struct response *resp);

#endif
