#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"

enum { KEPT_BYTES_MAX = 64 * 1024 * 1024 };

static void be_quiet(void *nothing, const char *message)
{
    (void)nothing;
    (void)message;
}

static void note_changed(struct store_rows *rows, PGresult *reply)
{
    const char *said = PQcmdStatus(reply);
    if (strncmp(said, "SELECT", 6) != 0)
        rows->changed = strtoll(PQcmdTuples(reply), NULL, 10);
}

/* Takes the rest of the open rows into memory, so that the connection is free for the next statement. */
static void settle(struct store_session *session)
{
    struct store_rows *rows = session->sending;
    session->sending = NULL;
    if (!rows)
        return;
    PGresult *reply;
    while ((reply = PQgetResult(session->postgres))) {
        if (PQresultStatus(reply) != PGRES_SINGLE_TUPLE) {
            if (PQresultStatus(reply) == PGRES_TUPLES_OK)
                note_changed(rows, reply);
            else if (!rows->late && (rows->late = calloc(1, sizeof(*rows->late))))
                store_note_failure(session, store_postgres_error(session, reply, rows->sql, rows->late));
            PQclear(reply);
            continue;
        }
        if (rows->kept_count == rows->kept_room && !rows->late) {
            size_t room = rows->kept_room ? 2 * rows->kept_room : 64;
            PGresult **more = reallocarray(rows->kept, room, sizeof(PGresult *));
            if (more) {
                rows->kept = more;
                rows->kept_room = room;
            }
        }
        size_t bytes = PQresultMemorySize(reply);
        if (rows->late || rows->kept_count == rows->kept_room || rows->kept_bytes + bytes > KEPT_BYTES_MAX) {
            PQclear(reply);
            if (!rows->late && (rows->late = calloc(1, sizeof(*rows->late))))
                error_set(rows->late, ERROR_TOO_LARGE, store_place(rows->sql).text,
                          "Read the rows first, or fewer of them.",
                          "More than 64 MiB of rows were open while another statement ran");
            continue;
        }
        rows->kept_bytes += bytes;
        rows->kept[rows->kept_count++] = reply;
    }
}

static int fail(struct store_session *session, PGresult *reply, const char *sql, struct error *error)
{
    int code = store_postgres_error(session, reply, sql, error);
    PQclear(reply);
    return code;
}

static int run(struct store_session *session, const char *sql, struct error *error)
{
    settle(session);
    PGresult *reply = PQexec(session->postgres, sql);
    ExecStatusType status = PQresultStatus(reply);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
        return fail(session, reply, sql, error);
    /* The COMMIT of a transaction that has failed answers ROLLBACK, and that is no error to the server. */
    bool kept = strcmp(sql, "COMMIT") != 0 || strcmp(PQcmdStatus(reply), "COMMIT") == 0;
    PQclear(reply);
    if (!kept)
        return error_set(error, ERROR_CONFLICT, "database", "",
                         "An earlier statement of the transaction failed");
    return 0;
}

static int refuse(const char *fix, const char *what, const char *value, struct error *error)
{
    return error_set(error, ERROR_INPUT, "database", fix, "%s: %s", what, value);
}

static int check_server(struct store_session *session, struct error *error)
{
    const char *sql =
        "SELECT current_setting('server_version_num')::int >= 150000, current_setting('server_version'),"
        " pg_encoding_to_char(encoding), datlocprovider = 'c' AND datcollate IN ('C', 'POSIX', 'C.UTF-8',"
        " 'C.utf8'), datcollate, current_setting('fsync')"
        " FROM pg_database WHERE datname = current_database()";
    PGresult *reply = PQexec(session->postgres, sql);
    if (PQresultStatus(reply) != PGRES_TUPLES_OK || PQntuples(reply) != 1)
        return fail(session, reply, sql, error);
    int result = 0;
    if (PQgetvalue(reply, 0, 0)[0] != 't')
        result = refuse("Use PostgreSQL 15 or later.", "The database server is too old", PQgetvalue(reply, 0, 1),
                        error);
    else if (strcmp(PQgetvalue(reply, 0, 2), "UTF8") != 0)
        result = refuse("createdb -T template0 -E UTF8 --locale=C NAME makes a fitting one.",
                        "The database is not encoded in UTF-8", PQgetvalue(reply, 0, 2), error);
    else if (PQgetvalue(reply, 0, 3)[0] != 't')
        result = refuse("createdb -T template0 -E UTF8 --locale=C NAME makes a fitting one.",
                        "The database does not sort by bytes; its collation is", PQgetvalue(reply, 0, 4), error);
    else if (strcmp(PQgetvalue(reply, 0, 5), "on") != 0)
        result = refuse("Set fsync = on and start the server again.",
                        "The database server may lose what it acknowledged; its fsync is",
                        PQgetvalue(reply, 0, 5), error);
    PQclear(reply);
    return result;
}

static int postgres_connect(struct store_session *session, struct error *error)
{
    const struct store_settings *settings = &session->store->settings;
    const char *const key[] = {"dbname", "client_encoding", "fallback_application_name", "connect_timeout",
                               NULL};
    const char *const value[] = {settings->database, "UTF8", "store", "10", NULL};
    session->postgres = PQconnectdbParams(key, value, 1);
    if (PQstatus(session->postgres) != CONNECTION_OK) {
        int code = store_postgres_error(session, NULL, "SELECT", error);
        const char *told = session->postgres ? PQerrorMessage(session->postgres) : "no memory";
        return code == ERROR_SYSTEM && error
                   ? error_set(error, ERROR_SYSTEM, "database",
                               "Check the address, the user and that the server runs.",
                               "there is no connection to the database: %.*s", (int)strnlen(told, strcspn(told, "\n")), told)
                   : code;
    }
    PQsetNoticeProcessor(session->postgres, be_quiet, NULL);
    int result = check_server(session, error);
    char sql[320];
    snprintf(sql, sizeof(sql),
             "SET synchronous_commit = on; SET lock_timeout = %u; SET standard_conforming_strings = on;"
             " SET TimeZone = 'UTC'; SET default_transaction_isolation = '%s'; SET "
             "default_transaction_read_only = %s",
             settings->wait_ms, session->writer ? "serializable" : "read committed",
             session->writer ? "off" : "on");
    if (!result && session->writer && settings->alone)
        result = store_postgres_alone(session, error);
    return result ? result : run(session, sql, error);
}

static void postgres_disconnect(struct store_session *session)
{
    struct store_prepared *prepared;
    while (session->cache.bucket && (prepared = store_cache_take(&session->cache)))
        free(prepared);
    PQfinish(session->postgres);
    session->postgres = NULL;
}

/* A server that went away has closed its end: an idle connection then has something to read. */
static bool postgres_alive(const struct store_session *session)
{
    struct pollfd at = {.fd = PQsocket(session->postgres), .events = POLLIN};
    while (poll(&at, 1, 0) > 0 && PQconsumeInput(session->postgres) &&
           PQstatus(session->postgres) == CONNECTION_OK)
        ; /* a parting word first, then the end */
    return PQstatus(session->postgres) == CONNECTION_OK;
}

static int forget(struct store_session *session, struct store_prepared *prepared, struct error *error)
{
    char sql[48];
    snprintf(sql, sizeof(sql), "DEALLOCATE %s", prepared->name);
    free(prepared);
    return run(session, sql, error);
}

static int prepare(struct store_session *session, const char *sql, struct store_values values,
                   const uint64_t types[2], struct store_prepared **out, struct error *error)
{
    const char *refused = session->own ? NULL : store_statement_refused(sql);
    if (refused)
        return error_set(error, ERROR_SYSTEM, store_place(sql).text, "", "%s", refused);
    struct store_prepared *old = store_cache_evict(&session->cache);
    int result = old ? forget(session, old, error) : 0;
    if (result)
        return result;
    struct store_prepared *fresh = calloc(1, sizeof(*fresh));
    if (!fresh)
        return error_set(error, ERROR_SYSTEM, "database", "", "There is no memory for a statement");
    fresh->sql = sql;
    fresh->types[0] = types[0];
    fresh->types[1] = types[1];
    snprintf(fresh->name, sizeof(fresh->name), "s%u", ++session->names);
    Oid type[STORE_PARAMETERS_MAX];
    for (size_t i = 0; i < values.count; i++)
        type[i] = store_postgres_type(values.value[i].kind);
    PGresult *reply = PQprepare(session->postgres, fresh->name, sql, (int)values.count, type);
    if (PQresultStatus(reply) != PGRES_COMMAND_OK) {
        free(fresh);
        return fail(session, reply, sql, error);
    }
    PQclear(reply);
    store_cache_add(&session->cache, fresh);
    *out = fresh;
    return 0;
}

/*
 * Reads to the end of the answer, which the connection needs before it takes another statement. An error may
 * still come after the last row: outside a transaction the server commits only then.
 */
static int read_out(struct store_session *session, const char *sql, struct error *error)
{
    int result = 0;
    PGresult *reply;
    session->sending = NULL;
    while ((reply = PQgetResult(session->postgres))) {
        ExecStatusType status = PQresultStatus(reply);
        if (!result && status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            result = store_postgres_error(session, reply, sql, error);
        PQclear(reply);
    }
    return result;
}

static int postgres_step(struct store_rows *rows, struct error *error)
{
    struct store_session *session = rows->session;
    PQclear(rows->result);
    rows->result = NULL;
    if (rows->kept_next < rows->kept_count) {
        rows->result = rows->kept[rows->kept_next++];
        return 1;
    }
    if (rows->late) {
        if (error)
            *error = *rows->late;
        return rows->late->code;
    }
    if (session->sending != rows)
        return 0;
    PGresult *reply = PQgetResult(session->postgres);
    switch (PQresultStatus(reply)) {
    case PGRES_SINGLE_TUPLE:
        rows->result = reply;
        rows->columns = PQnfields(reply);
        return 1;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        rows->columns = PQnfields(reply);
        note_changed(rows, reply);
        PQclear(reply);
        return read_out(session, rows->sql, error);
    default: {
        int code = fail(session, reply, rows->sql, error);
        bool retry = session->retry, unsure = session->unsure;
        read_out(session, rows->sql, NULL);
        session->retry = retry;
        session->unsure = unsure;
        return code;
    }
    }
}

/* What is bound to a statement, as PQsendQueryPrepared takes it: lent from the caller's values and from `integer`. */
struct bound {
    uint64_t types[2];
    const char *start[STORE_PARAMETERS_MAX];
    int length[STORE_PARAMETERS_MAX], binary[STORE_PARAMETERS_MAX];
    unsigned char integer[STORE_PARAMETERS_MAX][8];
};

static int bind_value(struct bound *bound, size_t i, const struct store_value *value, const char *sql, struct error *error)
{
    bound->types[i / 32] |= (uint64_t)value->kind << (2 * (i % 32));
    bound->binary[i] = 1;
    bound->start[i] = NULL;
    bound->length[i] = 0;
    if (value->is_null || value->kind == STORE_KIND_NULL)
        return 0;
    if (value->kind == STORE_KIND_INT) {
        store_postgres_number(bound->integer[i], (uint64_t)value->integer, 8);
        bound->start[i] = (const char *)bound->integer[i];
        bound->length[i] = 8;
        return 0;
    }
    if (value->text.n > STORE_VALUE_MAX)
        return error_set(error, ERROR_TOO_LARGE, store_place(sql).text, "",
                         "A value is too large for the database");
    bound->start[i] = value->text.p ? value->text.p : "";
    bound->length[i] = (int)value->text.n;
    return 0;
}

static int postgres_start(struct store_rows *rows, const char *sql, struct store_values values,
                          struct error *error)
{
    struct store_session *session = rows->session;
    struct bound bound;
    bound.types[0] = bound.types[1] = 0;
    settle(session);
    if (session->failed)
        return store_refuse_failed(store_place(sql).text, error);
    int result = 0;
    for (size_t i = 0; !result && i < values.count; i++)
        result = bind_value(&bound, i, &values.value[i], sql, error);
    if (result)
        return result;
    struct store_prepared *prepared = store_cache_find(&session->cache, sql, bound.types);
    if (!prepared)
        result = prepare(session, sql, values, bound.types, &prepared, error);
    if (result)
        return result;
    if (!PQsendQueryPrepared(session->postgres, prepared->name, (int)values.count, bound.start, bound.length,
                             bound.binary, 1))
        return fail(session, NULL, sql, error);
    PQsetSingleRowMode(session->postgres);
    session->sending = rows;
    int got = postgres_step(rows, error);
    if (got < 0)
        return got;
    rows->ahead = got;
    rows->ended = got == 0;
    return 0;
}

static void postgres_stop(struct store_rows *rows)
{
    struct store_session *session = rows->session;
    /* What nobody read may have failed; the server has then given up the transaction. */
    if (session->sending == rows && read_out(session, rows->sql, NULL))
        store_note_failure(session, ERROR_SYSTEM);
    PQclear(rows->result);
    rows->result = NULL;
    while (rows->kept_next < rows->kept_count)
        PQclear(rows->kept[rows->kept_next++]);
    free(rows->kept);
    rows->kept = NULL;
    rows->kept_count = rows->kept_next = 0;
}

static bool postgres_cell(const struct store_rows *rows, int column, struct store_value *value)
{
    return store_postgres_cell(rows->result, 0, column, value);
}

static bool postgres_transaction_alive(const struct store_session *session)
{
    PGTransactionStatusType status = PQtransactionStatus(session->postgres);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

const struct store_engine store_engine_postgres = {
    .kind = STORE_POSTGRES,
    .begin_write = "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE",
    .begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1",
    .connect = postgres_connect,
    .disconnect = postgres_disconnect,
    .alive = postgres_alive,
    .start = postgres_start,
    .step = postgres_step,
    .stop = postgres_stop,
    .cell = postgres_cell,
    .bare_cell = postgres_cell,
    .control = run,
    .script = run,
    .transaction_alive = postgres_transaction_alive,
    .scrub = store_postgres_scrub,
};
