#ifndef WORK_RECEIPTS_H
#define WORK_RECEIPTS_H

#include "internal.h"

/* What the commands and views of receipts share. */

extern const struct choice receipt_states[];

/* Managers and leads see what their colleagues have taken. */
bool receipt_is_overseer(const struct actor *actor);

/* The subject's key, where the recipient is to know whom it is about. */
#define RECEIPT_SUBJECT_KEY(k) "CASE WHEN d.decided = 'share-anonymised' THEN NULL ELSE " k ".wrapped END"

#endif
