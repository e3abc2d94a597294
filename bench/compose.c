/* Processor time of composing alone: compose GENRES_DIR SECONDS ROUNDS prints the median per song, in milliseconds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "band/pipeline.h"
#include "core/clock.h"
#include "song/brief.h"

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double compose_ms(const struct genres *genres, const char *genre, double seconds, int seed)
{
    struct arena *a = arena_new(256 * 1024 * 1024);
    struct band_order order = { .genres = genres };
    struct song song = { 0 };
    struct error e = { 0 };
    struct brief brief;
    double begun;

    fields_init(&brief_fields, &brief, a);
    brief.title = "Bench";
    brief.genre = genre;
    brief.brief = "a late-night drive, nostalgic, building slowly";
    brief.duration_seconds = seconds;
    brief.seed = seed;
    song.brief = &brief;
    begun = clock_cpu_s();
    if (!band_make(&order, &song, a, &e)) {
        fprintf(stderr, "compose: %s\n", e.detail);
        exit(1);
    }
    begun = clock_cpu_s() - begun;
    arena_free(a);
    return begun * 1000;
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new(64 * 1024 * 1024);
    struct error e = { 0 };
    const struct genres *genres = argc == 4 ? genres_load(a, argv[1], &e) : NULL;
    int rounds = argc == 4 ? (int)strtol(argv[3], NULL, 10) : 0;

    if (genres == NULL || rounds < 1) {
        fprintf(stderr, "usage: compose GENRES_DIR SECONDS ROUNDS %s\n", e.detail);
        return 2;
    }
    for (size_t g = 0; g < genres_count(genres); g++) {
        double *times = calloc((size_t)rounds, sizeof(*times));

        for (int i = 0; i < rounds; i++)
            times[i] = compose_ms(genres, genres_at(genres, g)->id, strtod(argv[2], NULL), i + 1);
        qsort(times, (size_t)rounds, sizeof(*times), by_value);
        printf("%s %.2f\n", genres_at(genres, g)->id, times[rounds / 2]);
        free(times);
    }
    arena_free(a);
    return 0;
}
