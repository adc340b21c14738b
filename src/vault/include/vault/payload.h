#ifndef VAULT_PAYLOAD_H
#define VAULT_PAYLOAD_H

#include <stdbool.h>
#include "vault/flow.h"
#include "vault/header.h"

/*
 * The payload of an age file: a nonce of 16 bytes, then chunks of 64 KiB, each ChaCha20-Poly1305 with a tag
 * of 16 bytes, the last one marked as last. Steps: see vault/flow.h. Memory: one chunk.
 */
enum {
    VAULT_CHUNK = 65536,
    VAULT_TAG = 16,
    VAULT_SEALED_CHUNK = VAULT_CHUNK + VAULT_TAG,
    VAULT_NONCE = 16,
    VAULT_DIGEST = 32,
};

struct vault_sealer;

/* `digest`: work out the SHA-256 of the payload on the way. A file key serves one payload, never two. */
int vault_sealer_new(const struct vault_file_key *key, bool digest, struct vault_sealer **out,
                     struct error *error);
void vault_sealer_free(struct vault_sealer **sealer); /* wipes; NULL is fine */
int vault_sealer_step(struct vault_sealer *sealer, struct vault_flow *flow, bool end, struct error *error);
bool vault_sealer_done(const struct vault_sealer *sealer);
/* False before it is done, or if it was not asked for. */
bool vault_sealer_digest(const struct vault_sealer *sealer, uint8_t digest[VAULT_DIGEST]);

struct vault_opener;

/* Verified bytes only come out. ERROR_CHECK when a chunk does not hold, the payload ends early or goes on
 * past its end. */
int vault_opener_new(const struct vault_file_key *key, struct vault_opener **out, struct error *error);
void vault_opener_free(struct vault_opener **opener);
int vault_opener_step(struct vault_opener *opener, struct vault_flow *flow, bool end, struct error *error);
bool vault_opener_done(const struct vault_opener *opener);
enum vault_verdict vault_opener_verdict(const struct vault_opener *opener);

#define VAULT_SEALER_SCOPE __attribute__((cleanup(vault_sealer_free)))
#define VAULT_OPENER_SCOPE __attribute__((cleanup(vault_opener_free)))

#endif
