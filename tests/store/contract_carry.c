#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contract.h"
#include "support/folder.h"

/* One program writes; rows go from engine to engine; a table that was emptied leaves nothing. */

static const char *const grows[] = {"growing"};
static const struct store_tables all = {NULL, 0, true};

static void fill(struct contract *c)
{
    static const char bytes[] = "\0\xff\x80 any\n";
    char large[200000];
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)(i * 7);
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    RUN("INSERT INTO thing (id, size, name, body) VALUES ($1, $2, $3, $4)", STORE_STRING("a"), STORE_INT(0), STORE_STRING("Ξψω \\N\t''"),
        STORE_BYTES(bytes, sizeof bytes));
    RUN("INSERT INTO thing (id, size, name, body) VALUES ($1, $2, $3, $4)", STORE_STRING("b"), STORE_INT(INT64_MAX),
        STORE_TEXT_IF(false, TEXT("")), STORE_BYTES_IF(false, "", 0));
    RUN("INSERT INTO thing (id, size, name, body) VALUES ($1, $2, $3, $4)", STORE_STRING("c"), STORE_INT(1), STORE_STRING(""),
        STORE_BYTES(large, sizeof large));
    RUN("INSERT INTO part (id, thing) VALUES ($1, 'a')", STORE_INT(INT64_MIN));
    RUN("INSERT INTO part (id, thing) VALUES ($1, 'c')", STORE_INT(-1));
    RUN("INSERT INTO growing (id, note) VALUES ($1, 'kept')", STORE_INT(256));
    GOOD(store_commit(c->writer, &c->error));
}

static void check_one(struct contract *c, struct store *store)
{
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    STORE_SESSION_SCOPE struct store_session *first = NULL;
    GOOD(store_reader(store, &reader, &c->error));
    GOOD(store_reader(c->store, &first, &c->error));
    STORE_ROWS_SCOPE struct store_rows *here = NULL;
    STORE_ROWS_SCOPE struct store_rows *there = NULL;
    GOOD(store_query(first, "SELECT id, size, name, body FROM thing ORDER BY id", STORE_BIND(), &here, &c->error));
    GOOD(store_query(reader, "SELECT id, size, name, body FROM thing ORDER BY id", STORE_BIND(), &there, &c->error));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(1, store_next(here, &c->error));
        assert_int_equal(1, store_next(there, &c->error));
        assert_true(text_equal(store_text(here, 0), store_text(there, 0)));
        assert_int_equal(store_int(here, 1), store_int(there, 1));
        assert_int_equal(store_is_null(here, 2), store_is_null(there, 2));
        assert_int_equal(store_is_null(here, 3), store_is_null(there, 3));
        assert_true(store_is_null(here, 2) || text_equal(store_text(here, 2), store_text(there, 2)));
        assert_true(store_is_null(here, 3) || text_equal(store_bytes(here, 3), store_bytes(there, 3)));
    }
    assert_int_equal(0, store_next(there, &c->error));
    store_done(&there);
    int64_t n = 0;
    GOOD(store_one_int(reader, "SELECT count(*) FROM part WHERE (id = $1 AND thing = 'a') OR (id = -1 AND thing = 'c')",
                       STORE_BIND(STORE_INT(INT64_MIN)), &n, &c->error));
    assert_int_equal(2, n);
    GOOD(store_one_int(reader, "SELECT count(*) FROM growing WHERE id = 256 AND note = 'kept'", STORE_BIND(), &n, &c->error));
    assert_int_equal(1, n);
}

/* From this engine into a file of SQLite, and from that into another database of this engine. */
void test_rows_go_to_the_other_engine(void **state)
{
    struct contract *c = contract_of(state);
    char folder[TEST_FOLDER_SIZE], path[100], address[256];
    struct store_copy *copy = NULL;
    STORE_SCOPE struct store *file = NULL;
    STORE_SCOPE struct store *back = NULL;
    assert_int_equal(0, test_folder_make("carry", folder));
    snprintf(path, sizeof path, "%s/copy.db", folder);
    const struct store_copy_form form = {contract_migration, contract_migration_count, grows, 1, all};
    fill(c);
    GOOD(store_copy_begin(c->store, &copy, &c->error));
    RUN("INSERT INTO thing (id, size) VALUES ('later', 1)"); /* not in the picture */
    GOOD(store_copy_rows(copy, &form, path, NULL, &c->error));
    assert_int_equal(ERROR_CONFLICT, store_copy_rows(copy, &form, path, NULL, &c->error)); /* nothing is overwritten */
    store_copy_end(&copy);
    RUN("DELETE FROM thing WHERE id = 'later'");
    struct stat status;
    char log[120];
    snprintf(log, sizeof log, "%s-wal", path);
    assert_int_equal(0, stat(path, &status));
    assert_int_equal(0600, status.st_mode & 0777);
    assert_int_not_equal(0, stat(log, &status)); /* one file */

    struct store_settings settings = {.database = path, .may_write = true, .append_only = grows, .append_only_count = 1};
    GOOD(store_open(&settings, &file, &c->error));
    GOOD(store_migrate(file, contract_migration, contract_migration_count, &c->error));
    check_one(c, file);

    contract_new_address(c, address, sizeof address);
    settings = contract_settings(c);
    settings.database = address;
    GOOD(store_open(&settings, &back, &c->error));
    GOOD(store_migrate(back, contract_migration, contract_migration_count, &c->error));
    GOOD(store_fill(file, back, &all, NULL, &c->error));
    check_one(c, back);
    store_close(&file);
    assert_int_equal(0, test_folder_remove(folder));
}

/* ---- many ---- */

enum { MANY = 20500 };

struct told {
    struct contract *c;
    int64_t done, of;
};

static void note_told(void *context, int64_t done, int64_t of)
{
    struct told *told = context;
    told->done = done;
    told->of = of;
}

static void lose_connection(void *context, int64_t done, int64_t of)
{
    struct told *told = context;
    note_told(told, done, of);
    contract_run_elsewhere(told->c, told->c->address, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                                      " WHERE datname = current_database() AND pid <> pg_backend_pid()");
}

/* More than one transaction of an SQLite file; and where the connection is lost on the way, that is not the last of them. */
void test_many_rows_go(void **state)
{
    struct contract *c = contract_of(state);
    char folder[TEST_FOLDER_SIZE], path[100];
    int64_t n = 0;
    struct stat status;
    struct store_copy *copy = NULL;
    STORE_SCOPE struct store *file = NULL;
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    struct told told = {.c = c};
    struct store_progress progress = {note_told, &told};
    const char *const name[] = {"thing", "part"}; /* after the last table nobody asks for more */
    const struct store_copy_form form = {contract_migration, contract_migration_count, grows, 1, {name, 2, false}};
    assert_int_equal(0, test_folder_make("carry", folder));
    snprintf(path, sizeof path, "%s/copy.db", folder);
    RUN("INSERT INTO thing (id, size) VALUES ('a name that makes each row long enough for a socket to hold a part of them only', 1)");
    RUN("INSERT INTO part (id, thing) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)"
        " SELECT i, id FROM n, thing", STORE_INT(MANY));
    GOOD(store_copy_begin(c->store, &copy, &c->error));
    GOOD(store_copy_rows(copy, &form, path, &progress, &c->error));
    assert_int_equal(MANY + 1, told.of);
    assert_int_equal(MANY + 1, told.done);
    store_copy_end(&copy);
    struct store_settings settings = {.database = path};
    GOOD(store_open(&settings, &file, &c->error));
    GOOD(store_reader(file, &reader, &c->error));
    GOOD(store_one_int(reader, "SELECT count(DISTINCT id) FROM part", STORE_BIND(), &n, &c->error));
    assert_int_equal(MANY, n);
    if (c->kind == STORE_POSTGRES) {
        progress.tell = lose_connection;
        snprintf(path, sizeof path, "%s/lost.db", folder);
        GOOD(store_copy_begin(c->store, &copy, &c->error));
        assert_int_not_equal(0, store_copy_rows(copy, &form, path, &progress, &c->error));
        assert_true(told.done < MANY);
        assert_int_not_equal(0, stat(path, &status));
        store_copy_end(&copy);
    }
    store_give_back(&reader);
    store_close(&file);
    assert_int_equal(0, test_folder_remove(folder));
}

/* What does not fit is told; on PostgreSQL nothing of it is kept. */
void test_rows_that_do_not_fit(void **state)
{
    struct contract *c = contract_of(state);
    char address[256];
    int64_t n = 0;
    static const struct store_migration other[] = {{1, "other", "CREATE TABLE growing (id BIGINT PRIMARY KEY, note TEXT NOT NULL) STRICT;"
                                                               "CREATE TABLE part (id BIGINT PRIMARY KEY, thing TEXT NOT NULL,"
                                                               " CHECK (id = 0)) STRICT",
                                                    NULL}};
    STORE_SCOPE struct store *to = NULL;
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    fill(c);
    contract_new_address(c, address, sizeof address);
    struct store_settings settings = {.database = address, .may_write = true};
    GOOD(store_open(&settings, &to, &c->error));
    GOOD(store_migrate(to, other, 1, &c->error));
    const char *const name[] = {"growing", "part"};
    const struct store_tables two = {name, 2, false};
    int result = store_fill(c->store, to, &two, NULL, &c->error);
    assert_true(result == ERROR_INVALID || result == ERROR_CONFLICT);
    assert_non_null(strstr(c->error.where, "part"));
    GOOD(store_reader(to, &reader, &c->error));
    GOOD(store_one_int(reader, "SELECT count(*) FROM growing", STORE_BIND(), &n, &c->error));
    assert_int_equal(0, n);
}

/* A fraction in a damaged file is not taken for nothing, nor does it leave the database in the middle of something. */
void test_values_of_another_kind(void **state)
{
    struct contract *c = contract_of(state);
    char folder[TEST_FOLDER_SIZE], path[100], address[256];
    sqlite3 *db = NULL;
    STORE_SCOPE struct store *from = NULL;
    STORE_SCOPE struct store *to = NULL;
    const char *const name[] = {"growing"};
    const struct store_tables one = {name, 1, false};
    assert_int_equal(0, test_folder_make("carry", folder));
    snprintf(path, sizeof path, "%s/odd.db", folder);
    assert_int_equal(SQLITE_OK, sqlite3_open(path, &db));
    assert_int_equal(SQLITE_OK, sqlite3_exec(db, "CREATE TABLE growing (id BIGINT, note TEXT);"
                                                 "INSERT INTO growing VALUES (1, 'good'), (1.5, 'odd')", NULL, NULL, NULL));
    sqlite3_close(db);
    struct store_settings settings = {.database = path};
    GOOD(store_open(&settings, &from, &c->error));
    contract_new_address(c, address, sizeof address);
    settings = (struct store_settings){.database = address, .may_write = true};
    GOOD(store_open(&settings, &to, &c->error));
    GOOD(store_migrate(to, contract_migration, contract_migration_count, &c->error));
    assert_int_equal(ERROR_CHECK, store_fill(from, to, &one, NULL, &c->error));
    assert_string_equal(c->error.what, "A value is of a kind that does not belong there");
    int64_t n = 0;
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    GOOD(store_writer(to, &writer, &c->error));
    GOOD(store_one_int(writer, "SELECT count(*) FROM growing", STORE_BIND(), &n, &c->error));
    assert_int_equal(0, n);
    GOOD(store_run(writer, "INSERT INTO growing (id, note) VALUES (1, 'goes on')", STORE_BIND(), NULL, &c->error));
    store_close(&from);
    assert_int_equal(0, test_folder_remove(folder));
}

void test_one_writes_alone(void **state)
{
    struct contract *c = contract_of(state);
    if (c->kind != STORE_POSTGRES)
        skip();
    char address[256];
    struct store *first = NULL, *second = NULL;
    contract_new_address(c, address, sizeof address);
    struct store_settings settings = {.database = address, .may_write = true, .alone = true, .wait_ms = 200};
    struct store *other[3] = {NULL, NULL, NULL}; /* of other databases of this machine */
    for (size_t i = 0; i < 3; i++) {
        GOOD(store_open(&settings, &other[i], &c->error));
        contract_new_address(c, address, sizeof address);
    }
    GOOD(store_open(&settings, &first, &c->error));
    assert_int_equal(ERROR_CONFLICT, store_open(&settings, &second, &c->error));
    assert_null(second);
    char holder[100];
    int64_t process = 0;
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    GOOD(store_writer(first, &writer, &c->error));
    GOOD(store_one_int(writer, "SELECT pg_backend_pid()", STORE_BIND(), &process, &(struct error){0}));
    store_give_back(&writer);
    snprintf(holder, sizeof holder, "Another server has it open: a program at this machine, process %lld ", (long long)process);
    if (!strstr(c->error.what, holder))
        fail_msg("%s is not in: %s", holder, c->error.what);
    for (size_t i = 0; i < 3; i++)
        store_close(&other[i]);
    settings.alone = false; /* who only looks, or does not say that it is alone, is let in */
    GOOD(store_open(&settings, &second, &c->error));
    store_close(&second);

    /* Its connection is lost, and with it the place: it can write nothing more. */
    GOOD(store_writer(first, &writer, &c->error));
    assert_false(store_lost(writer));
    contract_run_elsewhere(c, address,
                           "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    settings.alone = true;
    GOOD(store_open(&settings, &second, &c->error));
    assert_int_equal(ERROR_SYSTEM, store_begin(writer, STORE_WRITE, &c->error));
    assert_true(store_lost(writer));
    store_give_back(&writer);
    assert_int_equal(ERROR_CONFLICT, store_writer(first, &writer, &c->error)); /* nor by another connection */
    store_close(&second);
    GOOD(store_writer(first, &writer, &c->error));
    store_give_back(&writer);
    store_close(&first);
}

void test_scrub_table(void **state)
{
    struct contract *c = contract_of(state);
    RUN("INSERT INTO thing (id, size) VALUES ('a', 1)");
    if (c->kind == STORE_POSTGRES) {
        assert_int_equal(ERROR_CONFLICT, store_scrub_table(c->writer, "thing", &c->error)); /* there are rows */
        RUN("INSERT INTO part (id, thing) VALUES (1, 'a')");
        assert_int_equal(ERROR_CONFLICT, store_scrub_table(c->writer, "part", &c->error));
        assert_true(store_retry(c->writer));
        assert_int_equal(1, NUMBER("SELECT count(*) FROM part"));
        RUN("DELETE FROM part");
        STORE_SESSION_SCOPE struct store_session *reader = NULL;
        GOOD(store_reader(c->store, &reader, &c->error));
        GOOD(store_begin(reader, STORE_READ, &c->error));
        int64_t n = 0;
        GOOD(store_one_int(reader, "SELECT count(*) FROM part", STORE_BIND(), &n, &c->error));
        assert_int_equal(ERROR_CONFLICT, store_scrub_table(c->writer, "part", &c->error)); /* somebody looks at it */
        assert_true(store_retry(c->writer));
        store_rollback(reader);
        GOOD(store_scrub_table(c->writer, "part", &c->error));
        GOOD(store_one_int(c->writer, "SELECT pg_relation_size('part')", STORE_BIND(), &n, &c->error));
        assert_int_equal(0, n);
    } else {
        GOOD(store_scrub_table(c->writer, "part", &c->error));
    }
    RUN("INSERT INTO part (id, thing) VALUES (2, 'a')");
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    assert_int_equal(ERROR_SYSTEM, store_scrub_table(c->writer, "part", &c->error));
    store_rollback(c->writer);
}
