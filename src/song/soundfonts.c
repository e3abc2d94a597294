#include "song/soundfonts.h"

#include <ctype.h>
#include <string.h>

enum { NAME_SIZE = 64 };

/* Lower case, letters, digits and points kept, anything else a hyphen; no directory, no .sf2 or .sf3. */
static void plain(const char *text, char out[NAME_SIZE])
{
    const char *slash = strrchr(text, '/');
    size_t len = 0;

    for (text = slash != NULL ? slash + 1 : text; *text != '\0' && len + 1 < NAME_SIZE; text++)
        out[len++] = isalnum((unsigned char)*text) || *text == '.' ? (char)tolower((unsigned char)*text) : '-';
    if (len > 4 && out[len - 4] == '.' && out[len - 3] == 's' && out[len - 2] == 'f' && isdigit((unsigned char)out[len - 1]))
        len -= 4;
    out[len] = '\0';
}

const char *soundfonts_name(const char *path, struct arena *a)
{
    char name[NAME_SIZE];

    plain(path, name);
    return arena_strdup(a, name[0] != '\0' ? name : "soundfont");
}

int soundfonts_find(const struct soundfonts *s, const char *name)
{
    char wanted[NAME_SIZE];

    if (name == NULL)
        return s->names.count > 0 ? 0 : -1;
    plain(name, wanted);
    for (size_t i = 0; i < s->names.count; i++)
        if (strcmp(s->names.items[i], wanted) == 0)
            return (int)i;
    return -1;
}

bool soundfonts_check(const struct soundfonts *s, const char *name, const char *pointer, struct problems *problems)
{
    const char *all = "";

    if (name == NULL || soundfonts_find(s, name) >= 0)
        return true;
    for (size_t i = 0; i < s->names.count; i++)
        all = arena_printf(problems->arena, "%s%s%s", all, i > 0 ? ", " : "", s->names.items[i]);
    problem_add(problems, pointer, "'%.60s' is not a SoundFont here; expected %s%s", name, s->names.count > 1 ? "one of " : "",
                all);
    return false;
}
