#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "good.h"
#include "inside.h"
#include "support/folder.h"

/* What only SQLite has: a file that others can reach, and SQL that could reach other files. */

static char folder[TEST_FOLDER_SIZE], path[100];
static const char *const append_only[] = {"growing"};
static const struct store_migration migration[] = {
    {1, "tables",
     "CREATE TABLE thing (id BIGINT PRIMARY KEY, note TEXT) STRICT;"
     "CREATE TABLE parent (id BIGINT PRIMARY KEY) STRICT;"
     "CREATE TABLE growing (id BIGINT PRIMARY KEY, parent BIGINT REFERENCES parent (id) ON DELETE CASCADE) "
     "STRICT",
     NULL}};

#define GOOD(call) GOOD_WITH(call, &error)

static void fresh(struct store **store, struct store_session **writer)
{
    static int made;
    struct error error;
    snprintf(path, sizeof(path), "%s/guard%d.db", folder, ++made);
    struct store_settings settings = {.database = path,
                                      .may_write = true,
                                      .append_only = append_only,
                                      .append_only_count = 1,
                                      .wait_ms = 100};
    GOOD(store_open(&settings, store, &error));
    GOOD(store_migrate(*store, migration, 1, &error));
    GOOD(store_writer(*store, writer, &error));
}

static void test_file_mode(void **state)
{
    (void)state;
    STORE_SCOPE struct store *store = NULL;
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    umask(0);
    fresh(&store, &writer);
    static const char *const ending[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char name[120];
        struct stat status;
        snprintf(name, sizeof(name), "%s%s", path, ending[i]);
        assert_int_equal(0, stat(name, &status));
        assert_int_equal(0600, status.st_mode & 0777);
    }
}

static int number_of(struct store_session *session, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    session->own = true;
    assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(session->sqlite, sql, -1, &statement, NULL));
    session->own = false;
    assert_int_equal(SQLITE_ROW, sqlite3_step(statement));
    int number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static void check_protected(struct store_session *session)
{
    static const struct {
        int option, value;
    } option[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1}, {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}, {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
        {SQLITE_DBCONFIG_DQS_DDL, 0}, {SQLITE_DBCONFIG_DQS_DML, 0}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };
    static const struct {
        const char *sql;
        int value;
    } setting[] = {
        {"PRAGMA synchronous", 2}, {"PRAGMA secure_delete", 1}, {"PRAGMA recursive_triggers", 1},
        {"PRAGMA temp_store", 2}, {"PRAGMA cell_size_check", 1}, {"PRAGMA mmap_size", 0},
    };
    for (size_t i = 0; i < sizeof option / sizeof *option; i++) {
        int now = -1;
        assert_int_equal(SQLITE_OK, sqlite3_db_config(session->sqlite, option[i].option, -1, &now));
        if (now != option[i].value)
            fail_msg("option %d is %d", option[i].option, now);
    }
    for (size_t i = 0; i < sizeof setting / sizeof *setting; i++)
        if (number_of(session, setting[i].sql) != setting[i].value)
            fail_msg("%s is %d", setting[i].sql, number_of(session, setting[i].sql));
    assert_int_equal(session->writer ? 0 : 1, number_of(session, "PRAGMA query_only"));
    assert_int_equal(0, sqlite3_limit(session->sqlite, SQLITE_LIMIT_ATTACHED, -1));
}

/* In each session of a database that is opened again, and not only behind the migrations. */
static void test_each_session_is_protected(void **state)
{
    (void)state;
    struct error error;
    STORE_SCOPE struct store *store = NULL;
    STORE_SESSION_SCOPE struct store_session *writer = NULL, *reader = NULL;
    fresh(&store, &writer);
    store_give_back(&writer);
    store_close(&store);
    GOOD(store_open(&(struct store_settings){.database = path, .may_write = true}, &store, &error));
    GOOD(store_writer(store, &writer, &error));
    GOOD(store_reader(store, &reader, &error));
    check_protected(writer);
    check_protected(reader);
    assert_int_equal(ERROR_CONFLICT, store_run(writer, "INSERT INTO growing (id, parent) VALUES (1, 7)", STORE_BIND(), NULL, &error));
}

static bool file_holds(const char *name, const char *marker)
{
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    struct text content = {0};
    struct error error;
    GOOD(file_read(arena, name, 32 << 20, &content, &error));
    return text_find(content, text_of(marker)) >= 0;
}

static void test_deleted_content_is_gone(void **state)
{
    (void)state;
    STORE_SCOPE struct store *store = NULL;
    STORE_SESSION_SCOPE struct store_session *writer = NULL, *reader = NULL;
    struct error error;
    fresh(&store, &writer);
    char log[120];
    snprintf(log, sizeof(log), "%s-wal", path);
    char big[20000];
    memset(big, 'x', sizeof(big));
    memcpy(big + sizeof(big) - 30, "MARKER-TO-DISAPPEAR", 19); /* on an overflow page */
    GOOD(store_run(
        writer,
        "INSERT INTO thing (id, note) VALUES (1, $1), (2, 'MARKER-TO-DISAPPEAR'), (3, 'MARKER-TO-STAY')",
        STORE_BIND(STORE_TEXT((struct text){big, sizeof(big)})), NULL, &error));
    GOOD(store_scrub(writer, &error));
    assert_true(file_holds(path, "MARKER-TO-DISAPPEAR"));
    GOOD(store_run(writer, "DELETE FROM thing WHERE id < 3", STORE_BIND(), NULL, &error));

    /* A reader that still looks at the old picture holds the log. */
    GOOD(store_reader(store, &reader, &error));
    GOOD(store_begin(reader, STORE_READ, &error));
    GOOD(store_run(writer, "INSERT INTO thing (id, note) VALUES (4, 'x')", STORE_BIND(), NULL, &error));
    assert_int_equal(ERROR_CONFLICT, store_scrub(writer, &error));
    assert_true(store_retry(writer));
    store_rollback(reader);

    GOOD(store_scrub(writer, &error));
    assert_false(file_holds(path, "MARKER-TO-DISAPPEAR"));
    assert_false(file_holds(log, "MARKER-TO-DISAPPEAR"));
    assert_true(file_holds(path, "MARKER-TO-STAY"));
}

#define REFUSED(sql) assert_int_equal(ERROR_SYSTEM, store_run(writer, sql, STORE_BIND(), NULL, &error))

static void test_authorizer(void **state)
{
    (void)state;
    STORE_SCOPE struct store *store = NULL;
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    struct error error;
    fresh(&store, &writer);
    REFUSED("SELECT load_extension('/tmp/x.so')");
    REFUSED("SELECT fts3_tokenizer('simple', x'00')");
    REFUSED("INSERT INTO sqlite_schema (type) VALUES ('table')");
    REFUSED("DELETE FROM sqlite_schema");
    REFUSED("WITH x AS (SELECT 1) UPDATE sqlite_schema SET sql = ''");
    REFUSED("UPDATE store_migration SET sha256 = ''");
    REFUSED(
        "INSERT INTO store_migration (room, number, name, sha256, applied_at) VALUES ('a', 1, 'a', 'a', 1)");
    REFUSED("UPDATE GROWING SET parent = 1");
    REFUSED("DELETE FROM main.growing");
    REFUSED("SELECT \"no such column\" FROM thing"); /* not taken for a string */
    GOOD(store_run(writer, "SELECT COUNT(*) FROM sqlite_schema", STORE_BIND(), NULL, &error));
}

static void test_append_only_for_others(void **state)
{
    (void)state;
    STORE_SCOPE struct store *store = NULL;
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    struct error error;
    fresh(&store, &writer);
    GOOD(store_run(writer, "INSERT INTO parent (id) VALUES (1)", STORE_BIND(), NULL, &error));
    GOOD(store_run(writer, "INSERT INTO growing (id, parent) VALUES (1, 1)", STORE_BIND(), NULL, &error));
    /* Not by way of a foreign key either. */
    assert_true(store_run(writer, "DELETE FROM parent WHERE id = 1", STORE_BIND(), NULL, &error) < 0);
    sqlite3 *other = NULL;
    assert_int_equal(SQLITE_OK, sqlite3_open(path, &other));
    assert_int_equal(SQLITE_CONSTRAINT, sqlite3_exec(other, "DELETE FROM growing", NULL, NULL, NULL) & 0xff);
    assert_int_equal(SQLITE_CONSTRAINT,
                     sqlite3_exec(other, "UPDATE growing SET id = 2", NULL, NULL, NULL) & 0xff);
    sqlite3_close(other);
    int64_t n = 0;
    GOOD(store_one_int(writer, "SELECT COUNT(*) FROM growing WHERE id = 1", STORE_BIND(), &n, &error));
    assert_int_equal(1, n);
}

static void test_strange_files(void **state)
{
    (void)state;
    struct error error;
    struct store *store = NULL;
    struct store_settings settings = {.database = ":memory:", .may_write = true};
    char here[4096];
    assert_non_null(getcwd(here, sizeof(here)));
    assert_int_equal(0, chdir(folder)); /* if it should make a file, then not in the source */
    assert_int_equal(ERROR_INPUT, store_open(&settings, &store, &error));
    assert_int_equal(0, chdir(here));
    assert_non_null(strstr(error.what, "write-ahead log"));

    snprintf(path, sizeof(path), "%s/not.db", folder);
    GOOD(file_replace(
        path,
        TEXT("This is a letter and not a database. It is long enough to be looked at, is it not? "
             "A header has a hundred bytes, so here are more."),
        0600, &error));
    settings.database = path;
    assert_int_equal(ERROR_SYSTEM, store_open(&settings, &store, &error));
    assert_non_null(strstr(error.what, "not an SQLite database"));
    assert_non_null(strstr(error.fix, "backup"));
}

static void test_damaged_page(void **state)
{
    (void)state;
    struct error error;
    struct store *store = NULL;
    struct store_session *writer = NULL;
    fresh(&store, &writer);
    GOOD(store_begin(writer, STORE_WRITE, &error));
    for (int i = 0; i < 3000; i++)
        GOOD(store_run(writer,
                       "INSERT INTO thing (id, note) VALUES ($1, 'some words to fill the pages with')",
                       STORE_BIND(STORE_INT(i)), NULL, &error));
    GOOD(store_commit(writer, &error));
    store_give_back(&writer);
    store_close(&store);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    for (long at = 20 * 4096; at < size; at += 4096) {
        fseek(file, at, SEEK_SET);
        fwrite("\xff\xff\xff\xff\xff\xff\xff\xff", 1, 8, file);
    }
    fclose(file);
    struct store_settings settings = {.database = path, .may_write = true};
    GOOD(store_open(&settings, &store, &error));
    GOOD(store_writer(store, &writer, &error));
    int64_t n;
    int result = store_one_int(writer, "SELECT SUM(length(note)) FROM thing", STORE_BIND(), &n, &error);
    assert_int_equal(ERROR_SYSTEM, result);
    assert_non_null(strstr(error.what, "damaged"));
    assert_true(store_poisoned(store));
    store_give_back(&writer);
    store_close(&store);
}

static void test_dialect(void **state)
{
    (void)state;
    static const struct {
        const char *common, *sqlite, *postgres; /* NULL: as the common text */
    } good[] = {
        {"CREATE TABLE a (b bigint, c Blob) strict;", "CREATE TABLE a (b INTEGER, c Blob) strict;",
         "CREATE TABLE a (b bigint, c BYTEA) ;"},
        {"SELECT 'BIGINT BLOB STRICT', \"BLOB\" -- STRICT", NULL, NULL},
        {"/* BLOB; COMMIT */ SELECT 1", NULL, NULL},
        {"SELECT 'it''s; COMMIT' , BLOBS, x_BIGINT, BIGINT2", NULL, NULL},
        {"SELECT $a$ BLOB; COMMIT; $a$, $$ STRICT $$, $1", NULL, NULL},
        {"CREATE TRIGGER t BEFORE UPDATE ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END; "
         "SELECT 1",
         NULL, ""},
        {"", NULL, NULL},
        {"'open BLOB", NULL, NULL},
        {"/* open BLOB", NULL, NULL},
    };
    static const char *const bad[] = {"COMMIT",
                                      " ; end",
                                      "SELECT 1; rollback",
                                      "/**/BEGIN",
                                      "--\nSAVEPOINT a",
                                      "RELEASE a",
                                      "START TRANSACTION",
                                      "ABORT",
                                      "SELECT ';'; COMMIT"};
    struct error error;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        for (int kind = 0; kind < 2; kind++) {
            const char *want = kind == STORE_SQLITE ? good[i].sqlite : good[i].postgres;
            char *out = NULL;
            if (want && !*want)
                continue; /* the text is for the other engine */
            GOOD(store_dialect((enum store_engine_kind)kind, good[i].common, &out, &error));
            assert_string_equal(want ? want : good[i].common, out);
            free(out);
        }
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char *out = NULL;
        assert_int_equal(ERROR_CHECK, store_dialect(STORE_SQLITE, bad[i], &out, &error));
        assert_int_equal(ERROR_CHECK, store_dialect(STORE_POSTGRES, bad[i], &out, &error));
        assert_null(out);
    }
}

/* Past this program, with no check: as an administrator can. */
static void tamper(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(SQLITE_OK, sqlite3_open(path, &db));
    assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
    assert_int_equal(SQLITE_OK, sqlite3_close(db));
}

#define NOT_STRICT "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'thing';"
#define STRICT_AGAIN "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'thing'"

struct heard {
    size_t lines;
    char all[2000];
};

static void hear(void *self, struct text what)
{
    struct heard *heard = self;
    size_t n = strlen(heard->all);
    heard->lines++;
    snprintf(heard->all + n, sizeof(heard->all) - n, "%.*s\n", TEXT_ARGS(what));
}

static void hear_schema(void *self, struct text name, const char *what)
{
    (void)what;
    hear(self, name);
}

/* A cell of another kind ends a query, but for who examines; and is told, each in its line. */
static void test_examined(void **state)
{
    (void)state;
    struct error error;
    STORE_SCOPE struct store *store = NULL;
    STORE_SESSION_SCOPE struct store_session *writer = NULL, *reader = NULL;
    fresh(&store, &writer);
    GOOD(store_run(writer, "INSERT INTO thing (id, note) VALUES (1, 'a'), (2, 'b')", STORE_BIND(), NULL, &error));
    tamper(NOT_STRICT);
    tamper("UPDATE thing SET note = x'61'; INSERT INTO growing VALUES (1, 77)");
    tamper(STRICT_AGAIN);
    for (int examined = 0; examined < 2; examined++) {
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        GOOD(store_reader(store, &reader, &error));
        if (examined)
            store_examine(reader);
        const char strange[] = "\xff";
        int found = store_query(reader, "SELECT note FROM thing WHERE note <> $1", STORE_BIND(STORE_TEXT((struct text){strange, 1})), &rows, &error);
        assert_int_equal(examined ? 0 : ERROR_INPUT, found);
        store_done(&rows);
        GOOD(store_query(reader, "SELECT note FROM thing ORDER BY id", STORE_BIND(), &rows, &error));
        assert_int_equal(1, store_next(rows, &error));
        assert_int_equal(0, store_text(rows, 0).n);
        assert_int_equal(examined ? 1 : ERROR_SYSTEM, store_next(rows, &error));
        store_done(&rows);
        store_give_back(&reader);
    }
    struct heard heard = {0};
    const struct store_check_report report = {&heard, hear};
    GOOD(store_check(store, &report, &error));
    assert_int_equal(3, heard.lines);
    assert_non_null(strstr(heard.all, "non-TEXT value in thing.note"));
    assert_non_null(strstr(heard.all, "1 row of growing refers to nothing"));
}

/* Whatever it calls itself: only the tables that SQLite makes for statistics are passed over. */
static void test_schema_of_others(void **state)
{
    (void)state;
    struct error error;
    STORE_SCOPE struct store *store = NULL;
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    fresh(&store, &writer);
    store_give_back(&writer);
    struct heard heard = {0};
    const struct store_schema_report report = {&heard, hear_schema};
    tamper("ANALYZE");
    GOOD(store_schema_check(store, migration, 1, &report, &error));
    assert_int_equal(0, heard.lines);
    tamper("CREATE TABLE away (x); PRAGMA writable_schema = ON; UPDATE sqlite_schema SET name = 'sqlite_stat_x', tbl_name = 'sqlite_stat_x',"
           " sql = 'CREATE TABLE sqlite_stat_x (x)' WHERE name = 'away'");
    GOOD(store_schema_check(store, migration, 1, &report, &error));
    assert_int_equal(1, heard.lines);
    assert_non_null(strstr(heard.all, "sqlite_stat_x"));
}

/* Who only reads looks at the record of migrations whole: this room's too, and that there are no others. */
static void test_record_of_migrations(void **state)
{
    (void)state;
    static const char *const sql[] = {"UPDATE store_migration SET sha256 = 'x' WHERE room = 'store'",
                                      "DELETE FROM store_migration WHERE room = 'store'",
                                      "INSERT INTO store_migration SELECT 'another', 1, 'x', 'x', 1"};
    for (size_t i = 0; i < sizeof(sql) / sizeof(*sql); i++) {
        struct error error;
        struct store *store = NULL;
        struct store_session *writer = NULL;
        fresh(&store, &writer);
        store_give_back(&writer);
        store_close(&store);
        struct store_settings settings = {.database = path};
        GOOD(store_open(&settings, &store, &error));
        GOOD(store_migrate(store, migration, 1, &error));
        store_close(&store);
        tamper(sql[i]);
        GOOD(store_open(&settings, &store, &error));
        assert_int_equal(ERROR_CHECK, store_migrate(store, migration, 1, &error));
        store_close(&store);
    }
}

static int start(void **state)
{
    (void)state;
    log_threshold((enum log_level)(LOG_LEVEL_ERROR + 1));
    return test_folder_make("guard", folder);
}

static int end(void **state)
{
    (void)state;
    return test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_session_is_protected),
        cmocka_unit_test(test_file_mode),     cmocka_unit_test(test_deleted_content_is_gone),
        cmocka_unit_test(test_authorizer),    cmocka_unit_test(test_append_only_for_others),
        cmocka_unit_test(test_strange_files), cmocka_unit_test(test_damaged_page),
        cmocka_unit_test(test_dialect),       cmocka_unit_test(test_examined),
        cmocka_unit_test(test_schema_of_others), cmocka_unit_test(test_record_of_migrations),
    };
    return cmocka_run_group_tests(tests, start, end) != 0;
}
