/*
 * Where state lives: <data_dir>/aether.db, an SQLite database in WAL mode with keys, jobs and artifacts. A store is one
 * connection: opened by the thread that uses it, never shared, and never carried across a fork (an assertion holds
 * that). Every call is one transaction, durable on disk when it returns.
 *
 * How calls fail: ERROR_UNAVAILABLE when other writers kept the database busy for STORE_BUSY_MS, ERROR_STORAGE when the
 * disk is full, ERROR_IO for the rest (the database cannot be read or written, or is damaged).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "core/config.h"
#include "core/error.h"

enum { STORE_BUSY_MS = 5000 };

struct store;

/* Opens the database of c->data_dir, making folder and file when they are missing (modes 0750 and 0640 whatever the umask;
 * root makes the file for the owner of the folder), and brings it up to date with the migrations of c->sql_dir. NULL on failure; ERROR_CONFIG when the
 * migrations are missing or were edited after they ran, or when a newer program has already changed the database. */
struct store *store_open(const struct config *c, struct error *e);

/* Accepts NULL. In the process that opened it. */
void store_close(struct store *s);

/* Whether the database can be read at all: its first page, whatever its size. */
bool store_read_check(struct store *s, struct error *e);

/* SQLite's integrity check and the references between tables: false with ERROR_IO and the first fault. Reads the
 * whole database. */
bool store_check(struct store *s, struct error *e);

#endif
