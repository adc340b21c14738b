#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contract.h"
#include "base/log.h"
#include "support/folder.h"
#include "support/postgres.h"

static struct {
    enum store_engine_kind kind;
    char folder[TEST_FOLDER_SIZE];
    int made;
    struct test_postgres *postgres;
} world;

const struct store_migration contract_migration[] = {
    {1, "things",
     "CREATE TABLE thing (id TEXT PRIMARY KEY, size BIGINT NOT NULL CHECK (size >= 0), name TEXT, body BLOB) "
     "STRICT;"
     "CREATE UNIQUE INDEX thing_name ON thing (name);",
     NULL},
    {2, "parts; growing",
     "CREATE TABLE part (id BIGINT PRIMARY KEY, thing TEXT NOT NULL REFERENCES thing (id)) STRICT;\n"
     "-- a comment; COMMIT\n"
     "CREATE TABLE growing (id BIGINT PRIMARY KEY, note TEXT NOT NULL DEFAULT 'BIGINT BLOB STRICT') STRICT;"
     "CREATE TABLE deferred (id BIGINT PRIMARY KEY, thing TEXT NOT NULL REFERENCES thing (id)"
     " DEFERRABLE INITIALLY DEFERRED) STRICT",
     NULL},
};
const size_t contract_migration_count = 2;

static const char *const append_only[] = {"growing"};

struct contract *contract_of(void **state)
{
    return *state;
}

struct store_settings contract_settings(const struct contract *c)
{
    return (struct store_settings){.database = c->address,
                                   .may_write = true,
                                   .append_only = append_only,
                                   .append_only_count = 1,
                                   .wait_ms = 200};
}

void contract_new_address(const struct contract *c, char *address, size_t size)
{
    char name[32];
    snprintf(name, sizeof(name), "test%d", ++world.made);
    if (c->kind == STORE_POSTGRES)
        test_postgres_database(world.postgres, name, address, size);
    else
        snprintf(address, size, "%s/%s.db", world.folder, name);
}

void contract_run_elsewhere(const struct contract *c, const char *address, const char *sql)
{
    if (c->kind == STORE_SQLITE) {
        sqlite3 *db = NULL;
        assert_int_equal(SQLITE_OK, sqlite3_open(address, &db));
        assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
        sqlite3_close(db);
        return;
    }
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        execlp("psql", "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", sql, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_int_equal(0, status);
}

int contract_setup(void **state)
{
    struct contract *c = calloc(1, sizeof(*c));
    *state = c;
    c->kind = world.kind;
    contract_new_address(c, c->address, sizeof(c->address));
    struct store_settings settings = contract_settings(c);
    GOOD(store_open(&settings, &c->store, &c->error));
    GOOD(store_migrate(c->store, contract_migration, contract_migration_count, &c->error));
    GOOD(store_writer(c->store, &c->writer, &c->error));
    return 0;
}

int contract_teardown(void **state)
{
    struct contract *c = *state;
    store_give_back(&c->writer);
    store_close(&c->store);
    free(c);
    return 0;
}

static int start_sqlite(void **state)
{
    (void)state;
    world.kind = STORE_SQLITE;
    return test_folder_make("store", world.folder);
}

static int end_sqlite(void **state)
{
    (void)state;
    return test_folder_remove(world.folder);
}

static int start_postgres(void **state)
{
    (void)state;
    world.kind = STORE_POSTGRES;
    world.postgres = test_postgres_start();
    return 0;
}

static int end_postgres(void **state)
{
    (void)state;
    test_postgres_stop(&world.postgres);
    return 0;
}

int main(void)
{
    const struct CMUnitTest contract[] = {
        CONTRACT(test_values_round_trip),
        CONTRACT(test_parameters),
        CONTRACT(test_integers),
        CONTRACT(test_changed_and_returning),
        CONTRACT(test_nested_rows),
        CONTRACT(test_many_rows),
        CONTRACT(test_text_order),
        CONTRACT(test_bad_text),
        CONTRACT(test_errors),
        CONTRACT(test_refused_statements),
        CONTRACT(test_misread_column),
        CONTRACT(test_small_cache),
        CONTRACT(test_open_rows_have_a_limit),
        CONTRACT(test_commit_and_rollback),
        CONTRACT(test_savepoints),
        CONTRACT(test_failed_transaction),
        CONTRACT(test_deferred_constraint),
        CONTRACT(test_unread_failure),
        CONTRACT(test_snapshot),
        CONTRACT(test_readers_only_read),
        CONTRACT(test_given_back_open),
        CONTRACT(test_rows_end_with_transaction),
        CONTRACT(test_threads),
        CONTRACT(test_lock_conflict),
        CONTRACT(test_write_skew),
        CONTRACT(test_migrate_again),
        CONTRACT(test_migrate_refuses),
        CONTRACT(test_migrate_failing),
        CONTRACT(test_migrate_read_only),
        CONTRACT(test_migrate_at_once),
        CONTRACT(test_migrate_foreign_keys),
        CONTRACT(test_append_only),
        CONTRACT(test_open_errors),
        CONTRACT(test_blob_round_trip),
        CONTRACT(test_blob_rules),
        CONTRACT(test_blob_delete),
        CONTRACT(test_blob_large),
        CONTRACT(test_scrub),
        CONTRACT(test_scrub_table),
        CONTRACT(test_rows_go_to_the_other_engine),
        CONTRACT(test_many_rows_go),
        CONTRACT(test_rows_that_do_not_fit),
        CONTRACT(test_values_of_another_kind),
        CONTRACT(test_one_writes_alone),
    };
    log_threshold(LOG_LEVEL_ERROR);
    int failed = cmocka_run_group_tests_name("sqlite", contract, start_sqlite, end_sqlite);
    failed += cmocka_run_group_tests_name("postgresql", contract, start_postgres, end_postgres);
    return failed != 0;
}
