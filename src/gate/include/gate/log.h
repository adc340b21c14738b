#ifndef GATE_LOG_H
#define GATE_LOG_H

#include "gate/visit.h"

/* The public log. Nobody need sign in: tiles show growth and nothing else. */

/* The newest signed checkpoint, copied into the arena. */
int gate_checkpoint(struct gate *gate, struct arena *arena, struct text *note, struct error *error);

/* The answer to "/log/<path>": ERROR_INPUT for a malformed path, ERROR_MISSING for one beyond what is published. */
int gate_tile(struct gate *gate, struct arena *arena, struct text path, struct text *content, struct error *error);

/* The log's verifier key: name+id+key. */
struct text gate_log_key(struct gate *gate, struct arena *arena);

#endif
