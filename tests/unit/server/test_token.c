/* Tokens signed by OpenSSL, right ones and hostile ones: what is accepted is what RFC 7519 and RFC 8725 say. */
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/token.h"
#include "suites.h"

enum { NOW = 1700000000 };
#define SECRET "0123456789abcdef0123456789ABCDEF"
#define HEAD "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define WHO "\"sub\":\"alice\",\"org\":\"radio\""
#define GOOD "{" WHO ",\"aud\":\"aether\",\"iss\":\"https://id\",\"exp\":1700000600,\"scope\":\"generate render\"}"
#define CLAIMS(more) "{" WHO ",\"aud\":\"aether\",\"iss\":\"https://id\"," more "}"

static struct arena *arena;
static struct error problem;
static struct token token;
static const struct token_policy hs256 = { TOKEN_HS256, SECRET, "aether", "https://id" };

static void setup(void)
{
    arena = arena_new(64 << 20);
}

static void teardown(void)
{
    arena_free(arena);
}

static char *base64url(const void *data, size_t len)
{
    char *out = arena_alloc(arena, 4 * len / 3 + 8), *end;

    EVP_EncodeBlock((unsigned char *)out, data, (int)len);
    for (char *p = out; *p != '\0'; p++)
        *p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
    end = out + strcspn(out, "=");
    *end = '\0';
    return out;
}

static char *hmac_sign(const EVP_MD *hash, const char *key, size_t key_len, const char *text)
{
    unsigned char mac[64];
    unsigned len = 0;

    HMAC(hash, key, (int)key_len, (const unsigned char *)text, strlen(text), mac, &len);
    return arena_printf(arena, "%s.%s", text, base64url(mac, len));
}

static char *unsigned_token(const char *header, const char *claims)
{
    return arena_printf(arena, "%s.%s", base64url(header, strlen(header)), base64url(claims, strlen(claims)));
}

static char *hs(const char *header, const char *claims)
{
    return hmac_sign(EVP_sha256(), SECRET, strlen(SECRET), unsigned_token(header, claims));
}

static bool verify(const struct token_policy *p, const char *text)
{
    return token_verify(p, text, NOW, arena, &token, &problem);
}

START_TEST(a_right_token_is_accepted)
{
    ck_assert_msg(verify(&hs256, hs(HEAD, GOOD)), "%s", problem.detail);
    ck_assert_str_eq(token.subject, "alice");
    ck_assert_str_eq(token.organisation, "radio");
    ck_assert_str_eq(token.scope, "generate render");
}
END_TEST

/* RFC 7515, appendix A.1: its key, its signature. Its claims have no audience: which is only told to who signed. */
START_TEST(the_example_of_the_standard_is_verified)
{
    static const char text[] =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    static const unsigned char key[] = {
        3, 35, 53, 75, 43, 15, 165, 188, 131, 126, 6, 101, 119, 123, 166, 143, 90, 179, 40, 230,
        240, 84, 201, 40, 169, 15, 132, 178, 210, 80, 46, 191, 211, 251, 90, 146, 210, 6, 71, 239,
        150, 138, 180, 195, 119, 98, 61, 34, 61, 46, 33, 114, 5, 46, 79, 8, 192, 205, 154, 245, 103,
        208, 128, 163, 0
    };
    struct token_policy p = { TOKEN_HS256, (const char *)key, "aether", "joe" };

    ck_assert(!token_verify(&p, text, 1300819379, arena, &token, &problem));
    ck_assert_str_eq(problem.detail, "the token is not meant for this service");
    ck_assert(!token_verify(&p, text, 1300819380 + TOKEN_LEEWAY_S, arena, &token, &problem));
    ck_assert_str_eq(problem.detail, "the token has expired");
}
END_TEST

/* Rightly signed; what the claims and the header say decides. "" of `says`: any refusal. */
static const struct {
    const char *header, *claims, *says; /* NULL: accepted */
} cases[] = {
    { HEAD, GOOD, NULL },
    { "{\"alg\":\"HS256\"}", GOOD, NULL },
    { "{\"alg\":\"HS256\",\"kid\":\"../../../../dev/null\"}", GOOD, NULL }, /* nobody looks for a key by that name */
    { "{\"alg\":\"HS256\",\"kid\":\"' UNION SELECT 'x' --\"}", GOOD, NULL },
    { "{\"alg\":\"HS256\",\"jku\":\"https://evil/keys\",\"x5u\":\"https://evil/c\"}", GOOD, NULL },
    { "{\"alg\":\"none\"}", GOOD, "cannot be verified" },
    { "{\"alg\":\"None\"}", GOOD, "cannot be verified" },
    { "{\"alg\":\"NONE\",\"typ\":\"JWT\"}", GOOD, "cannot be verified" },
    { "{\"alg\":\"hs256\"}", GOOD, "cannot be verified" },
    { "{\"alg\":\"HS384\"}", GOOD, "cannot be verified" },
    { "{\"alg\":\"RS256\"}", GOOD, "cannot be verified" },
    { "{\"alg\":\"HS256 \"}", GOOD, "cannot be verified" },
    { "{\"alg\":\"HS256\\u0000\"}", GOOD, "cannot be verified" },
    { "{\"alg\":[\"HS256\"]}", GOOD, "cannot be verified" },
    { "{\"alg\":null}", GOOD, "cannot be verified" },
    { "{}", GOOD, "cannot be verified" },
    { "[]", GOOD, "cannot be verified" },
    { "null", GOOD, "cannot be verified" },
    { "{\"alg\":\"HS256\",\"typ\":\"JWE\"}", GOOD, "cannot be verified" },
    { "{\"alg\":\"HS256\",\"typ\":7}", GOOD, "cannot be verified" },
    { "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", GOOD, "cannot be verified" },
    { "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}", GOOD, "cannot be verified" },
    { "{\"alg\":\"HS256\",\"alg\":\"none\"}", GOOD, "cannot be verified" },
    { "{\"alg\":\"none\",\"alg\":\"HS256\"}", GOOD, "cannot be verified" },
    { "{\"alg\":\"HS256\",\"typ\":\"J\xff\"}", GOOD, "cannot be verified" },
    { HEAD, "[]", "cannot be verified" },
    { HEAD, "{", "cannot be verified" },
    { HEAD, "", "cannot be verified" },
    { HEAD, CLAIMS("\"exp\":1700000600,\"exp\":1"), "cannot be verified" },
    { HEAD, "{" WHO ",\"org\":\"museum\",\"aud\":\"aether\",\"iss\":\"https://id\",\"exp\":1700000600}", "cannot be verified" },
    { HEAD, CLAIMS("\"exp\":1700000600,\"x\":\"\xc3\x28\""), "cannot be verified" },
    { HEAD, CLAIMS("\"iat\":1700000000"), "has no exp" },
    { HEAD, CLAIMS("\"exp\":null"), "exp is no time" },
    { HEAD, CLAIMS("\"exp\":\"1700000600\""), "exp is no time" },
    { HEAD, CLAIMS("\"exp\":-1"), "exp is no time" },
    { HEAD, CLAIMS("\"exp\":0"), "exp is no time" },
    { HEAD, CLAIMS("\"exp\":1e300"), "exp is no time" },
    { HEAD, CLAIMS("\"exp\":true"), "exp is no time" },
    { HEAD, CLAIMS("\"exp\":[1700000600]"), "exp is no time" },
    { HEAD, CLAIMS("\"exp\":1700000600.5"), NULL },
    { HEAD, CLAIMS("\"exp\":1699999940"), "has expired" },
    { HEAD, CLAIMS("\"exp\":1699999941"), NULL }, /* the leeway: 60 s */
    { HEAD, CLAIMS("\"exp\":1700000600,\"nbf\":1700000060"), NULL },
    { HEAD, CLAIMS("\"exp\":1700000600,\"nbf\":1700000061"), "not valid yet" },
    { HEAD, CLAIMS("\"exp\":1700000600,\"nbf\":\"now\""), "nbf is no time" },
    { HEAD, CLAIMS("\"exp\":1700000600,\"iat\":1700000061"), "not valid yet" },
    { HEAD, CLAIMS("\"exp\":1700000600,\"iat\":1699990000"), NULL },
    { HEAD, CLAIMS("\"exp\":1700000600,\"iat\":{}"), "iat is no time" },
    { HEAD, "{" WHO ",\"iss\":\"https://id\",\"exp\":1700000600}", "not meant for this service" },
    { HEAD, "{" WHO ",\"aud\":\"other\",\"iss\":\"https://id\",\"exp\":1700000600}", "not meant for this service" },
    { HEAD, "{" WHO ",\"aud\":\"aether2\",\"iss\":\"https://id\",\"exp\":1700000600}", "not meant for this service" },
    { HEAD, "{" WHO ",\"aud\":\"aether\\u0000\",\"iss\":\"https://id\",\"exp\":1700000600}", "" },
    { HEAD, "{" WHO ",\"aud\":[\"a\",\"b\"],\"iss\":\"https://id\",\"exp\":1700000600}", "not meant for this service" },
    { HEAD, "{" WHO ",\"aud\":{\"aether\":1},\"iss\":\"https://id\",\"exp\":1700000600}", "not meant for this service" },
    { HEAD, "{" WHO ",\"aud\":[\"other\",\"aether\"],\"iss\":\"https://id\",\"exp\":1700000600}", NULL },
    { HEAD, "{" WHO ",\"aud\":\"aether\",\"exp\":1700000600}", "another issuer" },
    { HEAD, "{" WHO ",\"aud\":\"aether\",\"iss\":\"https://evil\",\"exp\":1700000600}", "another issuer" },
    { HEAD, "{" WHO ",\"aud\":\"aether\",\"iss\":\"https://id\\u0000\",\"exp\":1700000600}", "" },
    { HEAD, "{" WHO ",\"aud\":\"aether\",\"iss\":[\"https://id\"],\"exp\":1700000600}", "iss is no string" },
    { HEAD, "{\"org\":\"radio\",\"aud\":\"aether\",\"iss\":\"https://id\",\"exp\":1700000600}", "needs sub" },
    { HEAD, "{\"sub\":\"\",\"org\":\"radio\",\"aud\":\"aether\",\"iss\":\"https://id\",\"exp\":1700000600}", "needs sub" },
    { HEAD, "{\"sub\":7,\"org\":\"radio\",\"aud\":\"aether\",\"iss\":\"https://id\",\"exp\":1700000600}", "needs sub" },
    { HEAD, "{\"sub\":\"alice\",\"aud\":\"aether\",\"iss\":\"https://id\",\"exp\":1700000600}", "needs org" },
    { HEAD, "{\"sub\":\"alice\",\"org\":\"ra\\u0000dio\",\"aud\":\"aether\",\"iss\":\"https://id\",\"exp\":1700000600}", "" },
    { HEAD, "{\"sub\":\"alice\",\"org\":\"a\\nb\",\"aud\":\"aether\",\"iss\":\"https://id\",\"exp\":1700000600}", "needs org" },
    { HEAD, CLAIMS("\"exp\":1700000600,\"scope\":[\"admin\"]"), "scope is no string" },
};

START_TEST(header_and_claims_decide)
{
    bool ok = verify(&hs256, hs(cases[_i].header, cases[_i].claims));

    ck_assert_msg(ok == (cases[_i].says == NULL), "%s %s: %s", cases[_i].header, cases[_i].claims, ok ? "accepted" : problem.detail);
    if (!ok) {
        ck_assert_int_eq(problem.code, ERROR_AUTH);
        ck_assert_msg(strstr(problem.detail, cases[_i].says) != NULL, "%s: %s", cases[_i].claims, problem.detail);
    }
}
END_TEST

static const char *const garbage[] = { "", ".", "..", "...", "a.b", "a.b.c", "a.b.c.d", "====.====.====", "\xff.\xff.\xff", "eyJ9..",
                                       "eyJhbGciOiJIUzI1NiJ9.e30.", "eyJhbGciOiJIUzI1NiJ9..x", ".e30.x" };

START_TEST(garbage_is_refused)
{
    ck_assert(!verify(&hs256, garbage[_i]));
    ck_assert_int_eq(problem.code, ERROR_AUTH);
}
END_TEST

/* Every prefix of a right token, and the token with any one character changed. */
START_TEST(cut_and_changed_ones_are_refused)
{
    char *right = hs(HEAD, GOOD);
    size_t len = strlen(right);

    for (size_t i = 0; i < len; i++) {
        char *cut = arena_strndup(arena, right, i), *changed = arena_strdup(arena, right);

        changed[i] = right[i] == 'A' ? 'B' : right[i] == '.' ? 'A' : '.';
        ck_assert(!verify(&hs256, cut));
        ck_assert(!verify(&hs256, changed));
        changed[i] = right[i] == 'A' ? 'Q' : 'A';
        if (changed[i] != right[i])
            ck_assert(!verify(&hs256, changed));
    }
    ck_assert(!verify(&hs256, arena_printf(arena, "%s ", right)));
    ck_assert(!verify(&hs256, arena_printf(arena, "%s=", right)));
    ck_assert(!verify(&hs256, arena_printf(arena, "%s.", right)));
    ck_assert(!verify(&hs256, arena_printf(arena, "%s, Bearer %s", right, right)));
}
END_TEST

START_TEST(oversized_ones_are_refused)
{
    char *pad = arena_alloc(arena, 200001);

    memset(pad, 'x', 200000);
    for (size_t len = 5000; len <= 200000; len *= 2) {
        pad[len] = '\0';
        bool ok = verify(&hs256, hs(HEAD, arena_printf(arena, CLAIMS("\"exp\":1700000600,\"pad\":\"%s\""), pad)));

        ck_assert_int_eq(ok, len * 4 / 3 < TOKEN_BYTES_MAX - 400);
        ck_assert(!verify(&hs256, pad));
        pad[len] = 'x';
    }
}
END_TEST

START_TEST(another_secret_is_refused)
{
    char *text = hmac_sign(EVP_sha256(), "another secret of thirty-two byte", 32, unsigned_token(HEAD, GOOD));

    ck_assert(!verify(&hs256, text));
    ck_assert(!verify(&hs256, hmac_sign(EVP_sha256(), "", 0, unsigned_token(HEAD, GOOD))));
    ck_assert(!verify(&hs256, arena_printf(arena, "%s.", unsigned_token("{\"alg\":\"none\"}", GOOD))));
}
END_TEST

START_TEST(longer_hashes_have_their_own_policy)
{
    static const struct {
        enum token_algorithm algorithm;
        const EVP_MD *(*hash)(void);
    } longer[] = { { TOKEN_HS384, EVP_sha384 }, { TOKEN_HS512, EVP_sha512 } };
    struct token_policy p = { longer[_i].algorithm, SECRET SECRET, "aether", NULL };
    char *header = arena_printf(arena, "{\"alg\":\"%s\"}", token_algorithm_names[p.algorithm]);
    char *text = hmac_sign(longer[_i].hash(), p.key, strlen(p.key), unsigned_token(header, GOOD));

    ck_assert_msg(verify(&p, text), "%s", problem.detail);
    p.algorithm = TOKEN_HS256;
    ck_assert(!verify(&p, text));
}
END_TEST

static char *pem_of(EVP_PKEY *key)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *text, *data;
    long len;

    ck_assert_int_eq(PEM_write_bio_PUBKEY(out, key), 1);
    len = BIO_get_mem_data(out, &data);
    text = arena_strndup(arena, data, (size_t)len);
    BIO_free(out);
    return text;
}

static size_t key_sign(EVP_PKEY *key, const char *text, unsigned char *out, size_t size)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    size_t len = size;

    ck_assert_int_eq(EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, key), 1);
    ck_assert_int_eq(EVP_DigestSign(c, out, &len, (const unsigned char *)text, strlen(text)), 1);
    EVP_MD_CTX_free(c);
    return len;
}

static char *rs256(EVP_PKEY *key, const char *header, const char *claims)
{
    unsigned char signature[512];
    char *text = unsigned_token(header, claims);

    return arena_printf(arena, "%s.%s", text, base64url(signature, key_sign(key, text, signature, sizeof(signature))));
}

/* RFC 7518, section 3.4: the two numbers of the signature, 32 bytes each. */
static char *es256(EVP_PKEY *key, const char *claims)
{
    unsigned char der[128], raw[64];
    char *text = unsigned_token("{\"alg\":\"ES256\"}", claims);
    const unsigned char *at = der;
    ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &at, (long)key_sign(key, text, der, sizeof(der)));

    BN_bn2binpad(ECDSA_SIG_get0_r(s), raw, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(s), raw + 32, 32);
    ECDSA_SIG_free(s);
    return arena_printf(arena, "%s.%s", text, base64url(raw, sizeof(raw)));
}

START_TEST(key_pairs_sign_too)
{
    EVP_PKEY *rsa = EVP_RSA_gen(2048), *ec = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256");
    struct token_policy with_rsa = { TOKEN_RS256, pem_of(rsa), "aether", "https://id" };
    struct token_policy with_ec = { TOKEN_ES256, pem_of(ec), "aether", "https://id" };
    static const char rs_head[] = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";

    ck_assert_msg(verify(&with_rsa, rs256(rsa, rs_head, GOOD)), "%s", problem.detail);
    ck_assert_msg(verify(&with_ec, es256(ec, GOOD)), "%s", problem.detail);
    ck_assert(!verify(&with_ec, es256(other, GOOD)));
    ck_assert(!verify(&with_rsa, es256(ec, GOOD)));
    ck_assert(!verify(&with_ec, rs256(rsa, rs_head, GOOD)));
    ck_assert(!verify(&with_rsa, rs256(rsa, rs_head, CLAIMS("\"exp\":1"))));
    ck_assert(!verify(&with_rsa, rs256(rsa, "{\"alg\":\"RS512\"}", GOOD)));
    /* The public key is public: it must not serve as a secret. */
    ck_assert(!verify(&with_rsa, hmac_sign(EVP_sha256(), with_rsa.key, strlen(with_rsa.key), unsigned_token(HEAD, GOOD))));
    ck_assert(!verify(&with_ec, hmac_sign(EVP_sha256(), with_ec.key, strlen(with_ec.key), unsigned_token(HEAD, GOOD))));
    ck_assert(!verify(&with_rsa, arena_printf(arena, "%s.", unsigned_token("{\"alg\":\"none\"}", GOOD))));
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ec);
    EVP_PKEY_free(other);
}
END_TEST

/* A token that brings its own key, signed with it. */
START_TEST(keys_in_tokens_are_not_used)
{
    EVP_PKEY *ours = EVP_RSA_gen(2048), *theirs = EVP_RSA_gen(2048);
    struct token_policy p = { TOKEN_RS256, pem_of(ours), "aether", "https://id" };

    ck_assert(!verify(&p, rs256(theirs, "{\"alg\":\"RS256\",\"jwk\":{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}}", GOOD)));
    ck_assert(!verify(&p, rs256(theirs, "{\"alg\":\"RS256\",\"kid\":\"/proc/self/environ\"}", GOOD)));
    EVP_PKEY_free(ours);
    EVP_PKEY_free(theirs);
}
END_TEST

START_TEST(tokens_are_told_from_keys)
{
    ck_assert(token_is_one("a.b.c"));
    ck_assert(!token_is_one("aek_000000000000_0000"));
    ck_assert(!token_is_one("a.b"));
    ck_assert(!token_is_one(""));
}
END_TEST

Suite *token_suite(void)
{
    Suite *s = suite_create("token");
    TCase *c = tcase_create("token");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, a_right_token_is_accepted);
    tcase_add_test(c, the_example_of_the_standard_is_verified);
    tcase_add_loop_test(c, header_and_claims_decide, 0, sizeof(cases) / sizeof(cases[0]));
    tcase_add_loop_test(c, garbage_is_refused, 0, sizeof(garbage) / sizeof(garbage[0]));
    tcase_add_test(c, cut_and_changed_ones_are_refused);
    tcase_add_test(c, oversized_ones_are_refused);
    tcase_add_test(c, another_secret_is_refused);
    tcase_add_loop_test(c, longer_hashes_have_their_own_policy, 0, 2);
    tcase_add_test(c, key_pairs_sign_too);
    tcase_add_test(c, keys_in_tokens_are_not_used);
    tcase_add_test(c, tokens_are_told_from_keys);
    suite_add_tcase(s, c);
    return s;
}
