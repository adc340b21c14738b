#include "fault.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MOST = 8192 };

int __real_fstat(int fd, struct stat *status);

static struct {
    pthread_mutex_t lock;
    bool watching;
    size_t n;
    struct {
        dev_t device;
        ino_t number;
    } file[FILES_MOST]; /* and folders: changed, and not synced since */
    size_t left;       /* fault_unsynced: how many were found */
    char *first;
} lost = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Its place; n where it is not there. The caller has the lock. */
static size_t find(const struct stat *status)
{
    size_t i = 0;
    while (i < lost.n && (lost.file[i].device != status->st_dev || lost.file[i].number != status->st_ino))
        i++;
    return i;
}

void fault_watch(void)
{
    pthread_mutex_lock(&lost.lock);
    lost.watching = true;
    lost.n = 0;
    pthread_mutex_unlock(&lost.lock);
}

static void note_changed(const struct stat *status)
{
    pthread_mutex_lock(&lost.lock);
    size_t i = find(status);
    if (i == FILES_MOST)
        abort();
    lost.file[i].device = status->st_dev;
    lost.file[i].number = status->st_ino;
    lost.n += i == lost.n;
    pthread_mutex_unlock(&lost.lock);
}

void fault_note_written(int fd)
{
    struct stat status;
    if (lost.watching && __real_fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        note_changed(&status);
}

void fault_note_named(int folder, const char *path)
{
    struct stat status;
    char above[4096] = ".";
    const char *slash = strrchr(path, '/');
    if (slash && snprintf(above, sizeof above, "%.*s", (int)(slash - path + 1), path) >= (int)sizeof above)
        abort();
    if (lost.watching && fstatat(folder, above, &status, 0) == 0)
        note_changed(&status);
}

void fault_note_synced(int fd, bool all)
{
    struct stat status;
    if (!lost.watching || __real_fstat(fd, &status) != 0)
        return;
    pthread_mutex_lock(&lost.lock);
    size_t i = find(&status);
    if (all)
        lost.n = 0;
    else if (i < lost.n)
        lost.file[i] = lost.file[--lost.n];
    pthread_mutex_unlock(&lost.lock);
}

/* Nothing of it reached the disk, or half of it, or only its length. */
static int lose_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    static unsigned turn;
    (void)walk;
    if (kind != FTW_F || find(status) == lost.n)
        return 0;
    off_t left = turn++ % 3 == 0 ? status->st_size / 2 : 0;
    if (truncate(path, left) != 0 || (turn % 3 == 0 && truncate(path, status->st_size) != 0))
        abort();
    return 0;
}

void fault_lose(const char *folder)
{
    pthread_mutex_lock(&lost.lock);
    lost.watching = false;
    nftw(folder, lose_one, 16, FTW_PHYS);
    lost.n = 0;
    pthread_mutex_unlock(&lost.lock);
}

static int count_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)walk;
    if ((kind != FTW_F && kind != FTW_D) || find(status) == lost.n)
        return 0;
    if (lost.left++ == 0)
        snprintf(lost.first, FAULT_PATH_SIZE, "%s", path);
    return 0;
}

size_t fault_unsynced(const char *folder, char first[FAULT_PATH_SIZE])
{
    pthread_mutex_lock(&lost.lock);
    lost.left = 0;
    lost.first = first;
    first[0] = '\0';
    if (!lost.watching)
        abort();
    nftw(folder, count_one, 16, FTW_PHYS);
    size_t left = lost.left;
    pthread_mutex_unlock(&lost.lock);
    return left;
}

size_t fault_unsynced_anywhere(void)
{
    pthread_mutex_lock(&lost.lock);
    size_t n = lost.n;
    pthread_mutex_unlock(&lost.lock);
    return n;
}
