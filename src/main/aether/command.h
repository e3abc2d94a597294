/* The command line: one row per command in command.c, one file per command. */
#ifndef MAIN_AETHER_COMMAND_H
#define MAIN_AETHER_COMMAND_H

#include "core/arena.h"
#include "core/config.h"
#include "core/error.h"
#include "core/fields.h"

struct option_row {
    const char *name;      /* "--out" without the dashes */
    const char *argument;  /* placeholder, or NULL for a flag */
    bool repeats;          /* values add up */
    const char *help;
};

struct options {
    const struct option_row *rows;
    size_t count;
    struct string_list *values; /* by row; a flag that was given has one empty value */
    struct string_list rest;    /* arguments that are no options */
};

/* Reads argv[1 …]: "--name value", "--name=value", flags; "--" ends the options. ERROR_INPUT names the mistake and, when
 * there is one, the option that was meant. */
bool options_parse(struct arena *a, const struct option_row *rows, size_t count, int argc, char **argv,
                   struct options *out, struct error *e);

/* The (last) value of an option, or NULL when it was not given. */
const char *option_get(const struct options *o, const char *name);
bool option_is_set(const struct options *o, const char *name);
const struct string_list *option_all(const struct options *o, const char *name);

/* The value of an option that was given, else the fallback. ERROR_INPUT says what was expected. Times are as
 * clock_parse_ago reads them, in milliseconds since 1970; 0 when the option was not given. */
bool option_get_number(const struct options *o, const char *name, double low, double high, bool whole, double fallback,
                       double *out, struct error *e);
bool option_get_int(const struct options *o, const char *name, int low, int high, int fallback, int *out, struct error *e);
bool option_get_time(const struct options *o, const char *name, int64_t *out, struct error *e);

struct invocation {
    struct arena *arena;
    struct config config;
    struct options options;
};

struct command {
    const char *name;
    const char *arguments;      /* after the name in the usage line */
    const char *summary;        /* one line */
    const char *details;        /* more for --help; may be NULL */
    /* The options; a function because some are derived from the field tables. */
    const struct option_row *(*options)(struct arena *a, size_t *count);
    bool (*run)(struct invocation *in, struct error *e); /* prints its result; errors are printed by main */
};

extern const struct command commands[];
extern const size_t command_count;

const struct option_row *create_options(struct arena *a, size_t *count);
const struct option_row *render_options(struct arena *a, size_t *count);
const struct option_row *review_options(struct arena *a, size_t *count);
const struct option_row *genres_options(struct arena *a, size_t *count);
const struct option_row *keys_options(struct arena *a, size_t *count);
const struct option_row *jobs_options(struct arena *a, size_t *count);
const struct option_row *webhooks_options(struct arena *a, size_t *count);
const struct option_row *maintain_options(struct arena *a, size_t *count);
const struct option_row *audit_options(struct arena *a, size_t *count);
const struct option_row *usage_options(struct arena *a, size_t *count);
const struct option_row *doctor_options(struct arena *a, size_t *count);
const struct option_row *config_options(struct arena *a, size_t *count);
const struct option_row *soundfonts_options(struct arena *a, size_t *count);
const struct option_row *version_options(struct arena *a, size_t *count);

bool create_run(struct invocation *in, struct error *e);
bool render_run(struct invocation *in, struct error *e);
bool review_run(struct invocation *in, struct error *e);
bool genres_run(struct invocation *in, struct error *e);
bool keys_run(struct invocation *in, struct error *e);
bool jobs_run(struct invocation *in, struct error *e);
bool webhooks_run(struct invocation *in, struct error *e);
bool maintain_run(struct invocation *in, struct error *e);
bool audit_run(struct invocation *in, struct error *e);
bool usage_run(struct invocation *in, struct error *e);
bool doctor_run(struct invocation *in, struct error *e);
bool config_run(struct invocation *in, struct error *e);
bool soundfonts_run(struct invocation *in, struct error *e);
bool version_run(struct invocation *in, struct error *e);

/* Prints an error, a line per problem, on standard error. */
void complain(const struct error *e);

/* A webhook as JSON. The caller owns it. */
struct webhook;
json_object *webhook_tree(const struct webhook *w);

/* Prints a tree as indented JSON on standard output and releases it. */
void print_json(json_object *tree);

#endif
