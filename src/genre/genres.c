#include "genre/genres.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_lines.h"

enum { GENRES_MAX = 512, GENRE_FILE_BYTES_MAX = 1 << 20, NAME_MAX_LEN = 100 };

struct genres {
    struct genre *items;
    size_t count;
};

/* Letters and digits only, in lower case: "Lo-Fi Hip Hop" and "lofi_hiphop" are one name. "&" is "and". */
static void fold(const char *name, char out[NAME_MAX_LEN])
{
    size_t n = 0;

    for (; *name != '\0' && n + 4 < NAME_MAX_LEN; name++) {
        if (isalnum((unsigned char)*name) || (unsigned char)*name >= 0x80) {
            out[n++] = (char)tolower((unsigned char)*name);
        } else if (*name == '&') {
            memcpy(out + n, "and", 3);
            n += 3;
        }
    }
    out[n] = '\0';
}

static bool has_name(const struct genre *g, const char *folded)
{
    char own[NAME_MAX_LEN];

    fold(g->id, own);
    if (strcmp(own, folded) == 0)
        return true;
    fold(g->name, own);
    if (strcmp(own, folded) == 0)
        return true;
    for (size_t i = 0; i < g->aliases.count; i++) {
        fold(g->aliases.items[i], own);
        if (strcmp(own, folded) == 0)
            return true;
    }
    return false;
}

const struct genre *genres_find(const struct genres *g, const char *name)
{
    char folded[NAME_MAX_LEN];

    fold(name, folded);
    for (size_t i = 0; folded[0] != '\0' && i < g->count; i++)
        if (has_name(&g->items[i], folded))
            return &g->items[i];
    return NULL;
}

const char *genres_suggest(const struct genres *g, const char *name)
{
    for (size_t i = 0; i < g->count; i++) {
        const struct genre *genre = &g->items[i];
        const char *names[2] = { genre->id, genre->name };

        if (name_nearest(name, names, 2) != NULL || name_nearest(name, genre->aliases.items, genre->aliases.count))
            return genre->id;
    }
    return NULL;
}

bool genres_check_soundfonts(const struct genres *g, const struct soundfonts *fonts, struct arena *a, struct error *e)
{
    for (size_t i = 0; i < genres_count(g); i++) {
        struct problems problems = { .arena = a };

        if (!soundfonts_check(fonts, genres_at(g, i)->soundfont, "/soundfont", &problems))
            return error_set(e, ERROR_CONFIG, "the genre '%s': %s (AETHER_SOUNDFONT)", genres_at(g, i)->id, problems.first->detail);
    }
    return true;
}

size_t genres_count(const struct genres *g)
{
    return g->count;
}

const struct genre *genres_at(const struct genres *g, size_t index)
{
    return &g->items[index];
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of the folder's JSON files without the ending, sorted. */
static bool list_files(const char *folder, const char **names, size_t *count, struct arena *a, struct error *e)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    *count = 0;
    if (dir == NULL)
        return error_set(e, ERROR_CONFIG, "cannot read the genres in '%s'", folder);
    while ((entry = readdir(dir)) != NULL && *count < GENRES_MAX) {
        size_t len = strlen(entry->d_name);

        if (len > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + len - 5, ".json") == 0)
            names[(*count)++] = arena_strndup(a, entry->d_name, len - 5);
    }
    closedir(dir);
    qsort(names, *count, sizeof(*names), by_text);
    return *count > 0 ? true : error_set(e, ERROR_CONFIG, "there are no genres in '%s'", folder);
}

static bool load_one(struct genres *g, const char *folder, const char *name, struct arena *a, struct error *e)
{
    const char *path = arena_printf(a, "%s/%s.json", folder, name);
    json_object *tree = json_read_file(a, path, GENRE_FILE_BYTES_MAX, e);
    struct problems problems = { .arena = a };
    struct genre *genre = &g->items[g->count];

    if (tree == NULL) {
        if (e != NULL)
            e->code = ERROR_CONFIG;
        return false;
    }
    fields_read(&genre_fields, tree, genre, "", false, a, &problems);
    if (genre->id != NULL && strcmp(genre->id, name) != 0)
        problem_add(&problems, "/id", "expected '%s', the file's name", name);
    for (size_t i = 0; i < genre->aliases.count; i++)
        if (genres_find(g, genre->aliases.items[i]) != NULL)
            problem_add(&problems, "/aliases", "'%s' is a name of another genre", genre->aliases.items[i]);
    if (!problems_none(&problems, path, e)) {
        if (e != NULL)
            e->code = ERROR_CONFIG;
        return false;
    }
    g->count++;
    return true;
}

bool genres_check_file(struct arena *a, const char *path, struct error *e)
{
    const char *slash = strrchr(path, '/'), *file = slash != NULL ? slash + 1 : path;
    struct problems problems = { .arena = a }, placed = { .arena = a };
    struct genre *genre = ARENA_NEW(a, struct genre);
    size_t len, name_len = strcspn(file, ".");
    const char *text = json_read_text(a, path, GENRE_FILE_BYTES_MAX, &len, e);
    json_object *tree = text != NULL ? json_read(a, text, len, e) : NULL;

    if (tree == NULL)
        return text == NULL ? false : error_wrap(e, "%s", path);
    fields_read(&genre_fields, tree, genre, "", false, a, &problems);
    if (genre->id != NULL && (strlen(genre->id) != name_len || memcmp(genre->id, file, name_len) != 0))
        problem_add(&problems, "/id", "expected '%.*s', the file's name", (int)name_len, file);
    for (const struct problem *p = problems.first; p != NULL; p = p->next)
        problem_add(&placed, arena_printf(a, "%s:%zu: %s", path, json_line_of(text, len, p->pointer), p->pointer), "%s",
                    p->detail);
    return problems_none(&placed, path, e);
}

struct genres *genres_load(struct arena *a, const char *folder, struct error *e)
{
    const char *names[GENRES_MAX];
    struct genres *g = ARENA_NEW(a, struct genres);
    size_t count;

    if (!list_files(folder, names, &count, a, e))
        return NULL;
    g->items = ARENA_ARRAY(a, struct genre, count);
    for (size_t i = 0; i < count; i++)
        if (!load_one(g, folder, names[i], a, e))
            return NULL;
    return g;
}
