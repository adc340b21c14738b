#ifndef GATE_DOCUMENT_H
#define GATE_DOCUMENT_H

#include "gate/visit.h"

/*
 * Documents pass through in pieces and are never whole in memory. Sealed on the way in, opened on the way out.
 *
 * In:  document_receive, then document_piece for each piece, then document_received; then act with
 *      document_attach_command on what that filled in. document_receive_end at any time: what is not attached is
 *      swept away later.
 */
struct document_receiver;

/*
 * Judges by the command's own grant whether the actor may attach to this case, and the name, before a byte is taken.
 * ERROR_INVALID for a name that is empty, longer than 200 characters or 255 bytes, or has a slash, a backslash or a control character.
 */
int document_receive(struct visit *visit, const struct id *case_id, struct text name, struct text type,
                     struct document_receiver **out, struct error *error);
int document_piece(struct document_receiver *receiver, const void *p, size_t n, struct error *error);

/* The end of it: fills what document.attach takes, in the arena. ERROR_INVALID for an empty document. */
int document_received(struct document_receiver *receiver, struct arena *arena, struct document_attach *attach,
                      struct error *error);
void document_receive_end(struct document_receiver **receiver);

/* Out: `key` as document.open or receipt.document gave it, or from a parcel. */
struct document_sender;
int document_send(struct gate *gate, const struct document_key *key, struct document_sender **out,
                  struct error *error);

/* Up to n bytes into p; *got 0 at the end. ERROR_CHECK if the payload was altered: what came before is not whole. */
int document_read(struct document_sender *sender, void *p, size_t n, size_t *got, struct error *error);
void document_send_end(struct document_sender **sender);

#endif
