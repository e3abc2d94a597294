/* Failures for the client: application/problem+json (RFC 9457). */
#ifndef SERVER_PROBLEM_H
#define SERVER_PROBLEM_H

#include "core/error.h"
#include "server/request.h"
#include "server/response.h"

/* Answers with the problem that `e` is: type urn:aether:problem:<slug>, title, status, detail, instance, request_id
 * and, for validation, errors[] of {pointer, detail}; with the headers that belong to the status (WWW-Authenticate,
 * Retry-After, Allow). In production a 5xx has no detail. */
void problem_answer(const struct request *req, struct response *resp, const struct error *e);

#endif
