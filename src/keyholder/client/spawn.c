#include "inside.h"

#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHILD_FD = 3 };

/* What the process is told; `arguments` has room for 14. */
static void tell(const struct keyholder *keyholder, char **arguments)
{
    static char word[] = "keyholder", home[] = "--home", fd[] = "--fd", number[] = "3", origin[] = "--origin",
                user[] = "--user", escrow[] = "--escrow", read_only[] = "--read-only";
    const struct {
        char *option, *value;
    } said[] = {{fd, number}, {home, keyholder->home}, {origin, keyholder->origin}, {user, keyholder->user}, {escrow, keyholder->escrow}};
    size_t n = 0;
    arguments[n++] = keyholder->program;
    arguments[n++] = word;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (said[i].value) {
            arguments[n++] = said[i].option;
            arguments[n++] = said[i].value;
        }
    if (keyholder->read_only)
        arguments[n++] = read_only;
}

static int start(char **arguments, int child_end, posix_spawn_file_actions_t *actions,
                 posix_spawnattr_t *attributes, pid_t *process)
{
    /* Nothing of the environment but how much to log: it may hold passwords, or libraries to be loaded. */
    char level[64] = "PROVISO_LOG=info";
    const char *wish = getenv("PROVISO_LOG");
    if (wish)
        snprintf(level, sizeof level, "PROVISO_LOG=%s", wish);
    char *environment[] = {level, NULL};
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int failure = posix_spawnattr_setsigmask(attributes, &none);
    if (failure == 0)
        failure = posix_spawnattr_setsigdefault(attributes, &all);
    if (failure == 0)
        failure = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (failure == 0)
        failure = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (failure == 0)
        failure = posix_spawn_file_actions_adddup2(actions, STDERR_FILENO, STDOUT_FILENO);
    if (failure == 0)
        failure = posix_spawn_file_actions_adddup2(actions, child_end, CHILD_FD);
    return failure ? failure : posix_spawn(process, arguments[0], actions, attributes, arguments, environment);
}

int keyholder_spawn(const struct keyholder *keyholder, int *fd, pid_t *process, struct error *error)
{
    char *arguments[14] = {NULL};
    tell(keyholder, arguments);
    return keyholder_spawn_words(arguments, fd, process, error);
}

int keyholder_spawn_words(char **words, int *fd, pid_t *process, struct error *error)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return error_system(error, errno, "keyholder", "no pair of sockets");
    FILE_SCOPE int ours = pair[0];
    FILE_SCOPE int theirs = pair[1];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure != 0)
        return error_system(error, failure, "keyholder", "the process cannot be prepared");
    failure = posix_spawnattr_init(&attributes);
    if (failure == 0) {
        failure = start(words, theirs, &actions, &attributes, process);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    if (failure == EPERM || failure == EACCES)
        return error_set(error, ERROR_SYSTEM, words[0],
                         "End the server; the service manager starts both anew.",
                         "this process may not start the keyholder (%s)", strerror(failure));
    if (failure != 0)
        return error_system(error, failure, words[0], "the keyholder cannot be started");
    *fd = ours;
    ours = -1;
    return 0;
}

static void describe_end(int status, char *how, size_t size)
{
    if (WIFSIGNALED(status))
        snprintf(how, size, "was ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        snprintf(how, size, "ended with exit code %d", WEXITSTATUS(status));
}

void keyholder_reap(pid_t process, int milliseconds, char *how, size_t size)
{
    const struct timespec step = {.tv_nsec = 2000000};
    int64_t until = clock_steady() + (int64_t)milliseconds * 1000;
    int status = 0;
    pid_t got;
    snprintf(how, size, "is gone");
    if (process <= 0)
        return;
    while ((got = waitpid(process, &status, WNOHANG)) == 0 && clock_steady() < until)
        nanosleep(&step, NULL);
    if (got == 0) {
        /* One that runs as another user ends when it sees the closed socket, or never. */
        if (kill(process, SIGKILL) != 0) {
            snprintf(how, size, "does not end");
            return;
        }
        while ((got = waitpid(process, &status, 0)) < 0 && errno == EINTR)
            ;
    }
    if (got == process)
        describe_end(status, how, size);
}
