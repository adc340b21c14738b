#ifndef TESTS_SCENARIO_SCRIPT_H
#define TESTS_SCENARIO_SCRIPT_H

#include "server.h"

#include <stdarg.h>

/* A script on its way: the server it speaks to, who asks, the last answer, and what was kept of those before.
 */

enum { SCRIPT_KEPT = 64 };

struct kept {
    struct text name, value;
};

struct script {
    const char *file;
    int line;
    struct server server;
    struct client *client;
    struct arena *arena;
    const char *token; /* NULL: nobody */
    struct answered last;
    bool asked; /* and not yet looked at whether it was refused */
    struct kept kept[SCRIPT_KEPT], signed_in[SCRIPT_KEPT];
    size_t kept_n, signed_in_n;
};

/* Tells file and line, then ends the program. */
void script_fail(struct script *script, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

#endif
