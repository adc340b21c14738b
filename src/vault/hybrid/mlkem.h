#ifndef VAULT_MLKEM_H
#define VAULT_MLKEM_H

#include <stdbool.h>
#include <stdint.h>

struct error;

/*
 * ML-KEM-768 of FIPS 203: a secret of 32 bytes agreed on through a public key, which a quantum computer is not known to
 * find. Ours because no library of the system has it; never used alone (hybrid.h), so a mistake here costs nothing that
 * X25519 protects. No branch and no index depends on a secret. Functions that return int give ERROR_SYSTEM if the
 * cryptographic library fails.
 */
enum { MLKEM_SEED = 64, MLKEM_PUBLIC = 1184, MLKEM_SHARE = 1088, MLKEM_SECRET = 32 };

/* The public half of a key; the seed is its secret half. */
int mlkem_public(const uint8_t seed[MLKEM_SEED], uint8_t public_key[MLKEM_PUBLIC], struct error *error);

/* Is it in canonical form? Anything of the right length can be, so what is no key is not told from one. */
bool mlkem_public_valid(const uint8_t public_key[MLKEM_PUBLIC]);

/* A new secret, and the share by which the other side comes to it. `chance`: 32 random bytes, used once. */
int mlkem_seal(const uint8_t public_key[MLKEM_PUBLIC], const uint8_t chance[32], uint8_t share[MLKEM_SHARE],
               uint8_t secret[MLKEM_SECRET], struct error *error);

/* A share that was not made for this key gives another secret, and no sign of it. */
int mlkem_open(const uint8_t seed[MLKEM_SEED], const uint8_t share[MLKEM_SHARE], uint8_t secret[MLKEM_SECRET],
               struct error *error);

#endif
