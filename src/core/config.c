#include "core/config.h"
#include "core/config_file.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/address.h"
#include "core/place.h"
#include "core/public_key.h"

enum { SECRET_MAX_BYTES = 4096, SETTING_MAX_BYTES = 4096 };

static const char *const environment_names[] = { "development", "production" };
static const char *const provider_names[] = { "mock", "claude", "openai" };
const char *const token_algorithm_names[TOKEN_ALGORITHM_COUNT] = {
    [TOKEN_HS256] = "HS256", [TOKEN_HS384] = "HS384", [TOKEN_HS512] = "HS512", [TOKEN_RS256] = "RS256", [TOKEN_ES256] = "ES256",
};
static const struct choices algorithms = { token_algorithm_names, TOKEN_ALGORITHM_COUNT, NULL };
static const struct choices environments = { environment_names, 2, NULL };
static const struct choices providers = { provider_names, 3, NULL };
static const struct choices levels = { log_level_names, LOG_LEVEL_COUNT, NULL };
static const struct choices formats = { log_format_names, LOG_FORMAT_COUNT, NULL };

#define AT(member) offsetof(struct config, member)
/* clang-format off */
static const struct field rows[] = {
    /* name, kind, flags, offset, min, max, unit, default, meaning */
    { .name = "AETHER_CONFIG_FILE", .kind = FIELD_STRING, .offset = AT(config_file), .min = 1, .max = 1000,
      .help = "a file with lines NAME=value, read anew at SIGHUP; what the environment sets goes before it; else, for installed programs, /etc/aether/aether.conf when it is there" },
    { .name = "AETHER_ENVIRONMENT", .kind = FIELD_CHOICE, .offset = AT(environment), .choices = &environments, .fallback = "\"development\"",
      .help = "production hides the details of server errors from clients and refuses dangerous settings" },
    { .name = "AETHER_LOG_LEVEL", .kind = FIELD_CHOICE, .offset = AT(log_level), .choices = &levels, .fallback = "\"INFO\"",
      .help = "the least severe lines that are logged" },
    { .name = "AETHER_LOG_FORMAT", .kind = FIELD_CHOICE, .offset = AT(log_format), .choices = &formats, .fallback = "\"text\"",
      .help = "text for people, json for log collectors" },
    { .name = "AETHER_API_PORT", .kind = FIELD_INT, .offset = AT(api_port), .min = 1, .max = 65535, .fallback = "8000",
      .help = "where the web server listens in make run, on 127.0.0.1" },
    { .name = "AETHER_API_WORKERS", .kind = FIELD_INT, .offset = AT(api_workers), .min = 1, .max = 64, .unit = "processes", .fallback = "1",
      .help = "processes that answer requests" },
    { .name = "AETHER_API_THREADS", .kind = FIELD_INT, .offset = AT(api_threads), .min = 1, .max = 64, .unit = "threads", .fallback = "4",
      .help = "threads in each of them" },
    { .name = "AETHER_RENDER_WORKERS", .kind = FIELD_INT, .offset = AT(render_workers), .min = 1, .max = 64, .unit = "processes", .fallback = "1",
      .help = "processes that render, one job each at a time" },
    { .name = "AETHER_RENDER_THREADS", .kind = FIELD_INT, .offset = AT(render_threads), .min = 0, .max = 64, .unit = "threads", .fallback = "0",
      .help = "threads of one render; 0 means one per processor core" },
    { .name = "AETHER_LLM_PROVIDER", .kind = FIELD_CHOICE, .offset = AT(llm_provider), .choices = &providers, .fallback = "\"mock\"",
      .help = "who reads the brief; mock is the built-in director, the only one in this version" },
    { .name = "ANTHROPIC_API_KEY", .kind = FIELD_STRING, .flags = FIELD_SECRET, .offset = AT(anthropic_key),
      .help = "key for the language model claude" },
    { .name = "OPENAI_API_KEY", .kind = FIELD_STRING, .flags = FIELD_SECRET, .offset = AT(openai_key),
      .help = "key for the language model openai" },
    { .name = "AETHER_RATE_LIMIT_RPS", .kind = FIELD_REAL, .offset = AT(rate_limit_rps), .min = 0, .max = 100000, .unit = "requests a second", .fallback = "10",
      .help = "sustained rate per client; 0 means no limit" },
    { .name = "AETHER_RATE_LIMIT_BURST", .kind = FIELD_INT, .offset = AT(rate_limit_burst), .min = 1, .max = 100000, .unit = "requests", .fallback = "20",
      .help = "requests that a client may send at once" },
    { .name = "AETHER_AUTH_ENABLED", .kind = FIELD_BOOL, .offset = AT(auth_enabled), .fallback = "true",
      .help = "false opens every route to everyone who can reach the socket" },
    { .name = "AETHER_ALLOW_UNAUTHENTICATED", .kind = FIELD_BOOL, .offset = AT(allow_unauthenticated), .fallback = "false",
      .help = "true lets the service start with AETHER_AUTH_ENABLED=false in production, or on a socket that other machines reach" },
    { .name = "AETHER_JWT_ALGORITHM", .kind = FIELD_CHOICE, .offset = AT(jwt_algorithm), .choices = &algorithms, .fallback = "\"HS256\"",
      .help = "how tokens are signed; HS… with AETHER_JWT_SECRET, the others with the key of AETHER_JWT_PUBLIC_KEY" },
    { .name = "AETHER_JWT_SECRET", .kind = FIELD_STRING, .flags = FIELD_SECRET, .offset = AT(jwt_secret), .min = 1, .max = 4000,
      .help = "the secret that signs tokens; without it and without a public key only API keys are accepted" },
    { .name = "AETHER_JWT_PUBLIC_KEY", .kind = FIELD_STRING, .flags = FIELD_SECRET, .offset = AT(jwt_public_key), .min = 1, .max = 4000,
      .help = "the public key in PEM whose private key signs tokens; best as AETHER_JWT_PUBLIC_KEY_FILE" },
    { .name = "AETHER_JWT_ISSUER", .kind = FIELD_STRING, .offset = AT(jwt_issuer), .min = 1, .max = 500,
      .help = "iss that a token must have; without it any" },
    { .name = "AETHER_JWT_AUDIENCE", .kind = FIELD_STRING, .offset = AT(jwt_audience), .min = 1, .max = 500, .fallback = "\"aether\"",
      .help = "what a token's aud must hold" },
    { .name = "AETHER_SHUTDOWN_TIMEOUT", .kind = FIELD_INT, .offset = AT(shutdown_timeout_s), .min = 0, .max = 3600, .unit = "s", .fallback = "30",
      .help = "time that work in flight has to finish after SIGTERM" },
    { .name = "AETHER_WATCHDOG_TIMEOUT", .kind = FIELD_INT, .offset = AT(watchdog_s), .min = 0, .max = 3600, .unit = "s", .fallback = "60",
      .help = "a worker that gives no sign of life for so long is killed and replaced; 0 means never" },
    { .name = "AETHER_SOUNDFONT", .kind = FIELD_STRING, .offset = AT(soundfont),
      .help = "SF2 or SF3 files, ':' between them, each with a name before it if wished (piano=/srv/grand.sf2); the first plays when nobody chooses; else what is installed of FluidR3 GM, MuseScore General, TimGM6mb" },
    { .name = "AETHER_DATA_DIR", .kind = FIELD_STRING, .offset = AT(data_dir), .min = 1, .max = 1000, .fallback = "\"/var/lib/aether\"",
      .help = "databases and finished files" },
    { .name = "AETHER_RUN_DIR", .kind = FIELD_STRING, .offset = AT(run_dir), .min = 1, .max = 1000, .fallback = "\"/run/aether\"",
      .help = "sockets and what lives only while the service runs" },
    { .name = "AETHER_GENRES_DIR", .kind = FIELD_STRING, .offset = AT(genres_dir),
      .help = "genre profiles; else conf/genres of the source tree that the program is in, then /etc/aether/genres" },
    { .name = "AETHER_SQL_DIR", .kind = FIELD_STRING, .offset = AT(sql_dir),
      .help = "database migrations; else sql of the source tree that the program is in, then /usr/share/aether/sql" },
    { .name = "AETHER_MAX_DURATION", .kind = FIELD_INT, .offset = AT(max_duration_s), .min = 30, .max = 600, .unit = "s", .fallback = "600",
      .help = "the longest track that may be asked for over HTTP" },
    { .name = "AETHER_MAX_NOTES", .kind = FIELD_INT, .offset = AT(max_notes), .min = 100, .max = 1000000, .unit = "notes", .fallback = "20000",
      .help = "the most notes that the tune, and the voice, of documents sent to /v1/render may have" },
    { .name = "AETHER_TRUSTED_PROXIES", .kind = FIELD_STRING, .offset = AT(trusted_proxies),
      .help = "networks such as 10.0.0.0/8,2001:db8::/32 whose X-Forwarded-For is believed: what stands in front of the web server" },
    { .name = "AETHER_CORS_ORIGINS", .kind = FIELD_STRING, .offset = AT(cors_origins),
      .help = "pages of other sites that may use the service from a browser, such as https://studio.example,https://radio.example; * means all and is refused in production" },
    { .name = "AETHER_TUNES_KEPT", .kind = FIELD_INT, .offset = AT(tunes_kept), .min = 0, .max = 5000, .unit = "tracks", .fallback = "500",
      .help = "tracks of an organisation that a new one is compared with, so that it does not come out like one of them; 0 means none" },
    { .name = "AETHER_QUEUE_MAX", .kind = FIELD_INT, .offset = AT(queue_max), .min = 1, .max = 1000000, .unit = "jobs", .fallback = "1000",
      .help = "jobs that may wait at once; beyond that new ones are refused with 503" },
    { .name = "AETHER_KEY_JOBS_MAX", .kind = FIELD_INT, .offset = AT(key_jobs_max), .min = 1, .max = 1000000, .unit = "jobs", .fallback = "100",
      .help = "jobs of one key that may be queued or running at once; beyond that new ones are refused with 429" },
    { .name = "AETHER_DISK_RESERVE_MB", .kind = FIELD_INT, .offset = AT(disk_reserve_mb), .min = 0, .max = 10000000, .unit = "MB", .fallback = "500",
      .help = "free space of AETHER_DATA_DIR below which new renders are refused with 507 and queued ones wait; below half of it running ones fail; 0 means none" },
    { .name = "AETHER_RETENTION_DAYS", .kind = FIELD_INT, .offset = AT(retention_days), .min = 0, .max = 36500, .unit = "days", .fallback = "30",
      .help = "how long aether maintain keeps finished jobs and their files; 0 means for ever" },
    { .name = "AETHER_AUDIT_RETENTION_DAYS", .kind = FIELD_INT, .offset = AT(audit_retention_days), .min = 0, .max = 36500, .unit = "days", .fallback = "0",
      .help = "after how many days aether maintain cuts off rows of the audit trail; 0 means that they are kept for ever" },
    { .name = "AETHER_BACKUPS_KEPT", .kind = FIELD_INT, .offset = AT(backups_kept), .min = 0, .max = 1000, .unit = "files", .fallback = "7",
      .help = "backups of each database that aether maintain keeps, the newest; 0 means that it makes none" },
    { .name = "AETHER_BACKUP_DIR", .kind = FIELD_STRING, .offset = AT(backup_dir),
      .help = "where aether maintain puts them; else the folder backups in AETHER_DATA_DIR" },
    { .name = "AETHER_WEBHOOK_SECRET", .kind = FIELD_STRING, .flags = FIELD_SECRET, .offset = AT(webhook_secret), .min = 24, .max = 1000,
      .help = "what the secrets that sign webhooks are made from (aether webhooks secret); without it a callback_url is refused" },
    { .name = "AETHER_WEBHOOK_NETWORKS", .kind = FIELD_STRING, .offset = AT(webhook_networks), .min = 1, .max = 1000,
      .help = "networks that webhooks may go to although they are private, such as 10.1.0.0/16,fd00::/8; there http is allowed beside https" },
};
/* clang-format on */
#undef AT

const struct fields config_fields = FIELDS("configuration", struct config, rows, "Environment variables, read at start");

/* A file's text without its last newline; NULL with a problem. */
static char *read_secret(const char *name, const char *path, struct arena *a, struct problems *problems)
{
    FILE *file = fopen(path, "r");
    char *text = arena_alloc(a, SECRET_MAX_BYTES + 1);
    size_t len;

    if (file == NULL) {
        problem_add(problems, name, "cannot read '%s': %s", path, strerror(errno));
        return NULL;
    }
    len = fread(text, 1, SECRET_MAX_BYTES, file);
    fclose(file);
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    text[len] = '\0';
    if (strlen(text) != len) {
        problem_add(problems, name, "'%s' has a zero byte in it", path);
        return NULL;
    }
    if (len == 0)
        problem_add(problems, name, "'%s' is empty", path);
    return len > 0 ? text : NULL;
}

/* Where a setting's value comes from: the environment, the file of settings, NAME_FILE in either, a systemd credential;
 * NULL when it is not set. An empty variable counts as not set. */
static const char *setting_text(const struct field *row, const struct config_file *settings, struct arena *a,
                                struct problems *problems)
{
    const char *text = config_file_get(settings, row->name);
    const char *file_name = arena_printf(a, "%s_FILE", row->name);
    const char *file = config_file_get(settings, file_name), *credentials = getenv("CREDENTIALS_DIRECTORY");

    if (text != NULL) {
        if (strlen(text) <= SETTING_MAX_BYTES)
            return text;
        problem_add(problems, row->name, "is over %d bytes long", SETTING_MAX_BYTES);
        return NULL;
    }
    if (!(row->flags & FIELD_SECRET))
        return NULL;
    if (file != NULL)
        return read_secret(file_name, file, a, problems);
    if (credentials != NULL) {
        const char *path = arena_printf(a, "%s/%s", credentials, row->name);

        if (access(path, F_OK) == 0)
            return read_secret(row->name, path, a, problems);
    }
    return NULL;
}

static json_object *parse_bool(const char *text)
{
    static const char *const yes[] = { "true", "1", "yes", "on" }, *const no[] = { "false", "0", "no", "off" };

    for (size_t i = 0; i < 4; i++) {
        if (strcmp(text, yes[i]) == 0)
            return json_object_new_boolean(1);
        if (strcmp(text, no[i]) == 0)
            return json_object_new_boolean(0);
    }
    return json_object_new_string(text); /* refused by the field with what was expected */
}

static json_object *parse_number(const char *text)
{
    char *end;
    double value;

    errno = 0;
    value = strtod(text, &end);
    if (errno != 0 || end == text || *end != '\0' || !isfinite(value) || strpbrk(text, "xXnNiIpP \t\n") != NULL)
        return json_object_new_string(text);
    return json_object_new_double(value);
}

static json_object *to_json(const struct field *row, const char *text)
{
    switch (row->kind) {
    case FIELD_INT:
    case FIELD_LONG:
    case FIELD_REAL:
        return parse_number(text);
    case FIELD_BOOL:
        return parse_bool(text);
    default:
        return json_object_new_string(text);
    }
}

/* An origin as browsers send it: scheme, host, perhaps a port, nothing after it. */
static bool is_origin(const char *text)
{
    const char *host = strstr(text, "://");

    if (strcmp(text, "*") == 0)
        return true;
    if (host == NULL || (strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0))
        return false;
    host += 3;
    return host[0] != '\0' && strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]") == strlen(host);
}

struct string_list config_origins(const struct config *c, struct arena *a)
{
    struct string_list out = { .count = 0 };
    const char *at = c->cors_origins;

    if (at == NULL)
        return out;
    out.items = ARENA_ARRAY(a, const char *, strlen(at) + 1);
    for (;; at++) {
        size_t len;

        at += strspn(at, " ");
        len = strcspn(at, ", ");
        out.items[out.count++] = arena_strndup(a, at, len);
        at += strcspn(at, ",");
        if (*at == '\0')
            return out;
    }
}

static void check_network(const struct config *c, struct problems *problems)
{
    struct string_list origins = config_origins(c, problems->arena);
    struct network_list list;
    struct error e = { .code = ERROR_NONE };

    if (!network_list_parse(c->trusted_proxies, problems->arena, &list, &e))
        problem_add(problems, "AETHER_TRUSTED_PROXIES", "%s", e.detail);
    if (!network_list_parse(c->webhook_networks, problems->arena, &list, &e))
        problem_add(problems, "AETHER_WEBHOOK_NETWORKS", "%s", e.detail);
    for (size_t i = 0; i < origins.count; i++)
        if (!is_origin(origins.items[i]))
            problem_add(problems, "AETHER_CORS_ORIGINS",
                        "'%.80s' is no origin such as https://studio.example or http://localhost:3000", origins.items[i]);
}

static void check_tokens(const struct config *c, struct problems *problems)
{
    enum token_algorithm algorithm = (enum token_algorithm)c->jwt_algorithm;
    bool secret = token_algorithm_is_secret(algorithm);
    struct error e;

    if (secret && c->jwt_public_key != NULL)
        problem_add(problems, "AETHER_JWT_PUBLIC_KEY", "expected AETHER_JWT_ALGORITHM=RS256 or ES256 beside it, not %s",
                    token_algorithm_names[algorithm]);
    if (!secret && c->jwt_secret != NULL)
        problem_add(problems, "AETHER_JWT_SECRET", "expected AETHER_JWT_ALGORITHM=HS256, HS384 or HS512 beside it, not %s",
                    token_algorithm_names[algorithm]);
    if (!secret && c->jwt_public_key == NULL)
        problem_add(problems, "AETHER_JWT_ALGORITHM", "%s needs AETHER_JWT_PUBLIC_KEY_FILE", token_algorithm_names[algorithm]);
    else if (!secret && !public_key_check(c->jwt_public_key, algorithm == TOKEN_ES256 ? PUBLIC_KEY_P256 : PUBLIC_KEY_RSA, &e))
        problem_add(problems, "AETHER_JWT_PUBLIC_KEY", "%s", e.detail);
}

static void check(const struct config *c, struct problems *problems)
{
    check_network(c, problems);
    check_tokens(c, problems);
    if (c->llm_provider != LLM_MOCK)
        problem_add(problems, "AETHER_LLM_PROVIDER",
                    "'%s' is not part of this version; expected mock, the built-in director",
                    provider_names[c->llm_provider]);
    if (c->data_dir[0] != '/')
        problem_add(problems, "AETHER_DATA_DIR", "expected an absolute path, not '%s'", c->data_dir);
    if (c->run_dir[0] != '/')
        problem_add(problems, "AETHER_RUN_DIR", "expected an absolute path, not '%s'", c->run_dir);
    if (c->backup_dir != NULL && c->backup_dir[0] != '/')
        problem_add(problems, "AETHER_BACKUP_DIR", "expected an absolute path, not '%s'", c->backup_dir);
}

/* The file of settings: the one that is named, else the installed service's. Who may not read that one has no business with the
 * service, but may use the engine: *hidden instead of a path. */
static const char *file_path(struct arena *a, const char **hidden)
{
    const char *path = getenv("AETHER_CONFIG_FILE");

    *hidden = NULL;
    if (path != NULL && path[0] != '\0')
        return path;
    path = place_installed(a, "/etc/aether/aether.conf");
    if (path == NULL || access(path, R_OK) == 0)
        return path;
    if (errno == EACCES)
        *hidden = path;
    return errno == EACCES || errno == ENOENT || errno == ENOTDIR ? NULL : path;
}

bool config_load(struct config *out, struct arena *a, struct error *e)
{
    struct problems problems = { .arena = a };
    json_object *in = json_hold(a, json_object_new_object());
    const char *hidden, *path = file_path(a, &hidden);
    const struct config_file settings = config_file_read(path, a, &problems);
    struct problem *p;

    for (size_t i = 0; i < config_fields.count; i++) {
        const struct field *row = &config_fields.rows[i];
        const char *text = setting_text(row, &settings, a, &problems);

        if (text != NULL)
            json_object_object_add(in, row->name, to_json(row, text));
    }
    fields_read(&config_fields, in, out, "", false, a, &problems);
    out->config_file = path;
    out->config_file_hidden = hidden;
    for (p = problems.first; p != NULL; p = (struct problem *)(uintptr_t)p->next)
        if (p->pointer[0] == '/' && strchr(p->pointer, ':') == NULL) /* a JSON pointer of one step: to a variable's name */
            p->pointer++;
    if (problems.count == 0)
        check(out, &problems);
    if (problems_none(&problems, "the configuration", e))
        return true;
    if (e != NULL)
        e->code = ERROR_CONFIG;
    return false;
}

void config_warn(const struct config *c)
{
    for (size_t i = 0; c->environment != ENVIRONMENT_PRODUCTION && i < config_danger_count; i++)
        if (config_dangers[i].is_there(c))
            log_warning("production would refuse %s: expected %s", config_dangers[i].setting, config_dangers[i].expected);
    if (c->llm_provider != LLM_CLAUDE && c->anthropic_key != NULL)
        log_warning("ANTHROPIC_API_KEY is set but not used: AETHER_LLM_PROVIDER is %s", provider_names[c->llm_provider]);
    if (c->llm_provider != LLM_OPENAI && c->openai_key != NULL)
        log_warning("OPENAI_API_KEY is set but not used: AETHER_LLM_PROVIDER is %s", provider_names[c->llm_provider]);
}

void config_complain(const struct error *e)
{
    if (e->problems == NULL)
        fprintf(stderr, "aether: %s\n", e->detail);
    for (const struct problem *p = e->problems; p != NULL; p = p->next)
        fprintf(stderr, "aether: setting %s: %s\n", p->pointer, p->detail);
}

static const char *origin(const struct field *row, const struct config_file *settings)
{
    const char *text = getenv(row->name);
    char name[128];

    snprintf(name, sizeof(name), "%s_FILE", row->name);
    if ((text != NULL && text[0] != '\0') || ((row->flags & FIELD_SECRET) != 0 && getenv(name) != NULL))
        return "environment";
    if (config_file_get(settings, row->name) != NULL ||
        ((row->flags & FIELD_SECRET) != 0 && config_file_get(settings, name) != NULL))
        return "file";
    return "default";
}

static void show_row(const struct field *row, json_object *value, const struct config_file *settings, FILE *to)
{
    const char *text = value == NULL                                     ? "(not set)"
                       : row->flags & FIELD_SECRET                       ? "(set)"
                       : json_object_is_type(value, json_type_string)    ? json_object_get_string(value)
                                                                         : json_object_to_json_string(value);

    fprintf(to, "%-24s %-22s %-11s %s\n", row->name, text, origin(row, settings), row->help);
}

void config_show(const struct config *c, FILE *to, bool json)
{
    json_object *values = fields_write(&config_fields, c);
    struct arena *a = arena_new(4 * 1024 * 1024);
    struct problems problems = { .arena = a };
    struct config_file settings;

    ASSERT(a != NULL);
    settings = config_file_read(c->config_file, a, &problems);
    for (size_t i = 0; i < config_fields.count; i++) {
        const struct field *row = &config_fields.rows[i];
        json_object *value = json_object_object_get(values, row->name);

        if (!json)
            show_row(row, value, &settings, to);
        else if (value != NULL && (row->flags & FIELD_SECRET))
            json_object_object_add(values, row->name, json_object_new_string("(set)"));
    }
    if (json)
        fprintf(to, "%s\n",
                json_object_to_json_string_ext(values, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(values);
    arena_free(a);
}

void config_help(FILE *to)
{
    struct arena *a = arena_new(1024 * 1024);

    ASSERT(a != NULL);
    fprintf(to, "| setting | default | expected | meaning |\n|---|---|---|---|\n");
    for (size_t i = 0; i < config_fields.count; i++) {
        const struct field *row = &config_fields.rows[i];
        const char *text = row->fallback != NULL ? row->fallback : "";
        size_t quotes = text[0] == '"';

        fprintf(to, "| `%s` | %.*s | %s | %s |\n", row->name, (int)(strlen(text) - 2 * quotes), text + quotes,
                field_expected(row, a), row->help);
    }
    arena_free(a);
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *config_folder(struct arena *a, const char *setting, const char *name, const char *installed,
                          struct error *e)
{
    const char *near = place_in_tree(a, name), *below = place_installed(a, installed);

    if (below == NULL)
        below = installed;
    if (setting != NULL) {
        if (is_folder(setting))
            return setting;
        error_set(e, ERROR_CONFIG, "'%s' is no folder", setting);
        return NULL;
    }
    if (near != NULL && is_folder(near))
        return near;
    if (is_folder(below))
        return below;
    if (near == NULL)
        error_set(e, ERROR_CONFIG, "there is no folder '%s'", below);
    else
        error_set(e, ERROR_CONFIG, "neither '%s' nor '%s' is a folder", near, below);
    return NULL;
}
