#ifndef GATE_PACK_H
#define GATE_PACK_H

#include "base/text.h"

struct gate;
struct policy_pack;

/* The packs of a gate: the one in force, and every version that the record keeps. All are lent until the gate closes. */

/* In force today. It changes at midnight where the partnership is, without a restart. */
const struct policy_pack *gate_pack(const struct gate *gate);

/*
 * By the digest of a version's files (work/shelf.h) or by the hash that its answers carry; NULL if the record keeps none. From
 * any thread.
 */
const struct policy_pack *gate_pack_of(struct gate *gate, struct text hash);

/* By "ID" (the one in force, or the latest kept) or "ID@VERSION"; NULL if none is kept. */
const struct policy_pack *gate_pack_named(struct gate *gate, struct text name);

/* The title of the version that gate_pack_of() gives; empty if there is none. */
struct text gate_pack_title(struct gate *gate, struct text hash);

#endif
