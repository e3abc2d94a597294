#include "store/keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "main/aether/command.h"

static const struct option_row rows[] = {
    { "name", "NAME", false, "create: what the key is for, such as radio-desk" },
    { "organisation", "NAME", false, "create: who owns its jobs and files (default: local); list: only these" },
    { "scopes", "LIST", false, "create: generate, render or both, with a comma (default: generate,render)" },
    { "expires-days", "DAYS", false, "create: the key stops working after so many days (default: never)" },
    { "quiet", NULL, false, "create: print the key and nothing else" },
    { "json", NULL, false, "list: as JSON" },
};

const struct option_row *keys_options(struct arena *a, size_t *count)
{
    (void)a;
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}

static bool parse_expiry(const char *text, int64_t now_ms, int64_t *out, struct error *e)
{
    char *end;
    long days;

    *out = 0;
    if (text == NULL)
        return true;
    errno = 0;
    days = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || days < 1 || days > 36500)
        return error_set(e, ERROR_INPUT, "--expires-days: expected an integer from 1 to 36500, not '%s'", text);
    *out = now_ms + (int64_t)days * 86400000;
    return true;
}

static bool create(struct invocation *in, struct store *store, struct error *e)
{
    const char *name = option_get(&in->options, "name"), *scopes = option_get(&in->options, "scopes");
    const char *organisation = option_get(&in->options, "organisation");
    int64_t now_ms = clock_wall_ms(), expires_ms;
    char text[KEY_TEXT_SIZE];
    struct key key;
    unsigned bits;

    if (name == NULL)
        return error_set(e, ERROR_INPUT, "keys create needs --name");
    if (!key_scopes_parse(scopes != NULL ? scopes : "generate,render", &bits, e) ||
        !parse_expiry(option_get(&in->options, "expires-days"), now_ms, &expires_ms, e) ||
        !key_create(store, name, organisation != NULL ? organisation : "local", bits, expires_ms, now_ms, text, &key, e))
        return false;
    printf("%s\n", text);
    if (!option_is_set(&in->options, "quiet"))
        printf("\nThis is key %s, '%s' of '%s'. It is shown only now: only its checksum is stored.\n"
               "Send it as the header X-API-Key, or as Authorization: Bearer.\n",
               key.id, key.name, key.organisation);
    return true;
}

static void list_row(const struct key *k, json_object *all)
{
    char created[CLOCK_TEXT_SIZE], scopes[KEY_SCOPES_TEXT_SIZE];
    int64_t now_ms = clock_wall_ms();
    const char *state = k->revoked_ms != 0 ? "revoked"
                        : k->expires_ms != 0 && k->expires_ms <= now_ms ? "expired" : "active";
    json_object *row;

    clock_text(k->created_ms, created);
    key_scopes_text(k->scopes, scopes);
    if (all == NULL) {
        printf("%-14s %-20s %-20s %-8s %-24s %s\n", k->id, k->name, k->organisation, state, created, scopes);
        return;
    }
    row = json_object_new_object();
    json_object_object_add(row, "id", json_object_new_string(k->id));
    json_object_object_add(row, "name", json_object_new_string(k->name));
    json_object_object_add(row, "organisation", json_object_new_string(k->organisation));
    json_object_object_add(row, "scopes", json_object_new_string(scopes));
    json_object_object_add(row, "state", json_object_new_string(state));
    json_object_object_add(row, "created_at", json_object_new_string(created));
    json_object_array_add(all, row);
}

static bool list(struct invocation *in, struct store *store, struct error *e)
{
    json_object *all = option_is_set(&in->options, "json") ? json_object_new_array() : NULL;
    struct key_list keys;

    if (!key_list(store, option_get(&in->options, "organisation"), in->arena, &keys, e)) {
        json_object_put(all);
        return false;
    }
    if (all == NULL)
        printf("%-14s %-20s %-20s %-8s %-24s %s\n", "ID", "NAME", "ORGANISATION", "STATE", "CREATED", "SCOPES");
    for (size_t i = 0; i < keys.count; i++)
        list_row(&keys.items[i], all);
    if (all != NULL)
        print_json(all);
    return true;
}

static bool check(struct store *store, struct error *e)
{
    char text[256], scopes[KEY_SCOPES_TEXT_SIZE];
    struct key key;

    if (fgets(text, sizeof(text), stdin) == NULL)
        return error_set(e, ERROR_INPUT, "no key on standard input");
    text[strcspn(text, "\r\n")] = '\0';
    if (!key_verify(store, text, clock_wall_ms(), &key, e))
        return false;
    printf("%s '%s' of '%s': %s\n", key.id, key.name, key.organisation, key_scopes_text(key.scopes, scopes));
    return true;
}

bool keys_run(struct invocation *in, struct error *e)
{
    const struct string_list *rest = &in->options.rest;
    const char *verb = rest->count > 0 ? rest->items[0] : "";
    struct store *store = NULL;
    bool ok = false, known = true;

    if (strcmp(verb, "revoke") == 0 ? rest->count != 2 : rest->count != 1)
        return error_set(e, ERROR_INPUT, "expected 'aether keys create', 'list', 'revoke ID' or 'check'");
    store = store_open(&in->config, e);
    if (store == NULL)
        return false;
    if (strcmp(verb, "create") == 0)
        ok = create(in, store, e);
    else if (strcmp(verb, "list") == 0)
        ok = list(in, store, e);
    else if (strcmp(verb, "revoke") == 0)
        ok = key_revoke(store, rest->items[1], NULL, clock_wall_ms(), e);
    else if (strcmp(verb, "check") == 0)
        ok = check(store, e);
    else
        known = false;
    store_close(store);
    return known ? ok : error_set(e, ERROR_INPUT, "there is no 'aether keys %s'; expected create, list, revoke or check", verb);
}
