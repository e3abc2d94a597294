#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "support.h"

enum { NOW = 1000000, LATER = NOW + 1000 };

static char text[KEY_TEXT_SIZE];
static struct key made, seen;

static void make(const char *name, int64_t expires_ms)
{
    struct key_order order = { .name = name, .organisation = "radio", .scopes = SCOPE_GENERATE | SCOPE_RENDER,
                               .expires_ms = expires_ms };

    OK(key_create(store, &order, NOW, text, &made, &problem));
}

START_TEST(scopes_are_a_table)
{
    char all[KEY_SCOPES_TEXT_SIZE];
    unsigned scopes = 0;

    ck_assert_uint_eq(key_scopes[_i].bit, 1U << _i);
    OK(key_scopes_parse(key_scopes[_i].name, &scopes, &problem));
    ck_assert_uint_eq(scopes, key_scopes[_i].bit);
    ck_assert_str_eq(key_scopes_text(scopes, all), key_scopes[_i].name);
    ck_assert_str_ne(key_scopes[_i].help, "");
    OK(key_scopes_parse(key_scopes_text((1U << SCOPE_COUNT) - 1, all), &scopes, &problem));
    ck_assert_uint_eq(scopes, (1U << SCOPE_COUNT) - 1);
}
END_TEST

static const char *const bad_scopes[] = { "", "root", "generate,", "generate,,render", "Generate", "gen", ",render",
                                          "generate render" };

START_TEST(other_scopes_are_refused)
{
    unsigned scopes = 42;

    if (strcmp(bad_scopes[_i], "generate,") == 0) /* a comma at the end is harmless */
        OK(key_scopes_parse(bad_scopes[_i], &scopes, &problem));
    else
        REFUSED(ERROR_INPUT, key_scopes_parse(bad_scopes[_i], &scopes, &problem));
}
END_TEST

START_TEST(a_key_has_its_documented_shape)
{
    make("desk", 0);
    ck_assert_uint_eq(strlen(text), KEY_TEXT_SIZE - 1);
    ck_assert_int_eq(strncmp(text, "aek_", 4), 0);
    ck_assert_int_eq(strncmp(text + 4, made.id, 12), 0);
    ck_assert_int_eq(text[16], '_');
    ck_assert_uint_eq(strspn(text + 17, "0123456789abcdefghjkmnpqrstvwxyz"), 46);
}
END_TEST

START_TEST(a_key_is_recognised)
{
    make("desk", LATER);
    OK(key_verify(store, text, NOW, &seen, &problem));
    ck_assert_str_eq(seen.id, made.id);
    ck_assert_str_eq(seen.name, "desk");
    ck_assert_str_eq(seen.organisation, "radio");
    ck_assert_uint_eq(seen.scopes, SCOPE_GENERATE | SCOPE_RENDER);
    ck_assert_int_eq(seen.created_ms, NOW);
    ck_assert_int_eq(seen.expires_ms, LATER);
    ck_assert_int_eq(seen.last_used_ms, NOW);
}
END_TEST

START_TEST(every_changed_character_is_refused)
{
    char changed[KEY_TEXT_SIZE];

    make("desk", 0);
    memcpy(changed, text, sizeof(changed));
    changed[_i] = text[_i] == '0' ? '1' : '0';
    REFUSED(ERROR_AUTH, key_verify(store, changed, NOW, &seen, &problem));
}
END_TEST

/* With a right checksum, so that it is the stored hash which decides. */
START_TEST(a_wrong_secret_with_a_right_check_is_refused)
{
    static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    char digest[HASH_TEXT_SIZE], head[9];
    unsigned long bits;

    make("desk", 0);
    text[_i] = text[_i] == '0' ? '1' : '0';
    hash_text(text, 57, digest);
    snprintf(head, sizeof(head), "%.8s", digest);
    bits = strtoul(head, NULL, 16) >> 2;
    for (int i = 0; i < 6; i++)
        text[57 + i] = alphabet[(bits >> (25 - 5 * i)) & 31];
    REFUSED(ERROR_AUTH, key_verify(store, text, NOW, &seen, &problem));
    ck_assert_str_eq(problem.detail, "unknown API key");
}
END_TEST

static const char *const garbage[] = { "", "aek_", "hello", "aek_000000000000_0000000000000000000000000000000000000000000000",
                                       "' OR 1=1 --", "\xff\xfe\x01", "AEK_000000000000_" };

START_TEST(garbage_is_refused)
{
    REFUSED(ERROR_AUTH, key_verify(store, garbage[_i], NOW, &seen, &problem));
    REFUSED(ERROR_AUTH, key_verify(store, NULL, NOW, &seen, &problem));
}
END_TEST

START_TEST(a_longer_text_is_refused)
{
    char longer[KEY_TEXT_SIZE + 1];

    make("desk", 0);
    snprintf(longer, sizeof(longer), "%s0", text);
    REFUSED(ERROR_AUTH, key_verify(store, longer, NOW, &seen, &problem));
}
END_TEST

START_TEST(expired_and_revoked_look_like_unknown)
{
    char first[sizeof(problem.detail)];

    REFUSED(ERROR_AUTH, key_verify(store, "aek_nothing", NOW, &seen, &problem));
    memcpy(first, problem.detail, sizeof(first));
    make("desk", LATER);
    OK(key_verify(store, text, LATER - 1, &seen, &problem));
    REFUSED(ERROR_AUTH, key_verify(store, text, LATER, &seen, &problem));
    ck_assert_str_eq(problem.detail, first);
    OK(key_revoke(store, made.id, NULL, NOW, &problem));
    REFUSED(ERROR_AUTH, key_verify(store, text, NOW, &seen, &problem));
    ck_assert_str_eq(problem.detail, first);
}
END_TEST

START_TEST(revoking_is_seen_by_other_connections_at_once)
{
    struct store *another = reopen();

    make("desk", 0);
    OK(key_verify(another, text, NOW, &seen, &problem));
    OK(key_revoke(store, made.id, "radio", NOW, &problem));
    REFUSED(ERROR_AUTH, key_verify(another, text, NOW, &seen, &problem));
    store_close(another);
}
END_TEST

START_TEST(revoking_knows_the_organisation)
{
    struct key_list list;

    make("desk", 0);
    REFUSED(ERROR_NOT_FOUND, key_revoke(store, made.id, "museum", NOW, &problem));
    REFUSED(ERROR_NOT_FOUND, key_revoke(store, "nonsense", NULL, NOW, &problem));
    OK(key_revoke(store, made.id, "radio", LATER, &problem));
    OK(key_revoke(store, made.id, "radio", LATER + 5, &problem));
    OK(key_list(store, "radio", arena, &list, &problem));
    ck_assert_uint_eq(list.count, 1);
    ck_assert_int_eq(list.items[0].revoked_ms, LATER);
}
END_TEST

START_TEST(lists_are_by_organisation)
{
    struct key_list list;

    make("desk", 0);
    make("studio", 0);
    OK(key_create(store, &(struct key_order){ "desk", "museum", SCOPE_RENDER, 0, 0, 0, NULL, NULL }, LATER, text, &made, &problem));
    OK(key_list(store, "radio", arena, &list, &problem));
    ck_assert_uint_eq(list.count, 2);
    OK(key_list(store, NULL, arena, &list, &problem));
    ck_assert_uint_eq(list.count, 3);
    ck_assert_str_eq(list.items[2].organisation, "museum");
    OK(key_list(store, "nobody", arena, &list, &problem));
    ck_assert_uint_eq(list.count, 0);
}
END_TEST

START_TEST(wrong_keys_cannot_be_made)
{
    char longer[KEY_NAME_MAX + 2];

    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    REFUSED(ERROR_INPUT, key_create(store, &(struct key_order){ "", "o", 1, 0, 0, 0, NULL, NULL }, NOW, text, NULL, &problem));
    REFUSED(ERROR_INPUT, key_create(store, &(struct key_order){ "n", "", 1, 0, 0, 0, NULL, NULL }, NOW, text, NULL, &problem));
    REFUSED(ERROR_INPUT, key_create(store, &(struct key_order){ NULL, "o", 1, 0, 0, 0, NULL, NULL }, NOW, text, NULL, &problem));
    REFUSED(ERROR_INPUT, key_create(store, &(struct key_order){ longer, "o", 1, 0, 0, 0, NULL, NULL }, NOW, text, NULL, &problem));
    REFUSED(ERROR_INPUT, key_create(store, &(struct key_order){ "a\nb", "o", 1, 0, 0, 0, NULL, NULL }, NOW, text, NULL, &problem));
    REFUSED(ERROR_INPUT, key_create(store, &(struct key_order){ "n", "o", 0, 0, 0, 0, NULL, NULL }, NOW, text, NULL, &problem));
    REFUSED(ERROR_INPUT, key_create(store, &(struct key_order){ "n", "o", 1, NOW, 0, 0, NULL, NULL }, NOW, text, NULL, &problem));
    ck_assert_str_eq(text, "");
    make("desk", 0);
    REFUSED(ERROR_CONFLICT, key_create(store, &(struct key_order){ "desk", "radio", 1, 0, 0, 0, NULL, NULL }, NOW, text, NULL, &problem));
    OK(key_revoke(store, made.id, NULL, NOW, &problem));
    make("desk", 0);
}
END_TEST

START_TEST(a_rotated_key_has_two_secrets_for_a_while)
{
    char old[KEY_TEXT_SIZE], older[KEY_TEXT_SIZE];

    make("desk", 0);
    memcpy(older, text, sizeof(older));
    OK(key_rotate(store, made.id, "radio", 60, NOW, text, &made, &problem));
    ck_assert_int_eq(made.previous_until_ms, NOW + 60000);
    ck_assert_str_ne(text, older);
    ck_assert_int_eq(strncmp(text, older, 17), 0); /* the same id */
    OK(key_verify(store, text, NOW, &seen, &problem));
    ck_assert_str_eq(seen.name, "desk");
    ck_assert_int_eq(seen.rotated_ms, NOW);
    OK(key_verify(store, older, NOW + 59999, &seen, &problem));
    REFUSED(ERROR_AUTH, key_verify(store, older, NOW + 60000, &seen, &problem));
    OK(key_verify(store, text, NOW + 60000, &seen, &problem));
    /* A second rotation ends the grace of the first secret. */
    memcpy(old, text, sizeof(old));
    OK(key_rotate(store, made.id, NULL, 60, NOW + 1, text, NULL, &problem));
    REFUSED(ERROR_AUTH, key_verify(store, older, NOW + 2, &seen, &problem));
    OK(key_verify(store, old, NOW + 2, &seen, &problem));
    /* Without grace only the new one is good; revoking ends all. */
    memcpy(old, text, sizeof(old));
    OK(key_rotate(store, made.id, NULL, 0, NOW + 3, text, NULL, &problem));
    REFUSED(ERROR_AUTH, key_verify(store, old, NOW + 3, &seen, &problem));
    memcpy(old, text, sizeof(old));
    OK(key_rotate(store, made.id, NULL, 60, NOW + 4, text, NULL, &problem));
    OK(key_revoke(store, made.id, NULL, NOW + 5, &problem));
    REFUSED(ERROR_AUTH, key_verify(store, old, NOW + 6, &seen, &problem));
    REFUSED(ERROR_AUTH, key_verify(store, text, NOW + 6, &seen, &problem));
}
END_TEST

START_TEST(what_cannot_be_rotated)
{
    char kept[KEY_TEXT_SIZE];

    make("desk", LATER);
    memcpy(kept, text, sizeof(kept));
    REFUSED(ERROR_INPUT, key_rotate(store, made.id, NULL, -1, NOW, text, NULL, &problem));
    REFUSED(ERROR_INPUT, key_rotate(store, made.id, NULL, KEY_GRACE_MAX_S + 1, NOW, text, NULL, &problem));
    REFUSED(ERROR_NOT_FOUND, key_rotate(store, made.id, "museum", 60, NOW, text, NULL, &problem));
    REFUSED(ERROR_NOT_FOUND, key_rotate(store, "000000000000", NULL, 60, NOW, text, NULL, &problem));
    REFUSED(ERROR_NOT_FOUND, key_rotate(store, "", NULL, 60, NOW, text, NULL, &problem));
    REFUSED(ERROR_CONFLICT, key_rotate(store, made.id, NULL, 60, LATER, text, NULL, &problem));
    ck_assert_str_eq(text, "");
    OK(key_verify(store, kept, NOW, &seen, &problem));
    OK(key_revoke(store, made.id, NULL, NOW, &problem));
    REFUSED(ERROR_CONFLICT, key_rotate(store, made.id, NULL, 60, NOW, text, NULL, &problem));
}
END_TEST

START_TEST(a_key_has_a_rate_and_a_quota_of_its_own)
{
    struct quota quota = quota_none, read;
    struct key_order order = { .name = "n", .organisation = "o", .scopes = SCOPE_ADMIN, .rate_rps = 0.5, .rate_burst = 3,
                               .quota = &quota };

    quota.tracks_per_day = 7;
    OK(key_create(store, &order, NOW, text, &made, &problem));
    OK(key_verify(store, text, NOW, &seen, &problem));
    ck_assert_double_eq(seen.rate_rps, 0.5);
    ck_assert_int_eq(seen.rate_burst, 3);
    ck_assert_uint_eq(seen.scopes, SCOPE_ADMIN);
    ck_assert_uint_eq(key_scopes_effective(seen.scopes), SCOPES_ALL);
    OK(quota_get(store, QUOTA_OF_KEY, made.id, &read, &problem));
    ck_assert_double_eq(read.tracks_per_day, 7);
    order.name = "m";
    order.rate_rps = -1;
    REFUSED(ERROR_INPUT, key_create(store, &order, NOW, text, NULL, &problem));
    ck_assert_str_eq(key_state(&made, NOW), "active");
}
END_TEST

START_TEST(use_is_recorded_once_a_minute)
{
    struct key_list list;

    make("desk", 0);
    OK(key_verify(store, text, NOW, &seen, &problem));
    OK(key_verify(store, text, NOW + KEY_USED_EVERY_MS - 1, &seen, &problem));
    OK(key_list(store, NULL, arena, &list, &problem));
    ck_assert_int_eq(list.items[0].last_used_ms, NOW);
    OK(key_verify(store, text, NOW + KEY_USED_EVERY_MS, &seen, &problem));
    OK(key_list(store, NULL, arena, &list, &problem));
    ck_assert_int_eq(list.items[0].last_used_ms, NOW + KEY_USED_EVERY_MS);
}
END_TEST

START_TEST(the_secret_is_not_in_the_files)
{
    static const char *const names[] = { "aether.db", "aether.db-wal" };
    static char content[16 << 20];

    make("desk", 0);
    OK(key_verify(store, text, NOW, &seen, &problem));
    for (int i = 0; i < 2; i++) {
        char path[256];
        FILE *file;
        size_t len;

        snprintf(path, sizeof(path), "%s/%s", settings.data_dir, names[i]);
        file = fopen(path, "rb");
        ck_assert_ptr_nonnull(file);
        len = fread(content, 1, sizeof(content), file);
        fclose(file);
        ck_assert_ptr_null(memmem(content, len, text + 17, 40));
    }
}
END_TEST

Suite *keys_suite(void)
{
    Suite *suite = suite_create("keys");
    TCase *t = tcase_create("keys");

    tcase_add_checked_fixture(t, store_setup, store_teardown);
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, scopes_are_a_table, 0, SCOPE_COUNT);
    tcase_add_loop_test(t, other_scopes_are_refused, 0, sizeof(bad_scopes) / sizeof(bad_scopes[0]));
    tcase_add_test(t, a_key_has_its_documented_shape);
    tcase_add_test(t, a_key_is_recognised);
    tcase_add_loop_test(t, every_changed_character_is_refused, 0, KEY_TEXT_SIZE - 1);
    tcase_add_loop_test(t, a_wrong_secret_with_a_right_check_is_refused, 17, 22);
    tcase_add_loop_test(t, garbage_is_refused, 0, sizeof(garbage) / sizeof(garbage[0]));
    tcase_add_test(t, a_longer_text_is_refused);
    tcase_add_test(t, expired_and_revoked_look_like_unknown);
    tcase_add_test(t, revoking_is_seen_by_other_connections_at_once);
    tcase_add_test(t, revoking_knows_the_organisation);
    tcase_add_test(t, lists_are_by_organisation);
    tcase_add_test(t, wrong_keys_cannot_be_made);
    tcase_add_test(t, a_rotated_key_has_two_secrets_for_a_while);
    tcase_add_test(t, what_cannot_be_rotated);
    tcase_add_test(t, a_key_has_a_rate_and_a_quota_of_its_own);
    tcase_add_test(t, use_is_recorded_once_a_minute);
    tcase_add_test(t, the_secret_is_not_in_the_files);
    suite_add_tcase(suite, t);
    return suite;
}
