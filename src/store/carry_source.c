#include <errno.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include "carry_inside.h"

int carry_source_begin(struct carry_source *source, struct store_session *session, const char *sql, struct error *error)
{
    *source = (struct carry_source){.session = session, .sql = sql};
    store_end_rows(session);
    if (session->engine->kind == STORE_POSTGRES) {
        if (PQsendQueryParams(session->postgres, sql, 0, NULL, NULL, NULL, NULL, 1) && PQsetSingleRowMode(session->postgres))
            return 0;
        return store_postgres_error(session, NULL, sql, error);
    }
    session->own = true;
    int code = sqlite3_prepare_v2(session->sqlite, sql, -1, &source->statement, NULL);
    session->own = false;
    return code == SQLITE_OK ? 0 : store_sqlite_error(session, code, sql, error);
}

static int next_postgres(struct carry_source *source, struct error *error)
{
    PQclear(source->row);
    source->row = PQgetResult(source->session->postgres);
    if (!source->row)
        return 0;
    ExecStatusType status = PQresultStatus(source->row);
    if (status == PGRES_SINGLE_TUPLE)
        return 1;
    return status == PGRES_TUPLES_OK ? 0 : store_postgres_error(source->session, source->row, source->sql, error);
}

int carry_source_next(struct carry_source *source, struct error *error)
{
    if (source->session->engine->kind == STORE_POSTGRES)
        return next_postgres(source, error);
    errno = 0;
    int code = sqlite3_step(source->statement);
    if (code == SQLITE_ROW)
        return 1;
    return code == SQLITE_DONE ? 0 : store_sqlite_error(source->session, code, source->sql, error);
}

bool carry_source_cell(const struct carry_source *source, int column, struct store_value *value)
{
    if (source->session->engine->kind == STORE_POSTGRES)
        return store_postgres_cell(source->row, 0, column, value);
    *value = (struct store_value){0};
    switch (sqlite3_column_type(source->statement, column)) {
    case SQLITE_NULL:
        value->is_null = true;
        return true;
    case SQLITE_INTEGER:
        value->kind = STORE_KIND_INT;
        value->integer = sqlite3_column_int64(source->statement, column);
        return true;
    case SQLITE_TEXT:
        value->kind = STORE_KIND_TEXT;
        value->text.p = (const char *)sqlite3_column_text(source->statement, column);
        break;
    case SQLITE_BLOB:
        value->kind = STORE_KIND_BYTES;
        value->text.p = sqlite3_column_blob(source->statement, column); /* NULL if it is empty */
        break;
    default:
        return false;
    }
    value->text.n = (size_t)sqlite3_column_bytes(source->statement, column);
    return value->text.p || value->text.n == 0;
}

void carry_source_end(struct carry_source *source)
{
    if (!source->session)
        return;
    PQclear(source->row);
    source->row = NULL;
    if (source->session->engine->kind == STORE_POSTGRES) {
        for (PGresult *rest; (rest = PQgetResult(source->session->postgres));) /* before it takes another statement */
            PQclear(rest);
    }
    sqlite3_finalize(source->statement);
    source->statement = NULL;
    source->session = NULL;
}
