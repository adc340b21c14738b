#ifndef VAULT_KECCAK_H
#define VAULT_KECCAK_H

#include <stddef.h>
#include <stdint.h>

struct error;

/* SHA-3 of FIPS 202, over OpenSSL's EVP. ERROR_SYSTEM if the library fails. */
int keccak_256(const void *in, size_t n, uint8_t out[32], struct error *error);
int keccak_512(const void *in, size_t n, uint8_t out[64], struct error *error);
int keccak_shake128(const void *in, size_t n, uint8_t *out, size_t size, struct error *error);
int keccak_shake256(const void *in, size_t n, uint8_t *out, size_t size, struct error *error);

#endif
