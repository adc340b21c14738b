#include <libpq-fe.h>
#include <sqlite3.h>

#include "base/log.h"
#include "inside.h"

static int run(struct store_session *session, const char *sql, struct error *error)
{
    return session->engine->control(session, sql, error);
}

/* Is the first column true? */
static int ask(struct store_session *session, const char *sql, bool *yes, struct error *error)
{
    PGresult *r = PQexec(session->postgres, sql);
    int failed = PQresultStatus(r) == PGRES_TUPLES_OK ? 0 : store_postgres_error(session, r, sql, error);
    *yes = !failed && PQntuples(r) == 1 && PQgetvalue(r, 0, 0)[0] == 't';
    PQclear(r);
    return failed;
}

/* What lies in segments before the last checkpoint the server needs no more: it removes them, or gives them another use. */
static int begin_log_anew(struct store_session *session, struct error *error)
{
    bool may = false, recycled = false;
    int failed = ask(session, "SELECT has_function_privilege('pg_switch_wal()', 'EXECUTE') AND pg_has_role('pg_checkpoint', 'USAGE')",
                     &may, error);
    if (!failed)
        failed = ask(session, "SELECT current_setting('wal_recycle') = 'on'", &recycled, error);
    if (!failed && may)
        failed = run(session, "SELECT pg_switch_wal()", error);
    if (!failed && may)
        failed = run(session, "CHECKPOINT", error);
    if (!failed && (!may || recycled))
        log_line(LOG_LEVEL_WARNING, "store",
                 "the database server keeps what was deleted in its write-ahead log until it has written over it (%s)",
                 may ? "its setting wal_recycle is on" : "this user may not call pg_switch_wal, or has not the role pg_checkpoint");
    return failed;
}

int store_postgres_scrub(struct store_session *session, struct error *error)
{
    int failed = run(session, "VACUUM", error);
    return failed ? failed : begin_log_anew(session, error);
}

static int truncate(struct store_session *session, const char *table, struct error *error)
{
    bool rows = true;
    char *lock = sqlite3_mprintf("LOCK TABLE \"%w\" IN ACCESS EXCLUSIVE MODE", table);
    char *look = sqlite3_mprintf("SELECT EXISTS (SELECT 1 FROM \"%w\")", table);
    char *empty = sqlite3_mprintf("TRUNCATE \"%w\"", table);
    int failed = lock && look && empty ? 0 : error_set(error, ERROR_SYSTEM, table, "", "There is no memory");
    if (!failed)
        failed = run(session, "SET LOCAL lock_timeout = 50", error);
    if (!failed)
        failed = run(session, lock, error);
    if (!failed)
        failed = ask(session, look, &rows, error);
    if (!failed && rows) {
        session->retry = true;
        failed = error_set(error, ERROR_CONFLICT, table, "Try again.", "There are rows in the table");
    }
    if (!failed)
        failed = run(session, empty, error);
    sqlite3_free(lock);
    sqlite3_free(look);
    sqlite3_free(empty);
    return failed;
}

int store_postgres_scrub_table(struct store_session *session, const char *table, struct error *error)
{
    int failed = run(session, "BEGIN", error);
    if (failed)
        return failed;
    failed = truncate(session, table, error);
    bool retry = session->retry;
    int ended = run(session, failed ? "ROLLBACK" : "COMMIT", failed ? NULL : error);
    session->retry = failed ? retry : session->retry;
    return failed ? failed : ended;
}
