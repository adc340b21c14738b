#ifndef KEYHOLDER_CLIENT_INSIDE_H
#define KEYHOLDER_CLIENT_INSIDE_H

#include "message.h"

#include <pthread.h>

enum { POOL_MAX = 256, POOL_LOW = POOL_MAX - KEYHOLDER_BATCH };

/* What must not be swapped out or dumped: keys of records on their way. */
struct keyholder_buffers {
    union message_request request;
    union message_reply reply;
    size_t pool_n;
    struct data_key pool[POOL_MAX];
};

/*
 * Two locks, always taken in this order: `link` for as long as a request and its reply take, `pool` for as
 * long as a copy takes. A command that takes a key therefore never waits behind somebody else's signature.
 */
struct keyholder {
    pthread_mutex_t link, pool;
    char *program, *home, *origin, *user, *escrow;
    int fd;        /* -1: the process is gone */
    pid_t process; /* -1: none */
    uint64_t sequence;
    size_t sent, received; /* bytes of the last exchange */
    bool read_only;
    bool known; /* the public key is */
    uint8_t public_key[LEDGER_PUBLIC_KEY_SIZE];
    struct keyholder_buffers *buffers; /* request, reply under `link`; the pool under `pool` */
};

/* Starts the process with one end of a new pair of sockets. */
int keyholder_spawn(const struct keyholder *keyholder, int *fd, pid_t *process, struct error *error);

/* The same with these words, the first of which is the program. NULL-ended. The socket's other end is descriptor 3 there. */
int keyholder_spawn_words(char **words, int *fd, pid_t *process, struct error *error);

/* Waits up to `milliseconds` for the end of the process, then kills it. Says in words how it ended. */
void keyholder_reap(pid_t process, int milliseconds, char *how, size_t size);

/*
 * Sends buffers->request, whose contents the caller has filled, and receives buffers->reply. With `link`
 * held. The caller wipes with keyholder_wipe().
 */
int keyholder_exchange(struct keyholder *keyholder, enum message_kind kind, uint32_t count,
                       struct error *error);
void keyholder_wipe(struct keyholder *keyholder);

void keyholder_pool_empty(struct keyholder *keyholder);

#endif
