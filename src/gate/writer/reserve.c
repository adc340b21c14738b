#include "reserve.h"

#include "base.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { PIECE = 1 << 16, PIECES = 256 }; /* 16 MiB: some thousand decisions */
#define ASK_EVERY (600 * CLOCK_SECOND)

static int fill(int fd, const char *path, struct error *error)
{
    uint8_t noise[PIECE];
    int result = 0;
    bytes_random(noise, sizeof noise);
    for (int i = 0; !result && i < PIECES; i++) {
        for (size_t k = 0; k < sizeof noise; k += 64) /* no two pieces alike */
            noise[k] = (uint8_t)(noise[k] + i + 1);
        result = file_write_all(fd, noise, sizeof noise, error);
    }
    if (!result && fsync(fd) != 0)
        result = error_system(error, errno, path, "the reserve cannot be synced");
    return result ? result : file_sync_folder(path, error);
}

void reserve_keep(struct reserve *reserve)
{
    struct error error;
    int64_t now = clock_steady();
    if (!reserve->path[0] || reserve->there || (reserve->asked && now - reserve->asked < ASK_EVERY))
        return;
    reserve->asked = now;
    if (access(reserve->path, F_OK) == 0) {
        reserve->there = true;
        return;
    }
    FILE_SCOPE int fd = open(reserve->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    int result = fd < 0 ? error_system(&error, errno, reserve->path, "the reserve cannot be made")
                        : fill(fd, reserve->path, &error);
    reserve->there = result == 0;
    if (!result)
        return;
    unlink(reserve->path);
    log_line(LOG_LEVEL_WARNING, "gate", "the disk is nearly full: there are no %d MiB to keep in reserve (%s). %s",
             PIECES * PIECE >> 20, error.what, error.fix);
}

bool reserve_release(struct reserve *reserve)
{
    if (!reserve->there || unlink(reserve->path) != 0)
        return false;
    reserve->there = false;
    reserve->asked = clock_steady();
    log_line(LOG_LEVEL_ERROR, "gate",
             "THE DISK IS FULL: the service goes on with the %d MiB that it kept in reserve. Free some space where %s lay, "
             "before they are used up", PIECES * PIECE >> 20, reserve->path);
    return true;
}
