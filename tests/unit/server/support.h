/* A service to test with, a request without a wire, and a client that speaks FastCGI. */
#ifndef TESTS_UNIT_SERVER_SUPPORT_H
#define TESTS_UNIT_SERVER_SUPPORT_H

#include <stdatomic.h>

#include "server/dispatch.h"
#include "server/service.h"

enum { SCOPE_READ = 1, SCOPE_WRITE = 2 };

/* The routes of the test service:
 *   GET  /live            probe
 *   GET  /open            open, counted
 *   GET  /mine            any key: answers {"organisation"}
 *   POST /things/{id}     scope write, JSON {"name": string, "count": int}: answers them with the id
 *   POST /raw             open, up to 64 kB: answers the body
 *   POST /heavy           open, heavy: holds its thread until `gate` opens
 *   GET  /wait            open: waits up to 3,600 s for `gate`; then {"done": true}, else 202 {"done": false}
 *   GET  /fail/{code}     open: fails with that error code
 *   GET  /hoard           open: fills the arena
 *   GET  /local           open on this machine, else scope read; never drained */
extern const struct route test_routes[];
extern const size_t test_route_count;

extern atomic_bool gate;       /* opens the waits and the heavy ones */
extern atomic_int waiting;     /* requests that have begun to wait */
extern atomic_int heavy;       /* heavy ones that hold a thread */

/* Two threads, authentication on, no rate limit. Keys: "reader" and "writer" of organisation "acme", and
 * "runner", a reader that may send three requests at once. */
struct service test_service(void);

/* One request as the web server would hand it over, answered by the dispatcher. `params` is "NAME=value" …, NULL. */
struct reply {
    struct arena *arena, *spare;
    struct request request;
    struct response response;
    enum dispatch_outcome outcome;
};
struct reply *reply_new(const struct service *s, const char *method, const char *target, const char *const *params,
                        const char *body);
void reply_free(struct reply *r);

/* The body's member as text: a string, or what it prints as. NULL when there is none. */
const char *reply_get(struct reply *r, const char *key);

/* The other end of a FastCGI socket. */
int client_connect(const char *path);
void client_send_head(int fd, const char *method, const char *target, const char *content_length);
void client_send_body(int fd, const char *data, size_t len);
void client_send_end(int fd);                                   /* of the body */
void client_send(int fd, const char *method, const char *target); /* all of a request without a body */

/* Reads to END_REQUEST. The status, or 0 when the connection ended before. The output, cut to size, in `out`. */
int client_receive(int fd, char *out, size_t size);

#endif
