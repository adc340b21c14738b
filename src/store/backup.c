#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "inside.h"

enum { PAGES_AT_ONCE = 256 };
#define STORE_CHECK_MOST "1000" /* lines */

static int copy_error(int code, const char *path, struct error *error)
{
    if ((code & 0xff) == SQLITE_FULL || errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
        return error_set(error, ERROR_SYSTEM, path, "Free some space there, or choose another disk.",
                         "The disk is too full for the copy");
    return error_set(error, ERROR_SYSTEM, path, "", "The database cannot be copied: %s",
                     sqlite3_errstr(code));
}

/* Runs PRAGMA integrity_check on `db`. */
static int check_whole(sqlite3 *db, const char *name, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    const char *said = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    int result = 0;
    if (!said || strcmp(said, "ok") != 0)
        result = error_set(error, ERROR_CHECK, name, "Stop the program and restore the newest backup.",
                           "The database is damaged: %s", said ? said : sqlite3_errmsg(db));
    sqlite3_finalize(statement);
    return result;
}

struct store_copy {
    struct store_session *session; /* in a read transaction */
};

/* The source is in a read transaction, so that its picture stays the same between the steps. */
static int copy_pages(sqlite3 *from, sqlite3 *to, const char *path, const struct store_progress *progress,
                      struct error *error)
{
    errno = 0;
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup)
        return copy_error(sqlite3_extended_errcode(to), path, error);
    int code;
    while ((code = sqlite3_backup_step(backup, PAGES_AT_ONCE)) == SQLITE_OK)
        if (progress && progress->tell) {
            int of = sqlite3_backup_pagecount(backup);
            progress->tell(progress->context, of - sqlite3_backup_remaining(backup), of);
        }
    int at = errno;
    sqlite3_backup_finish(backup);
    errno = at;
    return code == SQLITE_DONE ? 0 : copy_error(code, path, error);
}

static int open_part(const char *part, const char *path, const char *vfs, sqlite3 **db, struct error *error)
{
    errno = 0;
    int code = sqlite3_open_v2(part, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
    return code == SQLITE_OK ? 0 : copy_error(code, path, error);
}

static int copy_into(struct store_session *session, const char *part, const char *path,
                     const struct store_progress *progress, struct error *error)
{
    sqlite3 *to = NULL;
    int result = open_part(part, path, session->store->settings.sqlite_vfs, &to, error);
    if (!result)
        result = copy_pages(session->sqlite, to, path, progress, error);
    sqlite3_close(to);
    return result;
}

/* One file and nothing beside it: the copy may come to lie where no log can be kept. */
static int finish_file(const char *part, const char *path, const char *vfs, struct error *error)
{
    sqlite3 *db = NULL;
    int result = open_part(part, path, vfs, &db, error);
    int code = result ? SQLITE_OK : sqlite3_exec(db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        result = copy_error(code, path, error);
    if (!result)
        result = check_whole(db, path, error);
    sqlite3_close(db);
    return result;
}

int store_copy_begin(struct store *store, struct store_copy **out, struct error *error)
{
    *out = NULL;
    struct store_copy *copy = calloc(1, sizeof(*copy));
    if (!copy)
        return error_set(error, ERROR_SYSTEM, "backup", "", "There is no memory for it");
    int result = store_reader(store, &copy->session, error);
    if (!result)
        result = store_begin(copy->session, STORE_READ, error);
    if (result)
        store_copy_end(&copy);
    *out = copy;
    return result;
}

/* A new file by migrations, and its rows. Its log is emptied into it and goes as it is closed. */
static int fill_file(struct store_session *from, const struct store_copy_form *form, const char *part,
                     const struct store_progress *progress, struct error *error)
{
    STORE_SCOPE struct store *to = NULL;
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    struct store_settings settings = {.database = part,
                                      .may_write = true,
                                      .append_only = form->append_only,
                                      .append_only_count = form->append_only_count,
                                      .sqlite_vfs = from->store->settings.sqlite_vfs};
    int result = store_open(&settings, &to, error);
    if (result)
        return result;
    to->quiet = true;
    result = store_migrate(to, form->migrations, form->count, error);
    if (!result)
        result = store_writer(to, &writer, error);
    if (!result)
        sqlite3_db_config(writer->sqlite, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL); /* a table may come before what it refers to */
    return result ? result : store_carry(from, writer, &form->tables, progress, error);
}

static int write_whole(struct store_copy *copy, const struct store_copy_form *form, const char *path,
                       const struct store_progress *progress, struct error *error)
{
    char part[4096];
    struct stat status;
    if (snprintf(part, sizeof(part), "%s.part", path) >= (int)sizeof(part))
        return error_set(error, ERROR_INPUT, "backup", "", "Its path is too long");
    if (lstat(path, &status) == 0)
        return error_set(error, ERROR_CONFLICT, path, "Name another file.",
                         "There is a file of this name already");
    /* What a copy that was cut short left behind must not be in the way of the next. */
    if (unlink(part) && errno != ENOENT)
        return error_system(error, errno, part, "What is left of an earlier copy cannot be removed");
    int result = form ? 0 : store_make_file(part, error);
    if (result)
        return result;
    result = form ? fill_file(copy->session, form, part, progress, error) : copy_into(copy->session, part, path, progress, error);
    if (!result)
        result = finish_file(part, path, copy->session->store->settings.sqlite_vfs, error);
    /* link refuses where rename would overwrite. */
    if (!result && link(part, path))
        result = error_system(error, errno, path, "The copy cannot be given its name");
    unlink(part);
    return result ? result : file_sync_folder(path, error);
}

int store_copy_write(struct store_copy *copy, const char *path, const struct store_progress *progress, struct error *error)
{
    if (copy->session->engine->kind != STORE_SQLITE)
        return error_set(error, ERROR_SYSTEM, "backup", "", "A database of PostgreSQL is copied by its rows");
    return write_whole(copy, NULL, path, progress, error);
}

int store_copy_rows(struct store_copy *copy, const struct store_copy_form *form, const char *path, const struct store_progress *progress,
                    struct error *error)
{
    return write_whole(copy, form, path, progress, error);
}

int store_fill(struct store *from, struct store *to, const struct store_tables *tables, const struct store_progress *progress,
               struct error *error)
{
    struct store_copy *copy = NULL;
    STORE_SESSION_SCOPE struct store_session *writer = NULL;
    int result = store_copy_begin(from, &copy, error);
    if (!result)
        result = store_writer(to, &writer, error);
    if (!result)
        result = store_carry(copy->session, writer, tables, progress, error);
    store_copy_end(&copy);
    return result;
}

void store_copy_end(struct store_copy **copy)
{
    if (*copy && (*copy)->session) {
        store_rollback((*copy)->session);
        store_give_back(&(*copy)->session);
    }
    free(*copy);
    *copy = NULL;
}

/* ---- what is wrong, line by line ---- */

/* One row of PRAGMA integrity_check, which may be several lines: of those that begin with stars the next says what. */
static void tell_lines(const char *said, const struct store_check_report *report)
{
    for (struct text rest = text_of(said), line; text_next(&rest, '\n', &line);)
        if (line.n && !text_starts(line, TEXT("***")))
            report->differs(report->self, line);
}

/* Damage is told; what kept it from looking is an error. */
static int tell_end(struct store_session *session, int code, const char *what, const struct store_check_report *report,
                    struct error *error)
{
    char line[200];
    int kind = code & 0xff;
    if (code == SQLITE_DONE)
        return 0;
    if (kind != SQLITE_CORRUPT && kind != SQLITE_NOTADB && kind != SQLITE_ERROR)
        return store_sqlite_error(session, code, "integrity_check", error);
    snprintf(line, sizeof line, "%s: %s", what, sqlite3_errmsg(session->sqlite));
    report->differs(report->self, text_of(line));
    return 0;
}

static int tell_pages(struct store_session *session, const struct store_check_report *report, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(session->sqlite, "PRAGMA integrity_check(" STORE_CHECK_MOST ")", -1, &statement, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *said = (const char *)sqlite3_column_text(statement, 0);
        if (said && strcmp(said, "ok") != 0)
            tell_lines(said, report);
        code = SQLITE_OK;
    }
    int result = tell_end(session, code, "its pages cannot be read", report, error);
    sqlite3_finalize(statement);
    return result;
}

/* By tables. Where the tables are not what they were, what they refer to cannot be asked. */
static int tell_orphans(struct store_session *session, const struct store_check_report *report, struct error *error)
{
    char line[200];
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(session->sqlite, "SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY 1 ORDER BY 1", -1,
                                  &statement, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        long long n = sqlite3_column_int64(statement, 1);
        const char *table = (const char *)sqlite3_column_text(statement, 0);
        snprintf(line, sizeof line, "%lld row%s of %s refer%s to nothing", n, n == 1 ? "" : "s", table ? table : "", n == 1 ? "s" : "");
        report->differs(report->self, text_of(line));
        code = SQLITE_OK;
    }
    int result = tell_end(session, code, "what its rows refer to cannot be looked up", report, error);
    sqlite3_finalize(statement);
    return result;
}

int store_check(struct store *store, const struct store_check_report *report, struct error *error)
{
    if (store->engine->kind != STORE_SQLITE)
        return 0;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = store_reader(store, &session, error);
    if (result)
        return result;
    session->own = true;
    result = tell_pages(session, report, error);
    if (!result)
        result = tell_orphans(session, report, error);
    session->own = false;
    return result;
}
