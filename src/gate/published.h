#ifndef GATE_PUBLISHED_H
#define GATE_PUBLISHED_H

#include "keyholder.h"
#include "ledger.h"

#include <pthread.h>

struct gate;

/*
 * The log as everybody may know it: its name and key, which stay while the gate is open, and the newest checkpoint that it
 * signed, which the writer replaces after each batch (writer/head.c).
 */
struct published {
    char origin[KEYHOLDER_ORIGIN_MAX + 1];
    uint8_t public_key[LEDGER_PUBLIC_KEY_SIZE];
    pthread_mutex_t lock;    /* of the rest; the writer, who alone changes it, reads it without */
    char note[1024];         /* the checkpoint; "": none yet */
    struct ledger_head head; /* the tree that it covers */
};

/* Entries, as published. */
uint64_t log_size(struct gate *gate);

/* By which the log's own signatures are checked. Its name is lent by the gate. */
int log_verifier_key(const struct gate *gate, struct ledger_key *key, struct error *error);

#endif
