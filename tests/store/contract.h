#ifndef TESTS_STORE_CONTRACT_H
#define TESTS_STORE_CONTRACT_H

#include "good.h"
#include "store.h"

/*
 * What holds on every engine. Each test has a new, migrated database: tables thing, part, growing (append-only)
 * and deferred.
 */
struct contract {
    enum store_engine_kind kind;
    char address[256]; /* of the test's database */
    struct store *store;
    struct store_session *writer; /* taken */
    struct error error;
};

struct contract *contract_of(void **state);
struct store_settings contract_settings(const struct contract *c); /* of its database, may_write */

/* A new empty database beside the test's own: its address. */
void contract_new_address(const struct contract *c, char *address, size_t size);

/* Runs SQL on the database past all guards, as another program would. */
void contract_run_elsewhere(const struct contract *c, const char *address, const char *sql);

extern const struct store_migration contract_migration[];
extern const size_t contract_migration_count;

#define GOOD(call) GOOD_WITH(call, &c->error)

/* One integer from SQL, on the writer session. */
#define NUMBER(sql, ...)                                                                                     \
    __extension__({                                                                                          \
        int64_t number_ = -1;                                                                                \
        GOOD(store_one_int(c->writer, sql, STORE_BIND(__VA_ARGS__), &number_, &c->error));                   \
        number_;                                                                                             \
    })
#define RUN(sql, ...) GOOD(store_run(c->writer, sql, STORE_BIND(__VA_ARGS__), NULL, &c->error))
#define FAILS_AS(code, sql, ...)                                                                             \
    assert_int_equal(code, store_run(c->writer, sql, STORE_BIND(__VA_ARGS__), NULL, &c->error))

int contract_setup(void **state);
int contract_teardown(void **state);
#define CONTRACT(test) cmocka_unit_test_setup_teardown(test, contract_setup, contract_teardown)

void test_values_round_trip(void **state);
void test_parameters(void **state);
void test_integers(void **state);
void test_changed_and_returning(void **state);
void test_nested_rows(void **state);
void test_many_rows(void **state);
void test_text_order(void **state);
void test_bad_text(void **state);
void test_errors(void **state);
void test_refused_statements(void **state);
void test_misread_column(void **state);
void test_small_cache(void **state);
void test_open_rows_have_a_limit(void **state);

void test_commit_and_rollback(void **state);
void test_savepoints(void **state);
void test_failed_transaction(void **state);
void test_deferred_constraint(void **state);
void test_unread_failure(void **state);
void test_snapshot(void **state);
void test_readers_only_read(void **state);
void test_given_back_open(void **state);
void test_rows_end_with_transaction(void **state);
void test_threads(void **state);
void test_lock_conflict(void **state);
void test_write_skew(void **state);

void test_migrate_again(void **state);
void test_migrate_refuses(void **state);
void test_migrate_failing(void **state);
void test_migrate_read_only(void **state);
void test_migrate_at_once(void **state);
void test_migrate_foreign_keys(void **state);
void test_append_only(void **state);
void test_open_errors(void **state);

void test_blob_round_trip(void **state);
void test_blob_rules(void **state);
void test_blob_delete(void **state);
void test_blob_large(void **state);
void test_scrub(void **state);
void test_rows_go_to_the_other_engine(void **state);
void test_many_rows_go(void **state);
void test_rows_that_do_not_fit(void **state);
void test_values_of_another_kind(void **state);
void test_one_writes_alone(void **state);
void test_scrub_table(void **state);

#endif
