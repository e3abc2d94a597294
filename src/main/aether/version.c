#include <stdio.h>

#include "main/aether/command.h"
#include "sound/soundfont.h"

static const struct option_row rows[] = {
    { "json", NULL, false, "as JSON" },
};

const struct option_row *version_options(struct arena *a, size_t *count)
{
    (void)a;
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}

bool version_run(struct invocation *in, struct error *e)
{
    const char *soundfont = soundfont_find(in->config.soundfont, in->arena, NULL);

    (void)e;
    if (option_is_set(&in->options, "json")) {
        json_object *out = json_object_new_object();

        json_object_object_add(out, "name", json_object_new_string("AETHER Band Engine"));
        json_object_object_add(out, "version", json_object_new_string(AETHER_VERSION));
        json_object_object_add(out, "soundfont", soundfont != NULL ? json_object_new_string(soundfont) : NULL);
        print_json(out);
        return true;
    }
    printf("AETHER Band Engine %s\nSoundFont: %s\n", AETHER_VERSION, soundfont != NULL ? soundfont : "none found");
    return true;
}
