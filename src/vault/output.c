#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"

static int failed(struct error *error, const char *path, int number)
{
    int code = error_system(error, number, path, "cannot be written");
    if (number == ENOENT || number == ENOTDIR || number == EISDIR || number == EACCES ||
        number == ENAMETOOLONG) {
        code = ERROR_INPUT;
        if (error)
            error->code = code;
    }
    return code;
}

/* Follows links, so that what a link points to is replaced and not the link. */
static char *real_path(const char *path, struct stat *status, bool *exists)
{
    *exists = stat(path, status) == 0;
    return *exists ? realpath(path, NULL) : strdup(path);
}

static char *folder_of(const char *path)
{
    char *copy = strdup(path), *folder = copy ? strdup(dirname(copy)) : NULL;
    free(copy);
    return folder;
}

static char *name_beside(const char *path)
{
    char *name = NULL;
    uint64_t random;
    bytes_random(&random, sizeof random);
    if (asprintf(&name, "%s.%016llx.part", path, (unsigned long long)random) < 0)
        return NULL;
    return name;
}

int vault_output_open(struct vault_output *output, const char *path, unsigned mode, struct error *error)
{
    struct stat status;
    bool exists;
    *output = (struct vault_output){.fd = -1};
    if (!path || strcmp(path, "-") == 0) {
        output->fd = STDOUT_FILENO;
        output->direct = true;
        return 0;
    }
    output->path = real_path(path, &status, &exists);
    if (!output->path)
        return failed(error, path, errno);
    if (exists && S_ISDIR(status.st_mode))
        return failed(error, path, EISDIR);
    if (exists && !S_ISREG(status.st_mode)) {
        output->direct = true;
        output->fd = open(output->path, O_WRONLY | O_CLOEXEC);
        return output->fd < 0 ? failed(error, path, errno) : 0;
    }
    if (access("/proc/self/fd", X_OK) == 0) {
        char *folder = folder_of(output->path);
        output->fd = folder ? open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode) : -1;
        free(folder);
        output->nameless = output->fd >= 0;
    }
    if (output->fd < 0) {
        output->beside = name_beside(output->path);
        output->fd =
            output->beside ? open(output->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode) : -1;
    }
    return output->fd < 0 ? failed(error, path, errno) : 0;
}

static bool link_to(const struct vault_output *output, const char *name)
{
    char source[64];
    snprintf(source, sizeof source, "/proc/self/fd/%d", output->fd);
    return linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

int vault_output_keep(struct vault_output *output, struct error *error)
{
    if (output->direct)
        return 0;
    /* Whoever is told that it is there may throw the original away. */
    if (fsync(output->fd) != 0)
        return failed(error, output->path, errno);
    if (output->nameless) {
        if (link_to(output, output->path)) {
            output->nameless = false;
            return file_sync_folder(output->path, error);
        }
        if (errno != EEXIST)
            return failed(error, output->path, errno);
        output->beside = name_beside(output->path);
        if (!output->beside || !link_to(output, output->beside))
            return failed(error, output->path, errno);
        output->nameless = false;
    }
    if (rename(output->beside, output->path) != 0)
        return failed(error, output->path, errno);
    free(output->beside);
    output->beside = NULL;
    return file_sync_folder(output->path, error);
}

void vault_output_close(struct vault_output *output)
{
    if (output->fd >= 0 && output->fd != STDOUT_FILENO)
        close(output->fd);
    if (output->beside)
        unlink(output->beside);
    free(output->beside);
    free(output->path);
    *output = (struct vault_output){.fd = -1};
}

static int write_output(void *self, const void *p, size_t n, struct error *error)
{
    struct vault_output *output = self;
    int result = file_write_all(output->fd, p, n, error);
    if (result == 0)
        output->written += n;
    else
        error_within(error, output->path ? output->path : "standard output");
    return result;
}

struct vault_writer vault_output_writer(struct vault_output *output)
{
    return (struct vault_writer){write_output, output};
}
