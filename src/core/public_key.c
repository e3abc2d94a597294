#include "core/public_key.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <string.h>

static bool is_p256(const EVP_PKEY *key)
{
    char group[64];
    size_t len = 0;

    if (EVP_PKEY_get_group_name(key, group, sizeof(group), &len) != 1)
        return false;
    return OBJ_txt2nid(group) == NID_X9_62_prime256v1;
}

static bool kind_check(const EVP_PKEY *key, enum public_key_kind kind, struct error *e)
{
    if (kind == PUBLIC_KEY_P256)
        return (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC && is_p256(key)) ||
               error_set(e, ERROR_CONFIG, "expected the public key of an elliptic curve, P-256");
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
        return error_set(e, ERROR_CONFIG, "expected an RSA public key");
    return EVP_PKEY_get_bits(key) >= PUBLIC_KEY_RSA_BITS_MIN ||
           error_set(e, ERROR_CONFIG, "expected an RSA key of at least %d bits, not %d", PUBLIC_KEY_RSA_BITS_MIN,
                     EVP_PKEY_get_bits(key));
}

bool public_key_check(const char *pem, enum public_key_kind kind, struct error *e)
{
    BIO *in = BIO_new_mem_buf(pem, (int)strlen(pem));
    EVP_PKEY *key = in != NULL ? PEM_read_bio_PUBKEY(in, NULL, NULL, NULL) : NULL;
    bool ok = key != NULL ? kind_check(key, kind, e)
                          : error_set(e, ERROR_CONFIG, "expected a public key in PEM: -----BEGIN PUBLIC KEY-----");

    EVP_PKEY_free(key);
    BIO_free(in);
    return ok;
}
