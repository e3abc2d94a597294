/* Who asks. The server knows no keys: main hands it `authenticate` (server/service.h). */
#ifndef SERVER_AUTH_H
#define SERVER_AUTH_H

#include <stdbool.h>

#include "core/error.h"

enum { PRINCIPAL_TEXT_SIZE = 128, PRINCIPAL_SHARES_MAX = 4 };

struct principal {
    char key_id[PRINCIPAL_TEXT_SIZE];       /* "" without a key; "jwt:" and the subject of a token */
    char organisation[PRINCIPAL_TEXT_SIZE]; /* whose jobs and files */
    unsigned scopes;
    char name[PRINCIPAL_TEXT_SIZE];         /* what the key is called; "" when unknown */
    double rate_rps;                        /* of its own; 0: the service's */
    int rate_burst;
    size_t share_count;                     /* keys whose rates it uses up too, because it comes from them */
    struct rate_share {
        char key_id[16];
        double rps; /* 0: the service's */
        int burst;
    } shares[PRINCIPAL_SHARES_MAX];
};

struct request;

struct scope_name {
    unsigned bit;
    const char *name;
};

/* The text of X-API-Key, or that of "Authorization: Bearer …"; NULL when there is neither, or both. */
const char *auth_credential(const struct request *req);

/* Fills req->who from the credential, which is wiped from the request's memory. With authentication switched off everybody is "local" and may do all. False with
 * ERROR_AUTH when there is no valid credential: req->who then has no organisation. */
bool auth_identify(struct request *req, struct error *e);

/* ERROR_SCOPE, naming the first of the route's scopes that is missing. */
bool auth_check_scopes(const struct request *req, struct error *e);

#endif
