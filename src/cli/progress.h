#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>

/*
 * How far something is, on standard error: on a terminal a bar that is written over, elsewhere a line for each tenth. Several
 * things follow each other, each told by its own words.
 */
struct progress {
    const char *what; /* of now; NULL at first */
    int last;
    bool open; /* a bar stands half done */
};

/* Of 1000. */
void progress_show(void *progress, const char *what, int thousandths);
/* Ends a bar that stands half done, so that an error begins on a line of its own. */
void progress_end(struct progress *progress);

#endif
