#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "scenario/server.h"

/*
 * Clients that each keep a connection to the real server, plain loopback HTTP, and record one decision after the other:
 * asked, judged by the policy, sealed, written, in the log, signed, durable.
 */
struct load {
    double rate;    /* a second */
    double half, most; /* milliseconds within which half, and 99 of 100, were answered */
    size_t recorded;
};

enum { LOAD_CLIENTS = 64 };

/* `server` is started and plain. A refusal ends the program. */
struct load load_decisions(struct server *server, unsigned clients, double seconds);

/* The same of any request that is answered 200, from whatever listens at the port of this machine. */
struct load load_asks(struct server *server, unsigned port, struct text request, unsigned clients, double seconds);

/* Append and fdatasync a page, a second, in the same folder. */
double load_syncs(struct server *server);

#endif
