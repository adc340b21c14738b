#include "server.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What every run of the program is told. */
static void tell(const struct server *server)
{
    setenv("PROVISO_HOME", server->home, 1);
    setenv("PROVISO_PACKS", "packs", 1);
    setenv("PROVISO_LISTEN", "127.0.0.1:0", 1);
    if (server->database[0])
        setenv("PROVISO_DATABASE", server->database, 1);
}

static const char *build(void)
{
    const char *folder = getenv("PROVISO_BUILD");
    return folder ? folder : "build";
}

void server_fail(struct server *server, const char *format, ...)
{
    va_list list;
    char command[300];
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    snprintf(command, sizeof command, "tail -n 20 %s >&2", server->log);
    if (server->log[0] && system(command) != 0)
        fputs("there is no log\n", stderr);
    server_drop(server);
    exit(1);
}

/* Runs `sh -c line` with the home set. Both kinds of output go to the file, or where ours goes. */
static int run(struct server *server, const char *line, const char *output)
{
    pid_t pid = fork();
    if (pid == 0) {
        tell(server);
        int fd = output ? open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
        if (fd >= 0) {
            dup2(fd, 1);
            dup2(fd, 2);
            close(fd);
        }
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static struct text output_of(struct server *server, struct arena *arena, const char *path)
{
    struct error error;
    struct text text;
    if (file_read(arena, path, 16 << 20, &text, &error) != 0)
        server_fail(server, "%s: %s", error.where, error.what);
    return text;
}

int server_run(struct server *server, struct arena *arena, const char *arguments, struct text *output)
{
    char line[1000], path[120];
    snprintf(line, sizeof line, "'%s/proviso' %s", build(), arguments);
    snprintf(path, sizeof path, "%s/output", server->folder);
    int code = run(server, line, path);
    *output = output_of(server, arena, path);
    return code;
}

struct text server_shell(struct server *server, struct arena *arena, const char *format, ...)
{
    char line[4000], path[120];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    snprintf(path, sizeof path, "%s/output", server->folder);
    int code = run(server, line, path);
    struct text output = output_of(server, arena, path);
    if (code != 0)
        server_fail(server, "%s: ended with %d: %.*s", line, code, TEXT_ARGS(output));
    return output;
}

void server_make(struct server *server)
{
    char line[2000];
    snprintf(server->folder, sizeof server->folder, "/tmp/proviso-scenario-XXXXXX");
    if (!mkdtemp(server->folder)) {
        perror("mkdtemp");
        exit(1);
    }
    snprintf(server->home, sizeof server->home, "%s/home", server->folder);
    snprintf(server->certificate, sizeof server->certificate, "%s/certificate.pem", server->folder);
    snprintf(server->key, sizeof server->key, "%s/key.pem", server->folder);
    snprintf(server->log, sizeof server->log, "%s/log", server->folder);
    snprintf(
        line, sizeof line,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
        " -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout %s -out %s 2>/dev/null",
        server->key, server->certificate);
    if (run(server, line, NULL) != 0)
        server_fail(server, "no certificate could be made");
    snprintf(line, sizeof line, "'%s/proviso' demo --seed-only --home %s", build(), server->home);
    if (run(server, line, server->log) != 0)
        server_fail(server, "%s: failed", line);
}

static void become_server(struct server *server)
{
    char program[4096];
    int fd = server->told ? server->told : open(server->log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(fd, 1);
    dup2(fd, 2);
    if (server->file_limit) {
        struct rlimit limit = {server->file_limit, server->file_limit};
        signal(SIGXFSZ, SIG_IGN); /* then a write past it fails, as on a full disk */
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    tell(server);
    if (server->library) {
        setenv("LD_PRELOAD", server->library, 1);
        setenv("JUMP_FILE", server->clock, 1);
        if (!SERVER_CONFINED) /* the sanitizer wants to be loaded first */
            setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_stack_use_after_return=1", 1);
    }
    if (!SERVER_CONFINED)
        setenv("PROVISO_SANDBOX", "no", 1);
    if (!server->plain) {
        setenv("PROVISO_TLS_CERTIFICATE", server->certificate, 1);
        setenv("PROVISO_TLS_KEY", server->key, 1);
        setenv("PROVISO_HOSTS", "localhost 127.0.0.1", 1);
    }
    snprintf(program, sizeof program, "%s/proviso", build());
    execl(program, "proviso", "serve", (char *)NULL);
    _exit(127);
}

/* The port that its log tells, 0 as long as it does not. */
static unsigned port_told(struct server *server)
{
    char line[600];
    unsigned port = 0;
    FILE *file = fopen(server->log, "r");
    while (file && fgets(line, sizeof line, file)) {
        char *told = strstr(line, "listening on 127.0.0.1 port ");
        if (told)
            port = (unsigned)atoi(told + strlen("listening on 127.0.0.1 port "));
    }
    if (file)
        fclose(file);
    return port;
}

void server_begin(struct server *server)
{
    unlink(server->log);
    server->port = 0;
    server->pid = fork();
    if (server->pid == 0)
        become_server(server);
}

void server_start(struct server *server)
{
    server_begin(server);
    for (int i = 0; i < 12000 && !server->port; i++) {
        int status;
        if (waitpid(server->pid, &status, WNOHANG) == server->pid) {
            server->pid = 0;
            server_fail(server, "the server ended at once");
        }
        usleep(10000);
        server->port = port_told(server);
    }
    if (!server->port)
        server_fail(server, "the server does not listen");
}

int server_end(struct server *server, int signal_number)
{
    int status = 0;
    if (!server->pid)
        return 0;
    kill(server->pid, signal_number);
    if (waitpid(server->pid, &status, 0) != server->pid)
        status = -1;
    server->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void server_drop(struct server *server)
{
    char line[100];
    server_end(server, SIGKILL);
    snprintf(line, sizeof line, "rm -rf %s", server->folder);
    if (server->folder[0] && system(line) != 0)
        fprintf(stderr, "%s stays\n", server->folder);
}
