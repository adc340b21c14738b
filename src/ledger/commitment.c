#include "commitment.h"

#include <string.h>

#include "base/bytes.h"

enum { TAG_SIZE = 16 };
static const char tag_salt[TAG_SIZE] = "ledger/salt/v1";
static const char tag_row_key[TAG_SIZE] = {
    'l', 'e', 'd', 'g', 'e', 'r', '/', 'r',
    'o', 'w', 'k', 'e', 'y', '/', 'v', '1'}; /* fills its 16 bytes, no NUL */
static const char tag_field[TAG_SIZE] = "ledger/field/v1";
static const char tag_row[TAG_SIZE] = "ledger/row/v1";
static const char tag_entry[TAG_SIZE] = "ledger/entry/v1";

void ledger_item_salt(struct ledger_hasher *hasher, const uint8_t salt[LEDGER_SALT_SIZE], size_t place,
                      uint8_t item_salt[LEDGER_SALT_SIZE])
{
    uint8_t about[TAG_SIZE + 5];
    memcpy(about, tag_salt, TAG_SIZE);
    for (size_t i = 0; i < 4; i++)
        about[TAG_SIZE + i] = (uint8_t)(place >> (24 - 8 * i));
    about[TAG_SIZE + 4] = 1;
    ledger_hmac_start(hasher, salt);
    ledger_hasher_add(hasher, about, sizeof about);
    struct ledger_hash hash = ledger_hmac_end(hasher, salt);
    memcpy(item_salt, hash.byte, LEDGER_SALT_SIZE);
    bytes_wipe(&hash, sizeof hash);
}

struct ledger_hash ledger_commit_field(struct ledger_hasher *hasher,
                                       const uint8_t item_salt[LEDGER_SALT_SIZE],
                                       const struct ledger_field *field)
{
    ledger_hasher_start(hasher);
    ledger_hasher_add(hasher, tag_field, TAG_SIZE);
    ledger_hasher_add(hasher, item_salt, LEDGER_SALT_SIZE);
    ledger_hasher_add_text(hasher, field->name);
    ledger_hasher_add_text(hasher, field->value);
    return ledger_hasher_end(hasher);
}

struct ledger_hash ledger_commit_row(struct ledger_hasher *hasher, const uint8_t item_salt[LEDGER_SALT_SIZE],
                                     const struct ledger_row *row)
{
    ledger_hasher_start(hasher);
    ledger_hasher_add(hasher, tag_row, TAG_SIZE);
    ledger_hasher_add(hasher, item_salt, LEDGER_SALT_SIZE);
    ledger_hasher_add_text(hasher, row->table);
    ledger_hasher_add_text(hasher, row->key);
    ledger_hasher_add(hasher, row->digest.byte, LEDGER_HASH_SIZE);
    return ledger_hasher_end(hasher);
}

void ledger_commit_entry(struct ledger_hasher *hasher, const struct ledger_entry *entry,
                         struct ledger_hash *out)
{
    uint8_t item_salt[LEDGER_SALT_SIZE];
    for (size_t i = 0; i < entry->field_count; i++) {
        ledger_item_salt(hasher, entry->salt, i, item_salt);
        *out++ = ledger_commit_field(hasher, item_salt, &entry->field[i]);
    }
    for (size_t i = 0; i < entry->row_count; i++) {
        ledger_item_salt(hasher, entry->salt, entry->field_count + i, item_salt);
        *out++ = ledger_commit_row(hasher, item_salt, &entry->row[i]);
    }
    bytes_wipe(item_salt, sizeof item_salt);
}

struct ledger_leaf ledger_commit_leaf(struct ledger_hasher *hasher, size_t field_count, size_t row_count,
                                      const struct ledger_hash *commitment)
{
    ledger_hasher_start(hasher);
    ledger_hasher_add(hasher, tag_entry, TAG_SIZE);
    ledger_hasher_add_u32(hasher, (uint32_t)field_count);
    ledger_hasher_add_u32(hasher, (uint32_t)row_count);
    ledger_hasher_add(hasher, commitment, (field_count + row_count) * sizeof *commitment);
    struct ledger_hash digest = ledger_hasher_end(hasher);
    struct ledger_leaf leaf = {{LEDGER_LEAF_VERSION}};
    memcpy(leaf.byte + 1, digest.byte, LEDGER_HASH_SIZE);
    return leaf;
}

struct ledger_hash ledger_rows_key(struct ledger_hasher *hasher, const uint8_t salt[LEDGER_SALT_SIZE])
{
    ledger_hmac_start(hasher, salt);
    ledger_hasher_add(hasher, tag_row_key, TAG_SIZE);
    ledger_hasher_add(hasher, "\x01", 1);
    return ledger_hmac_end(hasher, salt);
}

struct ledger_hash ledger_digest_row(struct ledger_hasher *hasher, const struct ledger_hash *rows_key,
                                     struct text table, struct text key, struct text content)
{
    ledger_hmac_start(hasher, rows_key->byte);
    ledger_hasher_add_text(hasher, table);
    ledger_hasher_add_text(hasher, key);
    ledger_hasher_add_text(hasher, content);
    return ledger_hmac_end(hasher, rows_key->byte);
}
