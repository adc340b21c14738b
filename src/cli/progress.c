#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BAR = 30 };

void progress_show(void *self, const char *what, int thousandths)
{
    static const char full[] = "##############################", empty[] = "..............................";
    struct progress *progress = self;
    int terminal = isatty(STDERR_FILENO), now = terminal ? thousandths / 10 : thousandths / 100 * 10;
    if (progress->what && strcmp(progress->what, what) == 0 && progress->last == now)
        return;
    if (progress->what && strcmp(progress->what, what) != 0)
        progress_end(progress);
    progress->what = what;
    progress->last = now;
    progress->open = terminal;
    if (!terminal) {
        fprintf(stderr, "%s: %d %%\n", what, now);
        return;
    }
    int done = thousandths * BAR / 1000;
    fprintf(stderr, "\r%-24s [%.*s%.*s] %3d %%", what, done, full, BAR - done, empty, now);
    if (now == 100)
        progress_end(progress);
}

void progress_end(struct progress *progress)
{
    if (progress->open)
        fputc('\n', stderr);
    progress->open = false;
}
