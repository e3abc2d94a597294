/* The handlers of /v1/keys, /v1/usage and the quotas, for the route table. */
#ifndef API_KEYS_H
#define API_KEYS_H

#include "core/fields.h"
#include "server/request.h"

bool keys_list(struct request *req, struct response *resp, struct error *e);
bool keys_post(struct request *req, struct response *resp, struct error *e);
bool keys_get(struct request *req, struct response *resp, struct error *e);
bool keys_delete(struct request *req, struct response *resp, struct error *e);
bool keys_rotate(struct request *req, struct response *resp, struct error *e);
bool keys_quota_put(struct request *req, struct response *resp, struct error *e);
bool usage_report(struct request *req, struct response *resp, struct error *e);
bool organisation_quota_put(struct request *req, struct response *resp, struct error *e);

/* The body of POST /v1/keys/{id}/rotate. */
extern const struct fields key_rotation_fields;

/* The body of POST /v1/keys, and what its fields cannot say. */
extern const struct fields key_request_fields;
void key_request_check(struct request *req, struct problems *problems);

#endif
