#ifndef POLICY_CHECK_H
#define POLICY_CHECK_H

#include "policy/facts.h"

struct buffer;

/*
 * Proofs over the whole space of facts, by walking the diagrams:
 *   every case has exactly one outcome, rules of a UNIQUE table never overlap, no rule is dead, every cited source
 *   is one of the pack's, and the safety properties in ID/safety.json hold.
 * `report` gets a line for each failure with the smallest counterexample as facts that `decide` accepts, and a last
 * line that says what was proven. Returns 0, ERROR_CHECK (something does not hold) or another error.
 */
int policy_check(const struct policy_pack *pack, struct arena *arena, struct buffer *report, struct error *error);

/* The tables in plain text. */
int policy_show(const struct policy_pack *pack, struct arena *arena, struct buffer *out, struct error *error);

#endif
