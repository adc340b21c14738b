#ifndef VAULT_BECH32_H
#define VAULT_BECH32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/text.h"

/*
 * Bech32 (BIP 173) of exactly `size` bytes, at most BECH32_BYTES, without its limit of 90 characters. `prefix` gives the
 * case of the whole text: upper or lower, never mixed.
 */
enum { BECH32_BYTES = 1216 };
bool vault_bech32_decode(struct text t, struct text prefix, uint8_t *out, size_t size);

/* Writes prefix.n + 1 + (size * 8 + 4) / 5 + 6 characters and a NUL. */
void vault_bech32_encode(struct text prefix, const uint8_t *in, size_t size, char *out);

#endif
