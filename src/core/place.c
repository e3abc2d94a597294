#include "core/place.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

static const char INSTALLED[] = "/usr/bin";

static const char *own_path(struct arena *a)
{
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof(program));

    return len > 0 && (size_t)len < sizeof(program) ? arena_strndup(a, program, (size_t)len) : NULL;
}

const char *place_root(struct arena *a, const char *program)
{
    const char *slash = strrchr(program, '/');
    size_t len = slash != NULL ? (size_t)(slash - program) : 0, tail = strlen(INSTALLED);

    if (len < tail || strncmp(program + len - tail, INSTALLED, tail) != 0)
        return NULL;
    return arena_strndup(a, program, len - tail);
}

const char *place_installed(struct arena *a, const char *path)
{
    const char *program = own_path(a), *root = program != NULL ? place_root(a, program) : NULL;

    return root != NULL ? arena_printf(a, "%s%s", root, path) : NULL;
}

const char *place_in_tree(struct arena *a, const char *name)
{
    const char *program = own_path(a);
    char *tree;

    if (program == NULL || place_root(a, program) != NULL)
        return NULL;
    tree = arena_strdup(a, program);
    for (int up = 0; up < 3 && strrchr(tree, '/') != NULL; up++) /* <tree>/build/bin/NAME */
        *strrchr(tree, '/') = '\0';
    return arena_printf(a, "%s/%s", tree, name);
}
