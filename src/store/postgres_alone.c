#include <libpq-fe.h>
#include <stdio.h>

#include "inside.h"

/*
 * One program writes. The lock belongs to the writer's connection, on which all its transactions run: who has lost the
 * connection has lost the lock, and can commit nothing more. A machine that vanished is noticed within a minute or so.
 */
static const char keep_watch[] = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3;"
                                 " SET lock_timeout = %u";
enum { WAIT_AT_MOST = 2000 }; /* milliseconds: who was killed may be leaving */

/* Tables of one name in two schemas are two databases to us. */
static const char take[] = "SELECT pg_advisory_lock(1886548835, hashtext(coalesce(current_schema(), '')))";

static const char who[] =
    "SELECT coalesce(host(a.client_addr), 'this machine'), a.pid, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI \"UTC\"')"
    " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 1886548835 AND l.objsubid = 2"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND l.objid::bigint = (hashtext(coalesce(current_schema(), ''))::bigint & 4294967295)";

static int tell_who(struct store_session *session, struct error *error)
{
    PGresult *reply = PQexec(session->postgres, who);
    char name[120] = "another program";
    if (PQresultStatus(reply) == PGRES_TUPLES_OK && PQntuples(reply) > 0)
        snprintf(name, sizeof(name), "a program at %.45s, process %.12s of the database server, since %.24s", PQgetvalue(reply, 0, 0),
                 PQgetvalue(reply, 0, 1), PQgetvalue(reply, 0, 2));
    PQclear(reply);
    return error_set(error, ERROR_CONFLICT, "database", "Stop that one first, or name another database. One server writes to a database.",
                     "Another server has it open: %s", name);
}

int store_postgres_alone(struct store_session *session, struct error *error)
{
    unsigned wait = session->store->settings.wait_ms < WAIT_AT_MOST ? session->store->settings.wait_ms : WAIT_AT_MOST;
    char settings[sizeof(keep_watch) + 10];
    snprintf(settings, sizeof(settings), keep_watch, wait);
    PGresult *reply = PQexec(session->postgres, settings);
    if (PQresultStatus(reply) == PGRES_COMMAND_OK) {
        PQclear(reply);
        reply = PQexec(session->postgres, take);
    }
    int result = PQresultStatus(reply) == PGRES_TUPLES_OK
                     ? 0
                     : store_postgres_error(session, reply, take, error);
    bool taken = result && session->retry; /* it waited in vain */
    PQclear(reply);
    return taken ? tell_who(session, error) : result;
}
