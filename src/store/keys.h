/*
 * API keys. A key is shown once, when it is made:
 *
 *     aek_ <id: 12> _ <secret: 40> <check: 6>          63 characters, those of the parts from 0-9 a-z without i l o u
 *
 * The id is public and names the key in lists and logs. The secret is 200 random bits. The check is the first 30 bits
 * of the SHA-256 of everything before it, so that a mistyped key is refused without a look into the database and a
 * scanner for leaked secrets can tell a real one. Stored is the SHA-256 of the secret: a leaked database gives no one a
 * key. Each verification reads the database, so a revoked key stops working at once in every process.
 */
#ifndef STORE_KEYS_H
#define STORE_KEYS_H

#include <stdint.h>

#include "core/arena.h"
#include "store/store.h"

enum {
    KEY_ID_SIZE = 13,
    KEY_TEXT_SIZE = 64,
    KEY_NAME_MAX = 100,         /* bytes of name and of organisation */
    KEY_SCOPES_TEXT_SIZE = 128,
    KEY_USED_EVERY_MS = 60000,  /* last_used_ms is this coarse, so that a busy key is not a write per request */
};

/* What a key may do. One bit each; key_scopes holds a row per bit, in order. */
enum key_scope { SCOPE_NONE = 0, SCOPE_GENERATE = 1, SCOPE_RENDER = 2 };
enum { SCOPE_COUNT = 2 };

struct key_scope_info {
    unsigned bit;
    const char *name;
    const char *help;
};
extern const struct key_scope_info key_scopes[SCOPE_COUNT];

/* "generate,render" → bits. ERROR_INPUT when empty or unknown (with the names there are). */
bool key_scopes_parse(const char *text, unsigned *out, struct error *e);

/* Bits → "generate,render". Returns `out`. */
const char *key_scopes_text(unsigned scopes, char out[KEY_SCOPES_TEXT_SIZE]);

struct key {
    char id[KEY_ID_SIZE];
    char name[KEY_NAME_MAX + 1];
    char organisation[KEY_NAME_MAX + 1];
    unsigned scopes;
    int64_t created_ms;
    int64_t expires_ms;   /* 0: never */
    int64_t revoked_ms;   /* 0: not revoked */
    int64_t last_used_ms; /* 0: never used */
};
struct key_list {
    struct key *items;
    size_t count;
};

/* Makes a key and writes its text, the only time it can be had. `name` and `organisation`: 1–KEY_NAME_MAX bytes
 * without control characters; `scopes`: at least one bit; `expires_ms`: after now_ms, or 0. Else ERROR_INPUT. A name
 * is unique among an organisation's keys that are not revoked: else ERROR_CONFLICT. `out` may be NULL. */
bool key_create(struct store *s, const char *name, const char *organisation, unsigned scopes, int64_t expires_ms,
                int64_t now_ms, char text[KEY_TEXT_SIZE], struct key *out, struct error *e);

/* The key behind a text from outside (any bytes). One ERROR_AUTH for malformed, unknown, expired and revoked; other
 * codes only when the database fails. Time does not depend on how much of the secret is right. */
bool key_verify(struct store *s, const char *text, int64_t now_ms, struct key *out, struct error *e);

/* All keys of an organisation (NULL: of all), also revoked and expired ones, oldest first. */
bool key_list(struct store *s, const char *organisation, struct arena *a, struct key_list *out, struct error *e);

/* By id. ERROR_NOT_FOUND when there is no such key of the organisation (NULL: any). Revoking again changes nothing. */
bool key_revoke(struct store *s, const char *id, const char *organisation, int64_t now_ms, struct error *e);

#endif
