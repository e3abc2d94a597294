/* What reads requests: JSON, fields, tokens, headers. */
#include <openssl/hmac.h>
#include <string.h>

#include "core/json.h"
#include "fuzz.h"
#include "server/header.h"
#include "server/query.h"
#include "server/target.h"
#include "server/text.h"
#include "server/token.h"
#include "song/brief.h"
#include "song/song.h"
#include "store/key_text.h"

void fuzz_json(struct arena *a, const char *data, size_t len)
{
    struct error e = { .code = ERROR_NONE };
    json_object *tree = json_read(a, data, len, &e);
    char *text, *again;

    if (tree == NULL) {
        /* The value null has no tree and is no mistake. */
        ASSERT(e.code == ERROR_NONE || (e.code == ERROR_INPUT && e.detail[0] != '\0'));
        return;
    }
    text = json_text(a, tree, false);
    tree = json_read(a, text, strlen(text), &e);
    ASSERT(tree != NULL);
    again = json_text(a, tree, false);
    ASSERT(strcmp(text, again) == 0);
}

/* What was read without a problem is written as something that reads without one. */
static void document_check(const struct fields *f, json_object *in, struct arena *a)
{
    void *first = arena_alloc(a, f->size), *second = arena_alloc(a, f->size);
    struct problems problems = { .arena = a }, none = { .arena = a };
    json_object *written;

    fields_read(f, in, first, "", true, a, &problems);
    if (problems.count > 0)
        return;
    written = json_hold(a, fields_write(f, first));
    fields_read(f, written, second, "", false, a, &none);
    ASSERT(none.count == 0);
}

void fuzz_fields(struct arena *a, const char *data, size_t len)
{
    json_object *tree = json_read(a, data, len, NULL);
    struct problems problems = { .arena = a };
    struct song song = { 0 };

    if (!json_object_is_type(tree, json_type_object))
        return;
    document_check(&brief_fields, tree, a);
    document_check(&track_request_fields, tree, a);
    song_read(tree, &song, a, &problems);
    ASSERT(problems.count > 0 || song.song_spec != NULL);
    if (problems.count == 0) {
        json_object *written = json_hold(a, json_object_new_object());

        song_write(&song, written);
    }
    for (size_t i = 0; i < song_document_count; i++) {
        json_object *one = json_object_object_get(tree, song_documents[i].name);

        if (json_object_is_type(one, json_type_object))
            document_check(song_documents[i].fields, one, a);
    }
}

static const char *encode(struct arena *a, const void *data, size_t len)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *in = data;
    char *out = arena_alloc(a, len * 4 / 3 + 4), *to = out;

    for (size_t i = 0; i < len; i += 3) {
        unsigned v = (unsigned)in[i] << 16 | (i + 1 < len ? (unsigned)in[i + 1] << 8 : 0) | (i + 2 < len ? in[i + 2] : 0);

        *to++ = alphabet[v >> 18];
        *to++ = alphabet[v >> 12 & 63];
        if (i + 1 < len)
            *to++ = alphabet[v >> 6 & 63];
        if (i + 2 < len)
            *to++ = alphabet[v & 63];
    }
    return out;
}

/* The bytes as a token; and, before and behind a line break, as the header and the claims of one that is rightly signed. */
void fuzz_tokens(struct arena *a, const char *data, size_t len)
{
    static const char secret[] = "0123456789abcdef0123456789ABCDEF";
    static const struct token_policy policy = { TOKEN_HS256, secret, "aether", NULL };
    const char *line = memchr(data, '\n', len);
    size_t header = line != NULL ? (size_t)(line - data) : len, rest = line != NULL ? header + 1 : len;
    unsigned char mac[32];
    unsigned mac_len = 0;
    struct token token;
    char *text, id[KEY_ID_SIZE], digest[HASH_TEXT_SIZE];

    token_verify(&policy, data, 1700000000, a, &token, NULL);
    key_text_read(data, id, digest);
    text = arena_printf(a, "%s.%s", encode(a, data, header), encode(a, data + rest, len - rest));
    HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text, strlen(text), mac, &mac_len);
    if (!token_verify(&policy, arena_printf(a, "%s.%s", text, encode(a, mac, mac_len)), 1700000000, a, &token, NULL))
        return;
    ASSERT(strlen(token.subject) - 1 < TOKEN_NAME_MAX && strlen(token.organisation) - 1 < TOKEN_NAME_MAX);
    ASSERT(utf8_is_valid(token.organisation, strlen(token.organisation)));
}

static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7f)
            return false;
    return true;
}

void fuzz_headers(struct arena *a, const char *data, size_t len)
{
    struct request req = { .arena = a, .query = data };
    struct prefer prefer;
    struct target target;
    struct error e;
    int number;

    (void)len;
    prefer_parse(data, &prefer);
    ASSERT(prefer.wait_s == PREFER_WAIT_UNSET || prefer.wait_s >= 0);
    ASSERT(!request_id_is_valid(data) || is_printable(data));
    media_type_is_json(data);
    ASSERT(is_printable(disposition_attachment(a, data)));
    if (target_parse(data, a, &target, &e)) {
        ASSERT(target.path[0] == '/' && utf8_is_valid(target.path, strlen(target.path)));
        ASSERT(strstr(target.path, "/../") == NULL && strstr(target.path, "//") == NULL);
        /* What was decoded and normalised once stays as it is. */
        ASSERT(strlen(target.path) <= TARGET_PATH_MAX);
    } else {
        ASSERT(e.code == ERROR_INPUT);
    }
    query_get(&req, "a");
    ASSERT(!query_get_int(&req, "limit", 1, 100, 20, &number, &e) || (number >= 1 && number <= 100));
}
