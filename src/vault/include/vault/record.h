#ifndef VAULT_RECORD_H
#define VAULT_RECORD_H

#include "base/arena.h"

struct error;

/*
 * Small sealed records, for the cells of a database: a version byte (2), a nonce of 24 random bytes, a commitment
 * of 32 bytes to what opens it, the ciphertext and a tag of 16 bytes, by XChaCha20-Poly1305. Its nonce is long
 * enough to be drawn at random without counting: one key may seal any number of records by many processes that
 * share no counter. With the 12-byte nonce of plain ChaCha20-Poly1305 two records would share one, which breaks
 * both, with odds of one in 2^33 after 2^32 records.
 *
 * `bound` is not stored, but a record opens only with the same bytes: name there the table, row and column,
 * so that a cell copied to another place does not open. The version is bound too.
 *
 * Records of version 1, which had no commitment, are opened still.
 */
enum { VAULT_RECORD_KEY = 32, VAULT_RECORD_OVERHEAD = 1 + 24 + 32 + 16, VAULT_RECORD_OPENER = 32 };

int vault_record_seal(struct arena *arena, const uint8_t key[VAULT_RECORD_KEY], struct text bound,
                      struct text plain, struct text *out, struct error *error);

/*
 * ERROR_INPUT: too short, or a version that this program does not know. ERROR_CHECK: another key, another
 * place, or altered. The plain text is followed by a NUL that its length does not count.
 */
int vault_record_open(struct arena *arena, const uint8_t key[VAULT_RECORD_KEY], struct text bound,
                      struct text sealed, struct text *out, struct error *error);

/*
 * What opens this one record and tells nothing of the key nor of any other record under it: to show its content to
 * somebody who checks it without the key. The commitment makes it the only one: nobody, not even who sealed it, can
 * make two that open the same sealed bytes to different contents. ERROR_INVALID: a record of version 1.
 */
int vault_record_opener(const uint8_t key[VAULT_RECORD_KEY], struct text sealed, uint8_t opener[VAULT_RECORD_OPENER],
                        struct error *error);
/* Errors as vault_record_open; ERROR_INVALID for version 1. */
int vault_record_open_by(struct arena *arena, const uint8_t opener[VAULT_RECORD_OPENER], struct text bound,
                         struct text sealed, struct text *out, struct error *error);

#endif
