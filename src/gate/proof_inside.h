#ifndef GATE_PROOF_INSIDE_H
#define GATE_PROOF_INSIDE_H

#include "work.h"

/* Proves a decision in a turn, as struct turn tells; `opener` is the gate. The operator asks gate_prove of gate/log.h. */
int proof_for_turn(const void *opener, struct turn *turn, const struct id *decision, bool personal, struct evidence *out,
                   struct error *error);

#endif
