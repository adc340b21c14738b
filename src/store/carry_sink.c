#include <errno.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "carry_inside.h"

enum { SEND_AT = 64 * 1024 };

/* ---- PostgreSQL: COPY in its binary form ---- */

static bool make_room(struct carry_sink *sink, size_t more)
{
    if (sink->room - sink->used >= more)
        return true;
    size_t room = 2 * (sink->used + more);
    unsigned char *bytes = realloc(sink->bytes, room);
    if (!bytes)
        return false;
    sink->bytes = bytes;
    sink->room = room;
    return true;
}

static void put_number(struct carry_sink *sink, uint64_t number, size_t n)
{
    store_postgres_number(sink->bytes + sink->used, number, n);
    sink->used += n;
}

static int no_memory(struct error *error)
{
    return error_set(error, ERROR_SYSTEM, "database", "", "There is no memory for a row");
}

static int send_bytes(struct carry_sink *sink, struct error *error)
{
    int sent = PQputCopyData(sink->session->postgres, (const char *)sink->bytes, (int)sink->used);
    sink->used = 0;
    return sent == 1 ? 0 : store_postgres_error(sink->session, NULL, sink->sql, error);
}

static int put_value(struct carry_sink *sink, const struct store_value *value, struct error *error)
{
    size_t n = value->kind == STORE_KIND_INT ? 8 : value->text.n;
    if (n > STORE_VALUE_MAX)
        return error_set(error, ERROR_TOO_LARGE, sink->sql, "", "A value is too large for the database");
    if (!make_room(sink, 4 + n))
        return no_memory(error);
    put_number(sink, value->is_null ? UINT32_MAX : n, 4);
    if (value->is_null)
        return 0;
    if (value->kind == STORE_KIND_INT) {
        put_number(sink, (uint64_t)value->integer, 8);
    } else if (n) {
        memcpy(sink->bytes + sink->used, value->text.p, n);
        sink->used += n;
    }
    return 0;
}

static int begin_copy(struct carry_sink *sink, struct error *error)
{
    static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"; /* signature, flags, length of what is added to it */
    PGresult *reply = PQexec(sink->session->postgres, sink->sql);
    sink->copying = PQresultStatus(reply) == PGRES_COPY_IN;
    int result = sink->copying ? 0 : store_postgres_error(sink->session, reply, sink->sql, error);
    PQclear(reply);
    if (!result && !make_room(sink, SEND_AT))
        result = no_memory(error);
    if (!result) {
        memcpy(sink->bytes, head, 19);
        sink->used = 19;
    }
    return result;
}

static int finish_copy(struct carry_sink *sink, const char *why, struct error *error)
{
    PGconn *connection = sink->session->postgres;
    int result = 0;
    sink->copying = false;
    if (PQputCopyEnd(connection, why) != 1)
        result = store_postgres_error(sink->session, NULL, sink->sql, error);
    for (PGresult *reply; (reply = PQgetResult(connection)); PQclear(reply))
        if (!result && PQresultStatus(reply) != PGRES_COMMAND_OK)
            result = store_postgres_error(sink->session, reply, sink->sql, error);
    return result;
}

/* ---- SQLite ---- */

static char *insert_text(const char *table, const char *list, int columns)
{
    char places[2 * STORE_PARAMETERS_MAX + 1];
    for (int i = 0; i < columns; i++)
        memcpy(places + 2 * i, "?,", 2);
    places[2 * columns - 1] = '\0';
    return sqlite3_mprintf("INSERT INTO \"%w\" (%s) VALUES (%s)", table, list, places);
}

/* ---- either ---- */

int carry_sink_begin(struct carry_sink *sink, struct store_session *session, const char *table, const char *list, int columns,
                     struct error *error)
{
    bool postgres = session->engine->kind == STORE_POSTGRES;
    *sink = (struct carry_sink){.session = session, .columns = columns};
    sink->sql = postgres ? sqlite3_mprintf("COPY \"%w\" (%s) FROM STDIN (FORMAT binary)", table, list) : insert_text(table, list, columns);
    if (!sink->sql)
        return no_memory(error);
    if (postgres)
        return begin_copy(sink, error);
    session->own = true;
    int code = sqlite3_prepare_v2(session->sqlite, sink->sql, -1, &sink->statement, NULL);
    session->own = false;
    return code == SQLITE_OK ? 0 : store_sqlite_error(session, code, sink->sql, error);
}

int carry_sink_add(struct carry_sink *sink, const struct carry_source *source, struct error *error)
{
    struct store_value value;
    int result = 0, code = SQLITE_OK;
    if (!sink->statement) {
        if (!make_room(sink, 2))
            return no_memory(error);
        put_number(sink, (uint64_t)sink->columns, 2);
    }
    for (int i = 0; !result && code == SQLITE_OK && i < sink->columns; i++) {
        if (!carry_source_cell(source, i, &value))
            return error_set(error, ERROR_CHECK, source->sql, "Run 'proviso ledger verify'.", "A value is of a kind that does not belong there");
        if (sink->statement)
            code = store_sqlite_bind(sink->statement, i + 1, &value, true);
        else
            result = put_value(sink, &value, error);
    }
    if (!sink->statement)
        return result || sink->used < SEND_AT ? result : send_bytes(sink, error);
    errno = 0;
    if (code == SQLITE_OK && (code = sqlite3_step(sink->statement)) == SQLITE_DONE)
        code = sqlite3_reset(sink->statement);
    return code == SQLITE_OK ? 0 : store_sqlite_error(sink->session, code, sink->sql, error);
}

int carry_sink_finish(struct carry_sink *sink, struct error *error)
{
    if (sink->statement)
        return 0;
    if (!make_room(sink, 2))
        return no_memory(error);
    put_number(sink, UINT16_MAX, 2);
    int result = send_bytes(sink, error);
    return result ? result : finish_copy(sink, NULL, error);
}

void carry_sink_end(struct carry_sink *sink)
{
    if (sink->copying)
        (void)finish_copy(sink, "given up", NULL);
    sqlite3_finalize(sink->statement);
    sqlite3_free(sink->sql);
    free(sink->bytes);
    *sink = (struct carry_sink){0};
}
