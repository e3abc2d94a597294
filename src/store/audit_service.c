/* What becomes of the service itself. */
#include <pwd.h>
#include <stdio.h>

#include "core/clock.h"
#include "store/audit.h"

bool audit_note_service(const struct config *c, const char *program, const char *event, const char *outcome, int64_t by_uid,
                        struct error *e)
{
    const struct passwd *user = by_uid >= 0 ? getpwuid((uid_t)by_uid) : NULL;
    char action[64], name[256];
    struct audit_row row = { .time_ms = clock_wall_ms(), .actor_kind = "service", .actor = program, .action = action,
                             .target = AETHER_VERSION, .outcome = outcome, .status = AUDIT_UNSET, .duration_ms = AUDIT_UNSET,
                             .begun_seq = AUDIT_UNSET, .count = 1 };
    struct audit_row *rows[] = { &row };
    struct store *s;
    bool ok;

    snprintf(action, sizeof(action), "service.%s", event);
    if (user != NULL)
        snprintf(name, sizeof(name), "%s", user->pw_name);
    else
        snprintf(name, sizeof(name), "user %lld", (long long)by_uid);
    if (by_uid >= 0)
        row.actor_name = name;
    s = audit_open(c, e);
    ok = s != NULL && audit_add(s, rows, 1, NULL, e);
    store_close(s);
    return ok;
}
