#ifndef GATE_UPLOAD_H
#define GATE_UPLOAD_H

#include "store.h"

struct gate;

/* Payloads of documents that were received, until a command attaches them. `documents` sees their database. */

/* ERROR_MISSING: nothing whole of this name lies there. */
int upload_check(struct gate *gate, struct text payload, struct error *error);
int upload_remember(struct gate *gate, struct store_session *documents, struct text payload, struct error *error);

/*
 * Forgets uploads of before `before` that were attached, and destroys those that were not: some at a time. `done`:
 * there are none left. `session` sees the documents' rows.
 */
int upload_sweep(struct store_session *documents, struct store_session *session, int64_t before, bool *done,
                 struct error *error);

#endif
