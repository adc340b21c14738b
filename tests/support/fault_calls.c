/*
 * The calls themselves: the linker sends `name` to __wrap_name, and __real_name is what it was. One that fails does
 * nothing else, but for a write, of which half is done, as on a real disk.
 */
#include "fault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Declares the two names of a call. */
#define CALL(type, name, ...)                                                                                          \
    type __real_##name(__VA_ARGS__);                                                                                   \
    type __wrap_##name(__VA_ARGS__);                                                                                   \
    type __wrap_##name(__VA_ARGS__)

/* The whole of one that can fail: what it gives then, and errno. */
#define FAILING(kind, type, failed, number, name, parameters, arguments)                                               \
    type __real_##name parameters;                                                                                     \
    type __wrap_##name parameters;                                                                                     \
    type __wrap_##name parameters                                                                                      \
    {                                                                                                                  \
        if (fault_strikes(kind, #name)) {                                                                              \
            errno = number;                                                                                            \
            return failed;                                                                                             \
        }                                                                                                              \
        return __real_##name arguments;                                                                                \
    }

/* ---- memory ---- */

static void *counted(void *p)
{
    fault_count_live(p, NULL);
    return p;
}

#define MEMORY(name, parameters, arguments)                                                                            \
    void *__real_##name parameters;                                                                                    \
    void *__wrap_##name parameters;                                                                                    \
    void *__wrap_##name parameters                                                                                     \
    {                                                                                                                  \
        if (fault_strikes(FAULT_MEMORY, #name)) {                                                                      \
            errno = ENOMEM;                                                                                            \
            return NULL;                                                                                               \
        }                                                                                                              \
        return counted(__real_##name arguments);                                                                       \
    }

MEMORY(malloc, (size_t size), (size))
MEMORY(calloc, (size_t count, size_t size), (count, size))
MEMORY(sodium_malloc, (size_t size), (size))

CALL(char *, strdup, const char *s)
{
    if (fault_strikes(FAULT_MEMORY, "strdup")) {
        errno = ENOMEM;
        return NULL;
    }
    return counted(__real_strdup(s));
}

CALL(char *, realpath, const char *path, char *resolved)
{
    if (!resolved && fault_strikes(FAULT_MEMORY, "realpath")) {
        errno = ENOMEM;
        return NULL;
    }
    char *p = __real_realpath(path, resolved);
    return resolved ? p : counted(p);
}

static int print(char **out, const char *format, va_list list) __attribute__((format(printf, 2, 0)));

static int print(char **out, const char *format, va_list list)
{
    if (fault_strikes(FAULT_MEMORY, "asprintf")) {
        errno = ENOMEM;
        return -1;
    }
    int n = vasprintf(out, format, list);
    if (n >= 0)
        counted(*out);
    return n;
}

int __wrap_asprintf(char **out, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap_asprintf(char **out, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = print(out, format, list);
    va_end(list);
    return n;
}

/* As asprintf is called where calls are checked (_FORTIFY_SOURCE). */
int __wrap___asprintf_chk(char **out, int flag, const char *format, ...) __attribute__((format(printf, 3, 4)));
int __wrap___asprintf_chk(char **out, int flag, const char *format, ...)
{
    (void)flag;
    va_list list;
    va_start(list, format);
    int n = print(out, format, list);
    va_end(list);
    return n;
}

CALL(void *, realloc, void *old, size_t size)
{
    if (fault_strikes(FAULT_MEMORY, "realloc")) {
        errno = ENOMEM;
        return NULL;
    }
    void *p = __real_realloc(old, size);
    if (!old)
        fault_count_live(p, NULL);
    return p;
}

CALL(void *, reallocarray, void *old, size_t count, size_t size)
{
    if (fault_strikes(FAULT_MEMORY, "reallocarray")) {
        errno = ENOMEM;
        return NULL;
    }
    void *p = __real_reallocarray(old, count, size);
    if (!old)
        fault_count_live(p, NULL);
    return p;
}

CALL(void, free, void *p)
{
    fault_count_live(NULL, p);
    __real_free(p);
}

CALL(void, sodium_free, void *p)
{
    fault_count_live(NULL, p);
    __real_sodium_free(p);
}

/* ---- reading ---- */

FAILING(FAULT_READ, ssize_t, -1, EIO, read, (int fd, void *p, size_t n), (fd, p, n))
FAILING(FAULT_READ, ssize_t, -1, EIO, pread, (int fd, void *p, size_t n, off_t at), (fd, p, n, at))
FAILING(FAULT_READ, ssize_t, -1, EIO, __read_chk, (int fd, void *p, size_t n, size_t room), (fd, p, n, room))
FAILING(FAULT_READ, ssize_t, -1, EIO, __pread_chk, (int fd, void *p, size_t n, off_t at, size_t room),
        (fd, p, n, at, room))
FAILING(FAULT_READ, int, -1, EIO, stat, (const char *path, struct stat *status), (path, status))
FAILING(FAULT_READ, int, -1, EIO, lstat, (const char *path, struct stat *status), (path, status))
FAILING(FAULT_READ, int, -1, EIO, fstat, (int fd, struct stat *status), (fd, status))
FAILING(FAULT_READ, int, -1, EIO, access, (const char *path, int mode), (path, mode))
FAILING(FAULT_READ, DIR *, NULL, EIO, opendir, (const char *path), (path))
FAILING(FAULT_READ, DIR *, NULL, EIO, fdopendir, (int fd), (fd))
FAILING(FAULT_READ, struct dirent *, NULL, EIO, readdir, (DIR * list), (list))

/* What closes also forgets: counted, so that a listing left open is seen as one of the files left open. */
CALL(int, closedir, DIR *list)
{
    return __real_closedir(list);
}

/* Opening is reading, and with O_CREAT or O_TMPFILE something that needs room. */
static bool opening_fails(int flags, const char *name)
{
    bool makes = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
    if (fault_strikes(FAULT_READ, name)) {
        errno = EIO;
        return true;
    }
    if (makes && (fault_strikes(FAULT_FULL, name) || fault_strikes(FAULT_NAME, name))) {
        errno = ENOSPC;
        return true;
    }
    return false;
}

static mode_t mode_of(int flags, va_list list)
{
    bool makes = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
    return makes ? (mode_t)va_arg(list, unsigned) : 0;
}

/* One that was there already counts too: nobody relies on that. */
static void note_made(int folder, const char *path, int flags, int fd)
{
    if (fd >= 0 && (flags & O_CREAT))
        fault_note_named(folder, path);
}

CALL(int, open, const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = mode_of(flags, list);
    va_end(list);
    if (opening_fails(flags, "open"))
        return -1;
    int fd = __real_open(path, flags, mode);
    note_made(AT_FDCWD, path, flags, fd);
    return fd;
}

CALL(int, openat, int folder, const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = mode_of(flags, list);
    va_end(list);
    if (opening_fails(flags, "openat"))
        return -1;
    int fd = __real_openat(folder, path, flags, mode);
    note_made(folder, path, flags, fd);
    return fd;
}

CALL(int, __openat_2, int folder, const char *path, int flags)
{
    return opening_fails(flags, "openat") ? -1 : __real___openat_2(folder, path, flags);
}

/* ---- writing ---- */

static bool writing_fails(const char *name)
{
    bool failed = fault_strikes(FAULT_WRITE, name), full = fault_strikes(FAULT_FULL, name);
    errno = full ? ENOSPC : failed ? EIO : errno;
    return failed || full;
}

CALL(ssize_t, write, int fd, const void *p, size_t n)
{
    fault_note_written(fd);
    if (fd == STDERR_FILENO || !writing_fails("write"))
        return __real_write(fd, p, n);
    int number = errno;
    (void)!__real_write(fd, p, n / 2);
    errno = number;
    return -1;
}

CALL(ssize_t, pwrite, int fd, const void *p, size_t n, off_t at)
{
    fault_note_written(fd);
    if (!writing_fails("pwrite"))
        return __real_pwrite(fd, p, n, at);
    int number = errno;
    (void)!__real_pwrite(fd, p, n / 2, at);
    errno = number;
    return -1;
}

#define SYNCING(name, all)                                                                                             \
    CALL(int, name, int fd)                                                                                            \
    {                                                                                                                  \
        if (fault_strikes(FAULT_SYNC, #name)) {                                                                        \
            errno = EIO;                                                                                               \
            return -1;                                                                                                 \
        }                                                                                                              \
        int result = __real_##name(fd);                                                                                \
        if (result == 0)                                                                                               \
            fault_note_synced(fd, all);                                                                                \
        return result;                                                                                                 \
    }

SYNCING(fsync, false)
SYNCING(fdatasync, false)
SYNCING(syncfs, true)

/* What gives a name, or takes one away: in the folder of `path`, beneath `folder`. */
#define NAMING(name, folder, path, parameters, arguments)                                                              \
    int __real_##name parameters;                                                                                      \
    int __wrap_##name parameters;                                                                                      \
    int __wrap_##name parameters                                                                                       \
    {                                                                                                                  \
        if (fault_strikes(FAULT_NAME, #name)) {                                                                        \
            errno = EIO;                                                                                               \
            return -1;                                                                                                 \
        }                                                                                                              \
        int result = __real_##name arguments;                                                                          \
        if (result == 0)                                                                                               \
            fault_note_named(folder, path);                                                                            \
        return result;                                                                                                 \
    }

NAMING(mkdir, AT_FDCWD, path, (const char *path, mode_t mode), (path, mode))
NAMING(link, AT_FDCWD, to, (const char *from, const char *to), (from, to))
NAMING(linkat, b, to, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags))
NAMING(rename, AT_FDCWD, to, (const char *from, const char *to), (from, to))
NAMING(renameat, b, to, (int a, const char *from, int b, const char *to), (a, from, b, to))
NAMING(unlink, AT_FDCWD, path, (const char *path), (path))
NAMING(unlinkat, folder, path, (int folder, const char *path, int flags), (folder, path, flags))

/* ---- SQLite ---- */

FAILING(FAULT_ENGINE, int, SQLITE_NOMEM, ENOMEM, sqlite3_bind_int64, (sqlite3_stmt * s, int at, sqlite3_int64 v),
        (s, at, v))
FAILING(FAULT_ENGINE, int, SQLITE_NOMEM, ENOMEM, sqlite3_bind_null, (sqlite3_stmt * s, int at), (s, at))
FAILING(FAULT_ENGINE, int, SQLITE_NOMEM, ENOMEM, sqlite3_bind_blob64,
        (sqlite3_stmt * s, int at, const void *p, sqlite3_uint64 n, void (*drop)(void *)), (s, at, p, n, drop))
FAILING(FAULT_ENGINE, int, SQLITE_NOMEM, ENOMEM, sqlite3_bind_text64,
        (sqlite3_stmt * s, int at, const char *p, sqlite3_uint64 n, void (*drop)(void *), unsigned char encoding),
        (s, at, p, n, drop, encoding))
FAILING(FAULT_ENGINE, int, SQLITE_IOERR_READ, EIO, sqlite3_step, (sqlite3_stmt * s), (s))
FAILING(FAULT_ENGINE, int, SQLITE_IOERR_READ, EIO, sqlite3_exec,
        (sqlite3 * db, const char *sql, int (*each)(void *, int, char **, char **), void *context, char **words),
        (db, sql, each, context, words))
FAILING(FAULT_ENGINE, int, SQLITE_IOERR_READ, EIO, sqlite3_backup_step, (sqlite3_backup * b, int pages), (b, pages))
FAILING(FAULT_ENGINE, sqlite3_backup *, NULL, ENOMEM, sqlite3_backup_init,
        (sqlite3 * to, const char *to_name, sqlite3 *from, const char *from_name), (to, to_name, from, from_name))
FAILING(FAULT_ENGINE, int, SQLITE_IOERR_WRITE, EIO, sqlite3_wal_checkpoint_v2,
        (sqlite3 * db, const char *name, int mode, int *all, int *done), (db, name, mode, all, done))

CALL(int, sqlite3_open_v2, const char *path, sqlite3 **db, int flags, const char *vfs)
{
    if (!fault_strikes(FAULT_ENGINE, "sqlite3_open_v2"))
        return __real_sqlite3_open_v2(path, db, flags, vfs);
    *db = NULL; /* as where there is no memory for it */
    return SQLITE_NOMEM;
}

CALL(int, sqlite3_prepare_v2, sqlite3 *db, const char *sql, int n, sqlite3_stmt **s, const char **rest)
{
    if (!fault_strikes(FAULT_ENGINE, "sqlite3_prepare_v2"))
        return __real_sqlite3_prepare_v2(db, sql, n, s, rest);
    *s = NULL;
    return SQLITE_NOMEM;
}

CALL(int, sqlite3_prepare_v3, sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **s, const char **rest)
{
    if (!fault_strikes(FAULT_ENGINE, "sqlite3_prepare_v3"))
        return __real_sqlite3_prepare_v3(db, sql, n, flags, s, rest);
    *s = NULL;
    return SQLITE_NOMEM;
}
