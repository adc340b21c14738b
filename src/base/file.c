#include "base/file.h"

#include "base/buffer.h"
#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void file_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

int file_read(struct arena *arena, const char *path, size_t limit, struct text *out, struct error *error)
{
    bool standard = strcmp(path, "-") == 0;
    const char *name = standard ? "standard input" : path;
    FILE_SCOPE int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == EACCES || errno == ENOTDIR
                   ? error_set(error, ERROR_INPUT, name, errno == EACCES ? "Check whose it is, and who may read it." : "Check the name.",
                               "cannot be read: %s", strerror(errno))
                   : error_system(error, errno, name, "cannot be read");
    struct buffer content = buffer_in(arena);
    char chunk[16384];
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EISDIR ? error_set(error, ERROR_INPUT, name, "Name a file.", "is a folder")
                                   : error_system(error, errno, name, "cannot be read");
        if (n == 0)
            break;
        if (content.n + (size_t)n > limit)
            return error_set(error, ERROR_TOO_LARGE, name, "", "is larger than the %zu bytes allowed", limit);
        buffer_bytes(&content, chunk, (size_t)n);
    }
    if (buffer_failed(&content))
        return arena_error(arena, error);
    *out = content.p ? buffer_result(&content) : TEXT("");
    return 0;
}

int file_write_all(int fd, const void *p, size_t n, struct error *error)
{
    const char *at = p;
    while (n) {
        ssize_t wrote = write(fd, at, n);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return error_system(error, errno, "", "cannot write");
        at += wrote;
        n -= (size_t)wrote;
    }
    return 0;
}

int file_sync_folder(const char *path, struct error *error)
{
    char folder[4096];
    size_t all = strlen(path);
    while (all > 1 && path[all - 1] == '/')
        all--;
    const char *slash = memrchr(path, '/', all);
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (n >= sizeof folder)
        return error_set(error, ERROR_INPUT, path, "", "the path is too long");
    if (!slash)
        snprintf(folder, sizeof folder, ".");
    else
        snprintf(folder, sizeof folder, "%.*s", n ? (int)n : 1, path);
    FILE_SCOPE int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        return error_system(error, errno, folder, "cannot sync the folder");
    return 0;
}

int file_make_folder(const char *path, struct error *error)
{
    if (mkdir(path, 0700) != 0)
        return errno == EEXIST ? 0 : error_system(error, errno, path, "the folder cannot be made");
    int result = file_sync_folder(path, error);
    if (result != 0)
        rmdir(path); /* so that whoever tries again syncs its name again */
    return result;
}

int file_replace(const char *path, struct text content, unsigned mode, struct error *error)
{
    char beside[4096];
    if (snprintf(beside, sizeof beside, "%s.new-%ld", path, (long)getpid()) >= (int)sizeof beside)
        return error_set(error, ERROR_INPUT, path, "", "the path is too long");
    FILE_SCOPE int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return error_system(error, errno, beside, "cannot be made");
    int result = file_write_all(fd, content.p, content.n, error);
    if (result == 0 && fsync(fd) != 0)
        result = error_system(error, errno, beside, "cannot be synced");
    if (result == 0 && rename(beside, path) != 0)
        result = error_system(error, errno, path, "cannot be replaced");
    if (result != 0) {
        unlink(beside);
        return result;
    }
    return file_sync_folder(path, error); /* the rename itself */
}
