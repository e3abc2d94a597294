/*
 * A capped bump allocator: one per task (a request, a job, a run of the command line), freed at its end. Sizes that
 * come from users are only ever allocated here. A full arena fails the task, never the process: arena_run catches it
 * and reports ERROR_TOO_LARGE. Not shared between threads.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "core/error.h"

struct arena;

/* A new arena that may hold `cap_bytes`. Memory is taken from the heap as it is needed. NULL only when out of memory. */
struct arena *arena_new(size_t cap_bytes);

/* Runs the deferred clean-ups, last first, and gives all memory back. Accepts NULL. */
void arena_free(struct arena *a);

/* As arena_free, but it may be used again, for another task, and the first piece of memory stays at hand. */
void arena_reset(struct arena *a);

/* Zeroed, aligned for any type; never NULL. When the cap is reached it does not return: it unwinds to arena_run, or
 * aborts when there is none. */
void *arena_alloc(struct arena *a, size_t bytes);
#define ARENA_ARRAY(a, type, count) ((type *)arena_alloc_array((a), (count), sizeof(type)))
#define ARENA_NEW(a, type) ARENA_ARRAY(a, type, 1)
void *arena_alloc_array(struct arena *a, size_t count, size_t size_bytes);

char *arena_strdup(struct arena *a, const char *text);                 /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *text, size_t len);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Calls `cleanup(object)` when the arena is freed: for objects of libraries that a task holds. */
void arena_defer(struct arena *a, void (*cleanup)(void *), void *object);

/* Runs `task(arg, e)`. Returns what it returns, or false with ERROR_TOO_LARGE when the arena fills up meanwhile; the
 * task is then left where it was, so it may hold no resource that is not deferred to the arena. Nests. */
bool arena_run(struct arena *a, bool (*task)(void *arg, struct error *e), void *arg, struct error *e);

size_t arena_used(const struct arena *a);                              /* bytes handed out so far */

#endif
