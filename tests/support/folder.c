#include "folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

static int make(const char *where, const char *name, char folder[TEST_FOLDER_SIZE])
{
    int n = snprintf(folder, TEST_FOLDER_SIZE, "%s/test-%s-XXXXXX", where, name);
    return n < TEST_FOLDER_SIZE && mkdtemp(folder) ? 0 : -1;
}

int test_folder_make(const char *name, char folder[TEST_FOLDER_SIZE])
{
    return make("/tmp", name, folder);
}

int test_folder_make_light(const char *name, char folder[TEST_FOLDER_SIZE])
{
    return make("/dev/shm", name, folder) == 0 ? 0 : make("/tmp", name, folder);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

int test_folder_remove(const char *folder)
{
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
