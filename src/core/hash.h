/* SHA-256 (FIPS 180-4), by OpenSSL's libcrypto. */
#ifndef CORE_HASH_H
#define CORE_HASH_H

#include <stddef.h>

#include "core/error.h"

enum { HASH_BYTES = 32, HASH_TEXT_SIZE = 65 }; /* 64 lower-case hexadecimal digits and the zero */

struct hash;
struct hash *hash_new(void);                                  /* NULL when out of memory */
void hash_add(struct hash *h, const void *data, size_t bytes);
void hash_finish(struct hash *h, char out[HASH_TEXT_SIZE]);   /* and frees h */

void hash_text(const void *data, size_t bytes, char out[HASH_TEXT_SIZE]);
void hash_bytes(const void *data, size_t bytes, unsigned char out[HASH_BYTES]);
bool hash_file(const char *path, char out[HASH_TEXT_SIZE], struct error *e);

/* HMAC-SHA-256 (RFC 2104). */
void hash_hmac(const void *key, size_t key_bytes, const void *data, size_t bytes, unsigned char out[HASH_BYTES]);

/* Base 64 (RFC 4648, section 4) of 32 bytes. */
enum { HASH_BASE64_SIZE = 45 };
void hash_base64(const unsigned char bytes[HASH_BYTES], char out[HASH_BASE64_SIZE]);

/* Compares in a time that depends on `bytes` only. */
bool hash_is_equal(const char *a, const char *b, size_t bytes);

#endif
