/* The text of an API key (store/keys.h): its parts, how it is drawn and how it is recognised. */
#ifndef STORE_KEY_TEXT_H
#define STORE_KEY_TEXT_H

#include <stdbool.h>

#include "core/hash.h"
#include "store/keys.h"

/* Draws an id. */
void key_id_draw(char id[KEY_ID_SIZE]);

/* Draws a secret for the key `id`: the whole text, and the SHA-256 of the secret, which is what is kept. */
void key_text_draw(const char *id, char text[KEY_TEXT_SIZE], char secret_sha256[HASH_TEXT_SIZE]);

/* Whether `text` (any bytes, may be NULL) has the shape of a key and its own check; then its id and the SHA-256 of its
 * secret. */
bool key_text_read(const char *text, char id[KEY_ID_SIZE], char secret_sha256[HASH_TEXT_SIZE]);

#endif
