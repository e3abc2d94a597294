#include "store/keys.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/key_view.h"
#include "core/clock.h"
#include "main/aether/act.h"
#include "main/aether/command.h"
#include "main/aether/quota_options.h"

enum { DAY_MS = 86400000, HOUR_S = 3600 };

/* clang-format off */
static const struct option_row own[] = {
    { "name", "NAME", false, "create: what the key is for, such as radio-desk" },
    { "organisation", "NAME", false, "create: who owns its jobs and files (default: local); list: only these" },
    { "scopes", "LIST", false, "create: of generate, render, keys, audit, metrics, admin, with commas (default: generate,render)" },
    { "admin", NULL, false, "create: an administrator's key, with the scope admin, which stands for all" },
    { "expires-days", "DAYS", false, "create: the key stops working after so many days (default: never)" },
    { "rate-rps", "RATE", false, "create: requests a second of its own (default: AETHER_RATE_LIMIT_RPS)" },
    { "rate-burst", "COUNT", false, "create: requests at once of its own (default: AETHER_RATE_LIMIT_BURST)" },
    { "grace-hours", "HOURS", false, "rotate: how long the old secret stays good, 0 to 720 (default: 24)" },
    { "quiet", NULL, false, "create, rotate: print the key and nothing else" },
    { "json", NULL, false, "create, list, show, rotate, revoke: as JSON" },
};
/* clang-format on */

const struct option_row *keys_options(struct arena *a, size_t *count)
{
    return quota_options_add(a, own, sizeof(own) / sizeof(own[0]), count);
}

struct call {
    struct invocation *in;
    struct store *store;
    const char *id;  /* the argument, where there is one */
    int64_t now_ms;
};

static void print_key(const struct call *c, const struct key *k, const char *secret, const char *note)
{
    const struct options *o = &c->in->options;
    struct quota quota;

    if (option_is_set(o, "json")) {
        print_json(key_view(k, quota_get(c->store, QUOTA_OF_KEY, k->id, &quota, NULL) ? &quota : NULL, secret, c->now_ms,
                            c->in->arena));
        return;
    }
    printf("%s\n", secret);
    if (!option_is_set(o, "quiet"))
        printf("\nThis is key %s, '%s' of '%s'. It is shown only now: only its checksum is stored.\n"
               "Send it as the header X-API-Key, or as Authorization: Bearer.\n%s",
               k->id, k->name, k->organisation, note);
}

static bool read_order(const struct call *c, struct key_order *order, struct error *e)
{
    const struct options *o = &c->in->options;
    const char *scopes = option_get(o, "scopes"), *organisation = option_get(o, "organisation");
    double days, burst;

    if (option_is_set(o, "admin") && scopes != NULL)
        return error_set(e, ERROR_INPUT, "--admin stands for all scopes; expected it or --scopes");
    order->name = option_get(o, "name");
    order->organisation = organisation != NULL ? organisation : "local";
    if (order->name == NULL)
        return error_set(e, ERROR_INPUT, "keys create needs --name");
    if (!key_scopes_parse(option_is_set(o, "admin") ? "admin" : scopes != NULL ? scopes : "generate,render", &order->scopes, e) ||
        !option_get_number(o, "expires-days", 1, 36500, true, 0, &days, e) ||
        !option_get_number(o, "rate-rps", 0.001, 100000, false, 0, &order->rate_rps, e) ||
        !option_get_number(o, "rate-burst", 1, 100000, true, 0, &burst, e))
        return false;
    order->expires_ms = days > 0 ? c->now_ms + (int64_t)days * DAY_MS : 0;
    order->rate_burst = (int)burst;
    return true;
}

static bool create(const struct call *c, struct error *e)
{
    struct key_order order = { .scopes = 0 };
    struct quota quota = quota_none;
    char text[KEY_TEXT_SIZE];
    struct key key;

    order.quota = &quota;
    if (!read_order(c, &order, e) || !quota_options_read(&c->in->options, &quota, NULL, e) ||
        !key_create(c->store, &order, c->now_ms, text, &key, e))
        return false;
    act_target(key.organisation, key.id);
    print_key(c, &key, text, "");
    explicit_bzero(text, sizeof(text));
    return true;
}

static bool rotate(const struct call *c, struct error *e)
{
    char text[KEY_TEXT_SIZE], until[CLOCK_TEXT_SIZE], note[128];
    struct key key;
    double hours;

    if (!option_get_number(&c->in->options, "grace-hours", 0, KEY_GRACE_MAX_S / HOUR_S, false, 24, &hours, e) ||
        !key_rotate(c->store, c->id, NULL, (int)lround(hours * HOUR_S), c->now_ms, text, &key, e))
        return false;
    act_target(key.organisation, key.id);
    if (key.previous_until_ms != 0)
        snprintf(note, sizeof(note), "The old secret works until %s.\n", clock_text(key.previous_until_ms, until));
    else
        snprintf(note, sizeof(note), "The old secret does not work any more.\n");
    print_key(c, &key, text, note);
    explicit_bzero(text, sizeof(text));
    return true;
}

static void print_line(const struct key *k, int64_t now_ms)
{
    char used[CLOCK_TEXT_SIZE] = "never", scopes[KEY_SCOPES_TEXT_SIZE];

    if (k->last_used_ms != 0)
        clock_text(k->last_used_ms, used);
    printf("%-14s %-20s %-20s %-8s %-24s %s\n", k->id, k->name, k->organisation, key_state(k, now_ms), used,
           key_scopes_text(k->scopes, scopes));
}

static bool list(const struct call *c, struct error *e)
{
    json_object *all;
    struct key_list keys;

    if (!key_list(c->store, option_get(&c->in->options, "organisation"), c->in->arena, &keys, e))
        return false;
    if (!option_is_set(&c->in->options, "json")) {
        printf("%-14s %-20s %-20s %-8s %-24s %s\n", "ID", "NAME", "ORGANISATION", "STATE", "LAST USED", "SCOPES");
        for (size_t i = 0; i < keys.count; i++)
            print_line(&keys.items[i], c->now_ms);
        return true;
    }
    all = json_object_new_array();
    for (size_t i = 0; i < keys.count; i++) {
        struct quota quota;

        if (!quota_get(c->store, QUOTA_OF_KEY, keys.items[i].id, &quota, e)) {
            json_object_put(all);
            return false;
        }
        json_object_array_add(all, key_view(&keys.items[i], &quota, NULL, c->now_ms, c->in->arena));
    }
    print_json(all);
    return true;
}

static const char *plain(json_object *value)
{
    return value == NULL ? "-" : json_object_is_type(value, json_type_string) ? json_object_get_string(value)
                                                                              : json_object_to_json_string(value);
}

static bool show(const struct call *c, struct error *e)
{
    struct quota quota;
    struct key key;
    json_object *tree;

    if (!key_get(c->store, c->id, NULL, &key, e) || !quota_get(c->store, QUOTA_OF_KEY, key.id, &quota, e))
        return false;
    tree = key_view(&key, &quota, NULL, c->now_ms, c->in->arena);
    if (option_is_set(&c->in->options, "json")) {
        print_json(tree);
        return true;
    }
    for (const struct field *row = key_view_fields.rows; row < key_view_fields.rows + key_view_fields.count; row++)
        if ((row->flags & FIELD_OMIT) == 0)
            printf("%-21s %s\n", row->name, plain(json_object_object_get(tree, row->name)));
    json_object_put(tree);
    return true;
}

static bool revoke(const struct call *c, struct error *e)
{
    struct key key;

    if (!key_revoke(c->store, c->id, NULL, c->now_ms, e) || !key_get(c->store, c->id, NULL, &key, e))
        return false;
    act_target(key.organisation, key.id);
    if (option_is_set(&c->in->options, "json"))
        print_json(key_view(&key, NULL, NULL, c->now_ms, c->in->arena));
    return true;
}

static bool check(const struct call *c, struct error *e)
{
    char text[256], scopes[KEY_SCOPES_TEXT_SIZE];
    struct key key;
    bool ok;

    if (fgets(text, sizeof(text), stdin) == NULL)
        return error_set(e, ERROR_INPUT, "no key on standard input");
    text[strcspn(text, "\r\n")] = '\0';
    ok = key_verify(c->store, text, c->now_ms, &key, e);
    explicit_bzero(text, sizeof(text));
    if (ok)
        printf("%s '%s' of '%s': %s\n", key.id, key.name, key.organisation, key_scopes_text(key.scopes, scopes));
    return ok;
}

static const struct verb {
    const char *name;
    size_t arguments;
    const char *action; /* in the audit trail; NULL: it changes nothing */
    bool (*run)(const struct call *c, struct error *e);
} verbs[] = {
    { "create", 0, "keys.create", create }, { "list", 0, NULL, list },
    { "show", 1, NULL, show },              { "rotate", 1, "keys.rotate", rotate },
    { "revoke", 1, "keys.revoke", revoke }, { "check", 0, NULL, check },
};

bool keys_run(struct invocation *in, struct error *e)
{
    const struct string_list *rest = &in->options.rest;
    struct call c = { .in = in, .id = rest->count > 1 ? rest->items[1] : NULL, .now_ms = clock_wall_ms() };
    const struct verb *verb = NULL;
    bool ok;

    for (size_t i = 0; rest->count > 0 && i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (strcmp(verbs[i].name, rest->items[0]) == 0 && rest->count == 1 + verbs[i].arguments)
            verb = &verbs[i];
    if (verb == NULL)
        return error_set(e, ERROR_INPUT, "expected 'aether keys create', 'list', 'show ID', 'rotate ID', 'revoke ID' or 'check'");
    c.store = store_open(&in->config, e);
    if (c.store == NULL)
        return false;
    if (verb->action == NULL)
        ok = verb->run(&c, e);
    else
        ok = act_begin(in, verb->action, NULL, c.id, e) && act_end(verb->run(&c, e), e);
    store_close(c.store);
    return ok;
}
