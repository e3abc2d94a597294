#include "fuzz.h"

#include <string.h>

/* clang-format off */
const struct fuzz_target fuzz_targets[] = {
    /* name       target         more seeds     mutations */
    { "json",     fuzz_json,     NULL,          2000 },
    { "fields",   fuzz_fields,   NULL,          2000 },
    { "tokens",   fuzz_tokens,   NULL,          2000 },
    { "headers",  fuzz_headers,  NULL,          4000 },
    { "scores",   fuzz_scores,   NULL,          1000 },
    { "sheets",   fuzz_sheets,   NULL,           300 },
    { "genres",   fuzz_genres,   "conf/genres",   16 },
    { "roman",    fuzz_roman,    NULL,          2000 },
    { "chords",   fuzz_chords,   NULL,          2000 },
};
/* clang-format on */
const size_t fuzz_target_count = sizeof(fuzz_targets) / sizeof(fuzz_targets[0]);

struct input {
    const struct fuzz_target *target;
    struct arena *arena;
    const void *data;
    size_t len;
};

static bool run(void *arg, struct error *e)
{
    const struct input *in = arg;
    char *copy = arena_alloc(in->arena, in->len + 1);

    (void)e;
    if (in->len > 0)
        memcpy(copy, in->data, in->len);
    in->target->run(in->arena, copy, in->len);
    return true;
}

void fuzz_once(const struct fuzz_target *t, const void *data, size_t len)
{
    struct input in = { t, arena_new(FUZZ_ARENA_BYTES), data, len < FUZZ_BYTES_MAX ? len : FUZZ_BYTES_MAX };

    ASSERT(in.arena != NULL);
    arena_run(in.arena, run, &in, NULL);
    arena_free(in.arena);
}

unsigned bytes_take(struct bytes *b, unsigned limit)
{
    unsigned out = 0;

    for (unsigned span = 1; span < limit && b->left > 0; span *= 256, b->left--)
        out = out << 8 | *b->at++;
    return out % limit;
}
