#include "manifest.h"

#include "base.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1 << 20 };

static int no_file(const char *folder, const char *name, struct error *error)
{
    int number = errno;
    if (number != ENOENT && number != ELOOP && number != ENOTDIR && number != EACCES)
        return error_system(error, number, name, "cannot be read");
    error_set(error, ERROR_CHECK, name, number == EACCES ? "Run this as the user who owns the backup." : "Use another backup.",
              number == ENOENT ? "the file is missing from the backup" : number == EACCES ? "the file may not be read" : "it is not a plain file");
    return error_within(error, folder);
}

/* Follows no symbolic link beneath the folder. */
static int open_file(const char *folder, const char *name, int *out, struct error *error)
{
    char part[64];
    struct stat status;
    const char *slash = strchr(name, '/');
    FILE_SCOPE int top = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (top < 0)
        return error_system(error, errno, folder, "the backup cannot be opened");
    FILE_SCOPE int middle = -1;
    if (slash) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - name), name);
        middle = openat(top, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (middle < 0)
            return no_file(folder, name, error);
    }
    FILE_SCOPE int fd = openat(slash ? middle : top, slash ? slash + 1 : name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return no_file(folder, name, error);
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return errno = ELOOP, no_file(folder, name, error);
    *out = fd;
    fd = -1;
    return 0;
}

static void free_hasher(EVP_MD_CTX **hasher)
{
    EVP_MD_CTX_free(*hasher);
}
#define HASHER_SCOPE __attribute__((cleanup(free_hasher)))

static int pass_on(int in, int out, uint8_t *piece, struct manifest_reading *reading, struct backup_file *file, struct error *error)
{
    HASHER_SCOPE EVP_MD_CTX *hasher = EVP_MD_CTX_new();
    bool hashes = hasher && EVP_DigestInit_ex2(hasher, EVP_sha256(), NULL) == 1;
    ssize_t n;
    int result = 0;
    while (!result && ((n = read(in, piece, PIECE)) > 0 || (n < 0 && errno == EINTR))) {
        if (n < 0)
            continue;
        hashes = hashes && EVP_DigestUpdate(hasher, piece, (size_t)n) == 1;
        if (out >= 0)
            result = file_write_all(out, piece, (size_t)n, error);
        file->size += n;
        reading->done += n;
        if (reading->progress->tell && reading->of)
            reading->progress->tell(reading->progress->context, reading->what, (int)(reading->done * 1000 / reading->of));
    }
    if (!result && n < 0)
        result = error_system(error, errno, file->name, "cannot be read");
    hashes = hashes && EVP_DigestFinal_ex(hasher, file->sha256, NULL) == 1;
    return result || hashes ? result : error_set(error, ERROR_SYSTEM, file->name, "", "the cryptographic library does not hash");
}

int manifest_file(const char *folder, const char *name, const char *to, struct manifest_reading *reading,
                  struct backup_file *file, struct error *error)
{
    FILE_SCOPE int in = -1;
    FILE_SCOPE int out = -1;
    *file = (struct backup_file){.name = name};
    int result = open_file(folder, name, &in, error);
    if (result)
        return result;
    if (to && (out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) < 0)
        return error_system(error, errno, to, "cannot be made");
    uint8_t *piece = malloc(PIECE);
    result = piece ? pass_on(in, out, piece, reading, file, error) : error_set(error, ERROR_SYSTEM, name, "", "out of memory");
    free(piece);
    if (result)
        return error_within(error, to ? to : folder);
    /* Before it is relied on: what was read from memory may differ from what the disk has kept. */
    if (out >= 0 && fsync(out) != 0)
        return error_system(error, errno, to, "cannot be synchronised");
    return 0;
}
