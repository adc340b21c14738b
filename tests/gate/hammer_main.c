/*
 * gate-hammer HOME THREADS LIMIT: hammers a home until standard input ends or it is killed. Writes a line for each thing:
 * "keyholder PID", "kept ID", "refused CODE words". LIMIT, if not 0, is the largest size in bytes that a file may grow to.
 * HAMMER_PASSWORD is the password of "teacher" where it is not that of the tests, as in a demo home.
 */
#include "hammer.h"
#include "inside.h"
#include "support/error_name.h"

#include "keyholder.h"

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static bool stop;

/* One write is one whole line, also from many threads. */
static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...)
{
    char line[900];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line - 1, format, args);
    va_end(args);
    if (n > (int)sizeof line - 2)
        n = (int)sizeof line - 2;
    line[n] = '\n';
    (void)!write(STDOUT_FILENO, line, (size_t)n + 1);
}

static void kept(void *context, const struct id *item)
{
    (void)context;
    say("kept %s", item->text);
}

static void refused(void *context, int result, const struct error *error)
{
    (void)context;
    say("refused %s %s %s", error_name(result), error->what, error->fix);
}

static void *wait_for_end(void *context)
{
    char byte;
    (void)context;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    __atomic_store_n(&stop, true, __ATOMIC_RELEASE);
    return NULL;
}

int main(int argc, char **argv)
{
    char program[4096];
    struct error error;
    struct gate *gate = NULL;
    pthread_t waiter;
    if (argc != 4 || !getenv("PROVISO_BUILD"))
        return 2;
    snprintf(program, sizeof program, "%s/keyholder-main", getenv("PROVISO_BUILD"));
    if (getenv("HAMMER_KEYHOLDER"))
        snprintf(program, sizeof program, "%s", getenv("HAMMER_KEYHOLDER"));
    struct gate_settings settings = {.home = argv[1], .packs = "packs", .program = program};
    if (gate_open(&settings, &gate, &error) != 0) {
        refused(NULL, error.code, &error);
        return 1;
    }
    say("keyholder %ld", (long)keyholder_process(gate->keyholder));
    if (atol(argv[3])) {
        struct rlimit limit = {(rlim_t)atol(argv[3]), (rlim_t)atol(argv[3])};
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
            return 3;
    }
    pthread_create(&waiter, NULL, wait_for_end, NULL);
    struct hammer hammer = {.gate = gate, .kept = kept, .refused = refused, .stop = &stop, .password = getenv("HAMMER_PASSWORD")};
    hammer_run(&hammer, atoi(argv[2]));
    pthread_join(waiter, NULL);
    gate_close(&gate);
    return 0;
}
