/* Parameters of the query (application/x-www-form-urlencoded). */
#ifndef SERVER_QUERY_H
#define SERVER_QUERY_H

#include "core/fields.h"
#include "server/request.h"

/* The first value of `name`, decoded, in the arena; NULL when it is not there. Bad escapes stay as they are. */
const char *query_get(const struct request *req, const char *name);

/* An integer from `low` to `high`; `fallback` when it is not there. ERROR_VALIDATION otherwise. */
bool query_get_int(const struct request *req, const char *name, int low, int high, int fallback, int *out,
                   struct error *e);

/* A time: RFC 3339, a date, or an age such as "7d" or "12h". 0 when it is not there or, with a problem, when it is none. */
int64_t query_get_time(const struct request *req, const char *name, struct problems *problems);

#endif
