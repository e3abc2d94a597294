#include "worker/retention.h"

#include <errno.h>
#include <stdio.h>

#include "store/upkeep.h"
#include "worker/folder.h"

enum { AT_ONCE = 100, ARENA_BYTES = 1 << 20, DAY_MS = 86400000 };

static bool remove_one(struct store *s, const char *data_dir, const char *id, struct arena *a, struct error *e)
{
    const char *folder = folder_of_job(a, data_dir, id), *aside = folder_of_attempt(a, data_dir, id, 0);

    if (rename(folder, aside) != 0 && errno != ENOENT)
        return folder_fault(e, "remove", folder);
    return job_remove(s, id, e) && folder_remove(aside, e);
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
        for (size_t i = 0; ok && i < ids.count; i++) {
            ok = remove_one(s, c->data_dir, ids.items[i], a, e);
            *removed += ok;
        }
        arena_free(a);
    } while (ok && ids.count == AT_ONCE);
    return ok;
}
