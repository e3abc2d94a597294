#include "core/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/public_key.h"
#include "suites.h"

static struct arena *arena;
static struct config config;
static struct error error;

static void set_up(void)
{
    arena = arena_new(1024 * 1024);
    memset(&error, 0, sizeof(error));
    for (size_t i = 0; i < config_fields.count; i++)
        unsetenv(config_fields.rows[i].name);
}

static void tear_down(void)
{
    arena_free(arena);
}

START_TEST(the_given_settings_have_the_agreed_defaults)
{
    ck_assert_msg(config_load(&config, arena, &error), "%s", error.detail);
    ck_assert_int_eq(config.environment, ENVIRONMENT_DEVELOPMENT);
    ck_assert_int_eq(config.log_level, LOG_INFO);
    ck_assert_int_eq(config.log_format, LOG_TEXT);
    ck_assert_int_eq(config.api_port, 8000);
    ck_assert_int_eq(config.api_workers, 1);
    ck_assert_int_eq(config.llm_provider, LLM_MOCK);
    ck_assert_double_eq(config.rate_limit_rps, 10);
    ck_assert_int_eq(config.auth_enabled, 1);
    ck_assert_int_eq(config.shutdown_timeout_s, 30);
    ck_assert_ptr_null(config.anthropic_key);
}
END_TEST

START_TEST(values_are_read)
{
    setenv("AETHER_API_PORT", "8123", 1);
    setenv("AETHER_AUTH_ENABLED", "false", 1);
    setenv("AETHER_LOG_FORMAT", "json", 1);
    setenv("AETHER_RATE_LIMIT_RPS", "2.5", 1);
    ck_assert_msg(config_load(&config, arena, &error), "%s", error.detail);
    ck_assert_int_eq(config.api_port, 8123);
    ck_assert_int_eq(config.auth_enabled, 0);
    ck_assert_int_eq(config.log_format, LOG_JSON);
    ck_assert_double_eq(config.rate_limit_rps, 2.5);
}
END_TEST

static const struct {
    const char *name, *value, *says;
} wrong[] = {
    { "AETHER_ENVIRONMENT", "staging", "one of development, production" },
    { "AETHER_ENVIRONMENT", "prod", "did you mean 'production'" },
    { "AETHER_ENVIRONMENT", "producton", "did you mean 'production'" },
    { "AETHER_LOG_LEVEL", "verbose", "DEBUG, INFO, WARNING, ERROR" },
    { "AETHER_LOG_FORMAT", "xml", "text, json" },
    { "AETHER_API_PORT", "80000", "65535" },
    { "AETHER_API_PORT", "eighty", "an integer" },
    { "AETHER_API_PORT", "8000x", "an integer" },
    { "AETHER_API_PORT", "0x1f90", "an integer" },
    { "AETHER_API_WORKERS", "0", "from 1" },
    { "AETHER_RATE_LIMIT_RPS", "-1", "a number from 0" },
    { "AETHER_RATE_LIMIT_RPS", "nan", "a number" },
    { "AETHER_AUTH_ENABLED", "maybe", "true or false" },
    { "AETHER_SHUTDOWN_TIMEOUT", "4000", "3600" },
    { "AETHER_LLM_PROVIDER", "claude", "not part of this version" },
    { "AETHER_LLM_PROVIDER", "openai", "not part of this version" },
    { "AETHER_LLM_PROVIDER", "gemini", "mock, claude, openai" },
    { "AETHER_DATA_DIR", "relative/path", "absolute" },
    { "AETHER_JWT_ALGORITHM", "none", "one of HS256, HS384, HS512, RS256, ES256" },
    { "AETHER_JWT_ALGORITHM", "RS256", "needs AETHER_JWT_PUBLIC_KEY_FILE" },
    { "AETHER_JWT_PUBLIC_KEY", "-----BEGIN PUBLIC KEY-----", "AETHER_JWT_ALGORITHM=RS256 or ES256" },
};

START_TEST(a_wrong_setting_is_named_with_what_was_expected)
{
    setenv(wrong[_i].name, wrong[_i].value, 1);
    ck_assert(!config_load(&config, arena, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
    ck_assert_ptr_nonnull(error.problems);
    ck_assert_str_eq(error.problems->pointer, wrong[_i].name);
    ck_assert_msg(strstr(error.problems->detail, wrong[_i].says) != NULL, "%s", error.problems->detail);
}
END_TEST

START_TEST(all_wrong_settings_are_named_together)
{
    size_t count = 0;

    setenv("AETHER_API_PORT", "x", 1);
    setenv("AETHER_LOG_LEVEL", "y", 1);
    setenv("AETHER_API_WORKERS", "z", 1);
    ck_assert(!config_load(&config, arena, &error));
    for (const struct problem *p = error.problems; p != NULL; p = p->next)
        count++;
    ck_assert_uint_eq(count, 3);
}
END_TEST

START_TEST(secrets_come_from_files_and_are_never_shown)
{
    char path[] = "/tmp/aether-secret-XXXXXX", shown[16384];
    int fd = mkstemp(path);
    FILE *to = fmemopen(shown, sizeof(shown), "w");

    ck_assert_int_eq(write(fd, "sk-secret\n", 10), 10);
    close(fd);
    setenv("ANTHROPIC_API_KEY_FILE", path, 1);
    ck_assert_msg(config_load(&config, arena, &error), "%s", error.detail);
    ck_assert_str_eq(config.anthropic_key, "sk-secret");
    for (int json = 0; json < 2; json++)
        config_show(&config, to, json);
    fclose(to);
    ck_assert_ptr_null(strstr(shown, "sk-secret"));
    ck_assert_ptr_nonnull(strstr(shown, "(set)"));
    unlink(path);
    ck_assert(!config_load(&config, arena, &error));
    unsetenv("ANTHROPIC_API_KEY_FILE");
}
END_TEST

static char settings_path[64];

static void settings_write(const char *text)
{
    FILE *file;

    snprintf(settings_path, sizeof(settings_path), "/tmp/aether-settings-%d", (int)getpid());
    file = fopen(settings_path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    setenv("AETHER_CONFIG_FILE", settings_path, 1);
}

START_TEST(settings_come_from_a_file_that_is_read_anew)
{
    settings_write("# the desk\n\nAETHER_API_WORKERS=3\n  AETHER_LOG_LEVEL = \"DEBUG\"\r\nAETHER_RUN_DIR='/run/x'\n"
                   "AETHER_API_THREADS=\nAETHER_RATE_LIMIT_BURST=7");
    setenv("AETHER_RATE_LIMIT_BURST", "9", 1);
    ck_assert_msg(config_load(&config, arena, &error), "%s", error.detail);
    ck_assert_int_eq(config.api_workers, 3);
    ck_assert_int_eq(config.log_level, LOG_DEBUG);
    ck_assert_str_eq(config.run_dir, "/run/x");
    ck_assert_int_eq(config.api_threads, 4);      /* set to nothing: the default */
    ck_assert_int_eq(config.rate_limit_burst, 9); /* the environment goes first */
    settings_write("AETHER_API_WORKERS=5\n");
    ck_assert_msg(config_load(&config, arena, &error), "%s", error.detail);
    ck_assert_int_eq(config.api_workers, 5);
    unsetenv("AETHER_RATE_LIMIT_BURST");
    unlink(settings_path);
}
END_TEST

START_TEST(mistakes_in_the_file_are_named_with_their_line)
{
    static const char *const says[] = { ":1", ":2", ":4", ":5" };
    const struct problem *p;
    size_t count = 0;

    settings_write("AETHER_API_WORKER=3\nnonsense\nAETHER_API_THREADS=2\nAETHER_API_THREADS=3\nAETHER_CONFIG_FILE=/x\n");
    ck_assert(!config_load(&config, arena, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
    for (p = error.problems; p != NULL; p = p->next, count++) {
        ck_assert_uint_lt(count, 4);
        ck_assert_msg(strstr(p->pointer, says[count]) != NULL, "%s: %s", p->pointer, p->detail);
    }
    ck_assert_uint_eq(count, 4);
    settings_write("AETHER_API_WORKERS=many\n");
    ck_assert(!config_load(&config, arena, &error));
    ck_assert_str_eq(error.problems->pointer, "AETHER_API_WORKERS");
    unlink(settings_path);
    ck_assert(!config_load(&config, arena, &error));
    ck_assert_str_eq(error.problems->pointer, "AETHER_CONFIG_FILE");
    unsetenv("AETHER_CONFIG_FILE");
}
END_TEST

static const struct {
    const char *algorithm, *secret, *auth, *override;
    const char *names; /* the setting that production refuses; NULL: none */
} dangers[] = {
    { "HS256", NULL, "true", "false", NULL },
    { "HS256", "0123456789abcdef0123456789ABCDE", "true", "false", "AETHER_JWT_SECRET" }, /* 31 bytes */
    { "HS256", "0123456789abcdef0123456789ABCDEF", "true", "false", NULL },
    { "HS384", "0123456789abcdef0123456789ABCDEF", "true", "false", "AETHER_JWT_SECRET" },
    { "HS512", "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789ABCDEF", "true", "false", NULL },
    { "HS256", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "true", "false", "AETHER_JWT_SECRET" },
    { "HS256", NULL, "false", "false", "AETHER_AUTH_ENABLED" },
    { "HS256", NULL, "false", "true", NULL },
};

START_TEST(production_refuses_dangers)
{
    setenv("AETHER_JWT_ALGORITHM", dangers[_i].algorithm, 1);
    if (dangers[_i].secret != NULL)
        setenv("AETHER_JWT_SECRET", dangers[_i].secret, 1);
    setenv("AETHER_AUTH_ENABLED", dangers[_i].auth, 1);
    setenv("AETHER_ALLOW_UNAUTHENTICATED", dangers[_i].override, 1);
    ck_assert_msg(config_load(&config, arena, &error), "%s", error.detail);
    ck_assert(config_refuse_dangers(&config, arena, &error)); /* development may */
    setenv("AETHER_ENVIRONMENT", "production", 1);
    ck_assert_msg(config_load(&config, arena, &error), "%s", error.detail);
    ck_assert_int_eq(config_refuse_dangers(&config, arena, &error), dangers[_i].names == NULL);
    if (dangers[_i].names == NULL)
        return;
    ck_assert_int_eq(error.code, ERROR_CONFIG);
    ck_assert_str_eq(error.problems->pointer, dangers[_i].names);
    ck_assert_ptr_null(error.problems->next);
    ck_assert(dangers[_i].secret == NULL || strstr(error.problems->detail, dangers[_i].secret) == NULL);
}
END_TEST

START_TEST(public_keys_are_checked)
{
    static const char *const texts[] = {
        "not a key",
        /* RFC 7468, section 13: a key of the curve P-384 */
        "-----BEGIN PUBLIC KEY-----\n"
        "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEn1LlwLN/KBYQRVH6HfIMTzfEqJOVztLe\n"
        "kLchp2hi78cCaMY81FBlYs8J9l7krc+M4aBeCGYFjba+hiXttJWPL7ydlE+5UG4U\n"
        "Nkn3Eos8EiZByi9DVsyfy9eejh+8AXgp\n"
        "-----END PUBLIC KEY-----\n",
    };

    for (int kind = PUBLIC_KEY_RSA; kind <= PUBLIC_KEY_P256; kind++)
        ck_assert(!public_key_check(texts[_i], (enum public_key_kind)kind, &error));
    ck_assert_int_eq(error.code, ERROR_CONFIG);
    setenv("AETHER_JWT_ALGORITHM", "ES256", 1);
    setenv("AETHER_JWT_PUBLIC_KEY", texts[_i], 1);
    ck_assert(!config_load(&config, arena, &error));
    ck_assert_str_eq(error.problems->pointer, "AETHER_JWT_PUBLIC_KEY");
}
END_TEST

START_TEST(every_setting_is_explained)
{
    const struct field *row = &config_fields.rows[_i];

    ck_assert_ptr_nonnull(row->help);
    ck_assert(row->fallback != NULL || row->kind == FIELD_STRING);
    ck_assert(strncmp(row->name, "AETHER_", 7) == 0 || (row->flags & FIELD_SECRET));
}
END_TEST

Suite *config_suite(void)
{
    Suite *suite = suite_create("config");
    TCase *cases = tcase_create("config");

    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, the_given_settings_have_the_agreed_defaults);
    tcase_add_test(cases, values_are_read);
    tcase_add_loop_test(cases, a_wrong_setting_is_named_with_what_was_expected, 0, sizeof(wrong) / sizeof(wrong[0]));
    tcase_add_test(cases, all_wrong_settings_are_named_together);
    tcase_add_test(cases, secrets_come_from_files_and_are_never_shown);
    tcase_add_test(cases, settings_come_from_a_file_that_is_read_anew);
    tcase_add_test(cases, mistakes_in_the_file_are_named_with_their_line);
    tcase_add_loop_test(cases, production_refuses_dangers, 0, sizeof(dangers) / sizeof(dangers[0]));
    tcase_add_loop_test(cases, public_keys_are_checked, 0, 2);
    tcase_add_loop_test(cases, every_setting_is_explained, 0, (int)config_fields.count);
    suite_add_tcase(suite, cases);
    return suite;
}
