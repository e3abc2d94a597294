/* The API over a fresh store and the genres of conf/genres, asked without a web server. */
#ifndef TESTS_UNIT_API_SUPPORT_H
#define TESTS_UNIT_API_SUPPORT_H

#include "api/api.h"
#include "server/dispatch.h"
#include "store/jobs.h"
#include "store/store.h"

extern struct config settings;
extern struct api api;
extern struct service service; /* authentication off: everybody is "local" */
extern struct store *store;
extern struct arena *arena;    /* of the test */
extern struct error problem;
extern size_t request_bytes;   /* memory of a request */

void api_setup(void);
void api_teardown(void);

/* One request and its answer. `headers` is "HTTP_PREFER=wait=1" or NULL. Lives in the test's arena. */
struct call {
    struct request request;
    struct response response;
    enum dispatch_outcome outcome;
    json_object *json; /* the answer, where it is JSON */
};
struct call *ask(const char *method, const char *target, const char *header, const char *body);

/* Goes on with a request that waits. */
void go_on(struct call *c);

/* A member of the answer as text, or NULL. */
const char *member(const struct call *c, const char *key);
bool has_problem(const struct call *c, const char *pointer);

#define BRIEF "\"title\":\"Neon\",\"genre\":\"synthwave\",\"brief\":\"night\""

#endif
