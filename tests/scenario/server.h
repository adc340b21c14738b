#ifndef TESTS_SCENARIO_SERVER_H
#define TESTS_SCENARIO_SERVER_H

#include "base.h"

#include <sys/types.h>

/* The real program as an operator runs it: a home of its own with the demo's partnership, served over TLS. */

/* Does the server run in its sandbox? In it the address sanitizer cannot look for leaks. */
#ifdef __SANITIZE_ADDRESS__
enum { SERVER_CONFINED = 0 };
#else
enum { SERVER_CONFINED = 1 };
#endif

struct server {
    char folder[64], home[80], certificate[100], key[100], log[100];
    pid_t pid; /* 0: not running */
    unsigned port;
    char database[200];  /* "": SQLite in the home; otherwise an empty PostgreSQL database, set before
                            server_make */
    bool plain;          /* without TLS; set it before server_start */
    uint64_t file_limit; /* bytes that no file of it may pass; 0: none */
    int told;            /* where it writes in place of its log; 0: the log */
    const char *library, *clock; /* jump_clock.c, and the file that sets it; NULL: the machine's clock */
};

#define SERVER_PASSWORD "walking in the rain" /* of every account of the demo */

/* A failure ends the program with a line on standard error and takes the folder away. `server` is {0} but for
 * its database. */
void server_make(struct server *server);
void server_start(struct server *server); /* returns once it answers */
void server_begin(struct server *server); /* returns at once */
/* Its exit code, or minus the signal that ended it. Signal 0 only waits for it. */
int server_end(struct server *server, int signal_number);
void server_drop(struct server *server);

/* Runs the program with PROVISO_HOME set: "ledger verify". Gives its exit code; `output` (of both kinds)
 * lives in the arena. */
int server_run(struct server *server, struct arena *arena, const char *arguments, struct text *output);

/* Runs a line of the shell. Must succeed. Gives what it printed. */
struct text server_shell(struct server *server, struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void server_fail(struct server *server, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

/* ---- asking it ---- */

struct client;
struct client *client_new(struct server *server); /* its own connection, which it keeps */
void client_free(struct client **client);

struct answered {
    int status; /* 0: the connection was lost */
    struct text body, type;
    const struct json *json; /* NULL unless it is JSON */
};
/* json NULL: GET. "case/open" stands for /api/v1/case/open. What it gives lives in the arena. */
struct answered client_ask(struct client *client, struct arena *arena, const char *token, const char *path,
                           const char *json);
/* The body is a file; its name is plain ASCII, or NULL for none. */
struct answered client_send(struct client *client, struct arena *arena, const char *token, const char *path,
                            const char *type, const char *name, struct text body);

#endif
