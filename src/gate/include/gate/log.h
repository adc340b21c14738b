#ifndef GATE_LOG_H
#define GATE_LOG_H

#include "gate/visit.h"

/* The public log. Nobody need sign in: tiles show growth and nothing else. */

/* The newest checkpoint that the log has signed, copied into the arena: it covers all that was acknowledged. */
int gate_checkpoint(struct gate *gate, struct arena *arena, struct text *note, struct error *error);

/*
 * The checkpoint for the public. Where a policy of witnesses is set it is the newest that they have cosigned, as the
 * policy asks: a partner should rely on nothing less, and nobody can be shown another. It lags behind a little, and
 * gate_witnesses() says how far. Until the first such, and without a policy, it is the newest.
 */
int gate_checkpoint_shown(struct gate *gate, struct arena *arena, struct text *note, struct error *error);

/* The answer to "/log/<path>": ERROR_INPUT for a malformed path, ERROR_MISSING for one beyond what is published. */
int gate_tile(struct gate *gate, struct arena *arena, struct text path, struct text *content, struct error *error);

/*
 * A proof of a decision without its personal part, for the operator. ERROR_MISSING: no such decision; ERROR_CONFLICT: it was
 * disposed of, or is not signed yet. Others ask the view decision.proof.
 */
int gate_prove(struct gate *gate, struct arena *arena, const struct id *decision, struct evidence *out,
               struct error *error);

/* The keys by which such a proof is checked: the log's, then those of the witnesses of the policy, if one is set. */
int gate_log_keys(struct gate *gate, struct arena *arena, struct text_list *keys, struct error *error);

/* The log's verifier key: name+id+key. */
struct text gate_log_key(struct gate *gate, struct arena *arena);

#endif
