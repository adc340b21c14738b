#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "inside.h"

static int fail(struct store_session *session, int code, const char *sql, struct error *error)
{
    return store_sqlite_error(session, code, sql, error);
}

static int exec(struct store_session *session, const char *sql, struct error *error)
{
    errno = 0;
    int code = sqlite3_exec(session->sqlite, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? 0 : fail(session, code, sql, error);
}

/* Is the first column of the first row this text? */
static int expect(struct store_session *session, const char *sql, const char *wanted, const char *otherwise,
                  struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(session->sqlite, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    int result = 0;
    if (code != SQLITE_ROW) {
        result = fail(session, code, sql, error);
    } else {
        const char *got = (const char *)sqlite3_column_text(statement, 0);
        if (!got || strcmp(got, wanted) != 0)
            result = error_set(error, ERROR_INPUT, session->store->settings.database, "Use a local disk.",
                               "%s", otherwise);
    }
    sqlite3_finalize(statement);
    return result;
}

static int configure(struct store_session *session, struct error *error)
{
    static const struct {
        int option, value;
    } option[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},       {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},     {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},         {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0}, {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1},
    };
    sqlite3 *db = session->sqlite;
    for (size_t i = 0; i < sizeof(option) / sizeof(option[0]); i++) {
        int now = -1;
        int code = sqlite3_db_config(db, option[i].option, option[i].value, &now);
        if (code != SQLITE_OK || now != option[i].value)
            return error_set(error, ERROR_SYSTEM, "database", "Use the SQLite of the system.",
                             "This build of SQLite lacks a protection (%d)", option[i].option);
    }
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_busy_timeout(db, (int)session->store->settings.wait_ms);

    int result = 0;
    if (session->writer)
        result = expect(session, "PRAGMA journal_mode = WAL", "wal",
                        "The database cannot keep a write-ahead log where it lies", error);
    else if (session->store->settings.may_write)
        result = expect(session, "PRAGMA journal_mode", "wal", "The database does not keep a write-ahead log",
                        error);
    char cache[64];
    sqlite3_snprintf(sizeof(cache), cache, "PRAGMA cache_size = -%u", session->store->settings.cache_kib);
    if (!result)
        result = exec(session, cache, error);
    if (!result)
        result = exec(session,
                      "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA recursive_triggers = ON;"
                      "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
                      "PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 8000;",
                      error);
    if (!result && !session->writer)
        result = exec(session, "PRAGMA query_only = ON", error);
    if (!result)
        result = expect(session, "PRAGMA synchronous", "2", "SQLite does not synchronise fully", error);
    return result;
}

/* SQLite counts its memory under one lock for all sessions, at each allocation; nobody here asks for the count. */
static pthread_once_t counted = PTHREAD_ONCE_INIT;

static void stop_counting(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int store_make_file(const char *path, struct error *error)
{
    /* Never an existing file: closing it here would drop the locks that SQLite holds on it in this process. */
    FILE_SCOPE int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0 && errno == EEXIST)
        return error_set(error, ERROR_CONFLICT, path, "Name another file.",
                         "There is a file of this name already");
    return file < 0 ? error_system(error, errno, path, "The file cannot be made") : 0;
}

static int sqlite_connect(struct store_session *session, struct error *error)
{
    const struct store_settings *settings = &session->store->settings;
    if (session->writer) {
        /* Made here and not by SQLite, so that only its owner can read it, whatever the umask; the log takes its
         * mode. If there is one, good; if it cannot be made, SQLite tells why. */
        int result =
            store_make_file(settings->database, NULL) ? 0 : file_sync_folder(settings->database, error);
        if (result)
            return result;
    }
    pthread_once(&counted, stop_counting);
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
    flags |= settings->may_write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    if (session->writer)
        flags |= SQLITE_OPEN_CREATE;
    errno = 0;
    int code = sqlite3_open_v2(settings->database, &session->sqlite, flags, settings->sqlite_vfs);
    if (code != SQLITE_OK)
        return fail(session, code, "", error);
    int result = configure(session, error);
    if (!result)
        sqlite3_set_authorizer(session->sqlite, store_sqlite_authorize, session);
    return result;
}

static bool sqlite_alive(const struct store_session *session)
{
    return session->sqlite != NULL;
}

static void free_prepared(struct store_prepared *prepared)
{
    sqlite3_finalize(prepared->sqlite);
    free(prepared);
}

static void sqlite_disconnect(struct store_session *session)
{
    struct store_prepared *prepared;
    while (session->cache.bucket && (prepared = store_cache_take(&session->cache)))
        free_prepared(prepared);
    sqlite3_close(session->sqlite);
    session->sqlite = NULL;
}

/* $1 is a named parameter to SQLite, numbered by where it first stands. */
static int place_parameters(struct store_prepared *prepared, struct error *error)
{
    int count = sqlite3_bind_parameter_count(prepared->sqlite);
    for (int i = 1; i <= count; i++) {
        const char *name = sqlite3_bind_parameter_name(prepared->sqlite, i);
        int64_t number = 0;
        if (!name || name[0] != '$' || !text_to_int64(text_of(name + 1), &number) || number < 1 ||
            number > STORE_PARAMETERS_MAX)
            return error_set(error, ERROR_SYSTEM, store_place(prepared->sql).text, "",
                             "The parameter %s is not one of $1 to $%d", name ? name : "?",
                             STORE_PARAMETERS_MAX);
        prepared->place[number - 1] = (unsigned char)i;
    }
    return 0;
}

static int prepare(struct store_session *session, const char *sql, struct store_prepared *prepared,
                   struct error *error)
{
    const char *refused = session->own ? NULL : store_statement_refused(sql);
    if (refused)
        return error_set(error, ERROR_SYSTEM, store_place(sql).text, "", "%s", refused);
    const char *rest = NULL;
    int code =
        sqlite3_prepare_v3(session->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared->sqlite, &rest);
    if (code != SQLITE_OK)
        return fail(session, code, sql, error);
    if (!prepared->sqlite || rest[strspn(rest, " \t\r\n;")])
        return error_set(error, ERROR_SYSTEM, store_place(sql).text, "", "This is not exactly one statement");
    prepared->sql = sql;
    return place_parameters(prepared, error);
}

static int get_prepared(struct store_session *session, const char *sql, struct store_prepared **out,
                        struct error *error)
{
    const uint64_t types[2] = {0, 0};
    struct store_prepared *found = store_cache_find(&session->cache, sql, types);
    if (found && !found->busy) {
        *out = found;
        return 0;
    }
    struct store_prepared *fresh = calloc(1, sizeof(*fresh));
    if (!fresh)
        return error_set(error, ERROR_SYSTEM, "database", "", "There is no memory for a statement");
    int result = prepare(session, sql, fresh, error);
    if (result) {
        free_prepared(fresh);
        return result;
    }
    struct store_prepared *old = found ? NULL : store_cache_evict(&session->cache);
    if (old)
        free_prepared(old);
    fresh->loose = found || session->cache.used >= session->cache.limit;
    if (!fresh->loose)
        store_cache_add(&session->cache, fresh);
    *out = fresh;
    return 0;
}

/* Copied by SQLite, unless the statement ends before the caller's values are gone. */
static int bind_values(struct store_session *session, struct store_prepared *prepared,
                       struct store_values values, bool brief, struct error *error)
{
    if ((size_t)sqlite3_bind_parameter_count(prepared->sqlite) != values.count)
        return error_set(error, ERROR_SYSTEM, store_place(prepared->sql).text, "",
                         "%zu values are bound to %d parameters", values.count,
                         sqlite3_bind_parameter_count(prepared->sqlite));
    for (size_t i = 0; i < values.count; i++) {
        int at = prepared->place[i];
        if (at == 0)
            return error_set(error, ERROR_SYSTEM, store_place(prepared->sql).text, "", "There is no $%zu",
                             i + 1);
        int code = store_sqlite_bind(prepared->sqlite, at, &values.value[i], brief);
        if (code != SQLITE_OK)
            return fail(session, code, prepared->sql, error);
    }
    return 0;
}

static void sqlite_stop(struct store_rows *rows)
{
    struct store_prepared *prepared = rows->prepared;
    rows->prepared = NULL;
    if (!prepared)
        return;
    sqlite3_reset(prepared->sqlite);
    sqlite3_clear_bindings(prepared->sqlite);
    prepared->busy = false;
    if (prepared->loose)
        free_prepared(prepared);
}

static int sqlite_step(struct store_rows *rows, struct error *error)
{
    errno = 0;
    int code = sqlite3_step(rows->prepared->sqlite);
    if (code == SQLITE_ROW)
        return 1;
    if (code != SQLITE_DONE)
        return fail(rows->session, code, rows->sql, error);
    if (!sqlite3_stmt_readonly(rows->prepared->sqlite))
        rows->changed = sqlite3_changes64(rows->session->sqlite);
    return 0;
}

static int sqlite_start(struct store_rows *rows, const char *sql, struct store_values values,
                        struct error *error)
{
    struct store_session *session = rows->session;
    if (session->in_transaction && sqlite3_get_autocommit(session->sqlite))
        return error_set(error, ERROR_SYSTEM, store_place(sql).text, "Roll the transaction back.",
                         "The database gave up the whole transaction");
    int result = get_prepared(session, sql, &rows->prepared, error);
    if (result)
        return result;
    rows->prepared->busy = true;
    rows->columns = sqlite3_column_count(rows->prepared->sqlite);
    bool reading = !session->writer || (session->in_transaction && session->access == STORE_READ);
    if (reading && !sqlite3_stmt_readonly(rows->prepared->sqlite))
        return error_set(error, ERROR_SYSTEM, store_place(sql).text, "",
                         "The transaction, or this session, may only read");
    result = bind_values(session, rows->prepared, values, rows->brief, error);
    if (result)
        return result;
    int got = sqlite_step(rows, error);
    if (got < 0)
        return got;
    rows->ahead = got;
    rows->ended = got == 0;
    if (rows->ended)
        sqlite_stop(rows);
    return 0;
}

static bool sqlite_cell(const struct store_rows *rows, int column, struct store_value *value)
{
    return store_sqlite_cell(rows->prepared->sqlite, column, false, value);
}

static bool sqlite_bare_cell(const struct store_rows *rows, int column, struct store_value *value)
{
    return store_sqlite_cell(rows->prepared->sqlite, column, true, value);
}

static int sqlite_control(struct store_session *session, const char *literal, struct error *error)
{
    struct store_prepared *prepared = NULL;
    bool before = session->own;
    session->own = true;
    int result = get_prepared(session, literal, &prepared, error);
    int code = SQLITE_DONE;
    if (!result) {
        errno = 0;
        code = sqlite3_step(prepared->sqlite);
        if (code != SQLITE_DONE && code != SQLITE_ROW)
            result = fail(session, code, literal, error);
        sqlite3_reset(prepared->sqlite);
        if (prepared->loose)
            free_prepared(prepared);
    }
    session->own = before;
    return result;
}

static bool sqlite_transaction_alive(const struct store_session *session)
{
    return session->sqlite && !sqlite3_get_autocommit(session->sqlite);
}

enum { SCRUB_WAIT_MS = 100 };

static int sqlite_scrub(struct store_session *session, struct error *error)
{
    errno = 0;
    /* most of it beside everybody; then the rest at once, without keeping writers waiting for a reader that stays */
    int code = sqlite3_wal_checkpoint_v2(session->sqlite, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (code != SQLITE_OK && code != SQLITE_BUSY)
        return fail(session, code, "checkpoint", error);
    sqlite3_busy_timeout(session->sqlite, SCRUB_WAIT_MS);
    code = sqlite3_wal_checkpoint_v2(session->sqlite, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(session->sqlite, (int)session->store->settings.wait_ms);
    return code == SQLITE_OK ? 0 : fail(session, code, "checkpoint", error);
}

const struct store_engine store_engine_sqlite = {
    .kind = STORE_SQLITE,
    .begin_write = "BEGIN IMMEDIATE",
    .begin_read = "BEGIN",
    .picture = "SELECT 1 FROM sqlite_schema LIMIT 1",
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .alive = sqlite_alive,
    .start = sqlite_start,
    .step = sqlite_step,
    .stop = sqlite_stop,
    .cell = sqlite_cell,
    .bare_cell = sqlite_bare_cell,
    .control = sqlite_control,
    .script = exec,
    .transaction_alive = sqlite_transaction_alive,
    .scrub = sqlite_scrub,
};
