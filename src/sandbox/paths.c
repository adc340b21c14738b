#include "private.h"
#include "landlock.h"

#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const uint64_t READ_RIGHTS = LANDLOCK_READ_FILE | LANDLOCK_READ_FOLDER;
static const uint64_t WRITE_RIGHTS = LANDLOCK_READ_FILE | LANDLOCK_READ_FOLDER | LANDLOCK_WRITE_FILE |
                                     LANDLOCK_REMOVE_FOLDER | LANDLOCK_REMOVE_FILE | LANDLOCK_MAKE_FOLDER |
                                     LANDLOCK_MAKE_FILE | LANDLOCK_MAKE_SOCKET | LANDLOCK_REFER |
                                     LANDLOCK_TRUNCATE;
/* What may be granted on a thing that is not a folder. */
static const uint64_t FILE_RIGHTS =
    LANDLOCK_READ_FILE | LANDLOCK_WRITE_FILE | LANDLOCK_TRUNCATE | LANDLOCK_EXECUTE | LANDLOCK_IOCTL;

int sandbox_landlock_version(void)
{
    long version = syscall(LANDLOCK_CALL_CREATE, NULL, 0, LANDLOCK_ASK_VERSION);
    return version > 0 ? (int)version : 0;
}

static uint64_t files_known(int version)
{
    uint64_t known = LANDLOCK_FILES_1;
    if (version >= 2)
        known |= LANDLOCK_REFER;
    if (version >= 3)
        known |= LANDLOCK_TRUNCATE;
    if (version >= 5)
        known |= LANDLOCK_IOCTL;
    return known;
}

static int path_missing(const struct sandbox_path *path, int number, struct error *error)
{
    if (number == ENOENT)
        return error_set(error, ERROR_INVALID, path->path, "Check the name, in the settings too.",
                         "there is no such file or folder, but the server needs it");
    return error_system(error, number, path->path, "cannot be opened");
}

/* Is the thing that `inner` holds open the same as `outer`, or somewhere beneath it? Walks up to the root. */
static int lies_beneath(int inner, const struct stat *outer, bool *answer)
{
    FILE_SCOPE int at = dup(inner);
    struct stat here, above;
    *answer = false;
    if (at < 0 || fstat(at, &here) != 0)
        return -errno;
    for (;;) {
        if (here.st_dev == outer->st_dev && here.st_ino == outer->st_ino) {
            *answer = true;
            return 0;
        }
        int up = openat(at, "..", O_PATH | O_CLOEXEC | O_DIRECTORY);
        if (up < 0 || fstat(up, &above) != 0) {
            int number = errno;
            file_close(&up);
            return -number;
        }
        file_close(&at);
        at = up;
        if (above.st_dev == here.st_dev && above.st_ino == here.st_ino)
            return 0;
        here = above;
    }
}

/* Fails if one of the grants reaches a path that must stay out of reach. */
static int check_never(const struct sandbox_path *paths, size_t count, const struct sandbox_path *never,
                       struct error *error)
{
    FILE_SCOPE int inner = open(never->path, O_PATH | O_CLOEXEC | O_DIRECTORY);
    if (inner < 0) {
        if (errno == ENOENT && never->optional)
            return 0;
        return error_system(error, errno, never->path,
                            "a folder to be kept out of reach could not be opened");
    }
    for (size_t i = 0; i < count; i++) {
        struct stat outer;
        bool beneath;
        if (paths[i].grant == SANDBOX_NEVER || stat(paths[i].path, &outer) != 0)
            continue;
        int failure = lies_beneath(inner, &outer, &beneath);
        if (failure != 0)
            return error_system(error, -failure, never->path, "the folders above it could not be examined");
        if (beneath)
            return error_set(error, ERROR_INVALID, paths[i].path, "Grant the folders beneath it one by one.",
                             "granting this path would open %s, which must stay out of reach", never->path);
    }
    return 0;
}

static int add_path(int rules, const struct sandbox_path *path, uint64_t known, struct error *error)
{
    FILE_SCOPE int fd = open(path->path, O_PATH | O_CLOEXEC);
    struct stat status;
    if (fd < 0 && errno == ENOENT && path->optional)
        return 0;
    if (fd < 0 || fstat(fd, &status) != 0)
        return path_missing(path, errno, error);
    struct landlock_beneath rule = {
        .allowed = (path->grant == SANDBOX_WRITE ? WRITE_RIGHTS : READ_RIGHTS) & known,
        .folder = fd,
    };
    if (!S_ISDIR(status.st_mode))
        rule.allowed &= FILE_RIGHTS;
    if (syscall(LANDLOCK_CALL_ADD, rules, LANDLOCK_BENEATH, &rule, 0) != 0)
        return error_system(error, errno, path->path, "Landlock does not accept the path");
    return 0;
}

static int add_paths(int rules, const struct sandbox_path *paths, size_t count, uint64_t known,
                     struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        int result = paths[i].grant == SANDBOX_NEVER ? 0 : add_path(rules, &paths[i], known, error);
        if (result != 0)
            return result;
    }
    return 0;
}

int sandbox_limit_paths(const struct profile *profile, const struct sandbox_path *paths, size_t count,
                        struct sandbox_state *state, struct error *error)
{
    int version = state->landlock_version;
    for (size_t i = 0; i < count; i++) {
        int result = paths[i].grant == SANDBOX_NEVER ? check_never(paths, count, &paths[i], error) : 0;
        if (result == 0 && paths[i].grant == SANDBOX_NEVER)
            result = check_never(profile->paths, profile->paths_n, &paths[i], error);
        if (result != 0)
            return result;
    }
    if (version == 0)
        return 0;
    struct landlock_rules attributes = {.files = files_known(version)};
    size_t size = sizeof attributes.files;
    if (version >= 4) {
        attributes.network = profile->network ? 0 : LANDLOCK_NETWORK_ALL;
        size = offsetof(struct landlock_rules, scopes);
    }
    if (version >= 6) {
        attributes.scopes = profile->signals ? 0 : LANDLOCK_SCOPES_ALL;
        size = sizeof attributes;
    }
    FILE_SCOPE int rules = (int)syscall(LANDLOCK_CALL_CREATE, &attributes, size, 0);
    if (rules < 0)
        return error_system(error, errno, "sandbox", "Landlock rules could not be made");
    int result = add_paths(rules, profile->paths, profile->paths_n, attributes.files, error);
    if (result == 0)
        result = add_paths(rules, paths, count, attributes.files, error);
    if (result != 0)
        return result;
    if (syscall(LANDLOCK_CALL_RESTRICT, rules, 0) != 0)
        return error_system(error, errno, "sandbox", "the Landlock rules could not be put in force");
    state->paths = true;
    return 0;
}
