#ifndef WITNESS_STATE_H
#define WITNESS_STATE_H

#include "ledger/checkpoint.h"

#include <limits.h>
#include <pthread.h>

struct error;

/* What a witness remembers of one log. Whoever reads or changes it holds `lock`. */
struct witness_state {
    pthread_mutex_t lock;
    struct ledger_key key;       /* of the log; its name is the origin */
    char hash[65];               /* SHA-256 of the origin, hexadecimal */
    char path[PATH_MAX];         /* of `note` */
    struct ledger_head head;     /* that it cosigned last; size 0 and no root: none */
    char *note;                  /* that checkpoint with both signatures; NULL: none */
    size_t note_n;
    uint64_t time;               /* of its own signature there, seconds: the latest that it ever gave for this log */
    bool behind_told;            /* that this machine's clock is behind it */
    bool signed_told;            /* that it has signed for this log since the start */
    bool stranger_told;          /* that another key asks in the name of this log */
    bool ill;                    /* the disk failed: what it holds is not known until it is read again */
};

/*
 * Reads what `folder`/logs holds of the log of `key`, if anything; both the log's key and `own` must have signed it.
 * ERROR_CHECK if not.
 */
int witness_state_open(const char *folder, const struct ledger_key *key, const struct ledger_key *own,
                       struct witness_state *state, struct error *error);
void witness_state_close(struct witness_state *state);

/* Puts a checkpoint in place of the one before, durably, then in memory. On an error it is ill. */
int witness_state_put(struct witness_state *state, struct text note, const struct ledger_head *head, uint64_t time,
                      struct error *error);

/*
 * Keeps two checkpoints of one log that contradict each other: HOME/conflicts/<hash>-<size>-first and -second, `path`
 * being what comes before "-first". Once for each size.
 */
int witness_state_conflict(const struct witness_state *state, const char *folder, struct text other, uint64_t size,
                           char path[PATH_MAX], struct error *error);

#endif
