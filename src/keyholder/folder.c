#include "folder.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NAME_MAX_HERE = 64, LOCK_SECONDS = 5 };

/* Only its owner may open it, and we are the owner. */
static int check_private(const struct stat *status, const char *where, struct error *error)
{
    if (status->st_uid != geteuid())
        return error_set(error, ERROR_INVALID, where, "Give it to the user that the keyholder runs as.",
                         "it belongs to another user");
    if (status->st_mode & (S_IRWXG | S_IRWXO))
        return error_set(error, ERROR_INVALID, where,
                         "Find out who could have read it, then take the rights away: chmod go= on it.",
                         "other users have rights on it (mode %03o)", (unsigned)status->st_mode & 0777);
    return 0;
}

static int system_failed(const struct keyholder_folder *folder, const char *name, const char *what,
                         struct error *error)
{
    int code = error_system(error, errno, name, "%s", what);
    return *name ? (error_within(error, folder->path), code) : code;
}

/*
 * Where a server was killed its keyholder ends a moment later, once it has seen the closed socket and synced: who starts
 * at once in its place waits for that.
 */
static int lock(int fd, const char *path, struct error *error)
{
    const struct timespec step = {.tv_nsec = 20000000};
    int64_t until = clock_steady() + LOCK_SECONDS * CLOCK_SECOND;
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return error_system(error, errno, path, "the folder cannot be locked");
        if (clock_steady() >= until)
            return error_set(error, ERROR_CONFLICT, path, "Stop that first (systemctl stop proviso), then try again.",
                             "these keys are in use: the server runs, or another command that changes this home");
        nanosleep(&step, NULL);
    }
    return 0;
}

static int open_folder(const char *path, bool read_only, struct keyholder_folder *folder, struct error *error)
{
    struct stat status;
    *folder = (struct keyholder_folder){.fd = -1, .path = path, .read_only = read_only};
    FILE_SCOPE int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return error_set(error, ERROR_MISSING, path, "Check the name of the home (--home, --config, PROVISO_HOME).", "there are no keys here");
    if (fd < 0 || fstat(fd, &status) != 0)
        return error_system(error, errno, path, "the folder of the keys cannot be opened");
    int result = check_private(&status, path, error);
    if (result != 0)
        return result;
    if (!read_only && (result = lock(fd, path, error)) != 0)
        return result;
    folder->fd = fd;
    fd = -1;
    return 0;
}

int keyholder_folder_open(const char *path, struct keyholder_folder *folder, struct error *error)
{
    int result = file_make_folder(path, error);
    return result ? result : open_folder(path, false, folder, error);
}

int keyholder_folder_look(const char *path, struct keyholder_folder *folder, struct error *error)
{
    return open_folder(path, true, folder, error);
}

static int check_writable(const struct keyholder_folder *folder, struct error *error)
{
    return folder->read_only ? error_set(error, ERROR_FORBIDDEN, folder->path, "", "this keyholder only reads") : 0;
}

void keyholder_folder_close(struct keyholder_folder *folder)
{
    file_close(&folder->fd);
}

/* Opens a regular file that is ours alone. *fd is -1 if there is none. */
static int open_private(const struct keyholder_folder *folder, const char *name, int flags, int *fd,
                        struct stat *status, struct error *error)
{
    FILE_SCOPE int opened = openat(folder->fd, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    *fd = -1;
    if (opened < 0 && errno == ENOENT)
        return 0;
    if (opened < 0 || fstat(opened, status) != 0)
        return system_failed(folder, name, "the file cannot be opened", error);
    int result = 0;
    if (!S_ISREG(status->st_mode) || status->st_nlink != 1)
        result = error_set(error, ERROR_INVALID, name, "", "it is not a plain file with a single name");
    if (result == 0)
        result = check_private(status, name, error);
    if (result != 0)
        return error_within(error, folder->path);
    *fd = opened;
    opened = -1;
    return 0;
}

static int check_size(const struct keyholder_folder *folder, const char *name, const struct stat *status,
                      size_t size, struct error *error)
{
    if ((size_t)status->st_size == size)
        return 0;
    error_set(error, ERROR_CHECK, name, "Put the folder back from its escrow or backup.",
              "the file is damaged: it has %lld bytes instead of %zu", (long long)status->st_size, size);
    return error_within(error, folder->path);
}

int keyholder_folder_read(const struct keyholder_folder *folder, const char *name, void *p, size_t size,
                          bool *found, struct error *error)
{
    FILE_SCOPE int fd = -1;
    struct stat status;
    int result = open_private(folder, name, O_RDONLY, &fd, &status, error);
    *found = result == 0 && fd >= 0;
    if (!*found)
        return result;
    result = check_size(folder, name, &status, size, error);
    if (result == 0 && pread(fd, p, size, 0) != (ssize_t)size)
        result = system_failed(folder, name, "the file cannot be read", error);
    return result;
}

int keyholder_folder_edit(const struct keyholder_folder *folder, const char *name, size_t size, int *fd,
                          struct error *error)
{
    struct stat status;
    *fd = -1;
    int result = check_writable(folder, error);
    if (result == 0)
        result = open_private(folder, name, O_RDWR, fd, &status, error);
    if (result == 0 && *fd < 0) {
        error_set(error, ERROR_CHECK, name, "Put the folder back from its escrow or backup.",
                  "the file is missing");
        return error_within(error, folder->path);
    }
    if (result == 0)
        result = check_size(folder, name, &status, size, error);
    if (result != 0)
        file_close(fd);
    return result;
}

/* Noise over every byte of an open file, down to the disk. */
static int overwrite(const struct keyholder_folder *folder, const char *name, int fd, off_t size,
                     struct error *error)
{
    uint8_t noise[256];
    int result = 0;
    for (off_t left = size; left > 0 && result == 0;) {
        size_t n = left < (off_t)sizeof noise ? (size_t)left : sizeof noise;
        bytes_random(noise, n);
        result = file_write_all(fd, noise, n, error);
        left -= (off_t)n;
    }
    if (result != 0)
        return error_within(error, name);
    if (fsync(fd) != 0)
        return system_failed(folder, name, "the overwritten key cannot be synced", error);
    return 0;
}

int keyholder_folder_write(const struct keyholder_folder *folder, const char *name, const void *p,
                           size_t size, struct error *error)
{
    char fresh[NAME_MAX_HERE];
    struct stat status = {0};
    FILE_SCOPE int old = -1;
    int result = check_writable(folder, error);
    if (result == 0)
        result = open_private(folder, name, O_WRONLY, &old, &status, error);
    if (result != 0)
        return result;
    snprintf(fresh, sizeof fresh, "%s.new", name);
    FILE_SCOPE int fd =
        openat(folder->fd, fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return system_failed(folder, fresh, "the file cannot be made", error);
    result = file_write_all(fd, p, size, error);
    if (result != 0)
        return error_within(error, fresh);
    if (fsync(fd) != 0)
        return system_failed(folder, fresh, "the file cannot be synced", error);
    result = keyholder_folder_rename(folder, fresh, name, error);
    return result == 0 && old >= 0 ? overwrite(folder, name, old, status.st_size, error) : result;
}

int keyholder_folder_rename(const struct keyholder_folder *folder, const char *from, const char *to,
                            struct error *error)
{
    if (check_writable(folder, error) != 0)
        return ERROR_FORBIDDEN;
    if (renameat(folder->fd, from, folder->fd, to) != 0)
        return system_failed(folder, from, "the file cannot be renamed", error);
    if (fsync(folder->fd) != 0)
        return system_failed(folder, "", "the folder cannot be synced", error);
    return 0;
}

int keyholder_folder_destroy(const struct keyholder_folder *folder, const char *name, struct error *error)
{
    if (strncmp(name, "retired-", 8) != 0)
        return error_set(error, ERROR_INVALID, name, "", "only a retired key may be destroyed");
    FILE_SCOPE int fd = -1;
    struct stat status;
    int result = check_writable(folder, error);
    if (result == 0)
        result = open_private(folder, name, O_WRONLY, &fd, &status, error);
    if (result != 0 || fd < 0)
        return result;
    result = overwrite(folder, name, fd, status.st_size, error);
    if (result != 0)
        return result;
    if (unlinkat(folder->fd, name, 0) != 0)
        return system_failed(folder, name, "the overwritten key cannot be removed", error);
    if (fsync(folder->fd) != 0)
        return system_failed(folder, "", "the folder cannot be synced", error);
    return 0;
}

int keyholder_folder_list(const struct keyholder_folder *folder,
                          int (*each)(void *self, const char *name, struct error *error), void *self,
                          struct error *error)
{
    int fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    if (!list) {
        int code = error_system(error, errno, folder->path, "the folder cannot be listed");
        file_close(&fd);
        return code;
    }
    int result = 0;
    for (struct dirent *entry; result == 0 && (entry = readdir(list));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            result = each(self, entry->d_name, error);
    closedir(list);
    return result;
}
