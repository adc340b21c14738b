#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "inside.h"

int store_sync_folder(const char *path, struct error *error)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) + 1 : 1;
    if (n >= sizeof(folder))
        return error_set(error, ERROR_INPUT, "database", "", "Its path is too long");
    memcpy(folder, slash ? path : ".", n);
    folder[n] = '\0';
    FILE_SCOPE int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0 || fsync(at))
        return error_system(error, errno, path, "Its folder cannot be synchronised");
    return 0;
}

int store_make_file(const char *path, struct error *error)
{
    /* Never an existing file: closing it here would drop the locks that SQLite holds on it in this process. */
    FILE_SCOPE int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0 && errno == EEXIST)
        return error_set(error, ERROR_CONFLICT, path, "Name another file.",
                         "There is a file of this name already");
    if (file < 0)
        return error_system(error, errno, path, "The file cannot be made");
    return 0;
}
