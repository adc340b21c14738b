#include "private.h"

#include "base/log.h"

#include <dirent.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

struct sandbox_state sandbox_probe(void)
{
    struct sandbox_state state = {.landlock_version = sandbox_landlock_version()};
    uint32_t action = SECCOMP_RET_ERRNO;
    state.paths = state.landlock_version > 0;
    state.calls = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
    return state;
}

static size_t thread_count(void)
{
    DIR *folder = opendir("/proc/self/task");
    size_t count = 0;
    if (!folder)
        return 1;
    for (struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

int sandbox_enter(enum sandbox_profile profile, const struct sandbox_path *paths, size_t count,
                  struct sandbox_state *state, struct error *error)
{
    const struct profile *p = sandbox_profile_of(profile);
    struct sandbox_state in_force = {.landlock_version = sandbox_landlock_version()};
    size_t threads = thread_count();
    if (threads > 1)
        log_line(
            LOG_LEVEL_WARNING, "sandbox",
            "%zu threads run already: all but one keep their reach over files. Enter before the first thread",
            threads);
    /* Needed by both halves; without it a program with the set-user-id bit could escape. */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return error_system(error, errno, "sandbox", "new privileges could not be given up");
    int result = sandbox_limit_paths(p, paths, count, &in_force, error);
    if (result == 0)
        result = sandbox_limit_calls(p, &in_force, error);
    if (result == 0 && !in_force.paths)
        log_line(
            LOG_LEVEL_WARNING, "sandbox",
            "this kernel has no Landlock: %s is not kept away from other files. Linux 5.13 or later has it",
            p->name);
    if (result == 0 && !in_force.calls)
        log_line(LOG_LEVEL_WARNING, "sandbox",
                 "this kernel has no seccomp filter: %s is not kept from other system calls", p->name);
    if (state)
        *state = in_force;
    return result;
}

int sandbox_hide_memory(struct error *error)
{
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return error_system(error, errno, "sandbox", "core dumps could not be turned off");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return error_system(error, errno, "sandbox", "the memory of this process could not be hidden");
    return 0;
}
