#ifndef VAULT_ARMOR_LINES_H
#define VAULT_ARMOR_LINES_H

#include <stdbool.h>
#include <stdint.h>

#define VAULT_ARMOR_BEGIN "-----BEGIN AGE ENCRYPTED FILE-----"
#define VAULT_ARMOR_END "-----END AGE ENCRYPTED FILE-----"

/* White space that may stand before the BEGIN and after the END line, in bytes. */
enum { VAULT_ARMOR_OUTSIDE = 1024 };

/* A full line. What stands in armor is no secret, so table look-ups are fine here. */
void vault_armor_encode_line(const uint8_t in[48], uint8_t out[64]);
bool vault_armor_decode_line(const uint8_t in[64],
                             uint8_t out[48]); /* false: another character, or padding */

#endif
