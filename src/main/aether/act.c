#include "main/aether/act.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/id.h"
#include "store/audit.h"

enum { TEXT_SIZE = 256, DEPTH_MAX = 2 };

/* One may be part of another. */
static struct act {
    struct store *store;
    struct audit_row row;
    int64_t started_ms; /* monotonic */
    char actor[16], name[2 * TEXT_SIZE + 8], organisation[TEXT_SIZE], target[TEXT_SIZE], id[ID_TEXT_SIZE];
} acts[DEPTH_MAX];
static int depth;

static void user_name(uid_t uid, char out[TEXT_SIZE])
{
    const struct passwd *user = getpwuid(uid);

    if (user != NULL)
        snprintf(out, TEXT_SIZE, "%s", user->pw_name);
    else
        snprintf(out, TEXT_SIZE, "user %u", (unsigned)uid);
}

/* Who logged in, which no sudo changes; the user himself where the system does not keep it. */
static uid_t login_user(void)
{
    unsigned long uid = (unsigned long)getuid();
    FILE *file = fopen("/proc/self/loginuid", "re");
    char text[32];

    if (file == NULL)
        return (uid_t)uid;
    if (fgets(text, sizeof(text), file) != NULL && strtoul(text, NULL, 10) < 0xffffffffUL)
        uid = strtoul(text, NULL, 10);
    fclose(file);
    return (uid_t)uid;
}

static void name_actor(struct act *act)
{
    uid_t login = login_user(), uid = getuid();
    char own[TEXT_SIZE], other[TEXT_SIZE];

    user_name(login, own);
    user_name(uid, other);
    snprintf(act->actor, sizeof(act->actor), "%u", (unsigned)login);
    if (login == uid)
        snprintf(act->name, sizeof(act->name), "%s", own);
    else
        snprintf(act->name, sizeof(act->name), "%s as %s", own, other);
}

static bool add(struct act *act, struct error *e)
{
    struct audit_row *rows[] = { &act->row };

    act->row.time_ms = clock_wall_ms();
    return audit_add(act->store, rows, 1, NULL, e) || error_wrap(e, "the audit trail cannot be written");
}

void act_target(const char *organisation, const char *target)
{
    struct act *act = &acts[depth - 1];

    if (organisation != NULL) {
        snprintf(act->organisation, sizeof(act->organisation), "%s", organisation);
        act->row.organisation = act->organisation;
    }
    if (target != NULL) {
        snprintf(act->target, sizeof(act->target), "%s", target);
        act->row.target = act->target;
    }
}

static void close_trail(struct act *act)
{
    store_close(act->store);
    act->store = NULL;
    depth--;
}

bool act_begin(const struct invocation *in, const char *action, const char *organisation, const char *target, struct error *e)
{
    struct act *act = &acts[depth++];

    ASSERT(depth <= DEPTH_MAX && act->store == NULL);
    name_actor(act);
    id_new(act->id);
    act->started_ms = clock_monotonic_ms();
    act->row = (struct audit_row){ .actor_kind = "user", .actor = act->actor, .actor_name = act->name, .action = action,
                                  .outcome = "begun", .status = AUDIT_UNSET, .duration_ms = AUDIT_UNSET,
                                  .request_id = act->id, .begun_seq = AUDIT_UNSET, .count = 1 };
    act_target(organisation, target);
    act->store = audit_open(&in->config, e);
    if (act->store != NULL && add(act, e))
        return true;
    close_trail(act);
    return false;
}

bool act_end(bool ok, struct error *e)
{
    struct act *act = &acts[depth - 1];
    const struct error_info *info = error_info_get(e->code);
    struct error why = { .code = ERROR_NONE };

    act->row.begun_seq = act->row.seq;
    act->row.outcome = ok ? "done" : info->http_status < 500 ? "refused" : "failed";
    act->row.reason = ok ? NULL : info->slug;
    act->row.duration_ms = clock_monotonic_ms() - act->started_ms;
    if (!add(act, &why) && ok) {
        *e = why;
        ok = false;
    }
    close_trail(act);
    return ok;
}
