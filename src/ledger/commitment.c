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

static void put_u32(uint8_t *out, uint32_t value)
{
    value = __builtin_bswap32(value);
    memcpy(out, &value, sizeof value);
}

/* ---- the salt of an item ---- */

enum { ABOUT_SIZE = TAG_SIZE + 5 };

static void write_about(uint8_t about[ABOUT_SIZE], size_t place)
{
    memcpy(about, tag_salt, TAG_SIZE);
    put_u32(about + TAG_SIZE, (uint32_t)place);
    about[TAG_SIZE + 4] = 1;
}

void ledger_item_salt(struct ledger_hasher *hasher, const uint8_t salt[LEDGER_SALT_SIZE], size_t place,
                      uint8_t item_salt[LEDGER_SALT_SIZE])
{
    uint8_t about[ABOUT_SIZE];
    write_about(about, place);
    ledger_hmac_start(hasher, salt);
    ledger_hasher_add(hasher, about, sizeof about);
    struct ledger_hash hash = ledger_hmac_end(hasher, salt);
    memcpy(item_salt, hash.byte, LEDGER_SALT_SIZE);
    bytes_wipe(&hash, sizeof hash);
}

/* ---- one item ---- */

/* What is committed to: behind tag and salt two texts, each with its length, and the digest of a row. */
struct said {
    const char *tag;
    struct text text[2], digest;
};

static void say_field(struct said *said, const struct ledger_field *field)
{
    *said = (struct said){.tag = tag_field, .text = {field->name, field->value}};
}

static void say_row(struct said *said, const struct ledger_row *row)
{
    *said = (struct said){tag_row, {row->table, row->key}, {(const char *)row->digest.byte, LEDGER_HASH_SIZE}};
}

static struct ledger_hash commit(struct ledger_hasher *hasher, const uint8_t item_salt[LEDGER_SALT_SIZE],
                                 const struct said *said)
{
    ledger_hasher_start(hasher);
    ledger_hasher_add(hasher, said->tag, TAG_SIZE);
    ledger_hasher_add(hasher, item_salt, LEDGER_SALT_SIZE);
    ledger_hasher_add_text(hasher, said->text[0]);
    ledger_hasher_add_text(hasher, said->text[1]);
    ledger_hasher_add(hasher, said->digest.p, said->digest.n);
    return ledger_hasher_end(hasher);
}

struct ledger_hash ledger_commit_field(struct ledger_hasher *hasher,
                                       const uint8_t item_salt[LEDGER_SALT_SIZE],
                                       const struct ledger_field *field)
{
    struct said said;
    say_field(&said, field);
    return commit(hasher, item_salt, &said);
}

struct ledger_hash ledger_commit_row(struct ledger_hasher *hasher, const uint8_t item_salt[LEDGER_SALT_SIZE],
                                     const struct ledger_row *row)
{
    struct said said;
    say_row(&said, row);
    return commit(hasher, item_salt, &said);
}

/* ---- all items of an entry ---- */

/* Several at once, step by step, each in blocks that are written a step before they are hashed: see hasher.h. */
enum { TOGETHER = 16, SHORT = 4 };

struct item {
    struct said said;
    size_t blocks; /* of the commitment; 0: it is too long for these */
    uint8_t about[LEDGER_BLOCK], inner[LEDGER_BLOCK], committing[SHORT * LEDGER_BLOCK]; /* HMAC's two, and then its own */
};

static uint8_t *put(uint8_t *at, struct text t)
{
    if (t.n)
        memcpy(at, t.p, t.n);
    return at + t.n;
}

static uint8_t *put_text(uint8_t *at, struct text t)
{
    put_u32(at, (uint32_t)t.n);
    return put(at + 4, t);
}

/* Room is left for the salt. */
static void write_commitment(struct item *item)
{
    const struct said *said = &item->said;
    enum { HEAD = TAG_SIZE + LEDGER_SALT_SIZE, LENGTHS = 2 * 4, MOST = sizeof item->committing };
    item->blocks = 0;
    if (said->text[0].n > MOST || said->text[1].n > MOST)
        return;
    size_t n = HEAD + LENGTHS + said->text[0].n + said->text[1].n + said->digest.n, blocks = ledger_blocks_of(n);
    if (blocks > SHORT)
        return;
    memcpy(item->committing, said->tag, TAG_SIZE);
    put(put_text(put_text(item->committing + HEAD, said->text[0]), said->text[1]), said->digest);
    ledger_blocks_pad(item->committing, n, 0);
    item->blocks = blocks;
}

static void commit_some(struct ledger_hasher *hasher, const struct ledger_entry *entry, size_t from, size_t count,
                        struct ledger_hash *out)
{
    struct item item[TOGETHER];
    uint8_t about[LEDGER_BLOCK] = {0}, inner[LEDGER_BLOCK] = {0}; /* as they are for every item */
    write_about(about, 0);
    ledger_blocks_pad(about, ABOUT_SIZE, LEDGER_BLOCK);
    ledger_blocks_pad(inner, LEDGER_HASH_SIZE, LEDGER_BLOCK);
    for (size_t i = 0; i < count; i++) {
        size_t place = from + i, fields = entry->field_count;
        if (place < fields)
            say_field(&item[i].said, &entry->field[place]);
        else
            say_row(&item[i].said, &entry->row[place - fields]);
        memcpy(item[i].about, about, sizeof about);
        put_u32(item[i].about + TAG_SIZE, (uint32_t)place);
        memcpy(item[i].inner, inner, sizeof inner);
        write_commitment(&item[i]);
    }
    for (size_t i = 0; i < count; i++)
        ledger_blocks_hash(&hasher->inner, item[i].about, 1, item[i].inner);
    for (size_t i = 0; i < count; i++)
        ledger_blocks_hash(&hasher->outer, item[i].inner, 1, item[i].committing + TAG_SIZE);
    for (size_t i = 0; i < count; i++)
        if (item[i].blocks)
            ledger_blocks_hash(NULL, item[i].committing, item[i].blocks, out[i].byte);
        else
            out[i] = commit(hasher, item[i].committing + TAG_SIZE, &item[i].said);
    bytes_wipe(item, count * sizeof *item);
}

void ledger_commit_entry(struct ledger_hasher *hasher, const struct ledger_entry *entry,
                         struct ledger_hash *out)
{
    size_t count = entry->field_count + entry->row_count;
    ledger_hmac_take_key(hasher, entry->salt);
    for (size_t from = 0; from < count; from += TOGETHER)
        commit_some(hasher, entry, from, count - from < TOGETHER ? count - from : TOGETHER, out + from);
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
