#include <sqlite3.h>

#include "inside.h"

/*
 * Triggers, besides what SQLite's authorizer refuses: they hold against other programs too. The names were
 * found plain by store_open. sqlite3_free() what it gives.
 */
static const char *const change[] = {"UPDATE", "DELETE"};
enum { CHANGES = 2 };

static char *trigger_text(bool sqlite, const char *table, size_t k)
{
    return sqlite ? sqlite3_mprintf("CREATE TRIGGER IF NOT EXISTS store_keep_%s_%s BEFORE %s ON %s BEGIN"
                                    " SELECT RAISE(ABORT, 'rows of this table are never changed'); END",
                                    change[k], table, change[k], table)
                  : sqlite3_mprintf("CREATE OR REPLACE TRIGGER store_keep_%s BEFORE %s ON %s"
                                    " FOR EACH STATEMENT EXECUTE FUNCTION store_refuse_change()",
                                    k ? "delete" : "update", k ? "DELETE OR TRUNCATE" : "UPDATE", table);
}

int store_append_only_keep(struct store_session *session, struct error *error)
{
    const struct store_settings *settings = &session->store->settings;
    bool sqlite = session->engine->kind == STORE_SQLITE;
    int result = 0;
    session->own = true;
    if (!sqlite && settings->append_only_count)
        result = session->engine->script(
            session,
            "CREATE OR REPLACE FUNCTION store_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE EXCEPTION 'rows of this table are never changed' USING ERRCODE = '42501'; END$$",
            error);
    for (size_t i = 0; !result && i < settings->append_only_count; i++) {
        const char *table = settings->append_only[i];
        for (size_t k = 0; !result && k < CHANGES; k++) {
            char *sql = trigger_text(sqlite, table, k);
            result =
                sql ? session->engine->script(session, sql, error)
                    : error_set(error, ERROR_SYSTEM, table, "", "There is no memory to protect the table");
            sqlite3_free(sql);
        }
        if (result)
            error_within(error, table);
    }
    session->own = false;
    return result;
}

int store_append_only_again(const struct store *store, sqlite3 *db, struct error *error)
{
    for (size_t i = 0; i < store->settings.append_only_count * CHANGES; i++) {
        char *sql = trigger_text(true, store->settings.append_only[i / CHANGES], i % CHANGES);
        int code = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
        sqlite3_free(sql);
        if (code != SQLITE_OK)
            return error_set(error, ERROR_SYSTEM, "schema", "", "The triggers cannot be made again");
    }
    return 0;
}
