#ifndef TESTS_WITNESS_HOST_H
#define TESTS_WITNESS_HOST_H

#include "ledger.h"
#include "memory_storage.h"
#include "signer.h"

#include <pthread.h>

/*
 * Who keeps a log: its tree in memory, its signing key. Two hosts made alike are one log; grown differently they are
 * the two faces of a dishonest one. Ends the test program where making fails.
 */
struct host {
    struct arena *arena;
    struct memory_storage memory;
    struct ledger_storage storage;
    struct test_signer signer;
    struct ledger_edge edge;
    struct text origin, note; /* the newest signed checkpoint; lives in the arena */
    pthread_mutex_t lock;
};

void host_make(struct host *host, const char *origin, uint8_t seed);
void host_free(struct host *host);
/* Adds leaves "<flavour> <index>" and signs the tree. */
void host_grow(struct host *host, size_t count, const char *flavour);
/* Signs a head of the host's choice, true or not. */
struct text host_sign(struct host *host, const struct ledger_head *head);
struct ledger_head host_head(struct host *host, uint64_t size);
/* The body of add-checkpoint for its newest note, from `from`. */
struct text host_submission(struct host *host, uint64_t from);
/* Its verifier key, in its arena. */
const char *host_key(struct host *host);

#endif
