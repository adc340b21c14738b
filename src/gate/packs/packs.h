#ifndef GATE_PACKS_H
#define GATE_PACKS_H

#include "gate/visit.h"
#include "policy.h"

/*
 * The packs of a gate. Versions that the record keeps are read from the database once and stay in memory until the gate
 * closes, so that whoever holds one may go on with it. Which of them is in force on a day stands in a calendar that is
 * never changed but replaced: a turn reads it without a lock.
 */
struct packs;

/* Before the sandbox: finds the folder, reads the configured pack. That it cannot be read matters only to a new home. */
int packs_new(const struct gate_settings *settings, struct packs **out, struct error *error);
void packs_free(struct packs **packs);

/*
 * Once the record can be read, and written unless the gate is read-only: what the record says is in force. A home that
 * has nothing on record keeps the configured pack and adopts it.
 */
int packs_begin(struct gate *gate, struct error *error);

/* Reads again what is approved. */
int packs_refresh(struct gate *gate, struct error *error);

/*
 * In force on a day (days since 1970); the last known before the first. NULL only if a read-only gate found none. `digest`
 * (may be NULL) is that of its files, lent until the gate closes.
 */
const struct policy_pack *packs_on(const struct gate *gate, int64_t day, struct text *digest);

/* As struct shelf tells. */
int packs_kept(struct gate *gate, const struct id *version, const struct policy_pack **out, struct error *error);

extern const struct shelf packs_shelf; /* without its self */

#endif
