#include "alter.h"

#include "raw.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* ---- the file ---- */

/* Which way it is written is said in bytes 18 and 19 of a database: 2 is by a log beside it, which memory has none of. */
enum { WAYS = 18, BY_LOG = 2, BY_JOURNAL = 1 };

void alter_file_read(struct alter_file *file, const char *home, const char *name)
{
    *file = (struct alter_file){.name = name};
    snprintf(file->path, sizeof file->path, "%s/data/%s.db", home, name);
    FILE *in = fopen(file->path, "rb");
    assert_non_null(in);
    assert_int_equal(fseek(in, 0, SEEK_END), 0);
    file->n = (size_t)ftell(in);
    rewind(in);
    file->good = malloc(file->n);
    assert_non_null(file->good);
    assert_int_equal(fread(file->good, 1, file->n, in), file->n);
    fclose(in);
}

void alter_file_end(struct alter_file *file)
{
    free(file->good);
    *file = (struct alter_file){0};
}

static void write_bytes(const struct alter_file *file, const unsigned char *bytes, size_t n)
{
    char beside[sizeof file->path + 4];
    static const char *const ends[] = {"-wal", "-shm"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(beside, sizeof beside, "%s%s", file->path, ends[i]);
        assert_true(unlink(beside) == 0 || errno == ENOENT);
    }
    FILE *out = fopen(file->path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
}

sqlite3 *alter_begin(const struct alter_file *file)
{
    sqlite3 *db;
    unsigned char *copy = sqlite3_malloc64(file->n);
    assert_non_null(copy);
    memcpy(copy, file->good, file->n);
    copy[WAYS] = copy[WAYS + 1] = BY_JOURNAL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_deserialize(db, "main", copy, (sqlite3_int64)file->n, (sqlite3_int64)file->n,
                                         SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE),
                     SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    return db;
}

void alter_write(const struct alter_file *file, sqlite3 **db)
{
    sqlite3_int64 n = 0;
    unsigned char *bytes = sqlite3_serialize(*db, "main", &n, 0);
    assert_non_null(bytes);
    bytes[WAYS] = bytes[WAYS + 1] = file->good[WAYS];
    write_bytes(file, bytes, (size_t)n);
    sqlite3_free(bytes);
    sqlite3_close(*db);
    *db = NULL;
}

void alter_put_back(const struct alter_file *file)
{
    write_bytes(file, file->good, file->n);
}

void alter_write_as(const struct alter_file *file, const struct alter_file *other)
{
    write_bytes(file, other->good, other->n);
}

/* ---- SQL ---- */

void alter_run(sqlite3 *db, const char *format, ...)
{
    RAW_FORMATTED(sql, format);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

int alter_try(sqlite3 *db, const char *format, ...)
{
    RAW_FORMATTED(sql, format);
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    if (code != SQLITE_OK && code != SQLITE_CONSTRAINT)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    return code;
}

int64_t alter_int(sqlite3 *db, const char *format, ...)
{
    RAW_FORMATTED(sql, format);
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    int64_t value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return value;
}

/* ---- tables ---- */

static void read_columns(sqlite3 *db, struct alter_table *table)
{
    sqlite3_stmt *statement;
    assert_int_equal(
        sqlite3_prepare_v2(db,
                           "SELECT c.name, c.pk, EXISTS (SELECT 1 FROM pragma_index_list($1) l, pragma_index_info(l.name) i"
                           " WHERE i.name = c.name), upper(c.type) = 'INTEGER' FROM pragma_table_info($1) c ORDER BY c.cid",
                           -1, &statement, NULL),
        SQLITE_OK);
    sqlite3_bind_text(statement, 1, table->name, -1, SQLITE_STATIC);
    bool whole = false;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        assert_true(table->columns < ALTER_COLUMNS);
        struct alter_column *column = &table->column[table->columns++];
        snprintf(column->name, sizeof column->name, "%s", (const char *)sqlite3_column_text(statement, 0));
        column->key = sqlite3_column_int(statement, 1);
        column->indexed = sqlite3_column_int(statement, 2) || column->key;
        table->keys += column->key > 0;
        whole |= column->key && sqlite3_column_int(statement, 3);
    }
    sqlite3_finalize(statement);
    table->alias = whole && table->keys == 1 && !table->without_rowid;
}

size_t alter_tables(sqlite3 *db, struct alter_table *table, size_t room)
{
    size_t n = 0;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                                            " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name", -1, &statement, NULL),
                     SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        assert_true(n < room);
        table[n] = (struct alter_table){.without_rowid = sqlite3_column_int(statement, 1)};
        snprintf(table[n].name, sizeof table[n].name, "%s", (const char *)sqlite3_column_text(statement, 0));
        read_columns(db, &table[n]);
        table[n].rows = alter_int(db, "SELECT count(*) FROM \"%s\"", table[n].name);
        n++;
    }
    sqlite3_finalize(statement);
    return n;
}

/* Those that SQLite made for what must be unique, in their order, as the table's own words have to name them. */
static size_t put_unique(sqlite3 *db, const struct alter_table *table, char *sql, size_t at)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT l.origin, (SELECT group_concat(i.name, ',') FROM pragma_index_info(l.name) i)"
                                        " FROM pragma_index_list($1) l WHERE l.origin <> 'c' ORDER BY l.seq DESC",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(statement, 1, table->name, -1, SQLITE_STATIC);
    while (sqlite3_step(statement) == SQLITE_ROW)
        at += (size_t)snprintf(sql + at, RAW_SQL_MOST - at, ", %s(%s)",
                               strcmp((const char *)sqlite3_column_text(statement, 0), "pk") == 0 ? "PRIMARY KEY " : "UNIQUE ",
                               (const char *)sqlite3_column_text(statement, 1));
    sqlite3_finalize(statement);
    return at;
}

void alter_loosen(sqlite3 *db, const struct alter_table *table, bool bare)
{
    char sql[RAW_SQL_MOST];
    size_t at = (size_t)snprintf(sql, sizeof sql, "CREATE TABLE \"%s\" (", table->name);
    for (size_t i = 0; i < table->columns; i++)
        at += (size_t)snprintf(sql + at, sizeof sql - at, "%s\"%s\"%s", i ? ", " : "", table->column[i].name,
                               table->alias && table->column[i].key ? " INTEGER PRIMARY KEY" : "");
    if (!bare || table->without_rowid)
        at = put_unique(db, table, sql, at);
    at += (size_t)snprintf(sql + at, sizeof sql - at, ")%s", table->without_rowid ? " WITHOUT ROWID" : "");
    alter_run(db, "CREATE TEMP TABLE was AS SELECT rowid AS n, * FROM main.sqlite_schema WHERE tbl_name = '%s';"
                  "PRAGMA writable_schema = ON", table->name);
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db, "UPDATE main.sqlite_schema SET sql = $1 WHERE type = 'table' AND name = $2", -1, &statement, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(statement, 1, sql, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, table->name, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
    if (bare)
        alter_run(db, "DELETE FROM main.sqlite_schema WHERE type = 'index' AND tbl_name = '%s'%s", table->name,
                  table->without_rowid ? " AND name NOT LIKE 'sqlite\\_auto%' ESCAPE '\\'" : "");
    alter_run(db, "PRAGMA writable_schema = RESET");
}

void alter_tighten(sqlite3 *db, const struct alter_table *table)
{
    alter_run(db, "PRAGMA writable_schema = ON;"
                  "DELETE FROM main.sqlite_schema WHERE tbl_name = '%s';"
                  "INSERT INTO main.sqlite_schema (rowid, type, name, tbl_name, rootpage, sql) SELECT n, type, name, tbl_name, rootpage, sql FROM was;"
                  "DROP TABLE temp.was;"
                  "PRAGMA writable_schema = RESET", table->name);
}
