#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "carry_inside.h"

/* Every row of the tables of one database into the same tables of another, whichever engine either has. */

enum { TABLES = 96, NAME = 64, LIST = 2048, AT_ONCE = 20000, TELL_EVERY = 4096 };

struct carry {
    struct store_session *from, *to;
    const struct store_progress *progress;
    char table[TABLES][NAME];
    size_t tables;
    int64_t done, of; /* rows */
};

/* As they were made: what a table refers to comes before it. */
static const char sqlite_tables[] = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                                    " AND name <> 'store_migration' ORDER BY rowid";
static const char postgres_tables[] = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname <> 'store_migration'"
                                      " AND relnamespace = current_schema()::regnamespace ORDER BY oid";
static const char sqlite_columns[] = "SELECT name FROM pragma_table_info($1) ORDER BY cid";
static const char postgres_columns[] = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0"
                                       " AND NOT attisdropped ORDER BY attnum";

static bool wanted(const struct store_tables *tables, struct text name)
{
    for (size_t i = 0; i < tables->count; i++)
        if (text_equal(name, text_of(tables->name[i])))
            return !tables->others;
    return tables->others;
}

static int list_tables(struct carry *carry, const struct store_tables *tables, struct error *error)
{
    bool sqlite = carry->to->engine->kind == STORE_SQLITE;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_own_query(carry->to, sqlite ? sqlite_tables : postgres_tables, STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct text name = store_text(rows, 0);
        got = 0;
        if (!wanted(tables, name))
            continue;
        if (carry->tables == TABLES || name.n >= NAME)
            return error_set(error, ERROR_SYSTEM, "database", "", "There are too many tables to copy");
        memcpy(carry->table[carry->tables], name.p, name.n);
        carry->table[carry->tables++][name.n] = '\0';
    }
    return got;
}

/* "a","b" */
static int list_columns(struct carry *carry, const char *table, char list[LIST], int *columns, struct error *error)
{
    bool sqlite = carry->to->engine->kind == STORE_SQLITE;
    size_t n = 0;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_own_query(carry->to, sqlite ? sqlite_columns : postgres_columns, STORE_BIND(STORE_STRING(table)), &rows, error);
    *columns = 0;
    while (!got && (got = store_next(rows, error)) > 0) {
        struct text name = store_text(rows, 0);
        got = 0;
        if (n + name.n + 4 > LIST || ++*columns > STORE_PARAMETERS_MAX)
            return error_set(error, ERROR_SYSTEM, table, "", "It has too many columns to be copied");
        n += (size_t)snprintf(list + n, LIST - n, "%s\"%.*s\"", n ? "," : "", TEXT_ARGS(name));
    }
    return got || *columns ? got : error_set(error, ERROR_SYSTEM, table, "", "It has no columns");
}

static int count_rows(struct carry *carry, const char *table, struct error *error)
{
    struct store_value value = {0};
    struct carry_source source = {0};
    char *sql = sqlite3_mprintf("SELECT COUNT(*) FROM \"%w\"", table);
    int got = sql ? carry_source_begin(&source, carry->from, sql, error) : error_set(error, ERROR_SYSTEM, table, "", "There is no memory");
    if (!got)
        got = carry_source_next(&source, error);
    if (got == 1 && carry_source_cell(&source, 0, &value))
        carry->of += value.integer;
    carry_source_end(&source);
    sqlite3_free(sql);
    return got < 0 ? got : 0;
}

/* What a migration put in. A table that only grows has nothing of the sort. */
static int empty(struct carry *carry, const char *table, struct error *error)
{
    const struct store_settings *settings = &carry->to->store->settings;
    for (size_t i = 0; i < settings->append_only_count; i++)
        if (strcmp(settings->append_only[i], table) == 0)
            return 0;
    char *sql = sqlite3_mprintf("DELETE FROM \"%w\"", table);
    carry->to->own = true;
    int result = sql ? carry->to->engine->script(carry->to, sql, error) : error_set(error, ERROR_SYSTEM, table, "", "There is no memory");
    carry->to->own = false;
    sqlite3_free(sql);
    return result;
}

/* An SQLite file is not kept before it is whole: many transactions, so that its log does not grow as large as it. */
static int pause_for_log(struct carry *carry, struct error *error)
{
    if (carry->to->engine->kind != STORE_SQLITE || carry->done % AT_ONCE)
        return 0;
    int result = store_commit(carry->to, error);
    return result ? result : store_begin(carry->to, STORE_WRITE, error);
}

static void tell(const struct carry *carry)
{
    if (carry->progress && carry->progress->tell)
        carry->progress->tell(carry->progress->context, carry->done, carry->of);
}

static int carry_rows(struct carry *carry, struct carry_source *source, struct carry_sink *sink, struct error *error)
{
    int got;
    while ((got = carry_source_next(source, error)) > 0) {
        got = carry_sink_add(sink, source, error);
        carry->done++;
        if (!got)
            got = pause_for_log(carry, error);
        if (got)
            return got;
        if (carry->done % TELL_EVERY == 0)
            tell(carry);
    }
    return got ? got : carry_sink_finish(sink, error);
}

static int carry_table(struct carry *carry, const char *table, struct error *error)
{
    char list[LIST];
    int columns = 0;
    struct carry_source source = {0};
    struct carry_sink sink = {0};
    char *sql = NULL;
    int result = list_columns(carry, table, list, &columns, error);
    if (!result && !(sql = sqlite3_mprintf("SELECT %s FROM \"%w\"", list, table)))
        result = error_set(error, ERROR_SYSTEM, table, "", "There is no memory");
    if (!result)
        result = carry_sink_begin(&sink, carry->to, table, list, columns, error);
    if (!result)
        result = carry_source_begin(&source, carry->from, sql, error);
    if (!result)
        result = carry_rows(carry, &source, &sink, error);
    carry_source_end(&source);
    carry_sink_end(&sink);
    sqlite3_free(sql);
    return result ? error_within(error, table) : 0;
}

int store_carry(struct store_session *from, struct store_session *to, const struct store_tables *tables,
                const struct store_progress *progress, struct error *error)
{
    struct carry carry = {.from = from, .to = to, .progress = progress};
    int result = store_begin(to, STORE_WRITE, error);
    if (!result)
        result = list_tables(&carry, tables, error);
    for (size_t i = 0; !result && i < carry.tables; i++)
        result = count_rows(&carry, carry.table[i], error);
    for (size_t i = carry.tables; !result && i > 0; i--)
        result = empty(&carry, carry.table[i - 1], error);
    for (size_t i = 0; !result && i < carry.tables; i++)
        result = carry_table(&carry, carry.table[i], error);
    result = store_end(to, result, error);
    if (!result)
        tell(&carry);
    return result;
}
