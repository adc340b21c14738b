#include <openssl/evp.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "inside.h"

/* This room's own tables. `room` tells its migrations from the program's, numbered each for itself. */
static const char record_table[] =
    "CREATE TABLE store_migration (room TEXT NOT NULL, number BIGINT NOT NULL, name TEXT NOT NULL,"
    " sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (room, number)) STRICT";

static const struct store_migration own_migration[] = {
    {1, "blobs",
     "CREATE TABLE store_blob (name TEXT PRIMARY KEY, size BIGINT NOT NULL CHECK (size >= 0), begun_at "
     "BIGINT NOT NULL,"
     " state BIGINT NOT NULL CHECK (state BETWEEN 0 AND 2)) STRICT;" /* 0 growing, 1 finished, 2 going */
     "CREATE INDEX store_blob_unfinished ON store_blob (begun_at) WHERE state <> 1;"
     "CREATE TABLE store_piece (owner TEXT NOT NULL REFERENCES store_blob (name), start BIGINT NOT NULL,"
     " content BLOB NOT NULL, PRIMARY KEY (owner, start)) STRICT",
     NULL},
};

static const char sqlite_tables[] =
    "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
static const char sqlite_record[] =
    "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'store_migration'";
static const char postgres_tables[] = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()";
static const char postgres_record[] =
    "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'store_migration'";

static int digest(const char *text, char out[65], struct error *error)
{
    unsigned char sum[32];
    size_t n = 0;
    if (!EVP_Q_digest(NULL, "SHA256", NULL, text, strlen(text), sum, &n) || n != sizeof(sum))
        return error_set(error, ERROR_SYSTEM, "migration", "", "SHA-256 is not to be had");
    for (size_t i = 0; i < sizeof(sum); i++) {
        out[2 * i] = "0123456789abcdef"[sum[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[sum[i] & 15];
    }
    out[64] = '\0';
    return 0;
}

static const char *text_for(const struct store_session *session, const struct store_migration *m)
{
    return session->engine->kind == STORE_POSTGRES && m->postgres ? m->postgres : m->sqlite;
}

static int count_of(struct store_session *session, const char *sql, int64_t *count, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_own_query(session, sql, STORE_BIND(), &rows, error);
    if (!got)
        got = store_next(rows, error);
    *count = got == 1 ? store_int(rows, 0) : 0;
    return got < 0 ? got : 0;
}

int store_count_orphans(struct store_session *session, int64_t *count, struct error *error)
{
    return count_of(session, "SELECT COUNT(*) FROM pragma_foreign_key_check", count, error);
}

/* Is there a record of migrations? Tables without one are not ours to touch. */
static int has_record(struct store_session *session, bool *has, struct error *error)
{
    bool sqlite = session->engine->kind == STORE_SQLITE;
    int64_t records = 0, tables = 0;
    int result = count_of(session, sqlite ? sqlite_record : postgres_record, &records, error);
    if (!result)
        result = count_of(session, sqlite ? sqlite_tables : postgres_tables, &tables, error);
    *has = records > 0;
    if (!result && !records && tables > 0)
        return error_set(error, ERROR_CHECK, "database", "Name another database, or an empty one.",
                         "It holds %lld tables that this program did not make", (long long)tables);
    return result;
}

/*
 * Compares what is recorded for `room` with the table of migrations; *applied is how many are there. With
 * `migrations` NULL it only counts.
 */
static int compare(struct store_session *session, const char *room, const struct store_migration *migrations,
                   size_t count, size_t *applied, struct error *error)
{
    *applied = 0;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got =
        store_own_query(session, "SELECT number, sha256 FROM store_migration WHERE room = $1 ORDER BY number",
                        STORE_BIND(STORE_STRING(room)), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        int64_t number = store_int(rows, 0);
        size_t i = (*applied)++;
        got = 0;
        if (!migrations)
            continue;
        if (i >= count)
            return error_set(error, ERROR_CHECK, "database", "Use the newer program.",
                             "It is newer than this program: it has migration %lld, the program knows %zu",
                             (long long)number, count);
        if (number != migrations[i].number)
            return error_set(error, ERROR_CHECK, "database", "Restore the newest backup.",
                             "Its migrations have a gap: number %lld where %d should be", (long long)number,
                             migrations[i].number);
        char sum[65];
        int result = digest(text_for(session, &migrations[i]), sum, error);
        if (result)
            return result;
        if (!text_equal(store_text(rows, 1), text_of(sum)))
            return error_set(
                error, ERROR_CHECK, migrations[i].name, "Use the program that made the database.",
                "Migration %d was made from another text than this program's", migrations[i].number);
    }
    return got < 0 ? got : 0;
}

/* Foreign keys are checked as a whole at the end, so that a migration may rebuild a table. */
static int check_tables(struct store_session *session, const char *name, struct error *error)
{
    if (session->engine->kind != STORE_SQLITE)
        return 0;
    int64_t bad = 0;
    int result = count_of(session,
                          "SELECT COUNT(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                          " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND strict = 0",
                          &bad, error);
    if (!result && bad)
        return error_set(error, ERROR_SYSTEM, name, "End each CREATE TABLE with STRICT.",
                         "The migration made a table that is not STRICT");
    if (!result)
        result = store_count_orphans(session, &bad, error);
    if (!result && bad)
        return error_set(error, ERROR_SYSTEM, name, "",
                         "The migration leaves %lld rows that refer to nothing", (long long)bad);
    return result;
}

static int apply_text(struct store_session *session, const struct store_migration *m, const char *room,
                      struct error *error)
{
    const char *text = text_for(session, m);
    char sum[65];
    int result = digest(text, sum, error);
    char *sql = NULL;
    if (!result)
        result = store_dialect(session->engine->kind, text, &sql, error);
    if (result)
        return result;
    session->migrating = true;
    result = session->engine->script(session, sql, error);
    session->migrating = false;
    free(sql);
    if (result)
        return store_note_failure(session, result);
    if (!session->engine->transaction_alive(session))
        return error_set(error, ERROR_SYSTEM, m->name, "", "The migration ended its transaction");
    result = check_tables(session, m->name, error);
    if (result)
        return result;
    return store_own_run(session,
                         "INSERT INTO store_migration (room, number, name, sha256, applied_at)"
                         " VALUES ($1, $2, $3, $4, $5)",
                         STORE_BIND(STORE_STRING(room), STORE_INT(m->number), STORE_STRING(m->name),
                                    STORE_STRING(sum), STORE_INT(clock_now())),
                         error);
}

/* One at a time, also among processes: SQLite's write lock, PostgreSQL's advisory lock. */
static int lock(struct store_session *session, struct error *error)
{
    int result = store_begin(session, STORE_WRITE, error);
    if (!result && session->engine->kind == STORE_POSTGRES)
        result = session->engine->script(session,
                                         "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
                                         " SELECT pg_advisory_xact_lock(7308332045690302537)",
                                         error);
    return result;
}

/* Applies the next missing migration; *done when there was none. */
static int apply_next(struct store_session *session, const char *room,
                      const struct store_migration *migrations, size_t count, bool *done, struct error *error)
{
    size_t applied = 0;
    int result = lock(session, error);
    if (!result)
        result = compare(session, room, migrations, count, &applied, error);
    *done = !result && applied == count;
    if (!result && !*done) {
        result = apply_text(session, &migrations[applied], room, error);
        if (!result && !session->store->quiet)
            log_line(LOG_LEVEL_INFO, "store", "%s: migration %d, %s", room, migrations[applied].number,
                     migrations[applied].name);
    }
    return store_end(session, result, error);
}

static int make_record(struct store_session *session, struct error *error)
{
    bool has = false;
    int result = lock(session, error);
    if (!result)
        result = has_record(session, &has, error);
    if (!result && !has) {
        char *sql = NULL;
        result = store_dialect(session->engine->kind, record_table, &sql, error);
        session->own = true;
        if (!result)
            result = session->engine->script(session, sql, error);
        session->own = false;
        free(sql);
    }
    return store_end(session, result, error);
}

/* ---- the same texts, for a comparison ---- */

static int run_text(struct sqlite3 *db, const char *text, struct error *error)
{
    char *sql = NULL;
    int result = store_dialect(STORE_SQLITE, text, &sql, error);
    if (!result && sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        result = error_set(error, ERROR_SYSTEM, "schema", "", "The tables cannot be made again: %s", sqlite3_errmsg(db));
    free(sql);
    return result;
}

int store_make_again(const struct store *store, const struct store_migration *migrations, size_t count,
                     struct sqlite3 *db, struct error *error)
{
    int result = run_text(db, record_table, error);
    for (size_t i = 0; !result && i < sizeof(own_migration) / sizeof(own_migration[0]); i++)
        result = run_text(db, own_migration[i].sqlite, error);
    for (size_t i = 0; !result && i < count; i++)
        result = run_text(db, migrations[i].sqlite, error);
    return result ? result : store_append_only_again(store, db, error);
}

static int apply_all(struct store_session *session, const char *room,
                     const struct store_migration *migrations, size_t count, struct error *error)
{
    int result = 0;
    for (bool done = false; !result && !done;)
        result = apply_next(session, room, migrations, count, &done, error);
    return result;
}

static int migrate_writer(struct store_session *session, const struct store_migration *migrations,
                          size_t count, struct error *error)
{
    bool sqlite = session->engine->kind == STORE_SQLITE;
    if (sqlite)
        sqlite3_db_config(session->sqlite, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
    int result = make_record(session, error);
    if (!result)
        result = apply_all(session, "store", own_migration, sizeof(own_migration) / sizeof(own_migration[0]),
                           error);
    if (!result)
        result = apply_all(session, "program", migrations, count, error);
    if (sqlite) {
        int on = 0;
        sqlite3_db_config(session->sqlite, SQLITE_DBCONFIG_ENABLE_FKEY, 1, &on);
        if (!on && !result)
            result =
                error_set(error, ERROR_SYSTEM, "database", "", "SQLite does not check foreign keys again");
    }
    if (result)
        return result;
    result = lock(session, error);
    if (!result)
        result = store_append_only_keep(session, error);
    return store_end(session, result, error);
}

static int check_reader(struct store_session *session, const struct store_migration *migrations, size_t count,
                        struct error *error)
{
    bool has = false;
    const size_t own = sizeof(own_migration) / sizeof(own_migration[0]);
    size_t applied = 0;
    int64_t others = 0;
    int result = has_record(session, &has, error);
    if (!result && has)
        result = compare(session, "store", own_migration, own, &applied, error);
    if (!result && has && applied < own)
        return error_set(error, ERROR_CHECK, "database", "Let the program open it for writing first.",
                         "It is older than this program: %zu of %zu migrations of this room were applied", applied, own);
    if (!result && has)
        result = compare(session, "program", migrations, count, &applied, error);
    if (!result && has)
        result = count_of(session, "SELECT COUNT(*) FROM store_migration WHERE room NOT IN ('store', 'program')", &others, error);
    if (!result && others)
        return error_set(error, ERROR_CHECK, "database", "Restore the newest backup.",
                         "It has %lld migrations of neither this room nor the program", (long long)others);
    if (!result && applied < count)
        return error_set(error, ERROR_CHECK, "database", "Let the program open it for writing first.",
                         "It is older than this program: %zu of %zu migrations were applied", applied, count);
    return result;
}

int store_migrate(struct store *store, const struct store_migration *migrations, size_t count,
                  struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (migrations[i].number != (int)i + 1 || !migrations[i].name || !migrations[i].sqlite)
            return error_set(error, ERROR_SYSTEM, "migration",
                             "Number them 1, 2, 3 and give each a name and a text.",
                             "The table of migrations is wrong at entry %zu", i + 1);
    }
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    bool write = store->settings.may_write;
    int result = write ? store_writer(store, &session, error) : store_reader(store, &session, error);
    if (result)
        return result;
    return write ? migrate_writer(session, migrations, count, error)
                 : check_reader(session, migrations, count, error);
}
