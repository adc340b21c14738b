#ifndef TESTS_VAULT_RUN_H
#define TESTS_VAULT_RUN_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/*
 * Runs programs in a folder of their own. The test program runs the commands too: started with "keygen", "seal" or
 * "open" as its first argument it is that command (see run_self), so that exit codes and memory are those of
 * a real process.
 */
struct run {
    int code;         /* exit code, -1 when it was killed */
    long most_memory; /* KiB */
    char out[4096];   /* the beginning of its standard output, NUL-ended */
    char error[4096]; /* likewise standard error */
    size_t out_n;     /* all of its standard output */
};

extern char run_folder[256]; /* made by run_set_up, with everything in it removed by run_tear_down */
int run_set_up(void **state);
int run_tear_down(void **state);

/* Arguments end with NULL; the first is the program, found in PATH. `input` is a file's path or NULL. */
struct run run(const char *input, const char *program, ...) __attribute__((sentinel));
#define RUN_SELF "/proc/self/exe"

/* For main(): the exit code of the command if the arguments name one, -1 otherwise. */
int run_self(int argc, char **argv);

void put_file(const char *name, const void *p, size_t n);
size_t get_file(const char *name, void *p, size_t room); /* (size_t)-1 if there is none */
int files_in_folder(void);

#endif
