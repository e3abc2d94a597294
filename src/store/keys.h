/*
 * API keys. A key is shown once, when it is made:
 *
 *     aek_ <id: 12> _ <secret: 40> <check: 6>          63 characters, those of the parts from 0-9 a-z without i l o u
 *
 * The id is public and names the key in lists and logs. The secret is 200 random bits. The check is the first 30 bits
 * of the SHA-256 of everything before it, so that a mistyped key is refused without a look into the database and a
 * scanner for leaked secrets can tell a real one. Stored is the SHA-256 of the secret: a leaked database gives no one a
 * key. Each verification reads the database, so a revoked key stops working at once in every process.
 *
 * To rotate a key is to give it a new secret: id, name, quota and history stay, and the old secret is good for a grace
 * period, in which its users change over.
 */
#ifndef STORE_KEYS_H
#define STORE_KEYS_H

#include <stdint.h>

#include "core/arena.h"
#include "store/quota.h"
#include "store/store.h"

enum {
    KEY_ID_SIZE = 13,
    KEY_TEXT_SIZE = 64,
    KEY_NAME_MAX = 100,         /* bytes of name and of organisation */
    KEY_SCOPES_TEXT_SIZE = 128,
    KEY_GRACE_MAX_S = 30 * 86400,
    KEY_MAKERS_MAX = 4,         /* a key may come from a key that comes from a key …, so many */
    KEY_USED_EVERY_MS = 60000,  /* last_used_ms is this coarse, so that a busy key is not a write per request */
};

/* What a key may do. One bit each; key_scopes holds a row per bit, in order. An administrator's key may do everything;
 * SCOPE_KEYS alone covers the keys of its own organisation that may do no more than itself. */
enum key_scope {
    SCOPE_NONE = 0,
    SCOPE_GENERATE = 1,
    SCOPE_RENDER = 2,
    SCOPE_KEYS = 4,
    SCOPE_AUDIT = 8,
    SCOPE_METRICS = 16,
    SCOPE_ADMIN = 32,
};
enum { SCOPE_COUNT = 6, SCOPES_ALL = (1 << SCOPE_COUNT) - 1 };

struct key_scope_info {
    unsigned bit;
    const char *name;
    const char *help;
};
extern const struct key_scope_info key_scopes[SCOPE_COUNT];

/* "generate,render" → bits. ERROR_INPUT when empty or unknown (with the names there are). */
bool key_scopes_parse(const char *text, unsigned *out, struct error *e);

/* All that a key with these scopes may do: everything for an administrator's. */
unsigned key_scopes_effective(unsigned scopes);

/* Bits → "generate,render". Returns `out`. */
const char *key_scopes_text(unsigned scopes, char out[KEY_SCOPES_TEXT_SIZE]);

struct key {
    char id[KEY_ID_SIZE];
    char name[KEY_NAME_MAX + 1];
    char organisation[KEY_NAME_MAX + 1];
    unsigned scopes;
    double rate_rps;           /* requests a second of its own; 0: the service's */
    int rate_burst;            /* 0: the service's */
    int64_t created_ms;
    int64_t expires_ms;        /* 0: never */
    int64_t revoked_ms;        /* 0: not revoked */
    int64_t rotated_ms;        /* when the secret was last replaced; 0: never */
    int64_t previous_until_ms; /* how long the secret before is good; 0: there is none */
    int64_t last_used_ms;      /* 0: never used */
    char maker_id[KEY_ID_SIZE]; /* the key that made it; "": an administrator did */
};
struct key_list {
    struct key *items;
    size_t count;
};

/* "active", "expired" or "revoked". */
const char *key_state(const struct key *k, int64_t now_ms);

struct key_order {
    const char *name, *organisation; /* 1–KEY_NAME_MAX bytes of UTF-8 without control characters */
    unsigned scopes;                 /* at least one */
    int64_t expires_ms;              /* in the future, or 0 */
    double rate_rps;                 /* > 0, or 0 */
    int rate_burst;                  /* > 0, or 0 */
    const struct quota *quota;       /* NULL: none */
    const char *maker_id;            /* the key that makes it, which shares its limits with it; NULL: an administrator does */
};

/* Makes a key and writes its text, the only time it can be had. ERROR_INPUT when the order breaks what stands there. A
 * name is unique among an organisation's keys that are not revoked: else ERROR_CONFLICT. ERROR_SCOPE when the maker comes from
 * KEY_MAKERS_MAX others. `out` may be NULL. */
bool key_create(struct store *s, const struct key_order *order, int64_t now_ms, char text[KEY_TEXT_SIZE],
                struct key *out, struct error *e);

/* The key behind a text from outside (any bytes). One ERROR_AUTH for malformed, unknown, expired and revoked; other
 * codes only when the database fails. Time does not depend on how much of the secret is right. */
bool key_verify(struct store *s, const char *text, int64_t now_ms, struct key *out, struct error *e);

/* All keys of an organisation (NULL: of all), also revoked and expired ones, oldest first. */
bool key_list(struct store *s, const char *organisation, struct arena *a, struct key_list *out, struct error *e);

/* By id. ERROR_NOT_FOUND when there is no such key of the organisation (NULL: any). */
bool key_get(struct store *s, const char *id, const char *organisation, struct key *out, struct error *e);

/* Gives a key a new secret and writes the new text. The secret before is good for `grace_s` seconds more (0 to
 * KEY_GRACE_MAX_S, else ERROR_INPUT), the one before that no longer. ERROR_NOT_FOUND as above; ERROR_CONFLICT when the key is
 * revoked or expired. `out` may be NULL. */
bool key_rotate(struct store *s, const char *id, const char *organisation, int grace_s, int64_t now_ms,
                char text[KEY_TEXT_SIZE], struct key *out, struct error *e);

/* Whom a key comes from: its maker, the maker's, and so on, each with the rate of its own. A maker's rate and quota hold for all
 * keys that come from it together, also when it is revoked itself. */
struct key_makers {
    size_t count;
    struct key_maker {
        char id[KEY_ID_SIZE];
        double rate_rps; /* 0: none of its own */
        int rate_burst;
    } items[KEY_MAKERS_MAX];
};
bool key_makers(struct store *s, const char *id, struct key_makers *out, struct error *e);

/* Whether `maker_id` is among them. */
bool key_is_from(struct store *s, const char *id, const char *maker_id, bool *out, struct error *e);

/* ERROR_NOT_FOUND as above. Revoking again changes nothing. */
bool key_revoke(struct store *s, const char *id, const char *organisation, int64_t now_ms, struct error *e);

#endif
