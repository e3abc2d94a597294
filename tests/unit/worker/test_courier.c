/* What receivers check. How calls are made is tested in tests/service. */
#include <string.h>

#include "support.h"
#include "worker/courier.h"

/* By Python: hmac.new(b"master", b"aether webhooks of radio", "sha256"), and then, keyed with that,
 * hmac.new(key, b'msg_1.1614265330.{"a":1}', "sha256"), both in base 64. */
#define SECRET_OF_RADIO "uKMfhERkD+Hj33kg9hNehFKr3ptEY/H7cNvCbQQq8bM="
#define SIGNATURE "/vm2pAzvwer5qTw2khRDOza4+RFsdTkniH1I5fH7KeA="

START_TEST(signatures_are_standard)
{
    char secret[COURIER_SECRET_SIZE], signature[COURIER_SIGNATURE_SIZE];

    courier_secret("master", "radio", secret);
    ck_assert_str_eq(secret, "whsec_" SECRET_OF_RADIO);
    courier_sign("master", "radio", "msg_1", 1614265330, "{\"a\":1}", signature);
    ck_assert_str_eq(signature, "v1," SIGNATURE);
}
END_TEST

START_TEST(each_organisation_has_its_own_secret)
{
    char one[COURIER_SECRET_SIZE], other[COURIER_SECRET_SIZE];

    courier_secret("master", "radio", one);
    courier_secret("master", "museum", other);
    ck_assert_str_ne(one, other);
    courier_secret("another", "radio", other);
    ck_assert_str_ne(one, other);
}
END_TEST

START_TEST(without_a_secret_nothing_is_started)
{
    struct config none = { .webhook_secret = NULL };

    ck_assert_ptr_null(courier_start(&none));
    courier_stop(NULL);
}
END_TEST

Suite *courier_suite(void)
{
    Suite *suite = suite_create("courier");
    TCase *t = tcase_create("courier");

    tcase_add_test(t, signatures_are_standard);
    tcase_add_test(t, each_organisation_has_its_own_secret);
    tcase_add_test(t, without_a_secret_nothing_is_started);
    suite_add_tcase(suite, t);
    return suite;
}
