#include <sqlite3.h>

#include "inside.h"

/* One side of the comparison: what a database says that it is made of, in order. */
struct side {
    sqlite3_stmt *statement;
    bool there;
};

/* The tables that ANALYZE leaves are no part of the schema. Whatever else is there is listed, by whatever name or none. */
static const char listing[] =
    "SELECT coalesce(type, '') || ' ' || coalesce(name, ''), coalesce(tbl_name, '') || ' ' || coalesce(sql, '') FROM sqlite_schema"
    " WHERE coalesce(sql, '') NOT IN ('CREATE TABLE sqlite_stat1(tbl,idx,stat)', 'CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)')"
    " ORDER BY 1, 2";

static struct text column(const struct side *side, int i)
{
    const char *p = (const char *)sqlite3_column_text(side->statement, i);
    return (struct text){p, (size_t)sqlite3_column_bytes(side->statement, i)};
}

static int step(sqlite3 *db, struct side *side, struct error *error)
{
    int code = sqlite3_step(side->statement);
    side->there = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE
               ? 0
               : error_set(error, ERROR_SYSTEM, "schema", "", "The schema cannot be read: %s", sqlite3_errmsg(db));
}

static int begin(sqlite3 *db, struct side *side, struct error *error)
{
    if (sqlite3_prepare_v2(db, listing, -1, &side->statement, NULL) != SQLITE_OK)
        return error_set(error, ERROR_SYSTEM, "schema", "", "The schema cannot be read: %s", sqlite3_errmsg(db));
    return step(db, side, error);
}

static int merge(sqlite3 *ours, sqlite3 *theirs, const struct store_schema_report *report, struct error *error)
{
    struct side made = {0}, found = {0};
    int result = begin(ours, &made, error);
    if (!result)
        result = begin(theirs, &found, error);
    while (!result && (made.there || found.there)) {
        int order = !found.there  ? -1
                    : !made.there ? 1
                                  : text_compare(column(&made, 0), column(&found, 0));
        if (order < 0)
            report->differs(report->self, column(&made, 0), "it is missing");
        else if (order > 0)
            report->differs(report->self, column(&found, 0), "this program did not make it");
        else if (!text_equal(column(&made, 1), column(&found, 1)))
            report->differs(report->self, column(&made, 0), "it is not as this program makes it");
        if (order <= 0)
            result = step(ours, &made, error);
        if (!result && order >= 0)
            result = step(theirs, &found, error);
    }
    sqlite3_finalize(made.statement);
    sqlite3_finalize(found.statement);
    return result;
}

int store_schema_check(struct store *store, const struct store_migration *migrations, size_t count,
                       const struct store_schema_report *report, struct error *error)
{
    if (store->engine->kind != STORE_SQLITE)
        return 0;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    sqlite3 *db = NULL;
    int result = store_reader(store, &session, error);
    if (!result && sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        result = error_set(error, ERROR_SYSTEM, "schema", "", "There is no memory for a comparison");
    if (!result)
        result = store_make_again(store, migrations, count, db, error);
    if (!result) {
        session->own = true;
        result = merge(db, session->sqlite, report, error);
        session->own = false;
    }
    sqlite3_close(db);
    return result;
}
