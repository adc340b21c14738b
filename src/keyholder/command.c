#include "keyholder/command.h"
#include "keyholder/restore.h"

#include "desk.h"
#include "escrow/plan.h"
#include "new_log.h"
#include "secret.h"
#include "user.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "sandbox.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long a signed tree may be unsynced: see keyholder.h. */
static const int64_t SETTLE_AFTER = CLOCK_SECOND / 2;

struct arguments {
    const char *home, *origin, *user, *new_log, *escrow;
    int fd;
    bool read_only;
};

struct messages {
    uint8_t request[sizeof(union message_request) + 1]; /* one more, to see that a message is too long */
    union message_reply reply;
};

static int parse(int argc, char **argv, struct arguments *arguments, struct error *error)
{
    static const char usage[] = "Usage: proviso keyholder --home DIR --fd N [--origin NAME] [--user USER] [--escrow FILE] [--read-only], or "
                                "proviso keyholder --home DIR --new-log NAME";
    *arguments = (struct arguments){.fd = -1};
    for (int i = 1; i < argc; i++) {
        int64_t number;
        if (strcmp(argv[i], "--read-only") == 0) {
            arguments->read_only = true;
            continue;
        }
        if (i + 1 == argc)
            return error_set(error, ERROR_INPUT, argv[i], usage, "a value is missing");
        if (strcmp(argv[i], "--home") == 0)
            arguments->home = argv[++i];
        else if (strcmp(argv[i], "--origin") == 0)
            arguments->origin = argv[++i];
        else if (strcmp(argv[i], "--user") == 0)
            arguments->user = argv[++i];
        else if (strcmp(argv[i], "--escrow") == 0)
            arguments->escrow = argv[++i];
        else if (strcmp(argv[i], "--new-log") == 0)
            arguments->new_log = argv[++i];
        else if (strcmp(argv[i], "--fd") == 0 && text_to_int64(text_of(argv[i + 1]), &number) && number > 2 &&
                 number < 1 << 20) {
            arguments->fd = (int)number;
            i++;
        } else
            return error_set(error, ERROR_INPUT, argv[i], usage,
                             "there is no such option, or its value is wrong");
    }
    if (!arguments->home || (arguments->fd < 0) == !arguments->new_log)
        return error_set(error, ERROR_INPUT, "", usage,
                         "--home is needed, and either --fd or --new-log");
    return 0;
}

static int check_socket(int fd, struct error *error)
{
    int type = 0, domain = 0;
    socklen_t n = sizeof type, m = sizeof domain;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &m) != 0 || type != SOCK_SEQPACKET ||
        domain != AF_UNIX)
        return error_set(error, ERROR_INPUT, "--fd", "This command is started by `proviso serve`.",
                         "it is not one end of a SOCK_SEQPACKET pair of Unix sockets");
    return 0;
}

/* The process shuts itself off from everything that it did not inherit on purpose. */
static int harden(int fd, struct error *error)
{
    if ((fd > 3 && close_range(3, (unsigned)fd - 1, 0) != 0) || close_range((unsigned)fd + 1, ~0U, 0) != 0)
        return error_system(error, errno, "keyholder", "inherited files could not be closed");
    /* The end of the socket is the only end: a Ctrl-C meant for the server must not cut off its last batch.
     */
    const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    if (sodium_init() < 0)
        return error_set(error, ERROR_SYSTEM, "keyholder", "", "libsodium could not be started");
    /* The cryptographic library reads its configuration at its first use: now, while it can. */
    if (OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL) != 1)
        return error_set(error, ERROR_SYSTEM, "keyholder", "", "OpenSSL could not be started");
    return sandbox_hide_memory(error);
}

/* Waits for a message, but no longer than until a signed tree must be synced. 1: there is one, 0: time is up.
 */
static int wait_for_message(int fd, int64_t settle_at, struct error *error)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    for (;;) {
        int64_t left = settle_at ? settle_at - clock_steady() : -1;
        if (settle_at && left <= 0)
            left = 0;
        int got = poll(&ready, 1, settle_at ? (int)((left + 999) / 1000) : -1);
        if (got >= 0)
            return got;
        if (errno != EINTR)
            return error_system(error, errno, "keyholder", "the socket cannot be waited for");
    }
}

static int serve(int fd, struct keyholder_desk *desk, struct messages *m, struct error *error)
{
    int64_t settle_at = 0;
    for (;;) {
        int result = wait_for_message(fd, settle_at, error);
        if (result < 0)
            return result;
        if (settle_at && (result == 0 || clock_steady() >= settle_at)) {
            result = keyholder_desk_settle(desk, error);
            settle_at = 0;
            if (result != 0)
                return result;
            continue;
        }
        ssize_t n = recv(fd, m->request, sizeof m->request, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == ECONNRESET)
            n = 0; /* the server was killed with a reply unread: the end, like any other */
        if (n < 0)
            return error_system(error, errno, "keyholder", "the socket cannot be read");
        /* An empty message cannot be told from the end here. Nobody sends one who wants the keyholder to
         * live. */
        if (n == 0)
            return keyholder_desk_settle(desk, error);
        size_t size = keyholder_desk_answer(desk, m->request, (size_t)n, &m->reply);
        ssize_t sent = send(fd, &m->reply, size, MSG_NOSIGNAL);
        sodium_memzero(m->request, (size_t)n);
        sodium_memzero(&m->reply, size);
        if (sent < 0 && errno != EPIPE && errno != ECONNRESET)
            return error_system(error, errno, "keyholder", "the reply cannot be sent");
        if (!settle_at && keyholder_desk_unsettled(desk))
            settle_at = clock_steady() + SETTLE_AFTER;
    }
}

static int confine(const char *home, bool read_only, struct error *error)
{
    const struct sandbox_path paths[] = {{.path = home, .grant = read_only ? SANDBOX_READ : SANDBOX_WRITE}};
    return sandbox_enter(SANDBOX_KEYHOLDER, paths, 1, NULL, error);
}

/* `begun`: it has answered, so the server no longer waits for its first word. */
static int run(const struct arguments *arguments, bool *begun, struct error *error)
{
    struct keyholder_folder folder;
    struct keyholder_desk *desk = NULL;
    struct keyholder_plan plan;
    int result = arguments->escrow ? keyholder_plan_read(arguments->escrow, &plan, error) : 0;
    if (result != 0)
        return result;
    result = arguments->read_only ? keyholder_folder_look(arguments->home, &folder, error)
                                  : keyholder_folder_open(arguments->home, &folder, error);
    if (result != 0)
        return result;
    result = confine(arguments->home, arguments->read_only, error);
    struct messages *messages = result == 0 ? keyholder_secret_new(sizeof *messages, error) : NULL;
    if (result == 0 && !messages)
        result = ERROR_SYSTEM;
    if (result == 0 && mlock(messages, sizeof *messages) != 0)
        log_line(LOG_LEVEL_WARNING, "keyholder",
                 "memory cannot be locked: keys may reach the swap space. Raise the limit (ulimit -l)");
    if (result == 0)
        result = keyholder_desk_open(&folder, arguments->origin, &desk, error);
    if (result == 0 && arguments->escrow)
        result = keyholder_desk_escrow(desk, &plan, error);
    if (result == 0) {
        *begun = true;
        result = serve(arguments->fd, desk, messages, error);
    }
    keyholder_desk_close(&desk);
    sodium_free(messages);
    keyholder_folder_close(&folder);
    return result;
}

/* To the server, which tells the operator what went wrong at the start; to the operator too once it runs. */
static void tell(int fd, bool begun, const struct error *error)
{
    char line[sizeof error->where + sizeof error->what + sizeof error->fix + 16];
    struct message_failure failure;
    error_line(error, line, sizeof line);
    keyholder_message_fail(&failure, 0, error);
    bool told = fd >= 0 && send(fd, &failure, sizeof failure, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)sizeof failure;
    if (begun || !told)
        log_line(LOG_LEVEL_ERROR, "keyholder", "%s", line);
}

static int complain(const struct error *error)
{
    char line[sizeof error->where + sizeof error->what + sizeof error->fix + 16];
    error_line(error, line, sizeof line);
    fprintf(stderr, "proviso keyholder: %s\n", line);
    return error_exit_code(error->code);
}

static int begin_new_log(const struct arguments *arguments, struct error *error)
{
    umask(077);
    if (sodium_init() < 0)
        return error_set(error, ERROR_SYSTEM, "keyholder", "", "libsodium could not be started");
    int result = sandbox_hide_memory(error);
    if (result == 0)
        result = keyholder_become(arguments->user, arguments->home, error);
    return result ? result : keyholder_new_log(arguments->home, arguments->new_log, error);
}

int keyholder_command(int argc, char **argv)
{
    struct arguments arguments;
    struct error error = {0};
    if (argc > 1 && strcmp(argv[1], "--restore") == 0)
        return keyholder_restore_command(argc, argv);
    bool begun = false;
    int result = parse(argc, argv, &arguments, &error);
    if (result == 0 && arguments.new_log) {
        result = begin_new_log(&arguments, &error);
        return result ? complain(&error) : 0;
    }
    if (result == 0)
        result = check_socket(arguments.fd, &error);
    if (result != 0)
        return complain(&error);
    umask(077);
    result = keyholder_become(arguments.user, arguments.home, &error);
    if (result == 0)
        result = harden(arguments.fd, &error);
    if (result == 0)
        result = run(&arguments, &begun, &error);
    if (result != 0)
        tell(arguments.fd, begun, &error);
    /* Not exit(): what libraries do at the end has no work here, and the sandbox would refuse it. */
    _exit(result == 0 ? 0 : 3);
}
