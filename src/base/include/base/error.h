#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

/*
 * What went wrong, where, and what to do about it, in words for the person who can mend it.
 * A function that can fail returns 0 or one of these codes (all negative) and fills the struct error.
 * An error never carries personal data or secrets.
 */
enum error_code {
    ERROR_INPUT = -1,           /* malformed, wrong type, unknown name      HTTP 400 / 422   exit 2 */
    ERROR_UNAUTHENTICATED = -2, /* nobody signed in, or the session is over HTTP 401                */
    ERROR_FORBIDDEN = -3,       /* may not                                  HTTP 403                */
    ERROR_MISSING = -4,         /* no such thing, or not yours to know of   HTTP 404                */
    ERROR_CONFLICT = -5,        /* it changed meanwhile, or is done already HTTP 409                */
    ERROR_TOO_LARGE = -6,       /* over a limit                             HTTP 413                */
    ERROR_INVALID = -7,         /* well formed, but a field is not allowed  HTTP 422         exit 2 */
    ERROR_LIMITED = -8,         /* too many tries                           HTTP 429                */
    ERROR_UNLAWFUL = -9,        /* the policy in force forbids it           HTTP 451                */
    ERROR_CHECK = -10,          /* a verification did not hold                               exit 1 */
    ERROR_SYSTEM = -11,         /* disk, memory, network, another process   HTTP 500 / 503   exit 3 */
};

struct error {
    int code;
    char where[160]; /* field, file and line, table and rule: "" if there is no place */
    char what[320];  /* one sentence */
    char fix[240];   /* what to do: "" if it is plain from `what`; of an ERROR_SYSTEM there always is one */
};

/*
 * Fills `error` (which may be NULL) and returns `code`. Overlong parts are cut at a character. An ERROR_SYSTEM with no fix
 * says to try again and whom to tell.
 */
int error_set(struct error *error, int code, const char *where, const char *fix, const char *what, ...)
    __attribute__((format(printf, 5, 6)));

/* As error_set, adding the text of the system error `number` (an errno) and what usually mends that. */
int error_system(struct error *error, int number, const char *where, const char *what, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts "prefix: " before `where`: for a caller that knows the larger place. Keeps the code. Returns it. */
int error_within(struct error *error, const char *prefix);

/* The exit code of the command line for an error: 1, 2 or 3; 0 for 0. */
int error_exit_code(int code);

/* "where: what. fix" on one line into `line` (cut to fit, always NUL-ended). */
void error_line(const struct error *error, char *line, unsigned long size);

#endif
