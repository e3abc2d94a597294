/* AETHER Band Engine, the command line: the same engine as the service, without a server. */
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "main/aether/command.h"

enum { ARENA_BYTES = 256 * 1024 * 1024, HELP_COLUMN = 26 };

static void help_all(FILE *to)
{
    fprintf(to, "AETHER Band Engine %s: a written brief becomes a finished track.\n\nusage: aether COMMAND …\n\n", AETHER_VERSION);
    for (size_t i = 0; i < command_count; i++)
        fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].summary);
    fprintf(to, "\n'aether COMMAND --help' says more about one of them.\n"
                "Exit status: 0 done, 1 failed, 2 wrong use or input, 78 wrong settings.\n");
}

static void help_one(const struct command *c, struct arena *a)
{
    size_t count;
    const struct option_row *rows = c->options(a, &count);

    printf("aether %s: %s\n\nusage: aether %s %s\n", c->name, c->summary, c->name, c->arguments);
    if (c->details != NULL)
        printf("\n%s\n", c->details);
    printf("\noptions:\n");
    for (size_t i = 0; i < count; i++) {
        const char *argument = rows[i].argument != NULL ? rows[i].argument : "";
        int len = printf("  --%s %s", rows[i].name, argument);

        if (len >= HELP_COLUMN)
            len = printf("\n") - 1;
        printf("%*s%s%s\n", HELP_COLUMN - len, "", rows[i].help, rows[i].repeats ? "; may be repeated" : "");
    }
    printf("  %-*s%s\n", HELP_COLUMN - 2, "--help", "this text");
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static const char *suggest(const char *name)
{
    const char *names[16];

    ASSERT(command_count <= 16);
    for (size_t i = 0; i < command_count; i++)
        names[i] = commands[i].name;
    return name_nearest(name, names, command_count);
}

struct call {
    const struct command *command;
    struct invocation in;
    int argc;
    char **argv;
};

/* Else a command about the service would look in the wrong place without a word. */
static void hidden_tell(const struct config *c)
{
    if (c->config_file_hidden != NULL)
        log_warning("'%s' is not for this user to read: the settings are the defaults and those of the environment", c->config_file_hidden);
}

static bool run(void *arg, struct error *e)
{
    struct call *call = arg;
    size_t count;
    const struct option_row *rows = call->command->options(call->in.arena, &count);

    return options_parse(call->in.arena, rows, count, call->argc, call->argv, &call->in.options, e) &&
           config_load(&call->in.config, call->in.arena, e) &&
           (log_init("aether", (enum log_level)call->in.config.log_level, (enum log_format)call->in.config.log_format),
            hidden_tell(&call->in.config), call->command->run(&call->in, e));
}

int main(int argc, char **argv)
{
    struct call call = { .argc = argc - 1, .argv = argv + 1 };
    struct error e = { 0 };
    int status;

    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        help_all(argc < 2 ? stderr : stdout);
        return argc < 2 ? 2 : 0;
    }
    call.command = find(strcmp(argv[1], "--version") == 0 ? "version" : argv[1]);
    if (call.command == NULL) {
        const char *near = suggest(argv[1]);

        fprintf(stderr, "aether: there is no command '%s'%s%s%s\n", argv[1], near != NULL ? "; did you mean '" : "",
                near != NULL ? near : "; see aether --help", near != NULL ? "'?" : "");
        return 2;
    }
    call.in.arena = arena_new(ARENA_BYTES);
    ASSERT(call.in.arena != NULL);
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0) {
            help_one(call.command, call.in.arena);
            arena_free(call.in.arena);
            return 0;
        }
    status = arena_run(call.in.arena, run, &call, &e) ? 0 : error_info_get(e.code)->exit_status;
    if (status == 0 && (fflush(stdout) != 0 || ferror(stdout))) {
        error_set(&e, ERROR_IO, "cannot write to standard output");
        status = 1;
    }
    if (status != 0)
        complain(&e);
    arena_free(call.in.arena);
    return status;
}
