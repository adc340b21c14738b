#ifndef GATE_BACKUP_ESCROW_H
#define GATE_BACKUP_ESCROW_H

#include "base/error.h"

struct gate;

/*
 * Sees that the shares of the epoch that wraps now are written, read back and made known to the keyholder, and removes
 * those of retired epochs. Does nothing that is done already; without an escrow nothing at all. Whoever turns the epoch
 * calls it twice: before keyholder_retire (which is refused with ERROR_CONFLICT until it has succeeded) and after it, so
 * that the old shares go too. Called when a home is opened. One call at a time.
 */
int gate_escrow(struct gate *gate, struct error *error);

/*
 * ERROR_CONFLICT: agencies keep shares of this home's key (HOME/data/escrow), and the home was opened without the plan that
 * says who gets those of the next. A turn would leave backups that nobody can open.
 */
int escrow_check_plan(struct gate *gate, struct error *error);

#endif
