#include "raw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

struct raw raw_open(struct test_home *home, const char *file)
{
    struct raw raw = {.home = home};
    char path[128];
    snprintf(path, sizeof path, "%s/data/%s.db", home->folder, file);
    assert_int_equal(sqlite3_open(path, &raw.db), SQLITE_OK);
    sqlite3_busy_timeout(raw.db, 60000);
    raw_run(&raw, "ATTACH ':memory:' AS kept");
    return raw;
}

void raw_close(struct raw *raw)
{
    assert_int_equal(sqlite3_close(raw->db), SQLITE_OK);
    raw->db = NULL;
}

int raw_run(struct raw *raw, const char *format, ...)
{
    RAW_FORMATTED(sql, format);
    char *message = NULL;
    int before = sqlite3_total_changes(raw->db);
    if (sqlite3_exec(raw->db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    return sqlite3_total_changes(raw->db) - before;
}

/* NULL: no row. */
static sqlite3_stmt *first(struct raw *raw, const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(raw->db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(raw->db));
    int stepped = sqlite3_step(statement);
    if (stepped == SQLITE_ROW)
        return statement;
    if (stepped != SQLITE_DONE)
        fail_msg("%s: %s", sql, sqlite3_errmsg(raw->db));
    sqlite3_finalize(statement);
    return NULL;
}

int64_t raw_int(struct raw *raw, const char *format, ...)
{
    RAW_FORMATTED(sql, format);
    sqlite3_stmt *row = first(raw, sql);
    int64_t value = row ? sqlite3_column_int64(row, 0) : 0;
    sqlite3_finalize(row);
    return value;
}

struct text raw_text(struct raw *raw, const char *format, ...)
{
    RAW_FORMATTED(sql, format);
    sqlite3_stmt *row = first(raw, sql);
    const char *value = row ? (const char *)sqlite3_column_text(row, 0) : NULL;
    struct text found = value ? arena_text(raw->home->arena, text_of(value)) : TEXT("");
    sqlite3_finalize(row);
    return found;
}

int raw_change(struct test_home *home, const char *file, const char *format, ...)
{
    RAW_FORMATTED(sql, format);
    struct raw raw = raw_open(home, file);
    int changed = raw_run(&raw, "%s", sql);
    if (changed == 0)
        fail_msg("%s: changed nothing", sql);
    raw_close(&raw);
    return changed;
}

int64_t raw_ask(struct test_home *home, const char *file, const char *format, ...)
{
    RAW_FORMATTED(sql, format);
    struct raw raw = raw_open(home, file);
    int64_t value = raw_int(&raw, "%s", sql);
    raw_close(&raw);
    return value;
}

void raw_keep(struct raw *raw, const char *table)
{
    raw_run(raw, "DROP TABLE IF EXISTS kept.%s; CREATE TABLE kept.%s AS SELECT * FROM main.%s", table, table, table);
}

void raw_put_back(struct raw *raw, const char *table)
{
    raw_run(raw, "DELETE FROM main.%s; INSERT INTO main.%s SELECT * FROM kept.%s", table, table, table);
}

struct text raw_findings(struct raw *raw, const char *table)
{
    struct error error;
    struct verify_report report;
    must(gate_verify(raw->home->gate, raw->home->arena, NULL, &report, &error), &error, "gate_verify");
    if (!table)
        return report.lines;
    for (size_t i = 0; i < report.tables; i++)
        if (text_equal(report.table[i].first.table, text_of(table))) {
            const struct verify_difference *first_one = &report.table[i].first;
            return arena_format(raw->home->arena, "%.*s: %.*s", TEXT_ARGS(first_one->row), TEXT_ARGS(first_one->what));
        }
    return TEXT("");
}
