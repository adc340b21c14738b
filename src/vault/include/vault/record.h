#ifndef VAULT_RECORD_H
#define VAULT_RECORD_H

#include "base/arena.h"

struct error;

/*
 * Small sealed records, for the cells of a database: a version byte (1), a nonce of 24 random bytes, the
 * ciphertext and a tag of 16 bytes, by XChaCha20-Poly1305. Its nonce is long enough to be drawn at random
 * without counting: one key may seal any number of records by many processes that share no counter. With the
 * 12-byte nonce of plain ChaCha20-Poly1305 two records would share one, which breaks both, with odds of one
 * in 2^33 after 2^32 records.
 *
 * `bound` is not stored, but a record opens only with the same bytes: name there the table, row and column,
 * so that a cell copied to another place does not open. The version is bound too.
 */
enum { VAULT_RECORD_KEY = 32, VAULT_RECORD_OVERHEAD = 1 + 24 + 16 };

int vault_record_seal(struct arena *arena, const uint8_t key[VAULT_RECORD_KEY], struct text bound,
                      struct text plain, struct text *out, struct error *error);

/*
 * ERROR_INPUT: too short, or a version that this program does not know. ERROR_CHECK: another key, another
 * place, or altered. The plain text is followed by a NUL that its length does not count.
 */
int vault_record_open(struct arena *arena, const uint8_t key[VAULT_RECORD_KEY], struct text bound,
                      struct text sealed, struct text *out, struct error *error);

#endif
