#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include "scenario/server.h"

/*
 * What one client would wait for if a decision were nothing: asked over the same HTTP and answered by a word, and one
 * entry of the log, 33 bytes, added in the same database, durable, and covered by a checkpoint that the same keyholder
 * signed. Nothing is read, decided, sealed or kept beside it. `server` has been at work and does not run.
 */
struct floor {
    double answers, entries; /* a second, one at a time */
};
struct floor floor_measure(struct server *server, double seconds);

#endif
