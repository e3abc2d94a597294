/*
 * Readers and writers that meet what strangers send, each as a target: any bytes in, and whatever must hold of any input is
 * asserted. One table (targets.c). libFuzzer drives a target with coverage (`make fuzz`); the replay runs the seeds and a
 * fixed number of mutations of them, the same each time, in any build.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

enum { FUZZ_BYTES_MAX = 65536, FUZZ_ARENA_BYTES = 64 << 20 };

/* `data` has a zero behind its last byte. Under arena_run: a full arena is an end like any other. */
typedef void fuzz_run(struct arena *a, const char *data, size_t len);

struct fuzz_target {
    const char *name;   /* also of its folder of seeds, tests/fuzz/corpus/NAME */
    fuzz_run *run;
    const char *seeds;  /* another folder with seeds, or NULL */
    int mutations;      /* of each seed, in the replay */
};
extern const struct fuzz_target fuzz_targets[];
extern const size_t fuzz_target_count;

/* Runs a target on a copy of the input. */
void fuzz_once(const struct fuzz_target *t, const void *data, size_t len);

/* The targets. */
fuzz_run fuzz_json, fuzz_fields, fuzz_tokens, fuzz_headers, fuzz_scores, fuzz_sheets, fuzz_genres, fuzz_roman, fuzz_chords;

/* Takes numbers from the input; 0 when it is used up. */
struct bytes {
    const unsigned char *at;
    size_t left;
};
unsigned bytes_take(struct bytes *b, unsigned limit);          /* 0 … limit-1; limit ≤ 65536 */

/* A score that holds what song/score.h promises, drawn from the input. */
struct score *fuzz_score(struct bytes *b, struct arena *a, int32_t bar_ticks, int bars, int numerator, int denominator);

#endif
