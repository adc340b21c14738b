#include <errno.h>
#include <sqlite3.h>
#include <string.h>

#include "inside.h"

/* Messages name tables and columns, never values: SQLite's own texts for constraints do the same. */

static int constraint_error(int code, const char *message, const char *where, struct error *error)
{
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return error_set(error, ERROR_CONFLICT, where, "", "There is one already (%s)", message);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return error_set(error, ERROR_CONFLICT, where, "",
                         "What it refers to is not there, or is referred to still");
    default:
        return error_set(error, ERROR_INVALID, where, "", "The database does not allow this value (%s)",
                         message);
    }
}

static bool lacks_room(int number)
{
    return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

static int disk_error(const struct store_session *session, int number, const char *where, struct error *error)
{
    const char *path = session->store->settings.database;
    if (lacks_room(number))
        return error_set(error, ERROR_SYSTEM, where,
                         "Free some space where the database lies (or raise its quota or size limit).",
                         "The disk is full, or the database may not grow further: %s", path);
    return error_set(error, ERROR_SYSTEM, where, "Check the disk before anything else is written to it.",
                     "Reading or writing the database file %s failed: %s", path,
                     number ? strerror(number) : "the system gave no reason");
}

/* What store_told_damage() knows damage by. */
static const char damaged[] = "The database file is damaged, or is not an SQLite database", altered[] = "The database is not as this program made it";

static int damage_error(const struct store_session *session, const char *where, struct error *error)
{
    bool opening = strncmp(where, "PRAGMA", 6) == 0;
    return error_set(error, ERROR_SYSTEM, session->store->settings.database,
                     "Stop the program, keep a copy of the files as they are, and restore the newest backup (proviso restore).",
                     "%s%s%s", damaged, opening || !where[0] ? "" : ", as was found at ", opening ? "" : where);
}

bool store_told_damage(const struct error *error)
{
    return error->code == ERROR_SYSTEM && (strncmp(error->what, damaged, sizeof damaged - 1) == 0 ||
                                           strncmp(error->what, altered, sizeof altered - 1) == 0);
}

int store_sqlite_error(struct store_session *session, int code, const char *sql, struct error *error)
{
    /* A failing COMMIT does not reach sqlite3_system_errno; callers set errno to 0 before they step. */
    int left = errno;
    struct store_place place = store_place(sql ? sql : "");
    const char *where = place.text;
    const char *message = session->sqlite ? sqlite3_errmsg(session->sqlite) : sqlite3_errstr(code);
    int number = session->sqlite ? sqlite3_system_errno(session->sqlite) : 0;
    number = number ? number : left;
    session->retry = session->unsure = false;
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        return constraint_error(code, message, where, error);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        session->retry = true;
        return error_set(error, ERROR_CONFLICT, where, "Try again.", "Another process is using the database");
    case SQLITE_FULL:
        /* The frame that would have ended the transaction was not written: surely nothing of it is kept. */
        session->full = true;
        return disk_error(session, ENOSPC, where, error);
    case SQLITE_IOERR:
        if (code == SQLITE_IOERR_NOMEM)
            return error_set(error, ERROR_SYSTEM, where, "", "The database has no memory");
        session->full = code == SQLITE_IOERR_WRITE && lacks_room(number);
        session->unsure = !session->full;
        return disk_error(session, number, where, error);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        session->unsure = true;
        return damage_error(session, where, error);
    case SQLITE_CANTOPEN:
        return error_set(error, ERROR_INPUT, session->store->settings.database,
                         "Check that the folder is there, and that this user may read the file and write beside it.",
                         "The database file cannot be opened%s%s", number ? ": " : "",
                         number ? strerror(number) : "");
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return error_set(error, ERROR_SYSTEM, where, "", "The database, or this session, may only be read");
    case SQLITE_AUTH:
        return error_set(error, ERROR_SYSTEM, where, "", "A session may not do this to the database");
    case SQLITE_NOMEM:
        return error_set(error, ERROR_SYSTEM, where, "", "The database has no memory");
    case SQLITE_TOOBIG:
        return error_set(error, ERROR_TOO_LARGE, where, "", "A value is too large for the database");
    case SQLITE_MISMATCH:
        return error_set(error, ERROR_INVALID, where, "", "The database does not allow this value");
    default:
        if (strncmp(message, "no such ", 8) == 0) /* table, column, index */
            return error_set(error, ERROR_SYSTEM, where, "Keep a copy of the files as they are, and restore the newest backup (proviso restore).",
                             "%s: %s", altered, message);
        return error_set(error, ERROR_SYSTEM, where, "", "%s", message);
    }
}
