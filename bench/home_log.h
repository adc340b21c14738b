#ifndef BENCH_HOME_LOG_H
#define BENCH_HOME_LOG_H

#include "ledger/log.h"
#include "scenario/server.h"
#include "store.h"

/* The log as it lies in the database of a real home, while no server runs there. A failure ends the program. */
enum { HOME_LOG_BULK = 65536 }; /* leaves at most in one append */

struct home_log {
    struct server *server;
    struct store *store;
    struct arena *arena; /* forgotten by each append */
    struct ledger_edge edge;
    struct text *leaf;
};

void home_log_make(struct home_log *log, struct server *server); /* what it takes it keeps to the end of the program */
void home_log_open(struct home_log *log);
void home_log_close(struct home_log *log);

/* `count` new leaves in one transaction, durable when it returns, as the writer does for a batch. */
/* What it gives lives until the next. */
struct ledger_growth home_log_append(struct home_log *log, struct store_session *session, size_t count);

#endif
