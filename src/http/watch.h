#ifndef HTTP_WATCH_H
#define HTTP_WATCH_H

#include "base/arena.h"

/*
 * Ends connections that are too slow. The library's own timeout starts again with each byte, so that a client who sends
 * one now and then could hold a connection for ever. Here a header has a time as a whole, and bodies and answers must
 * keep up a rate. A connection is ended by shutting its socket down; the library then finds it closed. Clients that went
 * away unnoticed are found too.
 */
struct watch;
struct watched;

enum watch_mode {
    WATCH_HEADER, /* the client owes us a header */
    WATCH_MOVING, /* a body comes or an answer goes */
    WATCH_EXEMPT, /* we are the slow ones */
};

struct watch_limits {
    unsigned header_time, patience; /* milliseconds */
    unsigned slowest_rate;          /* bytes a second */
};

struct watch *watch_new(const struct watch_limits *limits); /* NULL: no memory or no thread */
void watch_free(struct watch **watch);                      /* all connections must be gone */

/* From now on only connections that are exempt are spared. */
void watch_end_all(struct watch *watch);

struct watched *watch_add(struct watch *watch, int socket); /* NULL when out of memory */
void watch_remove(struct watch *watch, struct watched *connection);

/* Starts a mode with nothing moved. */
void watch_mode(struct watched *connection, enum watch_mode mode);
/* Out of and back into WATCH_MOVING without starting again. */
void watch_pause(struct watched *connection);
void watch_resume(struct watched *connection);
void watch_moved(struct watched *connection, uint64_t bytes);

#endif
