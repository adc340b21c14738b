#include <sqlite3.h>
#include <strings.h>

#include "inside.h"

/*
 * What SQL may do on a session, asked by SQLite while it prepares a statement. Everything is refused that the
 * common dialect does not need, so that a mistake or an injected statement cannot reach other files, change how
 * the database behaves or rewrite what must only grow.
 */

static bool is_append_only(const struct store *store, const char *table)
{
    for (size_t i = 0; i < store->settings.append_only_count; i++) {
        if (table && strcasecmp(store->settings.append_only[i], table) == 0)
            return true;
    }
    return false;
}

static bool is_own_table(const char *table)
{
    return table && (strncasecmp(table, "sqlite_", 7) == 0 || strcasecmp(table, "store_migration") == 0);
}

static int never(int action, const char *second)
{
    switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_VTABLE:
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
        return SQLITE_DENY;
    case SQLITE_FUNCTION:
        return second && strcasecmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    default:
        return SQLITE_OK;
    }
}

int store_sqlite_authorize(void *context, int action, const char *first, const char *second,
                           const char *schema, const char *inner)
{
    (void)schema;
    (void)inner;
    const struct store_session *session = context;
    if (never(action, second) != SQLITE_OK)
        return SQLITE_DENY;
    if (session->own)
        return SQLITE_OK;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_PRAGMA:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return SQLITE_DENY;
    default:
        break;
    }
    if (session->migrating)
        return SQLITE_OK;
    switch (action) {
    case SQLITE_INSERT:
        return session->writer && !is_own_table(first) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        return session->writer && !is_own_table(first) && !is_append_only(session->store, first)
                   ? SQLITE_OK
                   : SQLITE_DENY;
    default: /* changing the schema, ANALYZE, REINDEX and whatever SQLite may add */
        return SQLITE_DENY;
    }
}
