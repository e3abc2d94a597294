#include "core/hash.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* Looked up once: EVP_sha256() has libcrypto look for it each time that it is used. */
static EVP_MD *sha256;

static void find_sha256(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static const EVP_MD *algorithm(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, find_sha256);
    ASSERT(sha256 != NULL);
    return sha256;
}

static void print(const unsigned char digest[HASH_BYTES], char out[HASH_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < HASH_BYTES; i++) {
        *out++ = digits[digest[i] >> 4];
        *out++ = digits[digest[i] & 15];
    }
    *out = '\0';
}

struct hash *hash_new(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    if (context != NULL && EVP_DigestInit_ex(context, algorithm(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        context = NULL;
    }
    return (struct hash *)context;
}

void hash_add(struct hash *h, const void *data, size_t bytes)
{
    ASSERT(EVP_DigestUpdate((EVP_MD_CTX *)h, data, bytes) == 1);
}

void hash_finish(struct hash *h, char out[HASH_TEXT_SIZE])
{
    unsigned char digest[HASH_BYTES];
    unsigned len = 0;

    ASSERT(EVP_DigestFinal_ex((EVP_MD_CTX *)h, digest, &len) == 1 && len == sizeof(digest));
    EVP_MD_CTX_free((EVP_MD_CTX *)h);
    print(digest, out);
}

void hash_text(const void *data, size_t bytes, char out[HASH_TEXT_SIZE])
{
    unsigned char digest[HASH_BYTES];

    hash_bytes(data, bytes, digest);
    print(digest, out);
}

void hash_bytes(const void *data, size_t bytes, unsigned char out[HASH_BYTES])
{
    unsigned len = 0;

    ASSERT(EVP_Digest(data, bytes, out, &len, algorithm(), NULL) == 1 && len == HASH_BYTES);
}

bool hash_file(const char *path, char out[HASH_TEXT_SIZE], struct error *e)
{
    char buffer[65536];
    FILE *file = fopen(path, "rb");
    struct hash *h = hash_new();
    size_t got;
    bool ok;

    if (file == NULL) {
        if (h != NULL)
            hash_finish(h, out);
        return error_set(e, ERROR_IO, "cannot open '%s': %s", path, strerror(errno));
    }
    ASSERT(h != NULL);
    while ((got = fread(buffer, 1, sizeof(buffer), file)) > 0)
        hash_add(h, buffer, got);
    ok = !ferror(file);
    fclose(file);
    hash_finish(h, out);
    return ok || error_set(e, ERROR_IO, "cannot read '%s'", path);
}

bool hash_is_equal(const char *a, const char *b, size_t bytes)
{
    return CRYPTO_memcmp(a, b, bytes) == 0;
}

void hash_hmac(const void *key, size_t key_bytes, const void *data, size_t bytes, unsigned char out[HASH_BYTES])
{
    unsigned len = 0;

    ASSERT(HMAC(EVP_sha256(), key, (int)key_bytes, data, bytes, out, &len) != NULL && len == HASH_BYTES);
}

void hash_base64(const unsigned char bytes[HASH_BYTES], char out[HASH_BASE64_SIZE])
{
    ASSERT(EVP_EncodeBlock((unsigned char *)out, bytes, HASH_BYTES) == HASH_BASE64_SIZE - 1);
}
