/* GET /v1/usage: what the organisation and the key have ordered this day and this month, and what they may;
 * PUT /v1/organisations/{name}/quota. */
#include <string.h>

#include "api/handlers.h"
#include "api/key_view.h"
#include "api/keys.h"
#include "core/clock.h"
#include "core/json.h"
#include "server/query.h"

static void answer(struct request *req, struct response *resp, const struct usage *items, size_t count)
{
    json_object *body = json_hold(req->arena, json_object_new_object()), *list = json_object_new_array();

    json_object_object_add(body, "usage", list);
    for (size_t i = 0; i < count; i++)
        json_object_array_add(list, usage_view(&items[i], req->arena));
    response_json(resp, 200, body);
}

/* An administrator sees one other organisation with its keys, or all with "*". */
static bool of_others(struct request *req, const char *organisation, struct response *resp, struct error *e)
{
    struct usage_list list;

    if (!usage_list(api_store(req), strcmp(organisation, "*") == 0 ? NULL : organisation, clock_wall_ms(), req->arena, &list,
                    e))
        return false;
    answer(req, resp, list.items, list.count);
    return true;
}

bool usage_report(struct request *req, struct response *resp, struct error *e)
{
    const char *organisation = req->who.organisation, *wanted = query_get(req, "organisation");
    struct usage mine[2];
    size_t count = 1;

    if (wanted != NULL && (req->who.scopes & SCOPE_ADMIN) != 0)
        return of_others(req, wanted, resp, e);
    if (wanted != NULL && strcmp(wanted, organisation) != 0)
        return error_set(e, ERROR_NOT_FOUND, "no such organisation");
    if (!usage_get(api_store(req), QUOTA_OF_ORGANISATION, organisation, organisation, clock_wall_ms(), &mine[0], e))
        return false;
    if (req->who.key_id[0] != '\0' &&
        !usage_get(api_store(req), QUOTA_OF_KEY, req->who.key_id, organisation, clock_wall_ms(), &mine[count++], e))
        return false;
    answer(req, resp, mine, count);
    return true;
}

bool organisation_quota_put(struct request *req, struct response *resp, struct error *e)
{
    const char *name = request_param(req, "name");
    struct usage usage;

    if (strlen(name) > KEY_NAME_MAX)
        return error_set(e, ERROR_NOT_FOUND, "no such organisation");
    if (!quota_set(api_store(req), QUOTA_OF_ORGANISATION, name, req->input, e) ||
        !usage_get(api_store(req), QUOTA_OF_ORGANISATION, name, name, clock_wall_ms(), &usage, e))
        return false;
    answer(req, resp, &usage, 1);
    return true;
}
