#include "worker/retention.h"

#include "store/upkeep.h"
#include "worker/folder.h"

enum { AT_ONCE = 100, ARENA_BYTES = 1 << 20, DAY_MS = 86400000 };

/* In this order whatever stops it leaves a whole job, or files that the next sweep takes. */
static bool remove_one(struct store *s, const char *data_dir, const char *id, int64_t *removed, struct arena *a, struct error *e)
{
    if (!folder_mark_expired(a, data_dir, id, e))
        return false;
    if (job_remove(s, id, e)) {
        ++*removed;
        return folder_remove_expired(a, data_dir, id, e);
    }
    if (e->code == ERROR_NOT_FOUND) /* somebody else is removing it: so does he the folder */
        return true;
    return folder_unmark_expired(a, data_dir, id, NULL) && e->code == ERROR_CONFLICT; /* it was queued anew */
}

bool retention_apply(struct store *s, const struct config *c, int64_t now_ms, int64_t *removed, struct error *e)
{
    int64_t before_ms = now_ms - (int64_t)c->retention_days * DAY_MS;
    struct string_list ids;
    bool ok = true;

    *removed = 0;
    if (c->retention_days == 0)
        return true;
    do {
        struct arena *a = arena_new(ARENA_BYTES);

        ASSERT(a != NULL);
        ok = job_expired(s, before_ms, AT_ONCE, a, &ids, e);
        for (size_t i = 0; ok && i < ids.count; i++)
            ok = remove_one(s, c->data_dir, ids.items[i], removed, a, e);
        arena_free(a);
    } while (ok && ids.count == AT_ONCE);
    return ok;
}
