/* What a request's head says about where it comes from, and whether it can be believed. */
#ifndef SERVER_CLIENT_H
#define SERVER_CLIENT_H

#include "server/request.h"

enum { HEADER_VALUE_MAX = 16 * 1024 };

/* The address of the client: the web server's peer; when that is a trusted proxy, the right-most address of all
 * X-Forwarded-For headers together that is not one. What stands to the left of it anybody may have written. A loopback
 * address in a header is that of another machine or made up, and never the client's. In the arena. */
const char *client_address(const struct request *req);

/* ERROR_INPUT when a header holds control characters, or one came twice of which two are a contradiction (credentials
 * above all); ERROR_HEADERS when one is longer than HEADER_VALUE_MAX. */
bool client_check_headers(const struct request *req, struct error *e);

#endif
