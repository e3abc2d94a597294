#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

static unsigned mode_of(const char *name)
{
    char path[256];
    struct stat st;

    snprintf(path, sizeof(path), "%s/%s", settings.data_dir, name);
    ck_assert_msg(stat(path, &st) == 0, "%s: %s", path, strerror(errno));
    return st.st_mode & 0777;
}

static const mode_t umasks[] = { 0, 0022, 0027, 0077 };

START_TEST(modes_do_not_depend_on_the_umask)
{
    umask(umasks[_i]);
    store = reopen();
    ck_assert_uint_eq(mode_of("."), 0750);
    ck_assert_uint_eq(mode_of("aether.db"), 0640);
    ck_assert_uint_eq(mode_of("aether.db-wal"), 0640);
    ck_assert_uint_eq(mode_of("aether.db-shm"), 0640);
    store_close(store);
}
END_TEST

/* What root makes first the service's own user must be able to open. */
START_TEST(root_makes_files_for_the_owner_of_the_folder)
{
    static const char *const files[] = { "aether.db", "aether.db-wal", "aether.db-shm" };
    enum { SOMEBODY = 4711 };
    char path[256];
    struct stat st;

    if (geteuid() != 0)
        return;
    ck_assert_int_eq(mkdir(settings.data_dir, 0750), 0);
    ck_assert_int_eq(chown(settings.data_dir, SOMEBODY, 0), 0);
    store = reopen();
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", settings.data_dir, files[i]);
        ck_assert_int_eq(stat(path, &st), 0);
        ck_assert_uint_eq(st.st_uid, SOMEBODY);
    }
    store_close(store);
}
END_TEST

START_TEST(opening_again_changes_nothing)
{
    struct store *another = reopen();

    OK(store_check(another, &problem));
    store_close(another);
    submit("a", 1000);
    another = reopen();
    OK(store_check(another, &problem));
    store_close(another);
}
END_TEST

enum { OPENERS = 4 };

START_TEST(many_processes_may_open_an_empty_folder_at_once)
{
    for (int i = 0; i < OPENERS; i++)
        if (fork() == 0) {
            struct store *mine = store_open(&settings, &problem);

            if (mine == NULL)
                fprintf(stderr, "%s\n", problem.detail);
            store_close(mine);
            _exit(mine == NULL);
        }
    for (int i = 0; i < OPENERS; i++) {
        int status = -1;

        ck_assert_int_gt(wait(&status), 0);
        ck_assert_int_eq(status, 0);
    }
    store = reopen();
    OK(store_check(store, &problem));
    store_close(store);
}
END_TEST

static void *open_and_close(void *arg)
{
    struct error e;
    struct store *mine = store_open(&settings, &e);

    (void)arg;
    store_close(mine);
    return mine;
}

START_TEST(many_threads_may_open_an_empty_folder_at_once)
{
    pthread_t threads[OPENERS];

    for (int i = 0; i < OPENERS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, open_and_close, NULL), 0);
    for (int i = 0; i < OPENERS; i++) {
        void *opened = NULL;

        pthread_join(threads[i], &opened);
        ck_assert_ptr_nonnull(opened);
    }
}
END_TEST

static void refuse_open(enum error_code code, const char *words)
{
    struct store *opened = store_open(&settings, &problem);

    ck_assert_ptr_null(opened);
    ck_assert_msg(problem.code == code, "%d: %s", (int)problem.code, problem.detail);
    ck_assert_msg(strstr(problem.detail, words) != NULL, "'%s' is not in '%s'", words, problem.detail);
}

START_TEST(a_newer_database_is_refused)
{
    in_database("INSERT INTO migration VALUES (999, '999_future.sql', 'x', 0)");
    refuse_open(ERROR_CONFIG, "999_future.sql");
}
END_TEST

START_TEST(an_edited_migration_is_refused)
{
    in_database("UPDATE migration SET sha256 = 'x' WHERE number = 1");
    refuse_open(ERROR_CONFIG, "edited");
}
END_TEST

static void file_write(const char *folder, const char *name, const char *text)
{
    char path[256];
    FILE *file;

    mkdir(folder, 0700);
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static const char *folder_of_migrations(void)
{
    static char folder[256];

    snprintf(folder, sizeof(folder), "%.*s/sql", (int)(strrchr(settings.data_dir, '/') - settings.data_dir),
             settings.data_dir);
    return folder;
}

START_TEST(a_failing_migration_leaves_the_database_as_it_was)
{
    settings.sql_dir = folder_of_migrations();
    file_write(settings.sql_dir, "001_one.sql", "CREATE TABLE one (x);");
    file_write(settings.sql_dir, "002_two.sql", "CREATE TABLE two (x); CREATE TABLE one (x);");
    refuse_open(ERROR_INTERNAL, "002_two.sql");
    file_write(settings.sql_dir, "002_two.sql", "CREATE TABLE two (x);");
    store = reopen();
    store_close(store);
    in_database("INSERT INTO one VALUES (1); INSERT INTO two VALUES (1)");
}
END_TEST

START_TEST(a_later_migration_is_added)
{
    settings.sql_dir = folder_of_migrations();
    file_write(settings.sql_dir, "001_one.sql", "CREATE TABLE one (x);");
    file_write(settings.sql_dir, "report.sql", "not SQL at all");
    store_close(reopen());
    in_database("INSERT INTO one VALUES (1)");
    file_write(settings.sql_dir, "002_two.sql", "CREATE TABLE two AS SELECT x FROM one;");
    store_close(reopen());
    store_close(reopen());
    in_database("INSERT INTO two VALUES (2)");
}
END_TEST

START_TEST(a_gap_or_nothing_is_refused)
{
    settings.sql_dir = folder_of_migrations();
    file_write(settings.sql_dir, "report.sql", "SELECT 1;");
    refuse_open(ERROR_CONFIG, "no migrations");
    file_write(settings.sql_dir, "001_one.sql", "CREATE TABLE one (x);");
    file_write(settings.sql_dir, "003_three.sql", "CREATE TABLE three (x);");
    refuse_open(ERROR_CONFIG, "003_three.sql");
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused)
{
    file_write(settings.data_dir, "aether.db", "this is a letter, not a database, and it is long enough to be looked at");
    refuse_open(ERROR_IO, "aether.db");
}
END_TEST

START_TEST(a_folder_that_cannot_be_made_is_refused)
{
    settings.data_dir = "/proc/nowhere/aether";
    refuse_open(ERROR_IO, "/proc/nowhere/aether");
}
END_TEST

START_TEST(damage_is_found)
{
    in_database("PRAGMA foreign_keys = OFF; INSERT INTO artifact VALUES ('nobody', 0, 'a', 'b', 'c', 'd', 1,"
                " hex(zeroblob(32)))");
    REFUSED(ERROR_IO, store_check(store, &problem));
}
END_TEST

START_TEST(a_store_does_not_cross_a_fork)
{
    struct job_counts counts;

    job_count(store, 0, &counts, &problem);
    if (fork() == 0) {
        close(STDERR_FILENO);
        job_count(store, 0, &counts, &problem);
        _exit(0);
    } else {
        int status = 0;

        wait(&status);
        ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    }
}
END_TEST

Suite *store_suite(void)
{
    Suite *suite = suite_create("store");
    TCase *empty = tcase_create("empty folder"), *open = tcase_create("open");

    tcase_add_checked_fixture(empty, folder_setup, folder_teardown);
    tcase_add_loop_test(empty, modes_do_not_depend_on_the_umask, 0, sizeof(umasks) / sizeof(umasks[0]));
    tcase_add_test(empty, root_makes_files_for_the_owner_of_the_folder);
    tcase_add_test(empty, many_processes_may_open_an_empty_folder_at_once);
    tcase_add_test(empty, many_threads_may_open_an_empty_folder_at_once);
    tcase_add_test(empty, a_failing_migration_leaves_the_database_as_it_was);
    tcase_add_test(empty, a_later_migration_is_added);
    tcase_add_test(empty, a_gap_or_nothing_is_refused);
    tcase_add_test(empty, a_file_that_is_no_database_is_refused);
    tcase_add_test(empty, a_folder_that_cannot_be_made_is_refused);
    tcase_add_checked_fixture(open, store_setup, store_teardown);
    tcase_add_test(open, opening_again_changes_nothing);
    tcase_add_test(open, a_newer_database_is_refused);
    tcase_add_test(open, an_edited_migration_is_refused);
    tcase_add_test(open, damage_is_found);
    tcase_add_test(open, a_store_does_not_cross_a_fork);
    suite_add_tcase(suite, empty);
    suite_add_tcase(suite, open);
    return suite;
}
