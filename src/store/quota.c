#define _GNU_SOURCE /* timegm */
#include "store/quota.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "store/db.h"
#include "store/keys.h"

enum { DAY_MS = 86400000, QUOTA_MAX = 1000000, LENGTH_UNSAID_S = 180 };

const char *const quota_period_names[QUOTA_PERIOD_COUNT] = { [QUOTA_DAY] = "day", [QUOTA_MONTH] = "month" };
const char *const quota_holder_names[QUOTA_HOLDER_COUNT] = { [QUOTA_OF_ORGANISATION] = "organisation",
                                                             [QUOTA_OF_KEY] = "key" };
const struct quota quota_none = { NAN, NAN, NAN, NAN };

#define AT(member) offsetof(struct quota, member)
static const struct field rows[] = {
    { "tracks_per_day", FIELD_REAL, 0, AT(tracks_per_day), 0, QUOTA_MAX, "tracks", .help = "Tracks ordered in a day." },
    { "tracks_per_month", FIELD_REAL, 0, AT(tracks_per_month), 0, QUOTA_MAX, "tracks", .help = "Tracks ordered in a month." },
    { "minutes_per_day", FIELD_REAL, 0, AT(minutes_per_day), 0, QUOTA_MAX, "minutes", .help = "Their length in a day." },
    { "minutes_per_month", FIELD_REAL, 0, AT(minutes_per_month), 0, QUOTA_MAX, "minutes", .help = "Their length in a month." },
};
#undef AT
const struct fields quota_fields = FIELDS("quota", struct quota, rows, "What may be ordered; null is no limit.");

bool quota_is_none(const struct quota *q)
{
    return isnan(q->tracks_per_day) && isnan(q->tracks_per_month) && isnan(q->minutes_per_day) &&
           isnan(q->minutes_per_month);
}

static struct db_value limit(double value)
{
    return isnan(value) ? DB_NULL : DB_REAL(value);
}

bool quota_set(struct store *s, enum quota_holder holder, const char *id, const struct quota *q, struct error *e)
{
    return db_run(s,
                  "INSERT INTO quota (holder, id, tracks_per_day, tracks_per_month, minutes_per_day, minutes_per_month)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (holder, id) DO UPDATE SET"
                  " tracks_per_day = ?3, tracks_per_month = ?4, minutes_per_day = ?5, minutes_per_month = ?6",
                  DB_BIND(DB_TEXT(quota_holder_names[holder]), DB_TEXT(id), limit(q->tracks_per_day),
                          limit(q->tracks_per_month), limit(q->minutes_per_day), limit(q->minutes_per_month)),
                  e);
}

static double column_limit(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL ? NAN : sqlite3_column_double(row, column);
}

static void row_quota(sqlite3_stmt *row, void *out, struct arena *a)
{
    (void)a;
    *(struct quota *)out = (struct quota){ column_limit(row, 0), column_limit(row, 1), column_limit(row, 2),
                                           column_limit(row, 3) };
}

bool quota_get(struct store *s, enum quota_holder holder, const char *id, struct quota *out, struct error *e)
{
    *out = quota_none;
    return db_rows(s,
                   "SELECT tracks_per_day, tracks_per_month, minutes_per_day, minutes_per_month FROM quota"
                   " WHERE holder = ?1 AND id = ?2",
                   DB_BIND(DB_TEXT(quota_holder_names[holder]), DB_TEXT(id)), row_quota, out, NULL, e);
}

static void periods_set(struct usage *u, int64_t now_ms)
{
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm month;

    gmtime_r(&seconds, &month);
    u->since_ms[QUOTA_DAY] = now_ms - now_ms % DAY_MS;
    u->until_ms[QUOTA_DAY] = u->since_ms[QUOTA_DAY] + DAY_MS;
    month.tm_mday = 1;
    month.tm_hour = month.tm_min = month.tm_sec = 0;
    u->since_ms[QUOTA_MONTH] = (int64_t)timegm(&month) * 1000;
    month.tm_mon++; /* timegm carries December over */
    u->until_ms[QUOTA_MONTH] = (int64_t)timegm(&month) * 1000;
}

static void row_used(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct usage *u = out;

    (void)a;
    u->tracks[QUOTA_MONTH] = sqlite3_column_double(row, 0);
    u->minutes[QUOTA_MONTH] = sqlite3_column_double(row, 1) / 60;
    u->tracks[QUOTA_DAY] = sqlite3_column_double(row, 2);
    u->minutes[QUOTA_DAY] = sqlite3_column_double(row, 3) / 60;
}

bool usage_get(struct store *s, enum quota_holder holder, const char *id, const char *organisation, int64_t now_ms,
               struct usage *out, struct error *e)
{
    /* Two statements, so that each has an index to walk. Of a key counts what the keys that come from it order, too. */
    static const char of_organisation[] =
        "SELECT count(*), total(seconds), count(*) FILTER (WHERE ordered_ms >= ?3),"
        " total(seconds) FILTER (WHERE ordered_ms >= ?3) FROM usage WHERE organisation = ?1 AND ordered_ms >= ?2 AND counts = 1";
    static const char of_key[] =
        "WITH RECURSIVE family (id) AS (VALUES (?4) UNION SELECT k.id FROM family JOIN api_key AS k ON k.maker_id = family.id)"
        " SELECT count(*), total(seconds), count(*) FILTER (WHERE ordered_ms >= ?3),"
        " total(seconds) FILTER (WHERE ordered_ms >= ?3) FROM family CROSS JOIN usage"
        " ON organisation = ?1 AND key_id = family.id AND ordered_ms >= ?2 AND counts = 1";

    struct db_value values[] = { DB_TEXT(organisation), DB_NULL, DB_NULL, DB_TEXT(id) };
    bool by_key = holder == QUOTA_OF_KEY;

    *out = (struct usage){ .holder = holder, .id = id, .organisation = organisation };
    periods_set(out, now_ms);
    values[1] = DB_INT(out->since_ms[QUOTA_MONTH]);
    values[2] = DB_INT(out->since_ms[QUOTA_DAY]);
    return quota_get(s, holder, id, &out->quota, e) &&
           db_rows(s, by_key ? of_key : of_organisation, values, by_key ? 4 : 3, row_used, out, NULL, e);
}

static void row_holder(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct usage_list *list = out;

    if (list->items == NULL)
        list->items = ARENA_ARRAY(a, struct usage, (size_t)sqlite3_column_int64(row, 0));
    list->items[list->count++] = (struct usage){
        .organisation = db_column_text(row, 1, a),
        .holder = sqlite3_column_int(row, 2) == 0 ? QUOTA_OF_ORGANISATION : QUOTA_OF_KEY,
        .id = db_column_text(row, 3, a),
    };
}

bool usage_list(struct store *s, const char *organisation, int64_t now_ms, struct arena *a, struct usage_list *out,
                struct error *e)
{
    struct usage now;
    bool ok;

    periods_set(&now, now_ms);
    *out = (struct usage_list){ 0 };
    ok = db_rows(s,
                 "SELECT count(*) OVER (), organisation, of_key, id FROM ("
                 "SELECT organisation, 0 AS of_key, organisation AS id FROM usage WHERE ordered_ms >= ?2 AND counts = 1"
                 " UNION SELECT organisation, 1, key_id FROM usage WHERE ordered_ms >= ?2 AND counts = 1 AND key_id <> ''"
                 " UNION SELECT id, 0, id FROM quota WHERE holder = 'organisation'"
                 " UNION SELECT api_key.organisation, 1, api_key.id FROM quota JOIN api_key ON api_key.id = quota.id"
                 " WHERE holder = 'key' AND revoked_ms IS NULL)"
                 " WHERE ?1 IS NULL OR organisation = ?1 ORDER BY organisation, of_key, id",
                 DB_BIND(DB_TEXT(organisation), DB_INT(now.since_ms[QUOTA_MONTH])), row_holder, out, a, e);
    for (size_t i = 0; ok && i < out->count; i++) {
        struct usage *u = &out->items[i];

        ok = usage_get(s, u->holder, u->id, u->organisation, now_ms, u, e);
    }
    return ok;
}

/* One row for each limit of a quota. */
static const struct limit {
    enum quota_period period;
    size_t limit_at;             /* in struct quota */
    size_t used_at;              /* in struct usage */
    const char *unit;
} limits[] = {
    { QUOTA_MONTH, offsetof(struct quota, tracks_per_month), offsetof(struct usage, tracks[QUOTA_MONTH]), "tracks" },
    { QUOTA_MONTH, offsetof(struct quota, minutes_per_month), offsetof(struct usage, minutes[QUOTA_MONTH]), "minutes" },
    { QUOTA_DAY, offsetof(struct quota, tracks_per_day), offsetof(struct usage, tracks[QUOTA_DAY]), "tracks" },
    { QUOTA_DAY, offsetof(struct quota, minutes_per_day), offsetof(struct usage, minutes[QUOTA_DAY]), "minutes" },
};

static double number_at(const void *base, size_t offset)
{
    double out;

    memcpy(&out, (const char *)base + offset, sizeof(out));
    return out;
}

static bool holder_check(const struct usage *u, int64_t now_ms, struct error *e)
{
    for (const struct limit *l = limits; l < limits + sizeof(limits) / sizeof(limits[0]); l++) {
        double most = number_at(&u->quota, l->limit_at), used = number_at(u, l->used_at);

        if (isnan(most) || used <= most + 1e-9)
            continue;
        error_set(e, ERROR_QUOTA, "%s '%s' may order %.10g %s a %s; with this track it would be %.10g", quota_holder_names[u->holder],
                  u->id, most, l->unit, quota_period_names[l->period], round(used * 100) / 100);
        if (e != NULL)
            e->retry_s = (int)((u->until_ms[l->period] - now_ms + 999) / 1000);
        return false;
    }
    return true;
}

/* The month's tracks are added up only where there is a limit to them. */
static bool within_quota(struct store *s, enum quota_holder holder, const char *id, const char *organisation,
                         int64_t now_ms, struct error *e)
{
    struct usage u;

    if (!quota_get(s, holder, id, &u.quota, e))
        return false;
    return quota_is_none(&u.quota) ||
           (usage_get(s, holder, id, organisation, now_ms, &u, e) && holder_check(&u, now_ms, e));
}

/* A key's own quota, and those of the keys that it comes from. */
static bool within_quotas_of_key(struct store *s, const char *key_id, const char *organisation, int64_t now_ms, struct error *e)
{
    struct key_makers makers = { .count = 0 };

    if (!within_quota(s, QUOTA_OF_KEY, key_id, organisation, now_ms, e) || !key_makers(s, key_id, &makers, e))
        return false;
    for (size_t i = 0; i < makers.count; i++)
        if (!within_quota(s, QUOTA_OF_KEY, makers.items[i].id, organisation, now_ms, e))
            return false;
    return true;
}

bool quota_check(struct store *s, const char *organisation, const char *key_id, int64_t now_ms, struct error *e)
{
    return within_quota(s, QUOTA_OF_ORGANISATION, organisation, organisation, now_ms, e) &&
           (key_id == NULL || within_quotas_of_key(s, key_id, organisation, now_ms, e));
}

bool usage_charge(struct store *s, const char *job_id, const char *organisation, const char *key_id, int64_t now_ms,
                  struct error *e)
{
    return db_run(s,
                  "INSERT INTO usage (job_id, organisation, key_id, ordered_ms, seconds)"
                  " SELECT id, organisation, coalesce(key_id, ''), created_ms,"
                  " coalesce(json_extract(request, '$.duration_seconds'),"
                  " json_extract(request, '$.song_spec.target_duration_seconds'), ?2)"
                  " FROM job WHERE id = ?1 AND kind IN ('render', 'tracks')",
                  DB_BIND(DB_TEXT(job_id), DB_REAL(LENGTH_UNSAID_S)), e) &&
           (db_changes(s) == 0 || quota_check(s, organisation, key_id, now_ms, e));
}

bool usage_settle(struct store *s, const char *job_id, const char *result, struct error *e)
{
    return db_run(s, "UPDATE usage SET seconds = coalesce(json_extract(?2, '$.duration_seconds'), seconds) WHERE job_id = ?1",
                  DB_BIND(DB_TEXT(job_id), DB_TEXT(result)), e);
}
