#ifndef GATE_ESCROW_H
#define GATE_ESCROW_H

#include "gate/visit.h"

/*
 * The escrow of the epoch key: HOME/data/escrow/epoch-N/NN-AGENCY.age, a sealed share for each agency of the plan that
 * gate_settings.escrow names, and a README.txt that says what to do with them. Shares are written when a home is opened and
 * whenever the epoch turns; those of an epoch that is retired go.
 */

/* How it stands: count 0 without an escrow; `safe`: the shares of the present epoch are written. */
struct gate_escrow_state {
    unsigned count, needed, epoch;
    bool safe;
};
int gate_escrow_look(struct gate *gate, struct gate_escrow_state *state, struct error *error);

#endif
