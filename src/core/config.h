/*
 * The settings: environment variables, and lines of a file (core/config_file.h), read at start and at a reload, checked all
 * together. One table (config.c) gives name,
 * default, range and help; `aether config show` and the README's table are derived from it.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include <stdio.h>

#include "core/arena.h"
#include "core/error.h"
#include "core/fields.h"
#include "core/log.h"

enum environment { ENVIRONMENT_DEVELOPMENT, ENVIRONMENT_PRODUCTION };
enum llm_provider { LLM_MOCK, LLM_CLAUDE, LLM_OPENAI };

/* How tokens are signed (RFC 7518): HS… with a shared secret, the others with a key pair. */
enum token_algorithm { TOKEN_HS256, TOKEN_HS384, TOKEN_HS512, TOKEN_RS256, TOKEN_ES256, TOKEN_ALGORITHM_COUNT };
extern const char *const token_algorithm_names[TOKEN_ALGORITHM_COUNT]; /* "HS256", … */
bool token_algorithm_is_secret(enum token_algorithm a);

struct config {
    const char *config_file;     /* NULL: none */
    const char *config_file_hidden; /* the installed service's, which this user may not read; NULL when it is none or was read */
    int environment;             /* enum environment */
    int log_level;               /* enum log_level */
    int log_format;              /* enum log_format */
    int api_port;                /* where the web server listens in `make run` */
    int api_workers;             /* processes */
    int api_threads;             /* per process */
    int render_workers;          /* processes */
    int render_threads;          /* per process; 0 = one per core */
    int llm_provider;            /* enum llm_provider */
    const char *anthropic_key;
    const char *openai_key;
    double rate_limit_rps;       /* per client; 0 = no limit */
    int rate_limit_burst;
    int auth_enabled;
    int allow_unauthenticated;   /* production may start with auth_enabled false */
    int jwt_algorithm;           /* enum token_algorithm */
    const char *jwt_secret;      /* of HS…; NULL: no tokens */
    const char *jwt_public_key;  /* PEM, of the others; NULL: no tokens */
    const char *jwt_issuer;      /* NULL: any */
    const char *jwt_audience;
    int shutdown_timeout_s;
    const char *soundfont;       /* as sound/soundfont.h reads it, or NULL: the Debian ones that are there */
    const char *data_dir;        /* databases and finished files */
    const char *run_dir;         /* sockets, locks */
    const char *genres_dir;      /* NULL: conf/genres beside the program, then /etc/aether/genres */
    const char *sql_dir;         /* NULL: sql beside the program, then /usr/share/aether/sql */
    int max_notes;              /* most notes that the tune, or the voice, of given documents may have */
    int max_duration_s;          /* longest track that may be asked for */
    int watchdog_s;              /* a worker that gives no sign of life for so long is replaced; 0: never */
    const char *trusted_proxies; /* networks, with commas between them; NULL: none */
    const char *cors_origins;    /* with commas between them; NULL: none */
    int tunes_kept;              /* tracks of an organisation whose tunes are remembered; 0: none */
    int queue_max;               /* jobs that may wait at once */
    int key_jobs_max;            /* jobs of one key that may be queued or running at once */
    int disk_reserve_mb;         /* of the data folder's disk; below it nothing new is rendered. 0: none */
    int audit_retention_days;    /* how long rows of the audit trail are kept; 0: for ever */
    int retention_days;          /* how long finished jobs and their files are kept; 0: for ever */
    int backups_kept;            /* of each database; 0: no backups are made */
    const char *backup_dir;      /* NULL: <data_dir>/backups */
    const char *webhook_secret;  /* NULL: no webhooks */
    const char *webhook_networks; /* "10.1.0.0/16,fd00::/8": may be called although they are not public; NULL: none */
};

extern const struct fields config_fields;

/* Reads the environment and the file. ERROR_CONFIG when a setting is wrong; each is a problem whose pointer is the variable's name, or
 * the place in the file.
 * Strings live in `a`. */
bool config_load(struct config *out, struct arena *a, struct error *e);

/* The list of AETHER_CORS_ORIGINS, in the arena. */
struct string_list config_origins(const struct config *c, struct arena *a);
/* What production refuses to start with: one row per danger. */
struct config_danger {
    const char *setting;
    bool (*is_there)(const struct config *c);
    const char *expected;
};
extern const struct config_danger config_dangers[];
extern const size_t config_danger_count;

/* In production: ERROR_CONFIG with a problem for each danger that is there. In development it is always true. */
bool config_refuse_dangers(const struct config *c, struct arena *a, struct error *e);

/* Logs a warning for each setting that is set but has no effect with the others as they are. */
void config_warn(const struct config *c);

/* Each setting with its value, its origin (environment, file, default) and its meaning; secrets as "(set)". */
void config_show(const struct config *c, FILE *to, bool json);

/* The table of all settings in Markdown: name, default, what is expected, meaning. */
void config_help(FILE *to);

/* Prints the problems of a failed config_load, one line each, to standard error. */
void config_complain(const struct error *e);

/* conf/genres, sql and the like: `setting` when set; else <name> in the source tree that the program is in, else `installed`
 * (core/place.h). NULL with ERROR_CONFIG naming what was looked at. In the arena. */
const char *config_folder(struct arena *a, const char *setting, const char *name, const char *installed,
                          struct error *e);

#endif
