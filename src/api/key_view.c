#include "api/key_view.h"

#include <math.h>
#include <string.h>

#include "core/clock.h"

struct view {
    const char *id, *key, *name, *organisation, *state;
    struct string_list scopes;
    const char *created_at, *expires_at, *revoked_at, *rotated_at, *previous_valid_until, *last_used_at, *made_by;
    double rate_rps;
    int rate_burst;
    struct quota *quota;
};

/* clang-format off */
#define AT(member) offsetof(struct view, member)
static const struct field rows[] = {
    { "id", FIELD_STRING, 0, AT(id), .help = "Names the key in lists, logs and addresses." },
    { "key", FIELD_STRING, FIELD_OMIT, AT(key), .help = "The key itself, shown once, when it is made or rotated." },
    { "name", FIELD_STRING, 0, AT(name), .help = "What it is for." },
    { "organisation", FIELD_STRING, 0, AT(organisation), .help = "Who owns its jobs and files." },
    { "state", FIELD_STRING, 0, AT(state), .help = "active, expired or revoked." },
    { "scopes", FIELD_STRINGS, 0, AT(scopes), .help = "What it may do." },
    { "created_at", FIELD_STRING, 0, AT(created_at), .help = "When it was made." },
    { "expires_at", FIELD_STRING, 0, AT(expires_at), .help = "When it stops working; null: never." },
    { "revoked_at", FIELD_STRING, 0, AT(revoked_at), .help = "When it was revoked." },
    { "rotated_at", FIELD_STRING, 0, AT(rotated_at), .help = "When its secret was last replaced." },
    { "previous_valid_until", FIELD_STRING, 0, AT(previous_valid_until), .help = "How long the secret before is good." },
    { "last_used_at", FIELD_STRING, 0, AT(last_used_at), .help = "When it was last used, to the minute." },
    { "made_by", FIELD_STRING, 0, AT(made_by), .help = "The key that made it and shares its rate and quota with it; null: an administrator." },
    { "rate_rps", FIELD_REAL, 0, AT(rate_rps), .unit = "requests a second", .help = "A rate of its own; null: the service's." },
    { "rate_burst", FIELD_INT, 0, AT(rate_burst), .unit = "requests", .help = "Requests at once; null: the service's." },
    { "quota", FIELD_OBJECT_PTR, 0, AT(quota), .of = &quota_fields, .help = "What it may order." },
};
#undef AT
/* clang-format on */
const struct fields key_view_fields = FIELDS("api_key", struct view, rows, "An API key.");

static const char *when(struct arena *a, int64_t wall_ms)
{
    char text[CLOCK_TEXT_SIZE];

    return wall_ms != 0 ? arena_strdup(a, clock_text(wall_ms, text)) : NULL;
}

json_object *key_view(const struct key *k, const struct quota *quota, const char *secret, int64_t now_ms, struct arena *a)
{
    struct view v = {
        .id = k->id,
        .key = secret,
        .name = k->name,
        .organisation = k->organisation,
        .state = key_state(k, now_ms),
        .scopes.items = ARENA_ARRAY(a, const char *, SCOPE_COUNT),
        .created_at = when(a, k->created_ms),
        .expires_at = when(a, k->expires_ms),
        .revoked_at = when(a, k->revoked_ms),
        .rotated_at = when(a, k->rotated_ms),
        .previous_valid_until = when(a, k->previous_until_ms),
        .last_used_at = when(a, k->last_used_ms),
        .made_by = k->maker_id[0] != '\0' ? k->maker_id : NULL,
        .rate_rps = k->rate_rps > 0 ? k->rate_rps : NAN,
        .rate_burst = k->rate_burst > 0 ? k->rate_burst : FIELD_INT_UNSET,
    };

    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (k->scopes & key_scopes[i].bit)
            v.scopes.items[v.scopes.count++] = key_scopes[i].name;
    if (quota != NULL && !quota_is_none(quota)) {
        v.quota = ARENA_NEW(a, struct quota);
        *v.quota = *quota;
    }
    return fields_write(&key_view_fields, &v);
}

struct period_view {
    const char *period, *since, *until;
    double tracks, tracks_limit, minutes, minutes_limit;
};
struct usage_view {
    const char *holder, *id;
    LIST_OF(struct period_view) periods;
};

/* clang-format off */
#define AT(member) offsetof(struct period_view, member)
static const struct field period_rows[] = {
    { "period", FIELD_STRING, 0, AT(period), .help = "day or month, of UTC." },
    { "since", FIELD_STRING, 0, AT(since), .help = "When it began." },
    { "until", FIELD_STRING, 0, AT(until), .help = "When it ends and counting begins anew." },
    { "tracks", FIELD_REAL, 0, AT(tracks), .unit = "tracks", .help = "Tracks ordered." },
    { "tracks_limit", FIELD_REAL, 0, AT(tracks_limit), .unit = "tracks", .help = "How many may be; null: any number." },
    { "minutes", FIELD_REAL, 0, AT(minutes), .unit = "minutes", .help = "Their length." },
    { "minutes_limit", FIELD_REAL, 0, AT(minutes_limit), .unit = "minutes", .help = "How many may be; null: any number." },
};
#undef AT
static const struct fields period_fields = FIELDS("usage_period", struct period_view, period_rows, "Usage in one period.");

#define AT(member) offsetof(struct usage_view, member)
static const struct field usage_rows[] = {
    { "holder", FIELD_STRING, 0, AT(holder), .help = "organisation or key." },
    { "id", FIELD_STRING, 0, AT(id), .help = "The organisation's name or the key's id." },
    { "periods", FIELD_LIST, 0, AT(periods), .of = &period_fields, .help = "The day and the month." },
};
#undef AT
/* clang-format on */
const struct fields usage_view_fields = FIELDS("usage", struct usage_view, usage_rows, "What was ordered, and what may be.");

static double hundredths(double value)
{
    return round(value * 100) / 100;
}

json_object *usage_view(const struct usage *u, struct arena *a)
{
    struct period_view periods[QUOTA_PERIOD_COUNT];
    struct usage_view v = { .holder = quota_holder_names[u->holder], .id = u->id,
                            .periods = { periods, QUOTA_PERIOD_COUNT } };

    for (int i = 0; i < QUOTA_PERIOD_COUNT; i++)
        periods[i] = (struct period_view){
            .period = quota_period_names[i],
            .since = when(a, u->since_ms[i]),
            .until = when(a, u->until_ms[i]),
            .tracks = u->tracks[i],
            .tracks_limit = i == QUOTA_DAY ? u->quota.tracks_per_day : u->quota.tracks_per_month,
            .minutes = hundredths(u->minutes[i]),
            .minutes_limit = i == QUOTA_DAY ? u->quota.minutes_per_day : u->quota.minutes_per_month,
        };
    return fields_write(&usage_view_fields, &v);
}

unsigned key_scopes_read(const struct string_list *names, const char *pointer, struct problems *problems)
{
    char all[KEY_SCOPES_TEXT_SIZE];
    unsigned scopes = 0;

    for (size_t i = 0; i < names->count; i++) {
        unsigned bit;

        if (strchr(names->items[i], ',') == NULL && key_scopes_parse(names->items[i], &bit, NULL))
            scopes |= bit;
        else
            problem_add(problems, json_pointer_add_index(problems->arena, pointer, i), "expected one of %s",
                        key_scopes_text(SCOPES_ALL, all));
    }
    return scopes;
}
