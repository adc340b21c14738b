#ifndef VAULT_HYBRID_H
#define VAULT_HYBRID_H

#include <stdbool.h>
#include <stdint.h>

struct error;

/*
 * What wraps a file key for a recipient of age's post-quantum kind (mlkem768x25519): HPKE (RFC 9180, base mode,
 * HKDF-SHA256, ChaCha20-Poly1305) over the key agreement MLKEM768-X25519, also called X-Wing. Whoever would open it
 * without the key has to break X25519 and ML-KEM both. Functions that return int give ERROR_SYSTEM if the cryptographic library fails.
 */
enum { HYBRID_SEED = 32, HYBRID_PUBLIC = 1216, HYBRID_SHARE = 1120, HYBRID_WRAPPED = 32 };

int hybrid_public(const uint8_t seed[HYBRID_SEED], uint8_t public_key[HYBRID_PUBLIC], struct error *error);
bool hybrid_public_valid(const uint8_t public_key[HYBRID_PUBLIC]); /* in canonical form */

int hybrid_wrap(const uint8_t public_key[HYBRID_PUBLIC], const uint8_t plain[16], uint8_t share[HYBRID_SHARE],
                uint8_t wrapped[HYBRID_WRAPPED], struct error *error);

/* `fits`: it was made for this key. ERROR_INPUT for a share of low order, which nobody makes. */
int hybrid_unwrap(const uint8_t seed[HYBRID_SEED], const uint8_t share[HYBRID_SHARE], const uint8_t wrapped[HYBRID_WRAPPED],
                  uint8_t plain[16], bool *fits, struct error *error);

#endif
