#ifndef VAULT_PRIMITIVE_H
#define VAULT_PRIMITIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "base/text.h"

/* What age is made of, over OpenSSL's EVP. A key is 32 bytes. Functions that return int give ERROR_SYSTEM if
 * the library fails. */

int vault_hkdf(struct text salt, struct text secret, const char *purpose, uint8_t out[32],
               struct error *error);
int vault_hmac(const uint8_t key[32], struct text message, uint8_t out[32], struct error *error);

int vault_x25519_public(const uint8_t scalar[32], uint8_t point[32], struct error *error);

/* `usable` is false for a point of low order, whose shared secret would be zero. */
int vault_x25519_shared(const uint8_t scalar[32], const uint8_t point[32], uint8_t shared[32], bool *usable,
                        struct error *error);

/* r 8, p 1, N 2^work. */
int vault_scrypt(struct text passphrase, struct text salt, int work, uint8_t out[32], struct error *error);

/* Wraps 16 bytes into 32 by ChaCha20-Poly1305 with a nonce of zeros: for keys that are used once. */
int vault_wrap(const uint8_t key[32], const uint8_t plain[16], uint8_t wrapped[32], struct error *error);
int vault_unwrap(const uint8_t key[32], const uint8_t wrapped[32], uint8_t plain[16], bool *fits,
                 struct error *error);

/* ERROR_SYSTEM with what the library failed at; empties its queue of errors. */
int vault_library_failed(struct error *error, const char *at);

#endif
