#ifndef BENCH_POSTGRES_INSERTS_H
#define BENCH_POSTGRES_INSERTS_H

#include "scenario/server.h"

/* PostgreSQL as it comes (a new cluster in /tmp, synchronous_commit and fsync on), and clients that only insert. */
struct inserts {
    double rate; /* rows a second */
};
struct inserts postgres_inserts(int clients, int seconds, long bytes);

/* What one decision is in the database: its sealed row and its sealed entry, on average. */
long row_bytes(struct server *server, struct arena *arena);

#endif
