#include "raw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { SQL_MOST = 8192 };

struct raw raw_open(struct test_home *home)
{
    struct raw raw = {.home = home};
    char path[128];
    snprintf(path, sizeof path, "%s/data/proviso.db", home->folder);
    assert_int_equal(sqlite3_open(path, &raw.db), SQLITE_OK);
    sqlite3_busy_timeout(raw.db, 5000);
    raw_run(&raw, "ATTACH ':memory:' AS kept");
    return raw;
}

void raw_close(struct raw *raw)
{
    assert_int_equal(sqlite3_close(raw->db), SQLITE_OK);
    raw->db = NULL;
}

#define FORMATTED(sql, format)                                                                                 \
    char sql[SQL_MOST];                                                                                        \
    va_list args;                                                                                              \
    va_start(args, format);                                                                                    \
    assert_true(vsnprintf(sql, sizeof sql, format, args) < (int)sizeof sql);                                   \
    va_end(args)

int raw_run(struct raw *raw, const char *format, ...)
{
    FORMATTED(sql, format);
    char *message = NULL;
    int before = sqlite3_total_changes(raw->db);
    if (sqlite3_exec(raw->db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    return sqlite3_total_changes(raw->db) - before;
}

static struct text first(struct raw *raw, const char *sql)
{
    sqlite3_stmt *statement;
    struct text found = {"", 0};
    if (sqlite3_prepare_v2(raw->db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(raw->db));
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL)
        found = arena_text(raw->home->arena, text_of((const char *)sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    return found;
}

int64_t raw_int(struct raw *raw, const char *format, ...)
{
    FORMATTED(sql, format);
    int64_t value = 0;
    struct text found = first(raw, sql);
    assert_true(found.n == 0 || text_to_int64(found, &value));
    return value;
}

struct text raw_text(struct raw *raw, const char *format, ...)
{
    FORMATTED(sql, format);
    return first(raw, sql);
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
    must(gate_verify(raw->home->gate, raw->home->arena, NULL, NULL, &report, &error), &error, "gate_verify");
    if (!table)
        return report.lines;
    for (size_t i = 0; i < report.tables; i++)
        if (text_equal(report.table[i].first.table, text_of(table))) {
            const struct verify_difference *first_one = &report.table[i].first;
            return arena_format(raw->home->arena, "%.*s: %.*s", TEXT_ARGS(first_one->row), TEXT_ARGS(first_one->what));
        }
    return TEXT("");
}
