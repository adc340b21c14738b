#ifndef VAULT_PIPE_H
#define VAULT_PIPE_H

#include "vault/file.h"

/*
 * Hands full buffers to a writer in a thread of its own, so that writing goes on while the next bytes are
 * read and sealed. What fits in one buffer is written at the end without a thread.
 */
enum { VAULT_PIPE_SLOT = 1 << 18 };

struct vault_pipe;

int vault_pipe_new(const struct vault_writer *writer, struct vault_pipe **out, struct error *error);

/* Waits for the thread, wipes, frees. */
void vault_pipe_free(struct vault_pipe **pipe);

/* Memory of VAULT_PIPE_SLOT bytes to fill; the same one until it is put. Waits for one to be free. */
uint8_t *vault_pipe_slot(struct vault_pipe *pipe);

/* Gives the first n bytes of the slot to the writer. Fails when the writer failed at this or an earlier one.
 */
int vault_pipe_put(struct vault_pipe *pipe, size_t n, struct error *error);

/* Waits until all is written. */
int vault_pipe_finish(struct vault_pipe *pipe, struct error *error);

#endif
