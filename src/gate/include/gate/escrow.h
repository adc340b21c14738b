#ifndef GATE_ESCROW_H
#define GATE_ESCROW_H

#include "gate/visit.h"

/*
 * The escrow of the epoch key: HOME/data/escrow/epoch-N/NN-AGENCY.age, a sealed share for each agency of the plan that
 * gate_settings.escrow names, and a README.txt that says what to do with them.
 *
 * Sees that the shares of the epoch that wraps now are written, read back and made known to the keyholder, and removes
 * those of retired epochs. Does nothing that is done already; without an escrow nothing at all. Whoever turns the epoch
 * calls it twice: before keyholder_retire (which is refused with ERROR_CONFLICT until it has succeeded) and after it, so
 * that the old shares go too. Called when a home is opened. One call at a time.
 */
int gate_escrow(struct gate *gate, struct error *error);

/* How it stands: count 0 without an escrow; `safe`: the shares of the present epoch are written. */
struct gate_escrow_state {
    unsigned count, needed, epoch;
    bool safe;
};
int gate_escrow_look(struct gate *gate, struct gate_escrow_state *state, struct error *error);

#endif
