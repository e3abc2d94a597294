#include <math.h>
#include <stdio.h>
#include <string.h>

#include "api/key_view.h"
#include "core/clock.h"
#include "main/aether/act.h"
#include "main/aether/command.h"
#include "main/aether/quota_options.h"

/* clang-format off */
static const struct option_row own[] = {
    { "organisation", "NAME", false, "only this one and its keys; limit: whose quota" },
    { "key", "ID", false, "limit: the key whose quota is set" },
    { "json", NULL, false, "as JSON" },
};
/* clang-format on */

const struct option_row *usage_options(struct arena *a, size_t *count)
{
    return quota_options_add(a, own, sizeof(own) / sizeof(own[0]), count);
}

enum { PAIR_SIZE = 64 };

static const char *pair(double used, double limit, char out[PAIR_SIZE])
{
    if (isnan(limit))
        snprintf(out, PAIR_SIZE, "%.10g", used);
    else
        snprintf(out, PAIR_SIZE, "%.10g of %.10g", used, limit);
    return out;
}

static void print_line(const struct usage *u)
{
    const struct quota *q = &u->quota;
    char a[PAIR_SIZE], b[PAIR_SIZE], c[PAIR_SIZE], d[PAIR_SIZE];

    printf("%-20s %-30s %-14s %-16s %-16s %s\n", u->organisation, u->holder == QUOTA_OF_KEY ? u->id : "(all keys)",
           pair(u->tracks[QUOTA_DAY], q->tracks_per_day, a),
           pair(round(u->minutes[QUOTA_DAY] * 100) / 100, q->minutes_per_day, b),
           pair(u->tracks[QUOTA_MONTH], q->tracks_per_month, c),
           pair(round(u->minutes[QUOTA_MONTH] * 100) / 100, q->minutes_per_month, d));
}

static bool show(struct invocation *in, struct store *store, struct error *e)
{
    bool json = option_is_set(&in->options, "json");
    struct usage_list list;
    json_object *all;

    if (!usage_list(store, option_get(&in->options, "organisation"), clock_wall_ms(), in->arena, &list, e))
        return false;
    if (!json)
        printf("%-20s %-30s %-14s %-16s %-16s %s\n", "ORGANISATION", "KEY", "TRACKS TODAY", "MINUTES TODAY", "TRACKS THIS MONTH",
               "MINUTES THIS MONTH");
    all = json_object_new_array();
    for (size_t i = 0; i < list.count; i++) {
        if (json)
            json_object_array_add(all, usage_view(&list.items[i], in->arena));
        else
            print_line(&list.items[i]);
    }
    if (json)
        print_json(all);
    else
        json_object_put(all);
    return true;
}

/* Whose quota it is, and that a key is there. */
static bool limit_holder(struct invocation *in, struct store *store, enum quota_holder *holder, const char **id, struct error *e)
{
    const char *organisation = option_get(&in->options, "organisation"), *key = option_get(&in->options, "key");
    struct key found;

    *holder = key != NULL ? QUOTA_OF_KEY : QUOTA_OF_ORGANISATION;
    *id = key != NULL ? key : organisation;
    if ((organisation == NULL) == (key == NULL))
        return error_set(e, ERROR_INPUT, "usage limit needs --organisation or --key");
    if (organisation != NULL && strlen(organisation) > KEY_NAME_MAX)
        return error_set(e, ERROR_INPUT, "an organisation's name has at most %d bytes", KEY_NAME_MAX);
    return key == NULL || key_get(store, key, NULL, &found, e);
}

static bool limit(struct invocation *in, struct store *store, struct error *e)
{
    enum quota_holder holder = QUOTA_OF_ORGANISATION;
    const char *id = NULL;
    struct quota quota;
    int given;

    if (!limit_holder(in, store, &holder, &id, e) || !quota_get(store, holder, id, &quota, e) ||
        !quota_options_read(&in->options, &quota, &given, e))
        return false;
    if (given == 0)
        return error_set(e, ERROR_INPUT, "usage limit needs a limit, such as --tracks-per-day 20");
    return act_begin(in, "usage.limit", holder == QUOTA_OF_ORGANISATION ? id : NULL, id, e) &&
           act_end(quota_set(store, holder, id, &quota, e), e);
}

bool usage_run(struct invocation *in, struct error *e)
{
    const struct string_list *rest = &in->options.rest;
    bool limits = rest->count == 1 && strcmp(rest->items[0], "limit") == 0, ok;
    struct store *store;

    if (rest->count > 0 && !limits)
        return error_set(e, ERROR_INPUT, "expected 'aether usage' or 'aether usage limit'");
    store = store_open(&in->config, e);
    if (store == NULL)
        return false;
    ok = limits ? limit(in, store, e) : show(in, store, e);
    store_close(store);
    return ok;
}
