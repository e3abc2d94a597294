/* Identifiers: UUID version 7 (RFC 9562), which sort by the time they were made. */
#ifndef CORE_ID_H
#define CORE_ID_H

#include <stdbool.h>
#include <stdint.h>

enum { ID_TEXT_SIZE = 37 };

void id_new(char out[ID_TEXT_SIZE]);

/* A version 8 UUID that depends on seed and name only: identifiers inside a song that is made again. */
void id_derive(uint64_t seed, const char *name, char out[ID_TEXT_SIZE]);

/* 8-4-4-4-12 lower-case hexadecimal digits, any version. */
bool id_is_valid(const char *text);

#endif
