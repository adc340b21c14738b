#ifndef KEYHOLDER_CLIENT_H
#define KEYHOLDER_CLIENT_H

#include "keyholder/key.h"
#include "ledger/note.h"
#include "ledger/proof.h"

#include <sys/types.h>

struct error;

/*
 * The way from `serve` to its keyholder. All functions may be called from any thread. Requests go one at a
 * time; taking a key from the pool does not wait for them.
 *
 * If the process has died, or does not answer within 30 seconds, the call and all later ones fail with
 * ERROR_SYSTEM until keyholder_restart() succeeds. A process that has entered SANDBOX_SERVE can start no
 * program, so there keyholder_restart() fails too: end the server and let the service manager start both.
 * Nothing is lost by that: what was committed is durable, and the checkpoint is signed after the start.
 */
struct keyholder;

struct keyholder_options {
    const char *program; /* whose main() leads "keyholder" to keyholder_command(); NULL: /proc/self/exe */
    const char *home;    /* its folder; the folder above must exist */
    const char *origin;  /* name of the log; may be NULL once the folder exists */
    const char *user;    /* that it runs as; NULL: as this process. Another one can be given by root only */
    const char *escrow;  /* file that names the agencies that keep shares of the epoch key; NULL: none. See command.h */
    bool read_only;      /* beside the one that has the folder: describes and unwraps only, see command.h */
};

/*
 * Starts the process and waits until it is ready. The error is the keyholder's own: ERROR_INVALID for a wrong
 * origin or folder open to others, ERROR_CHECK for a damaged folder, ERROR_CONFLICT if another keyholder has
 * it, ERROR_MISSING (read_only) if there are no keys. Grant `serve` no folder that contains `home` (SANDBOX_NEVER checks it).
 */
int keyholder_start(const struct keyholder_options *options, struct keyholder **out, struct error *error);

/* Closes the socket, waits for the process to end (kills it after 5 seconds), wipes the pool, sets to NULL.
 */
void keyholder_stop(struct keyholder **keyholder);

/* A new process in place of one that died. ERROR_CHECK if it has other keys than before. */
int keyholder_restart(struct keyholder *keyholder, struct error *error);

/* What it is and where it stands. */
enum { KEYHOLDER_ORIGIN_MAX = 255 };
struct keyholder_description {
    char origin[KEYHOLDER_ORIGIN_MAX + 1];
    uint8_t public_key[LEDGER_PUBLIC_KEY_SIZE];
    uint32_t epoch;        /* that wraps now */
    uint32_t oldest_epoch; /* not retired; the same unless the epoch is turning */
    struct ledger_head signed_tree;
    /* how many agencies keep a share of the epoch key, and how many of them can open it together; 0: no escrow */
    uint32_t escrow_count, escrow_needed;
    uint32_t escrow_epoch; /* whose shares are all safe; 0: none by the present plan */
};
int keyholder_describe(struct keyholder *keyholder, struct keyholder_description *description,
                       struct error *error);

/*
 * Signs the checkpoint of growth->to: the lines origin, size and base64 root, which the keyholder writes
 * itself. `growth` is as ledger_append() gives it; commit it durably first. growth->from is the last signed
 * tree. The last signed tree itself is signed again, whatever `from` says.
 *   ERROR_CONFLICT  grown from another size than the last signed: describe, prove from there, ask again
 *   ERROR_CHECK     smaller, another tree of the same size, or no valid proof: the log was rolled back or tampered
 *                   with. The keyholder says so loudly in the log of the operator
 */
int keyholder_sign(struct keyholder *keyholder, const struct ledger_growth *growth,
                   uint8_t signature[LEDGER_SIGNATURE_SIZE], struct error *error);

enum { KEYHOLDER_BATCH = 64 }; /* keys in one message */

/*
 * A fresh key from the pool. The pool has up to 256 and asks for 64 at a time: keyholder_pool_fill(), called
 * off the path (after a batch has been answered), keeps it full, so that a command never waits; an empty pool
 * is filled there and then.
 */
int keyholder_key_take(struct keyholder *keyholder, struct data_key *key, struct error *error);
int keyholder_pool_fill(struct keyholder *keyholder, struct error *error);

/* Plain keys of n <= KEYHOLDER_BATCH wrapped ones. 0 also if some are not good: look at each verdict. */
struct unwrapped_key {
    enum wrapped_verdict verdict;
    uint8_t key[DATA_KEY_SIZE]; /* zero unless WRAPPED_GOOD */
};
int keyholder_unwrap(struct keyholder *keyholder, const struct wrapped_key *wrapped, size_t n,
                     struct unwrapped_key *plain, struct error *error);

/*
 * Turning the epoch, so that what was disposed of is gone for good:
 *   1. keyholder_turn      a new epoch key; the pool is emptied. ERROR_CONFLICT if the last turn is not finished
 *   2. keyholder_rewrap    every wrapped key that still stands in the database, again and again until no row of an
 *                          older epoch is left. Keys taken before the turn are of the old epoch: before the last look,
 *                          wait until every command that was under way at the turn has been committed or dropped
 *   3. keyholder_escrow    where there is an escrow: the new epoch key is escrowed, see below
 *   4. keyholder_retire    the old epoch key is overwritten and removed. What was not wrapped anew is unreadable.
 *                          ERROR_CONFLICT while an escrow is asked for and the shares of the epoch that wraps now are
 *                          not safe. Retiring again is no error
 * After a crash the description tells where it stood: oldest_epoch < epoch means 2.
 */
int keyholder_turn(struct keyholder *keyholder, uint32_t *epoch, struct error *error);

struct rewrapped_key {
    enum wrapped_verdict verdict;
    struct wrapped_key wrapped; /* zero unless WRAPPED_GOOD */
};
int keyholder_rewrap(struct keyholder *keyholder, const struct wrapped_key *old, size_t n,
                     struct rewrapped_key *fresh, struct error *error);
int keyholder_retire(struct keyholder *keyholder, uint32_t epoch, struct error *error);

/*
 * Escrow: the epoch key that wraps now, split so that `escrow_needed` of the agencies together can restore from a backup.
 * The keyholder splits it and seals each share, as an age file in the text form, to the agency that its plan names: the
 * plan was read when the process started and nobody who speaks to it later can change it. Ask for number 1 to
 * escrow_count in order (number 1 splits anew); keep each file durably; then say so with keyholder_escrowed(), after which
 * the epoch before may be retired. ERROR_MISSING: no such number. ERROR_CONFLICT: out of order.
 */
enum { KEYHOLDER_AGENCY_SIZE = 64, KEYHOLDER_SEALED_SHARE = 8192 };
struct keyholder_sealed_share {
    uint32_t epoch, size;
    char agency[KEYHOLDER_AGENCY_SIZE];
    uint8_t file[KEYHOLDER_SEALED_SHARE];
};
int keyholder_escrow(struct keyholder *keyholder, uint32_t number, struct keyholder_sealed_share *share,
                     struct error *error);
int keyholder_escrowed(struct keyholder *keyholder, uint32_t epoch, struct error *error);

pid_t keyholder_process(struct keyholder *keyholder); /* its process id; -1 where it has ended */

#endif
