#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

/*
 * A server's end. signals_hold() comes before the first thread: SIGTERM and SIGINT then wait for signals_wait(), which
 * returns when one has come, and a lost connection is no signal at all.
 */
void signals_hold(void);
void signals_wait(void);

#endif
