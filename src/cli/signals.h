#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdbool.h>

/*
 * A server's end. signals_hold() comes before the first thread: SIGTERM and SIGINT then wait for signals_wait(), which
 * returns when one has come, and a lost connection is no signal at all. signals_take() does not wait: true, once, if one
 * has come.
 */
void signals_hold(void);
void signals_wait(void);
bool signals_take(void);

#endif
