#include "base/log.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {"debug", "info", "warning", "error"};

/* Process-wide because every room may log and standard error is process-wide too. -1: not set yet. */
static atomic_int threshold = -1;

void log_threshold(enum log_level level)
{
    atomic_store(&threshold, (int)level);
}

static int current_threshold(void)
{
    int now = atomic_load(&threshold);
    if (now >= 0)
        return now;
    now = LOG_LEVEL_INFO;
    const char *wish = getenv("PROVISO_LOG");
    for (int i = 0; wish && i <= LOG_LEVEL_ERROR; i++)
        if (strcmp(wish, names[i]) == 0)
            now = i;
    atomic_store(&threshold, now);
    return now;
}

/* One write(2) a line, so that lines of several threads and processes do not mix. */
void log_line(enum log_level level, const char *room, const char *message, ...)
{
    if ((int)level < current_threshold())
        return;
    char line[1024];
    int64_t now = clock_now();
    struct date d = date_of_instant(now);
    int seconds = (int)(now / CLOCK_SECOND % 86400);
    int n = snprintf(line, sizeof line, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ %s %s: ", d.year, d.month, d.day,
                     seconds / 3600, seconds / 60 % 60, seconds % 60, (int)(now / 1000 % 1000), names[level], room);
    va_list args;
    va_start(args, message);
    int more = vsnprintf(line + n, sizeof line - (size_t)n - 1, message, args);
    va_end(args);
    size_t length = (size_t)n + (more < 0 ? 0 : (size_t)more);
    if (length > sizeof line - 2)
        length = sizeof line - 2;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)line[i] < ' ')
            line[i] = ' ';
    line[length] = '\n';
    (void)!write(STDERR_FILENO, line, length + 1);
}
