#include "store/key_text.h"

#include <stdio.h>
#include <string.h>

#include "core/random.h"

enum { SECRET_LEN = 40, CHECK_LEN = 6, PREFIX_LEN = 4, ID_LEN = KEY_ID_SIZE - 1 };
enum { SECRET_AT = PREFIX_LEN + ID_LEN + 1, CHECK_AT = SECRET_AT + SECRET_LEN, KEY_LEN = CHECK_AT + CHECK_LEN };

/* Crockford's base 32: five bits a character, none that is easily mistaken for another. */
static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

static void draw(char *out, size_t len)
{
    unsigned char bytes[SECRET_LEN];

    ASSERT(len <= sizeof(bytes));
    random_bytes(bytes, len);
    for (size_t i = 0; i < len; i++)
        out[i] = alphabet[bytes[i] & 31];
    explicit_bzero(bytes, sizeof(bytes));
}

static void check_make(const char *text, char out[CHECK_LEN])
{
    unsigned char digest[HASH_BYTES];
    unsigned long bits;

    hash_bytes(text, CHECK_AT, digest);
    bits = ((unsigned long)digest[0] << 24 | (unsigned long)digest[1] << 16 | (unsigned long)digest[2] << 8 | digest[3]) >> 2;
    for (unsigned long i = 0; i < CHECK_LEN; i++)
        out[i] = alphabet[(bits >> (25 - 5 * i)) & 31];
}

void key_id_draw(char id[KEY_ID_SIZE])
{
    draw(id, ID_LEN);
    id[ID_LEN] = '\0';
}

void key_text_draw(const char *id, char text[KEY_TEXT_SIZE], char secret_sha256[HASH_TEXT_SIZE])
{
    snprintf(text, KEY_TEXT_SIZE, "aek_%s_", id);
    draw(text + SECRET_AT, SECRET_LEN);
    check_make(text, text + CHECK_AT);
    text[KEY_LEN] = '\0';
    hash_text(text + SECRET_AT, SECRET_LEN, secret_sha256);
}

static bool is_well_formed(const char *text)
{
    char check[CHECK_LEN];

    if (text == NULL || strnlen(text, KEY_TEXT_SIZE) != KEY_LEN || strncmp(text, "aek_", PREFIX_LEN) != 0 ||
        text[SECRET_AT - 1] != '_')
        return false;
    for (size_t i = PREFIX_LEN; i < KEY_LEN; i++)
        if (i != SECRET_AT - 1 && strchr(alphabet, text[i]) == NULL)
            return false;
    check_make(text, check);
    return hash_is_equal(check, text + CHECK_AT, CHECK_LEN);
}

bool key_text_read(const char *text, char id[KEY_ID_SIZE], char secret_sha256[HASH_TEXT_SIZE])
{
    if (!is_well_formed(text))
        return false;
    snprintf(id, KEY_ID_SIZE, "%s", text + PREFIX_LEN);
    hash_text(text + SECRET_AT, SECRET_LEN, secret_sha256);
    return true;
}
