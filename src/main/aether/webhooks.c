#include "store/webhooks.h"

#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "main/aether/act.h"
#include "main/aether/command.h"
#include "worker/courier.h"

enum { LIST_MAX = 1000 };

static const struct option_row rows[] = {
    { "state", "STATE", false, "list: pending, delivered or failed" },
    { "job", "ID", false, "list: only those of this job" },
    { "organisation", "NAME", false, "list: only those of this organisation" },
    { "json", NULL, false, "list: as JSON" },
};

const struct option_row *webhooks_options(struct arena *a, size_t *count)
{
    (void)a;
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}

json_object *webhook_tree(const struct webhook *w)
{
    json_object *out = json_object_new_object();
    char text[CLOCK_TEXT_SIZE];

    json_object_object_add(out, "id", json_object_new_string(w->id));
    json_object_object_add(out, "job_id", json_object_new_string(w->job_id));
    json_object_object_add(out, "organisation", json_object_new_string(w->organisation));
    json_object_object_add(out, "type", json_object_new_string(w->type));
    json_object_object_add(out, "url", json_object_new_string(w->url));
    json_object_object_add(out, "state", json_object_new_string(webhook_state_names[w->state]));
    json_object_object_add(out, "attempts", json_object_new_int(w->attempts));
    json_object_object_add(out, "http_status", w->http_status != 0 ? json_object_new_int(w->http_status) : NULL);
    json_object_object_add(out, "error", w->error != NULL ? json_object_new_string(w->error) : NULL);
    json_object_object_add(out, "created_at", json_object_new_string(clock_text(w->created_ms, text)));
    json_object_object_add(out, "next_at",
                           w->state == WEBHOOK_PENDING ? json_object_new_string(clock_text(w->next_ms, text)) : NULL);
    return out;
}

static bool list(struct invocation *in, struct store *store, struct error *e)
{
    const char *state = option_get(&in->options, "state");
    struct webhook_filter filter = { .organisation = option_get(&in->options, "organisation"),
                                     .job_id = option_get(&in->options, "job"), .state = -1, .limit = LIST_MAX };
    struct webhook_list found;
    json_object *all;

    for (int i = 0; state != NULL && i < WEBHOOK_STATE_COUNT; i++)
        if (strcmp(webhook_state_names[i], state) == 0)
            filter.state = i;
    if (state != NULL && filter.state < 0)
        return error_set(e, ERROR_INPUT, "--state: expected pending, delivered or failed, not '%s'", state);
    if (!webhook_list(store, &filter, in->arena, &found, e))
        return false;
    all = json_object_new_array();
    if (!option_is_set(&in->options, "json"))
        printf("%-36s  %-9s  %-13s  %3s  %s\n", "ID", "STATE", "TYPE", "TRY", "URL");
    for (size_t i = 0; i < found.count; i++) {
        const struct webhook *w = &found.items[i];

        if (option_is_set(&in->options, "json"))
            json_object_array_add(all, webhook_tree(w));
        else
            printf("%-36s  %-9s  %-13s  %3d  %s%s%s\n", w->id, webhook_state_names[w->state], w->type, w->attempts, w->url,
                   w->error != NULL ? ": " : "", w->error != NULL ? w->error : "");
    }
    if (option_is_set(&in->options, "json"))
        print_json(all);
    else
        json_object_put(all);
    return true;
}

static bool secret(struct invocation *in, const char *organisation, struct error *e)
{
    char text[COURIER_SECRET_SIZE];

    if (in->config.webhook_secret == NULL)
        return error_set(e, ERROR_CONFIG, "AETHER_WEBHOOK_SECRET is not set: no webhooks are sent");
    if (organisation[0] == '\0' || strlen(organisation) > 100)
        return error_set(e, ERROR_INPUT, "an organisation has 1 to 100 bytes");
    if (!act_begin(in, "webhooks.secret", organisation, organisation, e))
        return false;
    courier_secret(in->config.webhook_secret, organisation, text);
    if (!act_end(true, e))
        return false;
    puts(text);
    explicit_bzero(text, sizeof(text));
    return true;
}

static bool retry(struct invocation *in, struct store *store, const char *id, struct error *e)
{
    return act_begin(in, "webhooks.retry", NULL, id, e) && act_end(webhook_again(store, id, clock_wall_ms(), e), e);
}

bool webhooks_run(struct invocation *in, struct error *e)
{
    const struct string_list *rest = &in->options.rest;
    const char *verb = rest->count > 0 ? rest->items[0] : "";
    struct store *store;
    bool ok;

    if (strcmp(verb, "secret") == 0 && rest->count == 2)
        return secret(in, rest->items[1], e);
    if (!(strcmp(verb, "list") == 0 && rest->count == 1) && !(strcmp(verb, "retry") == 0 && rest->count == 2))
        return error_set(e, ERROR_INPUT, "expected 'aether webhooks list', 'retry ID' or 'secret ORGANISATION'");
    store = store_open(&in->config, e);
    if (store == NULL)
        return false;
    ok = strcmp(verb, "list") == 0 ? list(in, store, e) : retry(in, store, rest->items[1], e);
    store_close(store);
    return ok;
}
