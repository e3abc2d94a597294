/*
 * Reproducible random numbers: PCG32 (O'Neill 2014, XSH-RR) seeded from the song's seed and the name of a stream, so
 * that a draw added in one place never changes another place. Only integer arithmetic and exact scaling: the same
 * numbers on every machine.
 */
#ifndef CORE_RANDOM_H
#define CORE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state, increment;
};

/* The stream `name`, number `index`, of `seed`. Streams of other names or indices are independent. */
struct random random_stream(uint64_t seed, const char *name, unsigned index);

uint32_t random_u32(struct random *r);
unsigned random_below(struct random *r, unsigned limit);              /* 0 … limit-1, unbiased; limit > 0 */
int random_between(struct random *r, int low, int high);              /* low … high, both included */
double random_unit(struct random *r);                                 /* [0, 1) */
bool random_chance(struct random *r, double probability);
double random_normal(struct random *r);                               /* mean 0, deviation 1, within ±6 (Irwin–Hall) */
size_t random_weighted(struct random *r, const double *weights, size_t count); /* index; weights ≥ 0, sum > 0 */

/* 53 random bits from the system: a seed that JSON numbers carry exactly. */
uint64_t random_seed_draw(void);

/* Fills `out` from the system's generator, for identifiers and secrets. Aborts when the system has none. */
void random_bytes(void *out, size_t bytes);

#endif
