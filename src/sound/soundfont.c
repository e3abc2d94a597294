#include "sound/soundfont.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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

bool soundfont_check(const char *path, struct error *e)
{
    unsigned char head[12];
    FILE *file = fopen(path, "rb");
    struct stat status;
    size_t got;
    long long bytes;

    if (file == NULL)
        return error_set(e, ERROR_SOUNDFONT, "cannot open the SoundFont '%s': %s", path, strerror(errno));
    got = fread(head, 1, sizeof(head), file);
    if (fstat(fileno(file), &status) != 0)
        status.st_size = 0;
    fclose(file);
    if (got != sizeof(head) || memcmp(head, "RIFF", 4) != 0 || memcmp(head + 8, "sfbk", 4) != 0)
        return error_set(e, ERROR_SOUNDFONT, "'%s' is not a SoundFont (SF2 or SF3)", path);
    bytes = 8 + (long long)((uint32_t)head[4] | (uint32_t)head[5] << 8 | (uint32_t)head[6] << 16 |
                            (uint32_t)head[7] << 24);
    if (status.st_size < bytes)
        return error_set(e, ERROR_SOUNDFONT, "the SoundFont '%s' is cut short: %lld of %lld bytes", path,
                         (long long)status.st_size, bytes);
    return true;
}

const char *soundfont_find(const char *setting, struct arena *a, struct error *e)
{
    if (setting != NULL && setting[0] != '\0')
        return soundfont_check(setting, e) ? arena_strdup(a, setting) : NULL;
    for (size_t i = 0; i < sizeof(debian_fonts) / sizeof(debian_fonts[0]); i++)
        if (access(debian_fonts[i].path, F_OK) == 0)
            return soundfont_check(debian_fonts[i].path, e) ? arena_strdup(a, debian_fonts[i].path) : NULL;
    error_set(e, ERROR_SOUNDFONT,
              "no SoundFont found: set AETHER_SOUNDFONT, or install the package %s, %s or %s",
              debian_fonts[0].package, debian_fonts[1].package, debian_fonts[3].package);
    return NULL;
}

const char *soundfont_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}
