#ifndef KEYHOLDER_ESCROW_H
#define KEYHOLDER_ESCROW_H

#include "epoch.h"
#include "identity.h"
#include "plan.h"
#include "share.h"

/*
 * The escrow of the epoch key that wraps now: split by the plan that was read when the process started, handed out one
 * sealed share after another, and remembered in the file `escrow` once all of them are safe. Lies in secret memory.
 */
struct keyholder_escrow {
    const struct keyholder_plan *plan; /* lent; NULL: no escrow */
    uint8_t binding[32];               /* of plan and log: for another of either the escrow is made anew */
    uint32_t done;                     /* the epoch that is escrowed by this plan; 0: none */
    /* while shares are handed out */
    struct keyholder_split *split;
    struct keyholder_share share;
    uint32_t handed_out;
    char text[KEYHOLDER_SHARE_TEXT];
};

/* Reads what is remembered. ERROR_CHECK if the file is damaged. */
int keyholder_escrow_load(const struct keyholder_folder *folder, const char *origin, const struct keyholder_plan *plan,
                          struct keyholder_escrow *escrow, struct error *error);
void keyholder_escrow_end(struct keyholder_escrow *escrow); /* wipes what is under way */

/*
 * Share `number`, sealed to its agency. Number 1 splits anew; the others follow in order. ERROR_CONFLICT out of order, or
 * if the epoch has turned meanwhile; ERROR_MISSING past the last agency, or if there is no plan.
 */
int keyholder_escrow_share(struct keyholder_escrow *escrow, const struct keyholder_epochs *epochs,
                           const struct keyholder_identity *identity, uint32_t number,
                           struct keyholder_sealed_share *out, struct error *error);

/* All shares of `epoch` are safe: remembers it. ERROR_CONFLICT if they were not all handed out just now. */
int keyholder_escrow_finish(struct keyholder_escrow *escrow, const struct keyholder_folder *folder, uint32_t epoch,
                            struct error *error);

#endif
