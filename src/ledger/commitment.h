#ifndef LEDGER_COMMITMENT_H
#define LEDGER_COMMITMENT_H

#include "hasher.h"
#include "ledger/entry.h"

/*
 * The hashes that an entry is made of. Each begins with a tag of its own, 16 bytes, so that none can be taken
 * for another; every text has its length before it.
 */

/* The salt of the field or row at `place` (fields first): HKDF-Expand under the salt of the entry. */
void ledger_item_salt(struct ledger_hasher *hasher, const uint8_t salt[LEDGER_SALT_SIZE], size_t place,
                      uint8_t item_salt[LEDGER_SALT_SIZE]);

struct ledger_hash ledger_commit_field(struct ledger_hasher *hasher,
                                       const uint8_t item_salt[LEDGER_SALT_SIZE],
                                       const struct ledger_field *field);
struct ledger_hash ledger_commit_row(struct ledger_hasher *hasher, const uint8_t item_salt[LEDGER_SALT_SIZE],
                                     const struct ledger_row *row);

/* The commitments of a whole entry, field_count + row_count of them. */
void ledger_commit_entry(struct ledger_hasher *hasher, const struct ledger_entry *entry,
                         struct ledger_hash *out);

struct ledger_leaf ledger_commit_leaf(struct ledger_hasher *hasher, size_t field_count, size_t row_count,
                                      const struct ledger_hash *commitment);

/* The leaf of an entry that keeps the rules. ERROR_SYSTEM: no memory. */
int ledger_leaf_of(struct ledger_hasher *hasher, const struct ledger_entry *entry, struct ledger_leaf *leaf, struct error *error);

/* The key under which all rows of an entry are digested. Secret as the salt is: wipe it. */
struct ledger_hash ledger_rows_key(struct ledger_hasher *hasher, const uint8_t salt[LEDGER_SALT_SIZE]);
struct ledger_hash ledger_digest_row(struct ledger_hasher *hasher, const struct ledger_hash *rows_key,
                                     struct text table, struct text key, struct text content);

#endif
