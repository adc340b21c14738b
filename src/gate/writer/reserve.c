/*
 * Room that is kept for the day when the disk is full: a file beside the database, given back to the disk then, so that
 * what people are in the middle of is kept still, and the operator, who is told at once, has time. It is filled with
 * noise, so that a disk that compresses keeps it too.
 */
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 16, PIECES = 256 }; /* 16 MiB: some thousand decisions */
#define ASK_EVERY (600 * CLOCK_SECOND)
#define TELL_EVERY (10 * CLOCK_SECOND)

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

void reserve_keep(struct gate *gate)
{
    struct error error;
    int64_t now = clock_steady();
    if (!gate->reserve[0] || gate->reserved || (gate->reserve_asked && now - gate->reserve_asked < ASK_EVERY))
        return;
    gate->reserve_asked = now;
    if (access(gate->reserve, F_OK) == 0) {
        gate->reserved = true;
        return;
    }
    FILE_SCOPE int fd = open(gate->reserve, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    int result = fd < 0 ? error_system(&error, errno, gate->reserve, "the reserve cannot be made")
                        : fill(fd, gate->reserve, &error);
    gate->reserved = result == 0;
    if (!result)
        return;
    unlink(gate->reserve);
    log_line(LOG_LEVEL_WARNING, "gate", "the disk is nearly full: there are no %d MiB to keep in reserve (%s). %s",
             PIECES * PIECE >> 20, error.what, error.fix);
}

bool reserve_release(struct gate *gate)
{
    if (!gate->reserved || unlink(gate->reserve) != 0)
        return false;
    gate->reserved = false;
    gate->reserve_asked = clock_steady();
    log_line(LOG_LEVEL_ERROR, "gate",
             "THE DISK IS FULL: the service goes on with the %d MiB that it kept in reserve. Free some space where %s lay, "
             "before they are used up", PIECES * PIECE >> 20, gate->reserve);
    return true;
}

int full_told(struct gate *gate, const struct error *why, struct error *told)
{
    reserve_tell(gate, why);
    return error_set(told, ERROR_SYSTEM, "disk",
                     "Tell the operator to free some space. Where a child is in danger act now, by telephone, and record it later.",
                     "the disk of the service is full: it could not be kept, and nothing was changed");
}

bool gate_told_full(const struct error *error)
{
    return error->code == ERROR_SYSTEM && strcmp(error->where, "disk") == 0;
}

/* Many may ask in vain in a second: their operator's log lies on a full disk too. */
void reserve_tell(struct gate *gate, const struct error *why)
{
    char line[800];
    int64_t now = clock_steady();
    int64_t last = atomic_load(&gate->full_told);
    if ((last && now - last < TELL_EVERY) || !atomic_compare_exchange_strong(&gate->full_told, &last, now))
        return;
    error_line(why, line, sizeof line);
    log_line(LOG_LEVEL_ERROR, "gate", "NOTHING CAN BE KEPT: %s", line);
}
