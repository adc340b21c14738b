#ifndef VAULT_CHUNK_H
#define VAULT_CHUNK_H

#include "primitive.h"
#include "vault/payload.h"

/* ChaCha20-Poly1305 under one key, for many chunks: its contexts are made once and only the nonce changes. */
enum { VAULT_CHUNK_NONCE = 12 };

struct vault_chunk_cipher {
    void *seal, *open; /* EVP_CIPHER_CTX; each made when first needed */
    uint8_t key[32];
};

/* A failed start needs no stop, but bears one. */
int vault_chunk_start(struct vault_chunk_cipher *cipher, const uint8_t key[32], struct error *error);
void vault_chunk_stop(struct vault_chunk_cipher *cipher); /* wipes */

/* `out` gets n + 16 bytes; it may be `in`. */
int vault_chunk_seal(struct vault_chunk_cipher *cipher, uint64_t counter, bool last, const uint8_t *in,
                     size_t n, uint8_t *out, struct error *error);
int vault_chunk_seal_nonce(struct vault_chunk_cipher *cipher, const uint8_t nonce[VAULT_CHUNK_NONCE],
                           const uint8_t *in, size_t n, uint8_t *out, struct error *error);

/* `n` counts the tag; `out` gets n - 16 bytes; it may be `in`. Where it does not hold `out` is wiped (and a
 * chunk opened in place is lost). */
int vault_chunk_open(struct vault_chunk_cipher *cipher, uint64_t counter, bool last, const uint8_t *in,
                     size_t n, uint8_t *out, bool *holds, struct error *error);
int vault_chunk_open_nonce(struct vault_chunk_cipher *cipher, const uint8_t nonce[VAULT_CHUNK_NONCE],
                           const uint8_t *in, size_t n, uint8_t *out, bool *holds, struct error *error);

/* The key of a payload's chunks, from the file key and the payload's nonce. */
int vault_payload_key(const struct vault_file_key *key, const uint8_t nonce[VAULT_NONCE], uint8_t out[32],
                      struct error *error);

#endif
