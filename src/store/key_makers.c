/* Keys that came from other keys: sql/006_key_makers.sql. */
#include "store/db.h"
#include "store/keys.h"

/* ?1 and who made it, and who made that … Each has one maker, so this ends. */
#define LINE                                                                                                 \
    "WITH RECURSIVE line (id, distance) AS (SELECT maker_id, 1 FROM api_key WHERE id = ?1 AND maker_id IS NOT NULL UNION ALL" \
    " SELECT k.maker_id, distance + 1 FROM line JOIN api_key AS k ON k.id = line.id WHERE k.maker_id IS NOT NULL)"

static void row_maker(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct key_makers *makers = out;
    struct key_maker *one = &makers->items[makers->count];

    (void)a;
    if (makers->count == KEY_MAKERS_MAX)
        return;
    db_column_copy(row, 0, one->id, sizeof(one->id));
    one->rate_rps = sqlite3_column_double(row, 1);
    one->rate_burst = sqlite3_column_int(row, 2);
    makers->count++;
}

bool key_makers(struct store *s, const char *id, struct key_makers *out, struct error *e)
{
    out->count = 0;
    return db_rows(s,
                   LINE " SELECT api_key.id, coalesce(rate_rps, 0), coalesce(rate_burst, 0) FROM line JOIN api_key ON api_key.id = line.id"
                        " ORDER BY distance",
                   DB_BIND(DB_TEXT(id)), row_maker, out, NULL, e);
}

bool key_is_from(struct store *s, const char *id, const char *maker_id, bool *out, struct error *e)
{
    int64_t found = 0;
    bool ok = db_rows(s, LINE " SELECT count(*) FROM line WHERE id = ?2", DB_BIND(DB_TEXT(id), DB_TEXT(maker_id)), db_row_integer, &found,
                      NULL, e);

    *out = found > 0;
    return ok;
}
