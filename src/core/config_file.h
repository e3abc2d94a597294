/*
 * The file of settings, AETHER_CONFIG_FILE: lines NAME=value as in systemd's EnvironmentFile, comments that begin with #, values
 * in quotes when they begin or end with a space. A variable of the environment goes before a line of the file. Unlike the
 * environment it can be read anew by a program that runs.
 */
#ifndef CORE_CONFIG_FILE_H
#define CORE_CONFIG_FILE_H

#include "core/arena.h"
#include "core/fields.h"

struct config_line {
    const char *name, *value;
    int number;
};
struct config_file {
    LIST_OF(struct config_line) lines;
};

/* Reads the file; NULL gives none. What is wrong becomes a problem whose place is the file and the line. In the arena. */
struct config_file config_file_read(const char *path, struct arena *a, struct problems *problems);

/* The value, from the environment, else from the file; NULL when it is set in neither, or to nothing. */
const char *config_file_get(const struct config_file *f, const char *name);

#endif
