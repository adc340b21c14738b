#include "alter_judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* What a table is made of, and what hangs on it. */

static void tell(const struct alter_file *file, const struct alter_table *table, const char *what, const char *index, sqlite3 **db)
{
    struct alteration a = {.file = file, .table = table, .inside = true, .any = true}; /* no table's schema is outside */
    snprintf(a.what, sizeof a.what, "%s%s%s", what, index ? ": " : "", index ? index : "");
    alter_tell(&a, db);
}

/* In SQL, with the table's name for each @ and the index's for each #. */
static void run_for(sqlite3 *db, const char *form, const char *table, const char *index)
{
    char sql[4096];
    size_t at = 0;
    for (const char *p = form; *p; p++) {
        const char *put = *p == '@' ? table : *p == '#' ? index : NULL;
        at += (size_t)snprintf(sql + at, sizeof sql - at, "%.*s", put ? 200 : 1, put ? put : p);
    }
    alter_run(db, "%s", sql);
}

#define SCHEMA "PRAGMA writable_schema = ON; "
#define AGAIN "; PRAGMA writable_schema = RESET"

static const struct {
    const char *what, *sql;
} of_table[] = {
    {"a trigger added", "CREATE TRIGGER quiet AFTER INSERT ON \"@\" BEGIN SELECT 1; END"},
    {"a trigger added that calls itself statistics",
     "CREATE TRIGGER quiet AFTER INSERT ON \"@\" BEGIN SELECT 1; END;" SCHEMA
     "UPDATE sqlite_schema SET name = 'sqlite_stat9' WHERE name = 'quiet'" AGAIN},
    {"a trigger added that has no name",
     "CREATE TRIGGER quiet AFTER INSERT ON \"@\" BEGIN SELECT 1; END;" SCHEMA
     "UPDATE sqlite_schema SET name = NULL WHERE name = 'quiet'" AGAIN},
    {"a trigger added that has no kind",
     "CREATE TRIGGER quiet AFTER INSERT ON \"@\" BEGIN SELECT 1; END;" SCHEMA
     "UPDATE sqlite_schema SET type = NULL WHERE name = 'quiet'" AGAIN},
    {"its triggers dropped", SCHEMA "DELETE FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '@'" AGAIN},
    {"a column added", "ALTER TABLE \"@\" ADD COLUMN extra TEXT"},
    {"dropped", "DROP TABLE \"@\""},
    {"a view in its place", "ALTER TABLE \"@\" RENAME TO away; CREATE VIEW \"@\" AS SELECT * FROM away"},
    {"a table of the same rows in its place", "CREATE TABLE away AS SELECT * FROM \"@\"; DROP TABLE \"@\"; ALTER TABLE away RENAME TO \"@\""},
    {"an index added", "CREATE INDEX extra ON \"@\" (1)"},
    {"no longer strict", SCHEMA "UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE type = 'table' AND name = '@'" AGAIN},
    {"NULL allowed in it", SCHEMA "UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL', '') WHERE type = 'table' AND name = '@'" AGAIN},
    {"a table beside it", "CREATE TABLE \"@_2x\" AS SELECT * FROM \"@\""},
    {"a table beside it that calls itself statistics",
     "CREATE TABLE away AS SELECT * FROM \"@\";" SCHEMA
     "UPDATE sqlite_schema SET name = 'sqlite_stat_x', tbl_name = 'sqlite_stat_x', sql = replace(sql, 'away', 'sqlite_stat_x')"
     " WHERE name = 'away'" AGAIN},
};

#define WITHOUT_ROWS "its index without rows"
static const struct {
    const char *what, *sql;
    bool any; /* also of one that SQLite made */
} of_index[] = {
    {"its index dropped", "DROP INDEX \"#\"", false},
    {WITHOUT_ROWS, SCHEMA "UPDATE sqlite_schema SET sql = sql || ' WHERE 0' WHERE name = '#'" AGAIN "; REINDEX \"#\";" SCHEMA
                               "UPDATE sqlite_schema SET sql = replace(sql, ' WHERE 0', '') WHERE name = '#'" AGAIN, false},
    {"its index of something else", SCHEMA "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema o WHERE o.type = 'index'"
                                    " AND o.name <> '#' AND o.rootpage > 0 ORDER BY o.name LIMIT 1) WHERE name = '#'" AGAIN, true},
    {"its index of nothing", SCHEMA "DELETE FROM sqlite_schema WHERE name = '#'" AGAIN, false},
};

/* SQLite itself may say no to some of a table with another in its words: that is no alteration then. */
static bool is_possible(const struct alter_table *table, const char *sql)
{
    bool is_record = strcmp(table->name, "store_migration") == 0 && strstr(sql, "writable") == NULL;
    return !is_record || !strstr(sql, "DROP");
}

static void each_index(const struct alter_file *file, const struct alter_table *table)
{
    enum { MOST = 16 };
    char name[MOST][80];
    size_t n = 0;
    sqlite3_stmt *statement;
    sqlite3 *db = alter_begin(file);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name, sql IS NULL, coalesce(sql, '') LIKE '% WHERE %' FROM sqlite_schema WHERE type = 'index' AND tbl_name = $1 AND rootpage > 0",
                                        -1, &statement, NULL), SQLITE_OK);
    bool made[MOST], partial[MOST];
    sqlite3_bind_text(statement, 1, table->name, -1, SQLITE_STATIC);
    while (sqlite3_step(statement) == SQLITE_ROW && n < MOST) {
        snprintf(name[n], sizeof name[n], "%s", (const char *)sqlite3_column_text(statement, 0));
        made[n] = sqlite3_column_int(statement, 1);
        partial[n++] = sqlite3_column_int(statement, 2);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < sizeof of_index / sizeof *of_index; k++) {
            bool empties = strcmp(of_index[k].what, WITHOUT_ROWS) == 0;
            if ((made[i] && !of_index[k].any) || (empties && (table->rows == 0 || partial[i])) || !alter_chosen(table->name))
                continue;
            db = alter_begin(file);
            run_for(db, of_index[k].sql, table->name, name[i]);
            tell(file, table, of_index[k].what, name[i], &db);
        }
}

/* Another after all that is done here to tables: some have no triggers to drop, or nothing that may not be NULL. */
static int64_t sum_of(sqlite3 *db)
{
    static const char sql[] = "SELECT sum(1000 + coalesce(length(type), 0) + coalesce(length(name), 0) + coalesce(length(sql), 0)) FROM sqlite_schema";
    sqlite3_stmt *statement = NULL;
    int64_t sum = -1; /* SQLite takes it for no schema any more */
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        sum = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return sum;
}

void alter_each_schema(const struct alter_file *file, const struct alter_table *table)
{
    for (size_t i = 0; i < sizeof of_table / sizeof *of_table; i++) {
        if (!is_possible(table, of_table[i].sql) || !alter_chosen(table->name))
            continue;
        sqlite3 *db = alter_begin(file);
        int64_t before = sum_of(db);
        run_for(db, of_table[i].sql, table->name, "");
        if (sum_of(db) != before) {
            tell(file, table, of_table[i].what, NULL, &db);
        } else {
            sqlite3_close(db);
        }
    }
    each_index(file, table);
}
