/* Public keys in PEM, by OpenSSL's libcrypto. */
#ifndef CORE_PUBLIC_KEY_H
#define CORE_PUBLIC_KEY_H

#include "core/error.h"

enum public_key_kind { PUBLIC_KEY_RSA, PUBLIC_KEY_P256 };
enum { PUBLIC_KEY_RSA_BITS_MIN = 2048 }; /* RFC 7518, section 3.3 */

/* Whether `pem` is a public key of that kind, RSA with enough bits. ERROR_CONFIG says what is wrong with it. */
bool public_key_check(const char *pem, enum public_key_kind kind, struct error *e);

#endif
