#include "core/arena.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 8 * 1024, BLOCK_BYTES = 64 * 1024 }; /* most requests need no more than the first */

struct block {
    struct block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char data[];
};

struct cleanup {
    void (*run)(void *);
    void *object;
    struct cleanup *next;
};

struct arena {
    struct block *blocks;
    struct cleanup *cleanups;
    size_t used, cap;
    jmp_buf *on_full;
};

struct arena *arena_new(size_t cap_bytes)
{
    struct arena *a = calloc(1, sizeof(*a));

    if (a != NULL)
        a->cap = cap_bytes;
    return a;
}

static void clean_up(struct arena *a)
{
    for (struct cleanup *c = a->cleanups; c != NULL; c = c->next)
        c->run(c->object);
    a->cleanups = NULL;
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    clean_up(a);
    for (struct block *b = a->blocks, *next; b != NULL; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
}

static bool is_kept(const struct block *b)
{
#ifdef __SANITIZE_ADDRESS__ /* which is to see what is used after its task */
    (void)b;
    return false;
#else
    return b->next == NULL && b->size == FIRST_BYTES;
#endif
}

void arena_reset(struct arena *a)
{
    clean_up(a);
    while (a->blocks != NULL && !is_kept(a->blocks)) {
        struct block *next = a->blocks->next;

        free(a->blocks);
        a->blocks = next;
    }
    if (a->blocks != NULL) {
        explicit_bzero(a->blocks->data, a->blocks->used); /* no text of a task outlives it */
        a->blocks->used = 0;
    }
    a->used = 0;
    a->on_full = NULL;
}

static _Noreturn void full(struct arena *a)
{
    if (a->on_full == NULL)
        assert_failed("arena full outside arena_run", __FILE__, __LINE__);
    longjmp(*a->on_full, 1);
}

static struct block *block_add(struct arena *a, size_t bytes)
{
    size_t least = a->blocks == NULL ? FIRST_BYTES : BLOCK_BYTES, size = bytes > least ? bytes : least;
    struct block *b = calloc(1, sizeof(*b) + size);

    if (b == NULL)
        full(a);
    b->size = size;
    b->next = a->blocks;
    a->blocks = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
    const size_t align = alignof(max_align_t);
    struct block *b = a->blocks;
    void *out;

    if (bytes > SIZE_MAX - align)
        full(a);
    bytes = (bytes + align - 1) / align * align;
    if (bytes > a->cap - a->used)
        full(a);
    if (b == NULL || b->size - b->used < bytes)
        b = block_add(a, bytes);
    out = b->data + b->used;
    b->used += bytes;
    a->used += bytes;
    return out;
}

void *arena_alloc_array(struct arena *a, size_t count, size_t size_bytes)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size_bytes, &bytes))
        full(a);
    return arena_alloc(a, bytes);
}

char *arena_strndup(struct arena *a, const char *text, size_t len)
{
    char *out = arena_alloc(a, len + 1);

    memcpy(out, text, len);
    out[len] = '\0';
    return out;
}

char *arena_strdup(struct arena *a, const char *text)
{
    return text != NULL ? arena_strndup(a, text, strlen(text)) : NULL;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    char *out;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ASSERT(len >= 0);
    out = arena_alloc(a, (size_t)len + 1);
    va_start(args, format);
    vsnprintf(out, (size_t)len + 1, format, args);
    va_end(args);
    return out;
}

void arena_defer(struct arena *a, void (*cleanup)(void *), void *object)
{
    struct cleanup *c = ARENA_NEW(a, struct cleanup);

    c->run = cleanup;
    c->object = object;
    c->next = a->cleanups;
    a->cleanups = c;
}

bool arena_run(struct arena *a, bool (*task)(void *arg, struct error *e), void *arg, struct error *e)
{
    jmp_buf here;
    jmp_buf *volatile outer = a->on_full;
    bool ok;

    if (setjmp(here) != 0) {
        a->on_full = outer;
        return error_set(e, ERROR_TOO_LARGE, "this needs more than the %zu MB that one task may use",
                         a->cap / (1024 * 1024));
    }
    a->on_full = &here;
    ok = task(arg, e);
    a->on_full = outer;
    return ok;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
