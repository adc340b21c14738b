#ifndef VAULT_BECH32_H
#define VAULT_BECH32_H

#include <stdbool.h>
#include <stdint.h>
#include "base/text.h"

/*
 * Bech32 (BIP 173) of exactly 32 bytes, without its limit of 90 characters. `prefix` gives the case of the
 * whole text: upper or lower, never mixed.
 */
bool vault_bech32_decode(struct text t, struct text prefix, uint8_t out[32]);

/* Writes prefix.n + 1 + 52 + 6 characters and a NUL. */
void vault_bech32_encode(struct text prefix, const uint8_t in[32], char *out);

#endif
