#ifndef TESTS_SCENARIO_LOAD_H
#define TESTS_SCENARIO_LOAD_H

#include "server.h"

/*
 * Clients that do the job without a pause: each opens a case, then records, decides, attaches a document and sends it,
 * again and again, and remembers what the server acknowledged.
 */
struct load;

struct load_settings {
    int clients;
    bool documents; /* large ones too */
};

/* Signs in as the demo's teacher, whose token lasts. */
const char *load_sign_in(struct server *server, struct arena *arena);

struct load *load_begin(struct server *server, const char *token, const struct load_settings *settings);

/* They stop at the next answer, or because the server is gone. */
void load_end(struct load *load);
void load_free(struct load **load);

/* Waits until so many commands were acknowledged since load_begin, or refused. */
void load_wait_acknowledged(struct load *load, size_t n);
void load_wait_refused(struct load *load, size_t n);

size_t load_acknowledged(const struct load *load);
size_t load_refused(const struct load *load);
struct refusal {
    int status; /* 0: there was none */
    char words[600];
};
struct refusal load_last(struct load *load);

/*
 * Nothing acknowledged is lost: each row is in the database, read by the database's own program. Nothing is half there:
 * no case that nobody may see, no share without receipt, no document without its whole payload, no row that refers
 * to nothing.
 */
void load_check_kept(struct server *server, const struct load *load);
/* With the server running: the documents that were acknowledged come out as they went in. */
void load_check_documents(struct server *server, const char *token, const struct load *load);
/* `proviso ledger verify` holds. */
void load_check_verifies(struct server *server);

#endif
