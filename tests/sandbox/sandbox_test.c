/* Each test is a child process that confines itself and then tries what it should no longer be able to do. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct room {
    char granted[64], hidden[64];
};

static int set_up(void **state)
{
    static struct room room;
    char base[] = "/tmp/sandbox-test-XXXXXX";
    if (!mkdtemp(base))
        return -1;
    snprintf(room.granted, sizeof room.granted, "%s/granted", base);
    snprintf(room.hidden, sizeof room.hidden, "%s/hidden", base);
    *state = &room;
    char file[96];
    snprintf(file, sizeof file, "%s/secret", room.hidden);
    if (mkdir(room.granted, 0700) != 0 || mkdir(room.hidden, 0700) != 0)
        return -1;
    int fd = open(file, O_CREAT | O_WRONLY, 0600);
    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
    struct room *room = *state;
    char command[200];
    snprintf(command, sizeof command, "rm -rf '%.*s'", (int)(strrchr(room->hidden, '/') - room->hidden),
             room->hidden);
    return system(command) == 0 ? 0 : -1;
}

/* Runs `body` in a child; 0 if all that it wanted held. */
static int in_child(int (*body)(struct room *), struct room *room)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(body(room));
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

#define WANT(condition)                                                                                      \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: %s (%s)\n", __FILE__, __LINE__, #condition, strerror(errno));            \
            return 1;                                                                                        \
        }                                                                                                    \
    } while (0)

static bool refused(long result, int number)
{
    return result < 0 && errno == number;
}

static int open_in(const char *folder, const char *name, int flags)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return open(path, flags, 0600);
}

static int enter(enum sandbox_profile profile, struct room *room)
{
    const struct sandbox_path paths[] = {{.path = room->granted, .grant = SANDBOX_WRITE}};
    struct error error;
    char line[800];
    int result = sandbox_enter(profile, paths, 1, NULL, &error);
    if (result != 0) {
        error_line(&error, line, sizeof line);
        fprintf(stderr, "%s\n", line);
    }
    return result;
}

static int keyholder_calls(struct room *room)
{
    char *const arguments[] = {(char[]){"true"}, NULL};
    int pair[2];
    WANT(enter(SANDBOX_KEYHOLDER, room) == 0);
    WANT(refused(socket(AF_INET, SOCK_STREAM, 0), EPERM));
    WANT(refused(socket(AF_UNIX, SOCK_STREAM, 0), EPERM));
    WANT(refused(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), EPERM));
    WANT(refused(execve("/bin/true", arguments, arguments + 1), EPERM));
    WANT(refused(fork(), EPERM));
    WANT(refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL), EPERM));
    WANT(refused(kill(getppid(), 0), EPERM));
    WANT(refused(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), EPERM));
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    WANT(page != MAP_FAILED);
    WANT(refused(mprotect(page, 4096, PROT_READ | PROT_EXEC), EPERM));
    WANT(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    return 0;
}

static int keyholder_files(struct room *room)
{
    WANT(enter(SANDBOX_KEYHOLDER, room) == 0);
    int fd = open_in(room->granted, "new", O_CREAT | O_RDWR);
    WANT(fd >= 0);
    WANT(write(fd, "x", 1) == 1 && fdatasync(fd) == 0);
    WANT(refused(open_in(room->hidden, "secret", O_RDONLY), EACCES));
    WANT(refused(open_in(room->hidden, "new", O_CREAT | O_RDWR), EACCES));
    WANT(refused(open("/etc/passwd", O_RDONLY), EACCES));
    char path[128];
    snprintf(path, sizeof path, "%s/../hidden/secret", room->granted);
    WANT(refused(open(path, O_RDONLY), EACCES));
    WANT(unlinkat(AT_FDCWD, path, 0) != 0);
    return 0;
}

static int serve_calls(struct room *room)
{
    char *const arguments[] = {(char[]){"true"}, NULL};
    WANT(enter(SANDBOX_SERVE, room) == 0);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    WANT(fd >= 0);
    const int families[] = {AF_INET6, AF_UNIX, AF_NETLINK};
    for (size_t i = 0; i < 3; i++) {
        int other = socket(families[i], families[i] == AF_NETLINK ? SOCK_RAW : SOCK_STREAM, 0);
        /* A machine may have no IPv6; then it is not the sandbox that says so. */
        WANT(other >= 0 || (families[i] == AF_INET6 && errno == EAFNOSUPPORT));
    }
    WANT(refused(socket(AF_INET, SOCK_RAW, 1), EPERM));
    WANT(refused(socket(AF_PACKET, SOCK_DGRAM, 0), EAFNOSUPPORT));
    WANT(refused(socket(38 /* AF_ALG */, SOCK_SEQPACKET, 0), EAFNOSUPPORT));
    WANT(refused(execve("/bin/true", arguments, arguments + 1), EPERM));
    WANT(refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL), EPERM));
    WANT(refused(unshare(0), EPERM));
    WANT(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
         MAP_FAILED);
    return 0;
}

static void *answer_seven(void *argument)
{
    *(int *)argument = 7;
    return NULL;
}

static int serve_works(struct room *room)
{
    pthread_t thread;
    int seen = 0;
    WANT(enter(SANDBOX_SERVE, room) == 0);
    WANT(pthread_create(&thread, NULL, answer_seven, &seen) == 0);
    WANT(pthread_join(thread, NULL) == 0 && seen == 7);
    WANT(open_in(room->granted, "database", O_CREAT | O_RDWR) >= 0);
    WANT(open("/etc/hosts", O_RDONLY) >= 0 || errno == ENOENT);
    WANT(open("/usr/share", O_RDONLY | O_DIRECTORY) >= 0);
    WANT(open("/dev/null", O_RDWR) >= 0);
    return 0;
}

static void *open_hidden(void *argument)
{
    struct room *room = argument;
    return refused(open_in(room->hidden, "secret", O_RDONLY), EACCES) ? room : NULL;
}

static int serve_files(struct room *room)
{
    pthread_t thread;
    void *result = NULL;
    WANT(enter(SANDBOX_SERVE, room) == 0);
    WANT(refused(open_in(room->hidden, "secret", O_RDONLY), EACCES));
    WANT(refused(open("/etc/shadow", O_RDONLY), EACCES));
    WANT(refused(open("/usr/new-file", O_CREAT | O_RDWR, 0600), EACCES));
    WANT(pthread_create(&thread, NULL, open_hidden, room) == 0);
    WANT(pthread_join(thread, &result) == 0 && result == room);
    return 0;
}

static int never_is_refused(struct room *room)
{
    char above[64];
    struct error error = {0};
    snprintf(above, sizeof above, "%.*s", (int)(strrchr(room->hidden, '/') - room->hidden), room->hidden);
    const struct sandbox_path wide[] = {{.path = above, .grant = SANDBOX_READ},
                                        {.path = room->hidden, .grant = SANDBOX_NEVER}};
    WANT(sandbox_enter(SANDBOX_SERVE, wide, 2, NULL, &error) == ERROR_INVALID);
    WANT(strstr(error.what, room->hidden));
    const struct sandbox_path same[] = {{.path = room->hidden, .grant = SANDBOX_READ},
                                        {.path = room->hidden, .grant = SANDBOX_NEVER}};
    WANT(sandbox_enter(SANDBOX_SERVE, same, 2, NULL, &error) == ERROR_INVALID);
    /* What the profile itself grants counts too. */
    const struct sandbox_path system[] = {{.path = "/usr/share", .grant = SANDBOX_NEVER}};
    WANT(sandbox_enter(SANDBOX_SERVE, system, 1, NULL, &error) == ERROR_INVALID);
    const struct sandbox_path beside[] = {{.path = room->granted, .grant = SANDBOX_WRITE},
                                          {.path = room->hidden, .grant = SANDBOX_NEVER}};
    WANT(sandbox_enter(SANDBOX_SERVE, beside, 2, NULL, &error) == 0);
    return 0;
}

static int missing_path(struct room *room)
{
    struct error error = {0};
    (void)room;
    const struct sandbox_path paths[] = {{.path = "/nowhere/at/all", .grant = SANDBOX_READ}};
    WANT(sandbox_enter(SANDBOX_SERVE, paths, 1, NULL, &error) == ERROR_INVALID);
    WANT(strcmp(error.where, "/nowhere/at/all") == 0);
    return 0;
}

static int hides_memory(struct room *room)
{
    struct rlimit limit;
    (void)room;
    WANT(sandbox_hide_memory(NULL) == 0);
    WANT(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
    WANT(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0);
    return 0;
}

/* Makes this process one of a kernel that lacks a system call. */
static int take_away(const char *call)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int rc =
        filter ? seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), seccomp_syscall_resolve_name(call), 0) : -1;
    if (rc == 0)
        rc = seccomp_load(filter);
    seccomp_release(filter);
    return rc;
}

static int without_landlock(struct room *room)
{
    const struct sandbox_path paths[] = {{.path = room->granted, .grant = SANDBOX_WRITE}};
    struct sandbox_state state;
    WANT(take_away("landlock_create_ruleset") == 0);
    WANT(sandbox_enter(SANDBOX_KEYHOLDER, paths, 1, &state, NULL) == 0);
    WANT(!state.paths && state.landlock_version == 0 && state.calls);
    WANT(refused(socket(AF_INET, SOCK_STREAM, 0), EPERM));
    WANT(open_in(room->hidden, "secret", O_RDONLY) >= 0);
    return 0;
}

static int without_seccomp(struct room *room)
{
    const struct sandbox_path paths[] = {{.path = room->granted, .grant = SANDBOX_WRITE}};
    struct sandbox_state state;
    WANT(take_away("seccomp") == 0);
    WANT(sandbox_enter(SANDBOX_KEYHOLDER, paths, 1, &state, NULL) == 0);
    WANT(!state.calls && state.paths == (state.landlock_version > 0));
    WANT(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
    return 0;
}

static bool kernel_lacks(bool calls, bool paths)
{
    struct sandbox_state state = sandbox_probe();
    if (calls && !state.calls)
        printf("left out: this kernel has no seccomp filter\n");
    if (paths && !state.paths)
        printf("left out: this kernel has no Landlock\n");
    return (calls && !state.calls) || (paths && !state.paths);
}

#define CONFINED(name, body, calls, paths)                                                                   \
    static void name(void **state)                                                                           \
    {                                                                                                        \
        if (!kernel_lacks(calls, paths))                                                                     \
            assert_int_equal(in_child(body, *state), 0);                                                     \
    }

CONFINED(keyholder_has_no_network_program_or_process, keyholder_calls, true, false)
CONFINED(keyholder_sees_its_folder_only, keyholder_files, false, true)
CONFINED(serve_has_network_but_no_program, serve_calls, true, false)
CONFINED(serve_can_do_its_work, serve_works, false, false)
CONFINED(serve_sees_what_was_granted, serve_files, false, true)
CONFINED(a_grant_over_a_forbidden_folder_is_refused, never_is_refused, false, false)
CONFINED(a_missing_path_is_named, missing_path, false, true)
CONFINED(a_kernel_without_landlock_degrades, without_landlock, true, false)
CONFINED(a_kernel_without_seccomp_degrades, without_seccomp, true, false)
CONFINED(memory_is_hidden, hides_memory, false, false)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keyholder_has_no_network_program_or_process),
        cmocka_unit_test(keyholder_sees_its_folder_only),
        cmocka_unit_test(serve_has_network_but_no_program),
        cmocka_unit_test(serve_can_do_its_work),
        cmocka_unit_test(serve_sees_what_was_granted),
        cmocka_unit_test(a_grant_over_a_forbidden_folder_is_refused),
        cmocka_unit_test(a_missing_path_is_named),
        cmocka_unit_test(a_kernel_without_landlock_degrades),
        cmocka_unit_test(a_kernel_without_seccomp_degrades),
        cmocka_unit_test(memory_is_hidden),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
