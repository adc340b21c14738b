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
    return source->statement ? store_sqlite_cell(source->statement, column, true, value)
                             : store_postgres_cell(source->row, 0, column, value);
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
