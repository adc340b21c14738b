#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/postgres.h"

struct test_postgres {
    char programs[256]; /* the folder of initdb, postgres, createdb */
    char folder[64];
    char data[96];
    pid_t process;
    struct test_postgres *next;
};

/* Those that run, for tests that fail or exit before they have stopped theirs. */
static struct test_postgres *running;
static pid_t owner;

__attribute__((noreturn)) static void give_up(const char *what, const char *detail)
{
    fprintf(stderr, "PostgreSQL for the tests: %s %s\n", what, detail);
    exit(1);
}

static void find_programs(struct test_postgres *server)
{
    glob_t found = {0};
    if (glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found) != 0 || found.gl_pathc == 0)
        give_up("it is not installed;", "install postgresql-15 (`make build` does)");
    const char *last = found.gl_pathv[found.gl_pathc - 1];
    snprintf(server->programs, sizeof(server->programs), "%.*s", (int)(strrchr(last, '/') - last), last);
    globfree(&found);
}

/* The server refuses to run as root. */
static const struct passwd *server_user(void)
{
    if (geteuid() != 0)
        return NULL;
    const struct passwd *user = getpwnam("postgres");
    if (!user)
        user = getpwnam("nobody");
    if (!user)
        give_up("there is no user to run it as;", "make a user postgres");
    return user;
}

static pid_t start_program(struct test_postgres *server, const char *const *arguments, const char *output)
{
    char program[320], log[128], path[320];
    snprintf(program, sizeof(program), "%s/%s", server->programs, arguments[0]);
    snprintf(log, sizeof(log), "%s/%s", server->folder, output);
    const struct passwd *user = server_user();
    pid_t child = fork();
    if (child < 0)
        give_up("no process:", strerror(errno));
    if (child > 0)
        return child;
    if (user && (setgroups(0, NULL) || setgid(user->pw_gid) || setuid(user->pw_uid)))
        _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (out < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 || chdir(server->folder))
        _exit(126);
    setenv("LC_ALL", "C", 1);
    /* PostgreSQL's programs find themselves, and each other, by the name that they were called by. */
    snprintf(path, sizeof(path), "%s:/usr/bin:/bin", server->programs);
    setenv("PATH", path, 1);
    execv(program, (char *const *)(unsigned long)arguments);
    _exit(127);
}

static void run_program(struct test_postgres *server, const char *const *arguments)
{
    int status = 0;
    pid_t child = start_program(server, arguments, "setup.log");
    if (waitpid(child, &status, 0) != child || status != 0) {
        char log[128], said[2000] = "";
        snprintf(log, sizeof(log), "%s/setup.log", server->folder);
        FILE *file = fopen(log, "r");
        if (file) {
            size_t n = fread(said, 1, sizeof(said) - 1, file);
            said[n] = '\0';
            fclose(file);
        }
        fprintf(stderr, "%s: %s\n", arguments[0], said);
        give_up("a program failed:", arguments[0]);
    }
}

/*
 * The server writes its number in the first line of its lock file, and "ready" in the eighth once it takes connections. A
 * file of another number is what a server before it left behind.
 */
static int is_ready(const struct test_postgres *server)
{
    char path[128], line[256] = "";
    snprintf(path, sizeof(path), "%s/postmaster.pid", server->data);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    int number = 0;
    bool ours = true;
    while (number < 8 && ours && fgets(line, sizeof(line), file))
        ours = number++ > 0 || atol(line) == (long)server->process;
    fclose(file);
    return ours && number == 8 && strncmp(line, "ready", 5) == 0;
}

static void launch(struct test_postgres *server)
{
    char sockets[128];
    snprintf(sockets, sizeof(sockets), "unix_socket_directories=%s", server->folder);
    const char *const arguments[] = {
        "postgres", "-D", server->data,          "-c", "listen_addresses=",  "-c",
        sockets,    "-c", "shared_buffers=16MB", "-c", "max_connections=40", NULL};
    server->process = start_program(server, arguments, "server.log");
    for (int i = 0; i < 2400; i++) {
        if (is_ready(server))
            return;
        if (waitpid(server->process, NULL, WNOHANG) == server->process)
            break;
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    give_up("the server did not start; see", server->folder);
}

static void end(struct test_postgres *server, int signal_number)
{
    if (server->process <= 0)
        return;
    kill(server->process, signal_number);
    waitpid(server->process, NULL, 0);
    server->process = 0;
}

static void stop_at_exit(void)
{
    while (running && getpid() == owner) {
        struct test_postgres *server = running;
        test_postgres_stop(&server);
    }
}

struct test_postgres *test_postgres_start(void)
{
    struct test_postgres *server = calloc(1, sizeof(*server));
    if (!server)
        give_up("no memory", "");
    find_programs(server);
    snprintf(server->folder, sizeof(server->folder), "/tmp/test-postgres-XXXXXX");
    if (!mkdtemp(server->folder))
        give_up("no folder:", strerror(errno));
    if (!owner)
        atexit(stop_at_exit);
    owner = getpid();
    server->next = running;
    running = server;
    const struct passwd *user = server_user();
    if (user && chown(server->folder, user->pw_uid, user->pw_gid))
        give_up("the folder cannot be given away:", strerror(errno));
    snprintf(server->data, sizeof(server->data), "%s/data", server->folder);
    const char *const arguments[] = {"initdb", "-D",    server->data, "-E",   "UTF8",      "--locale=C",
                                     "-A",     "trust", "-U",         "test", "--no-sync", NULL};
    run_program(server, arguments);
    launch(server);
    return server;
}

void test_postgres_database(struct test_postgres *server, const char *name, char *address, unsigned long size)
{
    const char *const arguments[] = {"createdb", "-h", server->folder, "-U", "test", name, NULL};
    run_program(server, arguments);
    snprintf(address, size, "host=%s user=test dbname=%s", server->folder, name);
}

void test_postgres_crash(struct test_postgres *server)
{
    end(server, SIGQUIT);
    launch(server);
}

void test_postgres_stop(struct test_postgres **at)
{
    struct test_postgres *server = *at;
    *at = NULL;
    if (!server)
        return;
    for (struct test_postgres **at_server = &running; *at_server; at_server = &(*at_server)->next) {
        if (*at_server == server) {
            *at_server = server->next;
            break;
        }
    }
    end(server, SIGINT);
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/rm", "rm", "-rf", "--", server->folder, (char *)NULL);
        _exit(127);
    }
    if (child > 0)
        waitpid(child, NULL, 0);
    free(server);
}
