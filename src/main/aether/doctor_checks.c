/* The security checklist of a production machine. */
#include <string.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "main/aether/doctor.h"
#include "sound/soundfont.h"

static const double GIB = 1024.0 * 1024 * 1024;
static const double DISK_FAIL_GIB = 1, DISK_WARN_GIB = 5;

static void check_environment(const struct patient *p, struct finding *f)
{
    bool is = p->config->environment == ENVIRONMENT_PRODUCTION;

    finding_add(p, f, is ? VERDICT_OK : VERDICT_FAIL, is ? "it is" : "AETHER_ENVIRONMENT is development");
}

static void check_settings(const struct patient *p, struct finding *f)
{
    for (const struct config_danger *d = config_dangers; d < config_dangers + config_danger_count; d++)
        if (d->is_there(p->config))
            finding_add(p, f, VERDICT_FAIL, "%s: expected %s", d->setting, d->expected);
    if (f->detail == NULL)
        finding_add(p, f, VERDICT_OK, "none is");
}

static void check_model(const struct patient *p, struct finding *f)
{
    if (p->config->llm_provider == LLM_MOCK)
        finding_add(p, f, VERDICT_OK, "none is configured; the built-in director reads the briefs, and nothing leaves the machine");
    else if ((p->config->llm_provider == LLM_CLAUDE ? p->config->anthropic_key : p->config->openai_key) == NULL)
        finding_add(p, f, VERDICT_FAIL, "AETHER_LLM_PROVIDER names a language model whose key is not set");
    else
        finding_add(p, f, VERDICT_OK, "it has its key");
}

/* The table of settings says whether this build has the setting. */
static void check_origins(const struct patient *p, struct finding *f)
{
    const struct field *field = field_find(&config_fields, "AETHER_CORS_ORIGINS");
    const char *origins = NULL;

    if (field != NULL)
        memcpy(&origins, (const char *)p->config + field->offset, sizeof(origins));
    if (origins == NULL)
        finding_add(p, f, VERDICT_OK, "none is allowed: browsers keep other sites' pages out");
    else if (strchr(origins, '*') != NULL)
        finding_add(p, f, VERDICT_FAIL, "AETHER_CORS_ORIGINS has *: every page that a user opens may use the service");
    else if (strstr(origins, "http://") != NULL)
        finding_add(p, f, VERDICT_WARN, "AETHER_CORS_ORIGINS has an origin without TLS: %s", origins);
    else
        finding_add(p, f, VERDICT_OK, "%s", origins);
}

static int count_administrators(const struct patient *p)
{
    struct key_list keys;
    int count = 0;

    if (!key_list(p->store, NULL, p->arena, &keys, NULL))
        return 0;
    for (size_t i = 0; i < keys.count; i++)
        count += (keys.items[i].scopes & SCOPE_ADMIN) != 0 && strcmp(key_state(&keys.items[i], p->now_ms), "active") == 0;
    return count;
}

static void check_authentication(const struct patient *p, struct finding *f)
{
    int administrators;

    if (p->config->auth_enabled != 1) {
        finding_add(p, f, VERDICT_FAIL, "AETHER_AUTH_ENABLED is false: everyone who reaches the web server may do everything");
        return;
    }
    if (p->store == NULL) {
        finding_add(p, f, VERDICT_WARN, "keys are needed, but there are none: %s", p->store_problem);
        return;
    }
    administrators = count_administrators(p);
    if (administrators == 0)
        finding_add(p, f, VERDICT_WARN, "keys are needed; no administrator has one: aether keys create --admin --name NAME");
    else
        finding_add(p, f, VERDICT_OK, "keys are needed; administrators have %d", administrators);
    if ((p->config->jwt_secret != NULL || p->config->jwt_public_key != NULL) && p->config->jwt_issuer == NULL)
        finding_add(p, f, VERDICT_WARN, "tokens of any issuer are taken: set AETHER_JWT_ISSUER");
}

static void check_rates(const struct patient *p, struct finding *f)
{
    if (p->config->rate_limit_rps > 0)
        finding_add(p, f, VERDICT_OK, "%.6g requests a second, %d at once", p->config->rate_limit_rps, p->config->rate_limit_burst);
    else
        finding_add(p, f, VERDICT_FAIL, "AETHER_RATE_LIMIT_RPS is 0");
}

static void check_audit(const struct patient *p, struct finding *f)
{
    const char *path = arena_printf(p->arena, "%s/audit.db", p->config->data_dir);

    if (access(path, F_OK) != 0)
        finding_add(p, f, VERDICT_FAIL, "there is no '%s'", path);
    else if (access(path, R_OK | W_OK) != 0)
        finding_add(p, f, VERDICT_FAIL, "'%s' cannot be written", path);
    else
        finding_add(p, f, VERDICT_OK, "'%s'", path);
}

/* What the kernel knows of whoever steers its clock, whatever that program is. */
static void check_clock(const struct patient *p, struct finding *f)
{
    struct timex now = { .modes = 0 };

    if (adjtimex(&now) == TIME_ERROR || (now.status & STA_UNSYNC) != 0)
        finding_add(p, f, VERDICT_FAIL, "nothing keeps it right: timedatectl set-ntp true, or chrony");
    else
        finding_add(p, f, VERDICT_OK, "within %.3f s", (double)now.maxerror / 1e6);
}

static void check_soundfont(const struct patient *p, struct finding *f)
{
    struct error e;
    const char *path = soundfont_find(p->config->soundfont, p->arena, &e);

    finding_add(p, f, path != NULL ? VERDICT_OK : VERDICT_FAIL, "%s", path != NULL ? path : e.detail);
}

static void check_disk(const struct patient *p, struct finding *f)
{
    struct statvfs disk;
    double free_gib, percent;

    if (statvfs(p->config->data_dir, &disk) != 0) {
        finding_add(p, f, VERDICT_FAIL, "there is no folder '%s'", p->config->data_dir);
        return;
    }
    free_gib = (double)disk.f_bavail * (double)disk.f_frsize / GIB;
    percent = disk.f_blocks > 0 ? 100 * (double)disk.f_bavail / (double)disk.f_blocks : 0;
    finding_add(p, f, free_gib < DISK_FAIL_GIB ? VERDICT_FAIL : free_gib < DISK_WARN_GIB ? VERDICT_WARN : VERDICT_OK,
                "%.1f GiB (%.0f %%) are free", free_gib, percent);
}

static void check_database(const struct patient *p, struct finding *f)
{
    struct error e;

    if (p->store == NULL)
        finding_add(p, f, VERDICT_WARN, "%s", p->store_problem);
    else if (!store_check(p->store, &e))
        finding_add(p, f, VERDICT_FAIL, "%s", e.detail);
    else
        finding_add(p, f, VERDICT_OK, "it is");
}

/* clang-format off */
const struct check doctor_checks[] = {
    /* name             what should be so                             check */
    { "environment",    "the environment is production",              check_environment },
    { "settings",       "no setting is one that production refuses",  check_settings },
    { "language_model", "a language model is optional",               check_model },
    { "cors_origins",   "only known sites' pages may use it",         check_origins },
    { "authentication", "keys are needed, and an administrator has one", check_authentication },
    { "tls",            "the web server speaks TLS",                  check_tls },
    { "rate_limits",    "requests are limited",                       check_rates },
    { "secret_age",     "no secret is older than a year",             check_secret_age },
    { "audit",          "what is done is recorded",                   check_audit },
    { "permissions",    "others can neither read nor change the files", check_permissions },
    { "clock",          "the clock is synchronised",                  check_clock },
    { "soundfont",      "a SoundFont is there",                       check_soundfont },
    { "database",       "the database is whole",                      check_database },
    { "disk_space",     "the disk has room",                          check_disk },
};
/* clang-format on */
const size_t doctor_check_count = sizeof(doctor_checks) / sizeof(doctor_checks[0]);
