/* replay [TARGET…]: each seed of each target, then mutations of it that are the same each time. --list names the targets. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/random.h"
#include "fuzz.h"

struct seed {
    char *data;
    size_t len;
};

static struct seed seeds[256];
static size_t seed_count;

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void seeds_read(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_file, alphasort);

    for (int i = 0; i < count; i++) {
        char path[512];
        FILE *file;
        struct seed *s = &seeds[seed_count];

        snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        free(entries[i]);
        file = fopen(path, "rb");
        ASSERT(file != NULL && seed_count < sizeof(seeds) / sizeof(seeds[0]));
        s->data = calloc(1, FUZZ_BYTES_MAX);
        s->len = fread(s->data, 1, FUZZ_BYTES_MAX, file);
        fclose(file);
        seed_count++;
    }
    free(entries);
}

static void span_move(struct random *r, struct seed *s)
{
    size_t from = random_below(r, (unsigned)s->len + 1), to = random_below(r, (unsigned)s->len + 1);
    size_t len = random_below(r, 32);

    len = len < s->len - from ? len : s->len - from;
    len = len < s->len - to ? len : s->len - to;
    memmove(s->data + to, s->data + from, len);
}

static void byte_change(struct random *r, struct seed *s)
{
    static const char telling[] = "\"\\{}[],:.-+eE019/#bIVivm7 \x00\x7f\x80\xff";

    if (s->len > 0)
        s->data[random_below(r, (unsigned)s->len)] =
            random_chance(r, 0.5) ? (char)random_below(r, 256) : telling[random_below(r, sizeof(telling) - 1)];
}

/* Cuts `len` bytes out, or makes room for as many. */
static void length_change(struct random *r, struct seed *s)
{
    size_t at = random_below(r, (unsigned)s->len + 1), len = 1 + random_below(r, 16);

    if (random_chance(r, 0.5) && len <= s->len - at) {
        memmove(s->data + at, s->data + at + len, s->len - at - len);
        s->len -= len;
    } else if (s->len + len <= FUZZ_BYTES_MAX) {
        memmove(s->data + at + len, s->data + at, s->len - at);
        s->len += len;
    }
}

static void mutate(struct random *r, struct seed *s)
{
    for (int i = random_between(r, 1, 8); i > 0; i--) {
        unsigned kind = random_below(r, 8);

        if (kind == 0)
            length_change(r, s);
        else if (kind == 1)
            span_move(r, s);
        else
            byte_change(r, s);
    }
    if (random_chance(r, 0.05))
        s->len = random_below(r, (unsigned)s->len + 1);
}

static size_t target_replay(const struct fuzz_target *t)
{
    struct random r = random_stream(1, t->name, 0);
    struct seed changed = { .data = calloc(1, FUZZ_BYTES_MAX) };
    char folder[512];
    size_t runs = 0;

    ASSERT(changed.data != NULL);
    seed_count = 0;
    snprintf(folder, sizeof(folder), "tests/fuzz/corpus/%s", t->name);
    seeds_read(folder);
    if (t->seeds != NULL)
        seeds_read(t->seeds);
    for (size_t i = 0; i < seed_count; i++) {
        fuzz_once(t, seeds[i].data, seeds[i].len);
        for (int k = 0; k < t->mutations; k++, runs++) {
            memcpy(changed.data, seeds[i].data, seeds[i].len);
            changed.len = seeds[i].len;
            mutate(&r, &changed);
            fuzz_once(t, changed.data, changed.len);
        }
        free(seeds[i].data);
    }
    free(changed.data);
    return seed_count > 0 ? runs + seed_count : 0;
}

int main(int argc, char **argv)
{
    bool all_ran = true;

    log_init("fuzz", LOG_LEVEL_COUNT, LOG_TEXT);
    for (const struct fuzz_target *t = fuzz_targets; t < fuzz_targets + fuzz_target_count; t++) {
        bool wanted = argc == 1;
        size_t runs;

        for (int i = 1; i < argc; i++)
            wanted = wanted || strcmp(argv[i], t->name) == 0;
        if (argc == 2 && strcmp(argv[1], "--list") == 0)
            printf("%s %s\n", t->name, t->seeds != NULL ? t->seeds : "");
        if (!wanted)
            continue;
        runs = target_replay(t);
        all_ran = all_ran && runs > 0;
        printf("fuzz: %-8s %zu inputs\n", t->name, runs);
    }
    return all_ran ? 0 : 1;
}
