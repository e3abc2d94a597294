/*
 * Numbered changes to a database: the files NNN_name.sql of one folder, 001 first, without gaps. Each runs once; the
 * table `migration` records number, name, time and the checksum of the text.
 */
#ifndef STORE_MIGRATIONS_H
#define STORE_MIGRATIONS_H

#include "store/db.h"

/* Runs those that have not run yet, all of them in one transaction or none. *fresh: the database was empty. ERROR_CONFIG
 * when the folder has none or a gap, when a file was edited after it ran, or when the database has a migration that
 * the folder has not: a newer program has been here, and this one must not write. */
bool migrations_apply(struct store *s, const char *folder, bool *fresh, struct error *e);

#endif
