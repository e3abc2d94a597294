#include "sound/soundfont.h"

#include <string.h>
#include <unistd.h>

static const struct {
    const char *path, *package;
} debian_fonts[] = {
    /* path                                             Debian package */
    { "/usr/share/sounds/sf2/FluidR3_GM.sf2", "fluid-soundfont-gm" },
    { "/usr/share/sounds/sf3/MuseScore_General.sf3", "musescore-general-soundfont" },
    { "/usr/share/sounds/sf3/MuseScore_General_Lite.sf3", "musescore-general-soundfont-small" },
    { "/usr/share/sounds/sf2/TimGM6mb.sf2", "timgm6mb-soundfont" },
};
enum { DEBIAN_FONTS = sizeof(debian_fonts) / sizeof(debian_fonts[0]) };

static bool add(struct soundfonts *out, const char *name, const char *path, struct arena *a, struct error *e)
{
    int same;

    if (!soundfont_check(path, e))
        return false;
    name = soundfonts_name(name, a);
    same = soundfonts_find(out, name);
    if (same >= 0)
        return error_set(e, ERROR_SOUNDFONT, "two SoundFonts are called '%s': '%s' and '%s'; name one of them: NAME=%s", name,
                         out->paths.items[same], path, path);
    out->names.items[out->names.count++] = name;
    out->paths.items[out->paths.count++] = path;
    return true;
}

/* A name stands before the first '=' when no '/' does. */
static bool add_entry(struct soundfonts *out, char *entry, struct arena *a, struct error *e)
{
    char *equals = strchr(entry, '='), *slash = strchr(entry, '/');

    if (equals == NULL || equals == entry || (slash != NULL && slash < equals))
        return add(out, entry, entry, a, e);
    *equals = '\0';
    return add(out, entry, equals + 1, a, e);
}

static size_t entries_count(const char *setting)
{
    size_t count = 1;

    for (; *setting != '\0'; setting++)
        count += *setting == ':';
    return count;
}

bool soundfont_list(const char *setting, struct soundfonts *out, struct arena *a, struct error *e)
{
    bool is_set = setting != NULL && setting[0] != '\0';
    size_t most = is_set ? entries_count(setting) : DEBIAN_FONTS;
    char *rest, *entry;

    *out = (struct soundfonts){ .names = { .items = ARENA_ARRAY(a, const char *, most) },
                                .paths = { .items = ARENA_ARRAY(a, const char *, most) } };
    if (is_set) {
        rest = arena_strdup(a, setting);
        while ((entry = strsep(&rest, ":")) != NULL)
            if (*entry != '\0' && !add_entry(out, entry, a, e))
                return false;
    }
    for (size_t i = 0; i < DEBIAN_FONTS && !is_set; i++)
        if (access(debian_fonts[i].path, F_OK) == 0 && !add(out, debian_fonts[i].path, debian_fonts[i].path, a, e))
            return false;
    if (out->names.count == 0)
        return error_set(e, ERROR_SOUNDFONT, "no SoundFont found: set AETHER_SOUNDFONT, or install the package %s, %s or %s",
                         debian_fonts[0].package, debian_fonts[1].package, debian_fonts[3].package);
    return true;
}

const char *soundfont_find(const char *setting, struct arena *a, struct error *e)
{
    struct soundfonts all;

    return soundfont_list(setting, &all, a, e) ? all.paths.items[0] : NULL;
}

const char *soundfont_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}
