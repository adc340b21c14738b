#include "folder.h"

#include "base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEP = 4 };

int folder_list(const char *path, int (*each)(void *self, const char *name, struct error *error), void *self,
                struct error *error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return 0;
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    if (!list) {
        int result = error_system(error, errno, path, "the folder cannot be listed");
        file_close(&fd);
        return result;
    }
    int result = 0;
    for (struct dirent *entry; !result && (entry = readdir(list));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            result = each(self, entry->d_name, error);
    closedir(list);
    return result;
}

struct removal {
    const char *path;
    int depth;
};

static int remove_folder(const char *path, int depth, struct error *error);

static int remove_one(void *self, const char *name, struct error *error)
{
    const struct removal *removal = self;
    char path[PATH_MAX];
    struct stat status;
    if (snprintf(path, sizeof path, "%s/%s", removal->path, name) >= (int)sizeof path)
        return error_set(error, ERROR_SYSTEM, removal->path, "", "a path in it is too long");
    if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && removal->depth < DEEP)
        return remove_folder(path, removal->depth + 1, error);
    return unlink(path) == 0 || errno == ENOENT ? 0 : error_system(error, errno, path, "cannot be removed");
}

static int remove_folder(const char *path, int depth, struct error *error)
{
    struct removal removal = {path, depth};
    int result = folder_list(path, remove_one, &removal, error);
    if (!result && rmdir(path) != 0 && errno != ENOENT)
        result = error_system(error, errno, path, "the folder cannot be removed");
    return result;
}

int folder_remove(const char *path, struct error *error)
{
    return remove_folder(path, 0, error);
}
