#include <libpq-fe.h>
#include <string.h>

#include "inside.h"

/*
 * By SQLSTATE. PostgreSQL's messages about values (classes 22 and 23) can quote them, so only the names of the
 * constraint, table and column are passed on from those.
 */

static const char *field(const PGresult *reply, int code)
{
    const char *text = reply ? PQresultErrorField(reply, code) : NULL;
    return text ? text : "";
}

static const char *named(const PGresult *reply)
{
    static const int place[] = {PG_DIAG_CONSTRAINT_NAME, PG_DIAG_COLUMN_NAME, PG_DIAG_TABLE_NAME};
    for (size_t i = 0; i < sizeof(place) / sizeof(place[0]); i++) {
        if (field(reply, place[i])[0])
            return field(reply, place[i]);
    }
    return field(reply, PG_DIAG_SQLSTATE);
}

static bool starts(const char *state, const char *with)
{
    return strncmp(state, with, strlen(with)) == 0;
}

static int connection_error(struct store_session *session, const char *sql, struct error *error)
{
    session->broken = true;
    /* Outside a transaction the statement was its own commit, if it wrote. */
    session->unsure = !session->in_transaction && !store_only_reads(sql);
    char reason[200];
    const char *told = session->postgres ? PQerrorMessage(session->postgres) : "";
    size_t n = strcspn(told, "\n");
    n = n < sizeof(reason) - 1 ? n : sizeof(reason) - 1;
    memcpy(reason, told, n);
    reason[n] = '\0';
    return error_set(error, ERROR_SYSTEM, store_place(sql).text,
                     "Check that the database server runs and can be reached.",
                     "The connection to the database was lost: %s", n ? reason : "no reason was given");
}

int store_postgres_error(struct store_session *session, const PGresult *reply, const char *sql,
                         struct error *error)
{
    struct store_place place = store_place(sql);
    const char *where = place.text;
    const char *state = field(reply, PG_DIAG_SQLSTATE);
    const char *message = field(reply, PG_DIAG_MESSAGE_PRIMARY);
    session->retry = session->unsure = false;
    if (!state[0] || PQstatus(session->postgres) == CONNECTION_BAD)
        return connection_error(session, sql, error);
    if (starts(state, "23505") || starts(state, "23P01"))
        return error_set(error, ERROR_CONFLICT, where, "", "There is one already (%s)", named(reply));
    if (starts(state, "23503"))
        return error_set(error, ERROR_CONFLICT, where, "",
                         "What it refers to is not there, or is referred to still");
    if (starts(state, "22") || starts(state, "23") || starts(state, "P0001"))
        return error_set(error, ERROR_INVALID, where, "", "The database does not allow this value (%s)",
                         named(reply));
    if (starts(state, "40") || starts(state, "55P03")) {
        session->retry = true;
        return error_set(error, ERROR_CONFLICT, where, "Try again.",
                         "Others changed the same rows at the same time");
    }
    if (starts(state, "0A000") || starts(state, "26000")) {
        /* A kept statement no longer fits the tables: another process migrated them. */
        session->broken = session->retry = true;
        return error_set(error, ERROR_CONFLICT, where, "Try again.", "The tables changed meanwhile: %s",
                         message);
    }
    if (starts(state, "25P02"))
        return store_refuse_failed(where, error);
    if (starts(state, "53100"))
        return error_set(error, ERROR_SYSTEM, where,
                         "Free some space where the database server keeps its data.",
                         "The disk of the database server is full");
    if (starts(state, "58") || starts(state, "XX"))
        return error_set(error, ERROR_SYSTEM, where, "Look into the log of the database server.",
                         "The database server could not read or write its data (%s)", state);
    if (starts(state, "54"))
        return error_set(error, ERROR_TOO_LARGE, where, "", "A value is too large for the database");
    if (starts(state, "25006"))
        return error_set(error, ERROR_SYSTEM, where, "", "The transaction, or this session, may only read");
    if (starts(state, "42501"))
        return error_set(error, ERROR_SYSTEM, where, "", "A session may not do this to the database: %s",
                         message);
    return error_set(error, ERROR_SYSTEM, where, "", "%s (%s)", message, state);
}
