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
    PGresult *reply = PQexec(session->postgres, sql);
    int result = PQresultStatus(reply) == PGRES_TUPLES_OK ? 0 : store_postgres_error(session, reply, sql, error);
    *yes = !result && PQntuples(reply) == 1 && PQgetvalue(reply, 0, 0)[0] == 't';
    PQclear(reply);
    return result;
}

/* What lies in segments before the last checkpoint the server needs no more: it removes them, or gives them another use. */
static int begin_log_anew(struct store_session *session, struct error *error)
{
    bool may = false, recycled = false;
    int result = ask(session, "SELECT has_function_privilege('pg_switch_wal()', 'EXECUTE') AND pg_has_role('pg_checkpoint', 'USAGE')",
                     &may, error);
    if (!result)
        result = ask(session, "SELECT current_setting('wal_recycle') = 'on'", &recycled, error);
    if (!result && may)
        result = run(session, "SELECT pg_switch_wal()", error);
    if (!result && may)
        result = run(session, "CHECKPOINT", error);
    if (!result && (!may || recycled))
        log_line(LOG_LEVEL_WARNING, "store",
                 "the database server keeps what was deleted in its write-ahead log until it has written over it (%s)",
                 may ? "its setting wal_recycle is on" : "this user may not call pg_switch_wal, or has not the role pg_checkpoint");
    return result;
}

int store_postgres_scrub(struct store_session *session, struct error *error)
{
    int result = run(session, "VACUUM", error);
    return result ? result : begin_log_anew(session, error);
}

static int truncate(struct store_session *session, const char *table, struct error *error)
{
    bool rows = true;
    char *lock = sqlite3_mprintf("LOCK TABLE \"%w\" IN ACCESS EXCLUSIVE MODE", table);
    char *look = sqlite3_mprintf("SELECT EXISTS (SELECT 1 FROM \"%w\")", table);
    char *empty = sqlite3_mprintf("TRUNCATE \"%w\"", table);
    int result = lock && look && empty ? 0 : error_set(error, ERROR_SYSTEM, table, "", "There is no memory");
    if (!result)
        result = run(session, "SET LOCAL lock_timeout = 50", error);
    if (!result)
        result = run(session, lock, error);
    if (!result)
        result = ask(session, look, &rows, error);
    if (!result && rows) {
        session->retry = true;
        result = error_set(error, ERROR_CONFLICT, table, "Try again.", "There are rows in the table");
    }
    if (!result)
        result = run(session, empty, error);
    sqlite3_free(lock);
    sqlite3_free(look);
    sqlite3_free(empty);
    return result;
}

/* Where its files hold nothing nobody has to be waited for. */
static int has_files(struct store_session *session, const char *table, bool *has, struct error *error)
{
    char *look = sqlite3_mprintf("SELECT pg_relation_size(to_regclass('\"%w\"')) > 0", table);
    int result = look ? ask(session, look, has, error) : error_set(error, ERROR_SYSTEM, table, "", "There is no memory");
    sqlite3_free(look);
    return result;
}

int store_postgres_scrub_table(struct store_session *session, const char *table, struct error *error)
{
    bool has = true;
    int result = has_files(session, table, &has, error);
    if (!result && has)
        result = run(session, "BEGIN", error);
    if (result || !has)
        return result;
    result = truncate(session, table, error);
    bool retry = session->retry;
    int ended = run(session, result ? "ROLLBACK" : "COMMIT", result ? NULL : error);
    session->retry = result ? retry : session->retry;
    return result ? result : ended;
}
