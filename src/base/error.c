#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Drops a UTF-8 sequence that the cut has left unfinished at the end. */
static void mend_end(char *s)
{
    size_t n = strlen(s), back = 0;
    while (back < n && back < 4 && ((unsigned char)s[n - 1 - back] & 0xc0) == 0x80)
        back++;
    if (back == n || back == 4)
        return;
    unsigned char lead = (unsigned char)s[n - 1 - back];
    size_t need = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    if (need > back)
        s[n - 1 - back] = 0;
}

static void put(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
    mend_end(to);
}

/* Whoever reads it is never left without a next step. */
static const char *usual_fix(int code)
{
    return code == ERROR_SYSTEM ? "Try again. If it stays so, tell whoever keeps this machine." : "";
}

static const char *fix_for(int number)
{
    switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return "Free some space there, or raise the quota or size limit, then try again.";
    case EIO:
        return "Check the disk before anything else is written to it.";
    case ENOMEM:
    case EAGAIN:
        return "End other programs, or give this one more memory and processes, then try again.";
    case EMFILE:
    case ENFILE:
        return "Raise the limit of open files (ulimit -n), then start the program again.";
    case EROFS:
        return "Make the disk writable, or name another place.";
    case ENOENT:
    case ENOTDIR:
        return "Check the name, and that the folder is there.";
    case EADDRINUSE:
        return "Stop the program that listens there, or name another port.";
    case EADDRNOTAVAIL:
        return "Name an address of this machine.";
    case EACCES:
    case EPERM:
        return "Check whose it is, and what rights this user has on it.";
    default:
        return "";
    }
}

int error_set(struct error *error, int code, const char *where, const char *fix, const char *what, ...)
{
    if (!error)
        return code;
    struct error made = {.code = code};
    put(made.where, sizeof made.where, where);
    put(made.fix, sizeof made.fix, fix && fix[0] ? fix : usual_fix(code));
    va_list args;
    va_start(args, what);
    vsnprintf(made.what, sizeof made.what, what, args);
    va_end(args);
    mend_end(made.what);
    *error = made;
    return code;
}

int error_system(struct error *error, int number, const char *where, const char *what, ...)
{
    if (!error)
        return ERROR_SYSTEM;
    char message[sizeof error->what];
    va_list args;
    va_start(args, what);
    vsnprintf(message, sizeof message, what, args);
    va_end(args);
    char buffer[128];
    const char *reason = strerror_r(number, buffer, sizeof buffer);
    return error_set(error, ERROR_SYSTEM, where, fix_for(number), "%s: %s", message, reason);
}

int error_within(struct error *error, const char *prefix)
{
    if (!error)
        return ERROR_SYSTEM;
    char joined[sizeof error->where];
    snprintf(joined, sizeof joined, "%s%s%s", prefix, error->where[0] ? ": " : "", error->where);
    mend_end(joined);
    memcpy(error->where, joined, sizeof joined);
    return error->code;
}

int error_exit_code(int code)
{
    switch (code) {
    case 0:
        return 0;
    case ERROR_CHECK:
        return 1;
    case ERROR_SYSTEM:
        return 3;
    default:
        return 2;
    }
}

void error_line(const struct error *error, char *line, unsigned long size)
{
    const char *stop = error->fix[0] && error->what[0] && strchr(".!?", error->what[strlen(error->what) - 1]) == NULL
                           ? ". "
                           : error->fix[0] ? " " : "";
    /* What to do is a sentence of its own, unless it is a command to type. */
    const char *fix = error->fix;
    bool lower = fix[0] >= 'a' && fix[0] <= 'z' && strncmp(fix, "proviso ", 8) != 0;
    const char first[2] = {(char)(lower ? fix[0] - 'a' + 'A' : fix[0])};
    snprintf(line, size, "%s%s%s%s%s%s", error->where, error->where[0] ? ": " : "", error->what, stop, first,
             fix[0] ? fix + 1 : "");
    if (size)
        mend_end(line);
    for (char *c = line; size && *c; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' ';
}
