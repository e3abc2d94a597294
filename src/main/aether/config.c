#include <stdio.h>
#include <string.h>

#include "genre/genres.h"
#include "main/aether/command.h"
#include "sound/soundfont.h"

static const struct option_row rows[] = {
    { "json", NULL, false, "as JSON" },
};

const struct option_row *config_options(struct arena *a, size_t *count)
{
    (void)a;
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}

/* What the programs would refuse to start with: the settings were read before this runs. */
static bool check(struct invocation *in, struct error *e)
{
    const char *folder = config_folder(in->arena, in->config.genres_dir, "conf/genres", "/etc/aether/genres", e);
    const struct genres *genres;
    struct soundfonts fonts;

    return config_refuse_dangers(&in->config, in->arena, e) && folder != NULL &&
           config_folder(in->arena, in->config.sql_dir, "sql", "/usr/share/aether/sql", e) != NULL &&
           (genres = genres_load(in->arena, folder, e)) != NULL && soundfont_list(in->config.soundfont, &fonts, in->arena, e) &&
           genres_check_soundfonts(genres, &fonts, in->arena, e);
}

bool config_run(struct invocation *in, struct error *e)
{
    const char *verb = in->options.rest.count == 1 ? in->options.rest.items[0] : "";

    if (strcmp(verb, "show") == 0) {
        config_show(&in->config, stdout, option_is_set(&in->options, "json"));
        return true;
    }
    if (strcmp(verb, "help") == 0) {
        config_help(stdout);
        return true;
    }
    if (strcmp(verb, "check") == 0)
        return check(in, e);
    return error_set(e, ERROR_INPUT, "expected 'aether config show', 'check' or 'help'");
}
