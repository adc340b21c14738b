#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "contract.h"

static const struct store_migration first[] = {
    {1, "one", "CREATE TABLE one (id BIGINT PRIMARY KEY) STRICT", NULL},
    {2, "two", "CREATE TABLE two (id BIGINT PRIMARY KEY) STRICT", NULL},
    {3, "three", "CREATE TABLE three (id BIGINT PRIMARY KEY) STRICT", NULL},
};

/* How many migrations the database has on record. */
static int64_t migrated(struct contract *c, struct store *store)
{
    int64_t n = -1;
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    GOOD(store_reader(store, &reader, &c->error));
    GOOD(store_one_int(reader, "SELECT COUNT(*) FROM store_migration WHERE room = 'program'", STORE_BIND(), &n, &c->error));
    return n;
}

static void open_at(struct contract *c, const char *address, struct store **out)
{
    struct store_settings settings = {.database = address, .may_write = true, .wait_ms = 5000};
    GOOD(store_open(&settings, out, &c->error));
}

void test_migrate_again(void **state)
{
    struct contract *c = contract_of(state);
    char address[256];
    contract_new_address(c, address, sizeof(address));
    STORE_SCOPE struct store *store = NULL;
    open_at(c, address, &store);
    GOOD(store_migrate(store, first, 2, &c->error));
    assert_int_equal(2, migrated(c, store));
    GOOD(store_migrate(store, first, 2, &c->error));
    GOOD(store_migrate(store, first, 3, &c->error));
    assert_int_equal(3, migrated(c, store));
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    GOOD(store_writer(store, &writer, &c->error));
    int64_t n = 0;
    GOOD(store_one_int(writer,
                       "SELECT COUNT(*) FROM store_migration WHERE room = 'program' AND length(sha256) = 64",
                       STORE_BIND(), &n, &c->error));
    assert_int_equal(3, n);
    GOOD(store_run(writer, "INSERT INTO three (id) VALUES (1)", STORE_BIND(), NULL, &c->error));
    /* Strings and comments in a migration were left as they are. */
    RUN("INSERT INTO growing (id) VALUES (1)");
    assert_int_equal(1, NUMBER("SELECT COUNT(*) FROM growing WHERE note = 'BIGINT BLOB STRICT'"));
}

void test_migrate_refuses(void **state)
{
    struct contract *c = contract_of(state);
    char address[256];
    contract_new_address(c, address, sizeof(address));
    STORE_SCOPE struct store *store = NULL;
    open_at(c, address, &store);
    GOOD(store_migrate(store, first, 3, &c->error));

    assert_int_equal(ERROR_CHECK, store_migrate(store, first, 2, &c->error)); /* newer than the program */
    assert_non_null(strstr(c->error.what, "newer"));

    struct store_migration other[3];
    memcpy(other, first, sizeof(first));
    other[1].sqlite = "CREATE TABLE two (id BIGINT PRIMARY KEY ) STRICT"; /* a space more */
    assert_int_equal(ERROR_CHECK, store_migrate(store, other, 3, &c->error));
    assert_non_null(strstr(c->error.what, "another text"));

    contract_run_elsewhere(c, address, "DELETE FROM store_migration WHERE room = 'program' AND number = 2");
    assert_int_equal(ERROR_CHECK, store_migrate(store, first, 3, &c->error));
    assert_non_null(strstr(c->error.what, "gap"));

    other[0].number = 2;
    assert_int_equal(ERROR_SYSTEM, store_migrate(store, other, 3, &c->error));

    /* Tables of somebody else. */
    char foreign[256];
    contract_new_address(c, foreign, sizeof(foreign));
    STORE_SCOPE struct store *theirs = NULL;
    open_at(c, foreign, &theirs);
    contract_run_elsewhere(c, foreign, "CREATE TABLE theirs (id TEXT PRIMARY KEY)");
    assert_int_equal(ERROR_CHECK, store_migrate(theirs, first, 3, &c->error));
    assert_non_null(strstr(c->error.what, "did not make"));
}

void test_migrate_failing(void **state)
{
    struct contract *c = contract_of(state);
    static const struct {
        const char *text;
        int code;
    } bad[] = {
        {"CREATE TABLE two (id BIGINT PRIMARY KEY) STRICT; CREATE TABLE two (id BIGINT PRIMARY KEY) STRICT",
         ERROR_SYSTEM},
        {"CREATE TABLE two (id BIGINT PRIMARY KEY) STRICT; INSERT INTO one (id) VALUES (1), (1)",
         ERROR_CONFLICT},
        {"CREATE TABLE two (id BIGINT PRIMARY KEY) STRICT; COMMIT; SELECT 1", ERROR_CHECK},
        {"/* a */ commit", ERROR_CHECK},
        {"ROLLBACK", ERROR_CHECK},
        {"SELECT 1;\n-- x\nSAVEPOINT a", ERROR_CHECK},
    };
    char address[256];
    contract_new_address(c, address, sizeof(address));
    STORE_SCOPE struct store *store = NULL;
    open_at(c, address, &store);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct store_migration m[] = {first[0], {2, "bad", bad[i].text, NULL}};
        assert_int_equal(bad[i].code, store_migrate(store, m, 2, &c->error));
        assert_int_equal(1, migrated(c, store));
    }
    if (c->kind == STORE_SQLITE) {
        struct store_migration m[] = {first[0],
                                      {2, "loose", "CREATE TABLE two (id BIGINT PRIMARY KEY)", NULL}};
        assert_int_equal(ERROR_SYSTEM, store_migrate(store, m, 2, &c->error));
        assert_non_null(strstr(c->error.what, "STRICT"));
        m[1].sqlite = "ATTACH ':memory:' AS other";
        assert_int_equal(ERROR_SYSTEM, store_migrate(store, m, 2, &c->error));
        m[1].sqlite = "PRAGMA writable_schema = 1";
        assert_int_equal(ERROR_SYSTEM, store_migrate(store, m, 2, &c->error));
    }
    GOOD(store_migrate(store, first, 3, &c->error)); /* nothing was kept that stands in the way */
}

void test_migrate_read_only(void **state)
{
    struct contract *c = contract_of(state);
    char address[256];
    contract_new_address(c, address, sizeof(address));
    STORE_SCOPE struct store *store = NULL;
    open_at(c, address, &store);
    GOOD(store_migrate(store, first, 2, &c->error));

    struct store_settings settings = {.database = address};
    STORE_SCOPE struct store *reading = NULL;
    GOOD(store_open(&settings, &reading, &c->error));
    struct store_session *writer = NULL;
    assert_int_equal(ERROR_FORBIDDEN, store_writer(reading, &writer, &c->error));
    assert_null(writer);
    GOOD(store_migrate(reading, first, 2, &c->error));
    assert_int_equal(ERROR_CHECK, store_migrate(reading, first, 3, &c->error));
    assert_non_null(strstr(c->error.what, "older"));
    assert_int_equal(ERROR_CHECK, store_migrate(reading, first, 1, &c->error));
}

static void *migrate(void *context)
{
    return store_migrate(context, first, 3, NULL) ? context : NULL;
}

void test_migrate_at_once(void **state)
{
    struct contract *c = contract_of(state);
    char address[256];
    contract_new_address(c, address, sizeof(address));
    struct store *store[3] = {NULL, NULL, NULL};
    pthread_t thread[3];
    for (int i = 0; i < 3; i++)
        open_at(c, address, &store[i]);
    for (int i = 0; i < 3; i++)
        assert_int_equal(0, pthread_create(&thread[i], NULL, migrate, store[i]));
    for (int i = 0; i < 3; i++) {
        void *wrong = NULL;
        pthread_join(thread[i], &wrong);
        assert_null(wrong);
    }
    assert_int_equal(3, migrated(c, store[1]));
    for (int i = 0; i < 3; i++)
        store_close(&store[i]);
}

/* A table is rebuilt while another refers to it. */
void test_migrate_foreign_keys(void **state)
{
    struct contract *c = contract_of(state);
    if (c->kind != STORE_SQLITE)
        return; /* PostgreSQL alters tables in place; it needs no such step */
    struct store_migration m[3];
    memcpy(m, contract_migration, 2 * sizeof(m[0]));
    m[2] = (struct store_migration){
        3, "rebuild",
        "CREATE TABLE fresh (id TEXT PRIMARY KEY, size BIGINT, name TEXT, body BLOB) STRICT;"
        "INSERT INTO fresh SELECT id, size, name, body FROM thing;"
        "DROP TABLE thing; ALTER TABLE fresh RENAME TO thing;",
        NULL};
    RUN("INSERT INTO thing (id, size) VALUES ('a', 1)");
    RUN("INSERT INTO part (id, thing) VALUES (1, 'a')");
    store_give_back(&c->writer);
    struct store_migration losing = m[2];
    losing.sqlite = "DELETE FROM thing";
    struct store_migration bad[] = {m[0], m[1], losing};
    assert_int_equal(ERROR_SYSTEM, store_migrate(c->store, bad, 3, &c->error));
    assert_non_null(strstr(c->error.what, "refer to nothing"));
    GOOD(store_migrate(c->store, m, 3, &c->error));
    GOOD(store_writer(c->store, &c->writer, &c->error));
    assert_int_equal(1, NUMBER("SELECT COUNT(*) FROM thing JOIN part ON part.thing = thing.id"));
    FAILS_AS(ERROR_CONFLICT, "DELETE FROM thing");
}

void test_append_only(void **state)
{
    struct contract *c = contract_of(state);
    RUN("INSERT INTO growing (id, note) VALUES (1, 'kept')");
    FAILS_AS(ERROR_SYSTEM, "UPDATE growing SET note = 'changed'");
    FAILS_AS(ERROR_SYSTEM, "DELETE FROM growing");
    FAILS_AS(ERROR_SYSTEM, "DELETE FROM growing WHERE id = 1 RETURNING note");
    FAILS_AS(ERROR_SYSTEM,
             "INSERT INTO growing (id, note) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET note = 'x'");
    FAILS_AS(ERROR_SYSTEM, "WITH gone AS (SELECT 1) DELETE FROM growing");
    RUN("INSERT INTO growing (id, note) VALUES (1, 'x') ON CONFLICT DO NOTHING");
    RUN("INSERT INTO growing (id, note) VALUES (2, 'more')");
    assert_int_equal(1, NUMBER("SELECT COUNT(*) FROM growing WHERE id = 1 AND note = 'kept'"));
    if (c->kind == STORE_SQLITE) {
        FAILS_AS(ERROR_SYSTEM, "DELETE FROM store_migration");
        FAILS_AS(ERROR_SYSTEM, "UPDATE sqlite_schema SET sql = ''");
    }
}

void test_open_errors(void **state)
{
    struct contract *c = contract_of(state);
    struct store_settings settings = {.database = "/no/such/folder/a.db", .may_write = true};
    if (c->kind == STORE_POSTGRES)
        settings.database = "host=/no/such/folder dbname=a";
    struct store *store = NULL;
    int result = store_open(&settings, &store, &c->error);
    assert_int_equal(c->kind == STORE_SQLITE ? ERROR_INPUT : ERROR_SYSTEM, result);
    assert_null(store);
    assert_true(strlen(c->error.fix) > 0);
    assert_non_null(strstr(c->error.what, "/no/such/folder") ? c->error.what
                                                             : strstr(c->error.where, "/no/such/folder"));
    settings.database = "";
    assert_int_equal(ERROR_INPUT, store_open(&settings, &store, &c->error));
    settings = contract_settings(c);
    settings.append_only = (const char *const[]){"growing; DROP TABLE thing"};
    assert_int_equal(ERROR_INPUT, store_open(&settings, &store, &c->error));
    if (c->kind == STORE_SQLITE) {
        char missing[280];
        snprintf(missing, sizeof(missing), "%s.missing", c->address);
        settings = (struct store_settings){.database = missing};
        assert_int_equal(ERROR_INPUT, store_open(&settings, &store, &c->error)); /* not made by a reader */
    }
}
